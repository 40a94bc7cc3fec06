import pytest
from django.urls import reverse

from facts.factories import SourceFactory
from facts.models import Source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Example.com/a?utm_source=x&b=1&fbclid=2#part", "https://example.com/a?b=1"),
        ("HTTPS://example.com/a?b=%2F&c", "https://example.com/a?b=%2F&c"),
        ("https://example.com/utm_source", "https://example.com/utm_source"),
        ("", None),
    ],
)
def test_source_is_known_by_its_canonical_address(written, kept):
    assert SourceFactory(url=written).url == kept


def test_source_that_is_on_record_already_is_refused_whatever_led_to_it(admin_client):
    SourceFactory(url="https://example.com/a")
    data = {
        "title": "Again",
        "kind": "press",
        "published_precision": "unknown",
        "url": "https://EXAMPLE.com/a?utm_medium=social#top",
    }
    response = admin_client.post(reverse("admin:facts_source_add"), data)
    assert "url" in response.context["adminform"].form.errors
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.org/", "http://[", "https://", "x"]
)
def test_source_address_that_is_none_is_an_error_beside_the_field(admin_client, url):
    data = {"title": "T", "kind": "press", "published_precision": "unknown", "url": url}
    response = admin_client.post(reverse("admin:facts_source_add"), data)
    assert "url" in response.context["adminform"].form.errors
