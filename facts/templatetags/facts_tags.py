"""Charts of a figure's history as SVG rendered on the server, and what its words mean."""

from decimal import Decimal
from itertools import chain, groupby
from typing import NamedTuple

from django import template

from facts.models import Fact
from facts.rules.wording import MEANINGS, meanings_of, words_of

register = template.Library()

WIDTH, HEIGHT, PADDING = 96, 24, 3


class Point(NamedTuple):
    """Where a fact is drawn; `upper` is the upper end of a range."""

    x: str
    y: str
    upper: str
    fact: Fact


@register.inclusion_tag("facts/_history.html")
def fact_history(facts):
    """A sparkline of dated amounts, oldest first, as in `Sheet.histories`; empty without any."""
    if not facts:
        return {}
    points = _points(facts)
    return {
        "facts": facts,
        "first": facts[0],
        "last": facts[-1],
        "points": points,
        "lines": _lines(points),
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
    top = _round_above(max(map(_upper, facts)))
    low = min(Decimal(0), min(fact.amount for fact in facts))
    bottom = CHART_HEIGHT - BOTTOM
    across = _scaled([fact.as_of.toordinal() for fact in facts], LEFT, CHART_WIDTH - RIGHT)
    scale = [low + (top - low) * step / TICKS for step in range(TICKS + 1)]
    ticks = [facts[0].metric.in_words(amount) for amount in scale]
    amounts = [*(fact.amount for fact in facts), *map(_upper, facts)]
    down = _scaled([*scale, *amounts], bottom, TOP)
    lower, upper = down[len(scale) : -len(facts)], down[-len(facts) :]
    points = [Point(*point) for point in zip(across, lower, upper, facts, strict=True)]
    return {
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "left": LEFT,
        "right": CHART_WIDTH - RIGHT,
        "below": CHART_HEIGHT - 8,
        "ticks": list(zip(down[: len(scale)], ticks, strict=True)),
        "points": points,
        "lines": _lines(points),
        "has_bounds": any(fact.is_bound for fact in facts),
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
    """Time is on a linear scale, values go from the lowest to the highest."""
    days = [fact.as_of.toordinal() for fact in facts]
    amounts = [*(fact.amount for fact in facts), *map(_upper, facts)]
    across = _scaled(days, PADDING, WIDTH - PADDING)
    down = _scaled(amounts, HEIGHT - PADDING, PADDING)
    lower, upper = down[: len(facts)], down[len(facts) :]
    return [Point(*point) for point in zip(across, lower, upper, facts, strict=True)]


def _upper(fact):
    return fact.amount if fact.upper_amount is None else fact.upper_amount


def _lines(points) -> list[list]:
    """The points between which a line is drawn: to a bound leads none."""
    runs = groupby(points, key=lambda point: point.fact.is_bound)
    return [run for is_bound, group in runs if not is_bound and len(run := list(group)) > 1]


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
