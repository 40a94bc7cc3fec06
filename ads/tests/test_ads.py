import datetime
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone

from ads.choosing import choose
from ads.factories import AdFactory
from ads.models import Ad
from ads.views import clicks
from articles.factories import ArticleFactory, SectionFactory
from core.db.buffers import flusher

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
    for pk in (ad.pk, other.pk, ad.pk):
        client.get(f"/ads/{pk}/click/", **BROWSER)
    ad.refresh_from_db()
    assert ad.clicks == 0
    assert clicks.flush()
    ad.refresh_from_db()
    other.refresh_from_db()
    assert (ad.clicks, other.clicks) == (2, 1)


def test_click_on_an_ad_that_is_deleted_meanwhile_does_not_hold_up_the_others():
    ad = AdFactory()
    Ad.objects.count_clicks({ad.pk: 2, ad.pk + 1: 1})
    ad.refresh_from_db()
    assert ad.clicks == 2


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
