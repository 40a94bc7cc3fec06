from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils import translation

MOMENTS = [datetime(2026, 3, 1, 23, 30, 5, 123, tzinfo=UTC), datetime(1987, 8, 2, tzinfo=UTC)]


def rendered(source, value):
    return engines["django"].from_string("{% load core_tags %}" + source).render({"value": value})


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("value", [*MOMENTS, None])
def test_day_and_moment_say_what_djangos_date_says(settings, zone, language, value):
    settings.TIME_ZONE = zone
    with translation.override(language):
        assert rendered("{{ value|day }}", value) == rendered(
            '{{ value|date:"DATE_FORMAT" }}', value
        )
        assert rendered("{{ value|day:'j M Y' }}", value) == rendered(
            "{{ value|date:'j M Y' }}", value
        )
        expected = rendered(r"{{ value|date:'Y-m-d\TH:i:sO' }}", value)
        assert rendered("{{ value|moment }}", value) == expected
