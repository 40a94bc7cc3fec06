from decimal import Decimal

import pytest
from django.urls import reverse

from facts.factories import FactFactory, MetricFactory
from facts.models import Metric

pytestmark = pytest.mark.django_db


def test_metric_with_published_figures_keeps_its_type_and_unit(admin_client):
    metric = FactFactory(metric__money=True).metric
    url = reverse("admin:facts_metric_change", args=[metric.pk])
    data = {
        "label": "New label",
        "definition": metric.definition,
        "position": 1,
        "unit": "EUR",
        "value_type": "percent",
        "period_type": "duration",
        "key": "forged",
    }
    assert admin_client.post(url, data).status_code == 302
    changed = Metric.objects.get(pk=metric.pk)
    assert changed.label == "New label"
    assert (changed.unit, changed.value_type, changed.key) == ("USD", "money", metric.key)


@pytest.mark.parametrize(
    ("amount", "is_kept"),
    [
        *[
            ("99999999999999999999", False),
            ("12345678901234.56", False),
            ("-9999999999999999", False),
        ],
        *[("90000000000000000000", True), ("12345678901234.5", True), ("999999999999999", True)],
    ],
)
def test_bound_that_would_be_rounded_is_refused_and_the_others_read_again(
    admin_client, amount, is_kept
):
    """One that SQLite rounds up to more digits than the column has is never read again."""
    metric = MetricFactory(label="As it was")
    url = reverse("admin:facts_metric_change", args=[metric.pk])
    names = ("label", "key", "definition", "value_type", "unit", "period_type", "position")
    data = {name: getattr(metric, name) for name in names}
    data |= {"label": "New label", "plausible_max": amount}
    page = admin_client.post(url, data)
    found = Metric.objects.get(pk=metric.pk)
    if is_kept:
        assert (page.status_code, found.plausible_max) == (302, Decimal(amount))
        return
    assert list(page.context["adminform"].form.errors) == ["plausible_max"]
    assert page.context["adminform"].form["label"].value() == "New label"
    assert (found.label, found.plausible_max) == ("As it was", None)
