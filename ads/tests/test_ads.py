import datetime
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone

from ads.choosing import choose
from ads.clicks import clicks, write_clicks
from ads.factories import AdFactory
from ads.models import Ad, CountedClick
from articles.factories import ArticleFactory, SectionFactory
from core.db.buffers import flusher
from core.housekeeping import apply_all

pytestmark = pytest.mark.django_db

BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/140.0"}
HOUR = datetime.timedelta(hours=1)


def show(placement, article=None):
    tag = Template("{% load ads_tags %}{% ad placement article %}")
    return tag.render(Context({"placement": placement, "article": article or ArticleFactory()}))


def test_ad_is_labelled_and_its_link_says_that_it_is_paid_for():
    ad = AdFactory(headline="Write <with> us", text="We pay.", sponsor="The house")
    html = show("above")
    assert "Advertisement" in html
    assert "Write &lt;with&gt; us" in html
    assert f'href="/ads/{ad.pk}/click/" rel="sponsored nofollow noopener"' in html
    assert "sponsor.example" not in html


def test_empty_placement_leaves_nothing_behind():
    AdFactory(placement=Ad.Placement.ABOVE)
    assert show("below").strip() == ""


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"starts_at": HOUR}, False),
        ({"starts_at": -HOUR}, True),
        ({"ends_at": HOUR}, True),
        ({"ends_at": -HOUR}, False),
    ],
)
def test_ad_is_shown_while_it_runs(changes, is_shown):
    now = timezone.now()
    AdFactory(
        **{
            name: now + value if isinstance(value, datetime.timedelta) else value
            for name, value in changes.items()
        }
    )
    assert bool(show("above").strip()) is is_shown


def test_ad_of_a_section_is_shown_there_alone():
    section = SectionFactory()
    AdFactory().sections.add(section, SectionFactory())
    assert show("above", ArticleFactory(section=section)).strip()
    assert not show("above").strip()


def test_both_placements_of_a_page_take_one_query(django_assert_num_queries):
    AdFactory(placement="above")
    AdFactory(placement="below")
    article = ArticleFactory()
    tags = Template("{% load ads_tags %}{% ad 'above' article %}{% ad 'below' article %}")
    with django_assert_num_queries(1):
        assert tags.render(Context({"article": article})).count('class="ad"') == 2


def test_weight_decides_how_often_an_ad_is_chosen():
    chosen = Counter(choose(["heavy", "light"], [9, 1]) for _n in range(2000))
    assert 1650 < chosen["heavy"] < 1950


def test_click_is_counted_and_leads_to_the_stored_address(client):
    ad = AdFactory(url="https://sponsor.example/offer?a=b")
    response = client.get(f"/ads/{ad.pk}/click/?url=https://evil.example", **BROWSER)
    assert (response.status_code, response["Location"]) == (302, ad.url)
    assert "no-store" in response["Cache-Control"]
    ad.refresh_from_db()
    assert ad.clicks == 1


def test_click_of_a_program_leads_on_and_is_not_counted(client):
    ad = AdFactory()
    assert client.get(f"/ads/{ad.pk}/click/", HTTP_USER_AGENT="Googlebot").status_code == 302
    assert client.head(f"/ads/{ad.pk}/click/", **BROWSER).status_code == 302
    ad.refresh_from_db()
    assert ad.clicks == 0


def test_clicks_wait_and_are_counted_together(client, settings, monkeypatch):
    settings.COUNTERS_FLUSH_SECONDS = 3600
    monkeypatch.setattr(flusher, "wake", lambda *, at_once: None)
    ad, other = AdFactory.create_batch(2)
    for pk, network in ((ad.pk, 1), (other.pk, 1), (ad.pk, 2)):
        click(client, pk, f"192.0.{network}.7")
    ad.refresh_from_db()
    assert ad.clicks == 0
    assert clicks.flush()
    ad.refresh_from_db()
    other.refresh_from_db()
    assert (ad.clicks, other.clicks) == (2, 1)


