"""Lines of a file that contradict each other."""

import datetime
from collections import defaultdict

from django.utils.translation import gettext as _

from facts.review.doubts import Doubt
from facts.rules.contradiction import contradict
from facts.rules.scopes import fold

# Of figures that overlap in time each is compared with so many of those that begin after it.
COMPARED = 50
# What stands on no page contradicts nothing there.
UNPUBLISHED = ("draft", "withdrawn")
ALWAYS = datetime.date.min, datetime.date.max


def find_conflicts(figures):
    """Give each its `rivals`: figures of the file that contradict it and do not supersede it."""
    by_id = {figure.line["id"]: figure for figure in figures if figure.line["id"]}
    for group in _same_series(figures):
        for first, second in _overlapping(group):
            is_succession = _follows(first, second, by_id) or _follows(second, first, by_id)
            if not is_succession and contradict(first.fact, second.fact):
                first.rivals.append(second)
                second.rivals.append(first)


def rivals_in_file(figure) -> list[Doubt]:
    """What has to be answered before it is published."""
    if not figure.rivals:
        return []
    rival = figure.rivals[0]
    message = _("Line %(line)d says otherwise: %(value)s (%(as_of)s).")
    names = {"value": rival.fact.display_value, "as_of": rival.fact.as_of_label}
    return [Doubt("file", message % {"line": rival.line.number, **names})]


def _same_series(figures):
    series = defaultdict(list)
    for figure in figures:
        if figure.line["state"] not in UNPUBLISHED:
            fact = figure.fact
            # “Berlin” is “Berlin, Germany”.
            place = fold(fact.scope).partition(",")[0]
            series[fact.company_id, fact.metric_id, place].append(figure)
    return series.values()


def _overlapping(figures):
    """Pairs whose periods meet; what is undated meets all."""
    spans = sorted(((figure.fact.period or ALWAYS, figure) for figure in figures), key=_begin)
    for place, (span, figure) in enumerate(spans):
        for other_span, other in spans[place + 1 : place + 1 + COMPARED]:
            if other_span[0] > span[1]:
                break
            yield figure, other


def _begin(pair):
    return pair[0][0]


def _follows(figure, other, by_id) -> bool:
    """Whether it supersedes the other, directly or through others."""
    seen = set()
    while figure is not None and id(figure) not in seen:
        seen.add(id(figure))
        figure = by_id.get(figure.line["supersedes"] or None)
        if figure is other:
            return True
    return False
