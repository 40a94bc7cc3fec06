import pytest
from django.urls import reverse

from facts.factories import FactFactory
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
        "key": "forged",
    }
    assert admin_client.post(url, data).status_code == 302
    changed = Metric.objects.get(pk=metric.pk)
    assert changed.label == "New label"
    assert (changed.unit, changed.value_type, changed.key) == ("USD", "money", metric.key)
