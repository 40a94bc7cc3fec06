import pytest
from django.urls import reverse

from facts.factories import SourceFactory, TechUseFactory
from facts.models import TechUse

pytestmark = pytest.mark.django_db


def test_tech_use_is_saved_with_its_reference(admin_client):
    use, source = TechUseFactory(), SourceFactory()
    data = {
        "company": use.company_id,
        "technology": use.technology_id,
        "layer": "web",
        "purpose": "The web layer",
        "references-TOTAL_FORMS": 1,
        "references-INITIAL_FORMS": 0,
        "references-0-source": source.pk,
    }
    assert admin_client.post(reverse("admin:facts_techuse_add"), data).status_code == 302
    assert TechUse.objects.visible().get(purpose="The web layer").references.get().source == source
