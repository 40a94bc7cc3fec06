"""Which of a fact's admin pages are refused to staff who lack a permission."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.factories import UserFactory
from facts.factories import FactFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db
ALL = {"view_fact", "add_fact", "change_fact", "publish_fact"}


def log_in(client, codenames):
    """As a member of staff who has these permissions only."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


@pytest.mark.parametrize(
    ("page", "needed"),
    [
        # Django takes who may change facts for somebody who may view them.
        ("contradictions", {"view_fact", "change_fact"}),
        ("export", {"view_fact", "change_fact"}),
        ("import", {"add_fact"}),
        ("quick", {"add_fact"}),
        ("wrong", {"publish_fact"}),
    ],
)
def test_page_is_refused_without_its_permission(client, page, needed):
    url = reverse(f"admin:facts_fact_{page}")
    log_in(client, ALL - needed)
    assert client.get(url).status_code == 403
    log_in(client, needed)
    assert client.get(url).status_code == 200


def test_verifying_is_refused_without_the_permission_to_publish(client):
    fact = FactFactory()
    log_in(client, ALL - {"publish_fact"})
    response = client.post(reverse("admin:facts_fact_verify"), {"fact": fact.pk})
    assert response.status_code == 403
    assert Fact.objects.get().verified_at is None