def test_click_on_an_ad_that_is_deleted_meanwhile_does_not_hold_up_the_others():
    ad, now = AdFactory(), timezone.now()
    write_clicks({(ad.pk, "a"): now, (ad.pk + 1, "b"): now, (ad.pk, "c"): now})
    ad.refresh_from_db()
    assert ad.clicks == 2


def click(client, pk, address="192.0.2.7", **headers):
    return client.get(f"/ads/{pk}/click/", REMOTE_ADDR=address, **BROWSER | headers)


def test_network_is_counted_once_for_each_ad_and_hour(client, monkeypatch):
    ad, other = AdFactory.create_batch(2)
    now = datetime.datetime(2026, 3, 1, 12, 59, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    # Neither another browser nor a neighbour's address makes another network.
    for headers in (
        {},
        {},
        {"HTTP_USER_AGENT": "Mozilla/5.0 Safari/605.1"},
        {"address": "192.0.2.9"},
    ):
        assert click(client, ad.pk, **headers).status_code == 302
    click(client, other.pk)
    click(client, ad.pk, "192.0.3.7")
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(minutes=1))
    click(client, ad.pk)
    click(client, ad.pk)
    ad.refresh_from_db()
    other.refresh_from_db()
    assert (ad.clicks, other.clicks) == (3, 1)


def test_click_that_another_site_brings_about_is_not_counted(client):
    ad = AdFactory()
    for said in ("cross-site", "same-site", "none"):
        assert click(client, ad.pk, HTTP_SEC_FETCH_SITE=said).status_code == 302
    assert not CountedClick.objects.exists()
    click(client, ad.pk, HTTP_SEC_FETCH_SITE="same-origin")
    ad.refresh_from_db()
    assert ad.clicks == 1


def test_mark_of_a_click_tells_no_address_and_is_gone_after_its_hour(client):
    ad, other = AdFactory.create_batch(2)
    click(client, ad.pk)
    click(client, other.pk)
    marks = set(CountedClick.objects.values_list("mark", flat=True))
    # Of one network, and nobody can tell.
    assert len(marks) == 2
    assert not any("192.0" in mark for mark in marks)
    apply_all(timezone.now() + HOUR)
    assert CountedClick.objects.count() == 2
    apply_all(timezone.now() + 3 * HOUR)
    assert not CountedClick.objects.exists()
    ad.refresh_from_db()
    assert ad.clicks == 1


def test_click_leads_on_after_the_end_and_nowhere_before_the_start(client):
    ended = AdFactory(ends_at=timezone.now() - HOUR)
    coming = AdFactory(starts_at=timezone.now() + HOUR)
    assert client.get(f"/ads/{ended.pk}/click/", **BROWSER).status_code == 302
    assert client.get(f"/ads/{coming.pk}/click/", **BROWSER).status_code == 404


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/"])
def test_ad_leads_to_the_web_and_nowhere_else(url):
    with pytest.raises(ValidationError) as caught:
        AdFactory.build(url=url).full_clean()
    assert "url" in caught.value.message_dict


def test_ad_that_ends_before_it_starts_is_refused():
    now = timezone.now()
    with pytest.raises(ValidationError, match="cannot end before"):
        AdFactory.build(starts_at=now, ends_at=now - HOUR).full_clean()


def test_editor_sees_an_ad_on_a_page_before_readers_do(admin_client, client):
    ad = AdFactory(is_active=False, headline="Not yet")
    assert "Not yet" in admin_client.get(f"/admin/ads/ad/{ad.pk}/preview/").content.decode()
    assert client.get(f"/admin/ads/ad/{ad.pk}/preview/").status_code == 302


def test_ad_admin_shows_what_came_of_an_ad(admin_client):
    AdFactory(impressions=400, clicks=3)
    assert "0.8" in admin_client.get("/admin/ads/ad/").content.decode()
