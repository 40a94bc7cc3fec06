"""Charts of a figure's history as SVG rendered on the server, and what its words mean."""

from decimal import Decimal
from itertools import chain

from django import template

from facts.rules.wording import MEANINGS, meanings_of, words_of

register = template.Library()

WIDTH, HEIGHT, PADDING = 96, 24, 3


@register.inclusion_tag("facts/_history.html")
def fact_history(facts):
    """A sparkline of dated amounts, oldest first, as in `Sheet.histories`; empty without any."""
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


CHART_WIDTH, CHART_HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 240, 130, 34, 14, 16
TICKS = 4


@register.inclusion_tag("facts/_chart.html")
def fact_chart(facts, current):
    """A large chart with a scale from zero and a mark for each figure.

    `current` is the fact that the page is about.
    """
    if not facts:
        return {}
    top = _round_above(max(fact.amount for fact in facts))
    low = min(Decimal(0), min(fact.amount for fact in facts))
    bottom = CHART_HEIGHT - BOTTOM
    across = _scaled([fact.as_of.toordinal() for fact in facts], LEFT, CHART_WIDTH - RIGHT)
    scale = [low + (top - low) * step / TICKS for step in range(TICKS + 1)]
    ticks = [facts[0].metric.in_words(amount) for amount in scale]
    down = _scaled([*scale, *(fact.amount for fact in facts)], bottom, TOP)
    return {
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "left": LEFT,
        "right": CHART_WIDTH - RIGHT,
        "below": CHART_HEIGHT - 8,
        "ticks": list(zip(down[: len(scale)], ticks, strict=True)),
        "points": list(zip(across, down[len(scale) :], facts, strict=True)),
        "first": facts[0],
        "last": facts[-1],
        "current": current,
    }


def _round_above(amount) -> Decimal:
    """Round up to 1, 2, 4, 6, 8 or 10 times a power of ten, whose quarters are round too."""
    if amount <= 0:
        return Decimal(1)
    power = Decimal(10) ** amount.adjusted()
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= amount)


def _points(facts):
    """Coordinates of each value: time on a linear scale, values from the lowest to the highest."""
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


@register.simple_tag
def meaning_of(word):
    """What one of the words of `facts.rules.wording` means; empty for any other."""
    return MEANINGS[word][1] if word in MEANINGS else ""


@register.inclusion_tag("facts/_meanings.html")
def explain_counts_of(companies):
    """What "stale" means, where the figures of one of the companies are counted so."""
    said = ["stale"] if any(company.stale_count for company in companies) else []
    return {"meanings": meanings_of(said)}


@register.inclusion_tag("facts/_meanings.html")
def explain_words_of(facts):
    """Those of the words beside some facts that have to be explained; nothing without any.

    A frozen figure, or one of `Figures.sources`, is a dict that knows its words.
    """
    said = [fact.get("words", []) if isinstance(fact, dict) else words_of(fact) for fact in facts]
    return {"meanings": meanings_of(chain.from_iterable(said))}


@register.filter
def joined(rows, name):
    """The lists that each of some rows has under a name, as one."""
    found = [row[name] if isinstance(row, dict) else getattr(row, name) for row in rows]
    return list(chain.from_iterable(found))
