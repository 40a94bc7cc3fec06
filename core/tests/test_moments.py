"""Dates and times as editors type them, in a zone with two nights of its own."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.moments import MomentField

UTC = datetime.UTC


@pytest.fixture(autouse=True)
def in_berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def typed(day, time):
    return MomentField().clean([day, time])


def shown(moment):
    day, time = MomentField().widget.decompress(moment)
    return str(day), str(time)


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=UTC)


def test_field_names_its_zone():
    assert (
        MomentField(help_text="It waits.").help_text == "It waits. By the clock of Europe/Berlin."
    )


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("02:30+02:00", utc(2026, 10, 25, 0, 30)),
        ("02:30:00 +0100", utc(2026, 10, 25, 1, 30)),
        ("01:59", utc(2026, 10, 24, 23, 59)),
        ("03:00", utc(2026, 10, 25, 2)),
        ("00:00", utc(2026, 10, 24, 22)),
    ],
)
def test_both_hours_of_autumn_can_be_typed_and_come_back_as_they_were(time, moment):
    assert typed("2026-10-25", time) == moment
    assert typed(*shown(moment)) == moment


def test_hour_that_comes_twice_is_asked_about():
    with pytest.raises(ValidationError) as refused:
        typed("2026-10-25", "02:30")
    assert refused.value.messages == [
        "The clock shows 02:30 twice that night: type 02:30:00+02:00 or 02:30:00+01:00."
    ]


def test_hour_that_spring_leaves_out_is_told():
    with pytest.raises(ValidationError) as refused:
        typed("2026-03-29", "02:30")
    assert "never shows 02:30" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("day", "time"), [("0001-01-01", "00:00+14:00"), ("9999-12-31", "23:59-12:00")]
)
def test_moment_that_no_column_holds_is_refused(day, time):
    with pytest.raises(ValidationError):
        typed(day, time)


def test_time_of_any_other_night_is_shown_as_before():
    assert shown(utc(2026, 7, 1, 10, 5)) == ("2026-07-01", "12:05:00")
    assert shown(None) == ("None", "None")
