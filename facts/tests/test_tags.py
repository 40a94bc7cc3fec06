import datetime
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from companies.factories import CompanyFactory
from facts.factories import FactFactory, MetricFactory
from facts.templatetags.facts_tags import _round_above

pytestmark = pytest.mark.django_db
TEMPLATE = Template("{% load facts_tags %}{% fact_history facts %}")
CHART = Template("{% load facts_tags %}{% fact_chart facts current %}")


def current_fact(amounts, label="Paying <users>"):
    """The current fact of a series with one amount a year."""
    company, metric = CompanyFactory(), MetricFactory(label=label)
    for year, amount in enumerate(amounts, 2020):
        FactFactory(
            company=company,
            metric=metric,
            amount=amount,
            as_of=datetime.date(year, 12, 31),
            as_of_precision="year",
        )
    [current] = company.facts.sheet().current
    return current


def history(amounts, **kwargs):
    return TEMPLATE.render(Context({"facts": current_fact(amounts, **kwargs).history}))


def chart(amounts):
    current = current_fact(amounts)
    return CHART.render(Context({"facts": current.history, "current": current}))


def test_history_is_drawn_from_three_points_on():
    assert "<svg" not in history([1, 2])
    assert "<svg" in history([1, 2, 3])


def test_history_says_in_words_what_it_draws_and_carries_no_style():
    drawn = history([17_770_000, 18_120_000, 18_220_000])
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", drawn, re.S)[0])
    title, desc = svg.find("title"), svg.find("desc")
    assert svg.get("aria-labelledby") == title.get("id")
    assert "Paying <users>" in title.text
    assert desc.text == "2020: 17.77 million; 2021: 18.12 million; 2022: 18.22 million"
    assert "style" not in drawn


def test_history_line_rises_with_the_amounts_and_stays_inside():
    points = re.search(r'points="([^"]+)"', history([1, 3, 2]))[1]
    places = [tuple(map(float, point.split(","))) for point in points.split()]
    across, down = zip(*places, strict=True)
    assert list(across) == sorted(across)
    assert down[1] < down[2] < down[0]
    assert min(across + down) > 0


def test_history_of_one_value_is_a_level_line():
    points = re.search(r'points="([^"]+)"', history([5, 5, 5]))[1]
    assert len({point.split(",")[1] for point in points.split()}) == 1


def test_chart_scale_begins_at_zero_and_has_round_steps():
    labels = re.findall(r'text-anchor="end">([^<]*)</text>\n', chart([310, 290, 330]))
    assert labels[:5] == ["0", "100", "200", "300", "400"]


def test_chart_scale_reaches_down_to_a_loss():
    labels = re.findall(r'text-anchor="end">([^<]*)</text>\n', chart([-100, 50, 60]))
    assert labels[0] == "−100"


def test_chart_marks_the_fact_of_the_page_among_all():
    drawn = chart([1, 2, 3])
    assert drawn.count("<circle") == 3
    assert drawn.count('class="here"') == 1


def test_chart_and_history_of_nothing_are_empty():
    empty = Context({"facts": [], "current": None})
    assert CHART.render(empty).strip() == TEMPLATE.render(empty).strip() == ""


@pytest.mark.parametrize(
    ("amount", "top"),
    [("0", 1), ("1", 1), ("1.5", 2), ("3", 4), ("5", 6), ("7", 8), ("81", 100), ("0.03", "0.04")],
)
def test_chart_ends_at_the_next_round_amount(amount, top):
    assert _round_above(Decimal(amount)) == Decimal(top)


def bounded_chart(template, *comparators):
    """A series of one figure a year, each with its comparator."""
    company, metric = CompanyFactory(), MetricFactory()
    for year, comparator in enumerate(comparators, 2020):
        FactFactory(
            company=company,
            metric=metric,
            amount=250,
            comparator=comparator,
            upper_amount=500 if comparator == "range" else None,
            as_of=datetime.date(year, 12, 31),
            as_of_precision="year",
        )
    [current] = company.facts.sheet().current
    return template.render(Context({"facts": current.history, "current": current}))


@pytest.mark.parametrize("template", [TEMPLATE, CHART])
@pytest.mark.parametrize(
    ("comparators", "marks", "lines"),
    [
        (["eq", "about", "eq"], 0, [3]),
        (["eq", "eq", "lte"], 1, [2]),
        (["eq", "lte", "eq"], 1, []),
        (["eq", "eq", "gte", "eq", "eq"], 1, [2, 2]),
        (["gte", "range", "lte"], 3, []),
    ],
)
def test_bound_is_an_open_mark_to_which_no_line_leads(template, comparators, marks, lines):
    drawn = bounded_chart(template, *comparators)
    assert drawn.count('class="bound') == marks
    assert drawn.count("<circle") == len(comparators) - marks
    drawn_lines = re.findall(r'<polyline points="([^"]+)"', drawn)
    assert [len(line.split()) for line in drawn_lines] == lines


def test_range_is_drawn_along_its_ends_within_the_scale():
    drawn = bounded_chart(CHART, "eq", "eq", "range")
    labels = re.findall(r'text-anchor="end">([^<]*)</text>\n', drawn)
    assert labels[4] == "600"
    lower, upper = map(float, re.search(r"M\S+ (\S+)V(\S+)\"", drawn).groups())
    assert 14 < upper < lower


def test_projection_is_no_part_of_the_history():
    current = current_fact([1, 2, 3])
    FactFactory(
        company=current.company,
        metric=current.metric,
        basis="projected",
        as_of=datetime.date(2030, 12, 31),
        as_of_precision="year",
    )
    [again] = current.company.facts.sheet().current
    assert [fact.amount for fact in again.history] == [1, 2, 3]


@pytest.mark.parametrize(("is_flow", "drawn"), [(True, 3), (False, 5)])
def test_sums_over_one_length_of_time_alone_are_drawn(is_flow, drawn):
    current = current_fact([100, 110, 120])
    if is_flow:
        current.metric.period_type = "duration"
        current.metric.save()
    for month in (3, 6):
        FactFactory(
            company=current.company,
            metric=current.metric,
            amount=30,
            as_of=datetime.date(2023, month, 30),
            as_of_precision="quarter",
        )
    [again] = current.company.facts.sheet().current
    assert len(again.history) == drawn
