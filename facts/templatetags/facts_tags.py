"""A figure's history as a small drawing, made on the server: no script, no style of its own."""

from django import template

register = template.Library()

WIDTH, HEIGHT, PADDING = 96, 24, 3


@register.inclusion_tag("facts/_history.html")
def fact_history(facts):
    """`facts` as `Sheet.histories` gives them: dated amounts, oldest first; none, no drawing."""
    if not facts:
        return {}
    return {
        "facts": facts,
        "first": facts[0],
        "last": facts[-1],
        "points": _points(facts),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _points(facts):
    """Where each value stands: time runs evenly, and the scale reaches down to the lowest."""
    days = [fact.as_of.toordinal() for fact in facts]
    amounts = [fact.amount for fact in facts]
    across = _scaled(days, PADDING, WIDTH - PADDING)
    down = _scaled(amounts, HEIGHT - PADDING, PADDING)
    return list(zip(across, down, strict=True))


def _scaled(values, start, end):
    low, high = min(values), max(values)
    if low == high:
        return [f"{(start + end) / 2:.1f}"] * len(values)
    return [f"{start + float((v - low) / (high - low)) * (end - start):.1f}" for v in values]
