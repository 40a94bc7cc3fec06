import pytest
from django.contrib import admin
from django.test import RequestFactory

from accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "model",
    [
        model
        for model, desk in admin.site._registry.items()
        if desk.search_fields and model._meta.app_label != "axes"  # Nothing points to its rows.
    ],
)
def test_every_list_that_is_searched_has_an_order(model):
    """Autocompletes page through it: without an order they repeat rows, and leave others out."""
    request = RequestFactory().get("/admin/")
    request.user = UserFactory(is_superuser=True)
    assert admin.site.get_model_admin(model).get_queryset(request).ordered
