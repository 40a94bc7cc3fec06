import datetime
import json
import re
from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from core.tests.markup import attributes, elements
from corrections.factories import CorrectionFactory
from corrections.models import Correction
from facts.factories import FactFactory
from tests.hostile import MARKUP

pytestmark = pytest.mark.django_db
LOG, FEED = "/corrections/", "/feeds/corrections.atom"
STATES = ["draft", "in_review", "scheduled", "archived", "withdrawn", "published"]


def said(client, url=LOG) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def in_year(year, **values):
    return CorrectionFactory(
        published_at=datetime.datetime(year, 6, 1, tzinfo=datetime.UTC), **values
    )


def test_entry_shows_what_was_wrong_what_is_right_and_who_said_so(client):
    now = timezone.now()
    correction = CorrectionFactory(
        credit="Ada", reported_at=now - timedelta(hours=5), published_at=now
    )
    html = said(client)
    assert correction.note in html
    assert f'href="{correction.article.get_absolute_url()}"' in html
    assert "It has <del>75</del> offices." in html
    assert "It has <ins>57</ins> offices." in html
    assert re.search(r"<dt>before</dt>.*<dt>after</dt>", html, re.DOTALL)
    assert "Thanks to Ada." in html
    assert "Put right 5\xa0hours after" in html


def test_entry_without_a_reader_thanks_nobody(client):
    CorrectionFactory()
    html = said(client)
    assert "Thanks to" not in html
    assert "Put right" not in html


def test_entry_shows_the_figures_that_changed(client):
    old = FactFactory(amount=75)
    new = FactFactory(company=old.company, metric=old.metric, amount=57)
    CorrectionFactory(changes=[], fact_before=old, fact_after=new)
    html = said(client)
    assert f'href="{old.get_absolute_url()}"' in html
    assert f'href="{new.get_absolute_url()}"' in html


def test_figure_of_a_hidden_company_is_not_linked(client):
    old = FactFactory(company__is_public=False)
    CorrectionFactory(changes=[], fact_before=old)
    assert old.get_absolute_url() not in said(client)


def test_words_that_were_blacked_out_are_nowhere(client):
    article = ArticleFactory()
    CorrectionFactory(
        article=article,
        changes=[{"before": "His number is five-five-five.", "after": ""}],
        redactions=[{"index": 0, "reason": "A private number"}],
    )
    pages = [said(client, url) for url in (LOG, FEED, article.get_absolute_url())]
    assert [page for page in pages if "five-five-five" in page] == []
    assert "A private number" in pages[0]


@pytest.mark.parametrize("state", STATES)
def test_row_stays_in_the_log_whatever_becomes_of_its_article(client, state):
    correction = CorrectionFactory(article=ArticleFactory(**{state: True}))
    for url in (LOG, FEED):
        page = said(client, url)
        assert correction.note in page
        assert correction.article.title in page


def test_log_of_a_withdrawn_article_says_so_and_leads_to_no_page_that_is_gone(client):
    article = CorrectionFactory(article=ArticleFactory(withdrawn=True)).article
    html = said(client, f"{LOG}?article={article.pk}")
    assert html.count("withdrawn)") == 2
    assert f'href="{article.get_absolute_url()}"' not in html
    (entry,) = feedparser.parse(said(client, FEED)).entries
    assert entry.link == f"http://testserver{article.corrections.get().get_absolute_url()}"


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
def test_log_of_an_article_that_nobody_has_read_is_not_found(client, state):
    hidden = ArticleFactory(**{state: True})
    assert client.get(f"{LOG}?article={hidden.pk}").status_code == 404
    assert client.get(f"{LOG}?article=nothing").status_code == 404


def test_filters_narrow_the_log_and_leave_the_rest_out(client):
    kinds = {kind: CorrectionFactory(kind=kind, note=f"A {kind}.") for kind in Correction.Kind}
    for kind, correction in kinds.items():
        html = said(client, f"{LOG}?kind={kind}")
        assert [one.pk for one in client.get(f"{LOG}?kind={kind}").context["object_list"]] == [
            correction.pk
        ]
        assert correction.note in html


def test_year_filter_holds_that_year_alone(client):
    now = timezone.now().year
    in_year(now - 2, note="Two years ago.")
    in_year(now - 1, note="Last year.")
    html = said(client, f"{LOG}?year={now - 1}")
    assert "Last year." in html
    assert "Two years ago." not in html


def test_article_filter_holds_that_article_alone(client, django_assert_max_num_queries):
    correction, other = CorrectionFactory(), CorrectionFactory()
    with django_assert_max_num_queries(7):
        html = said(client, correction.get_absolute_url())
    assert correction.note in html
    assert other.note not in html


@pytest.mark.parametrize("query", ["kind=lies", "year=1800", "year=x", "kind=&year=\x00"])
def test_filter_that_makes_no_sense_says_so_and_shows_the_rest(client, query):
    correction = CorrectionFactory()
    html = said(client, f"{LOG}?{query}")
    assert correction.note in html
    assert "errorlist" in html


def test_filter_that_nothing_fits_says_so(client):
    CorrectionFactory(kind="update")
    assert "No correction fits." in said(client, f"{LOG}?kind=retraction")


def test_log_is_paged_by_place_and_newest_first(client):
    now = timezone.now()
    rows = [CorrectionFactory(published_at=now - timedelta(days=n)) for n in range(25)]
    first = client.get(LOG)
    shown = first.context["object_list"]
    second = client.get(first.context["page"].older_url)
    assert [row.pk for row in [*shown, *second.context["object_list"]]] == [row.pk for row in rows]


def test_head_of_the_log_counts_this_year_and_the_median_wait(client):
    now = timezone.now()
    for days in (1, 2, 30):
        CorrectionFactory(reported_at=now - timedelta(days=days), published_at=now)
    CorrectionFactory()
    in_year(now.year - 1)
    figures = client.get(LOG).context["figures"]
    assert figures == {"this_year": 4, "median": "2\xa0days", "measured": 3}


@pytest.mark.parametrize("url", [LOG, FEED])
def test_log_runs_the_same_few_queries_however_many_there_are(
    client, url, django_assert_max_num_queries
):
    old = FactFactory()
    for _number in range(22):
        CorrectionFactory(
            fact_before=old,
            fact_after=FactFactory(company=old.company, metric=old.metric),
            reported_at=timezone.now() - timedelta(days=2),
        )
    with django_assert_max_num_queries(6 if url == LOG else 1):
        said(client, url)


def test_feed_holds_the_newest_with_what_changed(client):
    correction = CorrectionFactory(note="There are 57 & not 75.", credit="Ada")
    feed = feedparser.parse(said(client, FEED))
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title == f"Correction: {correction.article.title}"
    assert entry.link == f"http://testserver{correction.article.get_absolute_url()}#corrections"
    assert "There are 57 &amp; not 75." in entry.summary
    assert "Thanks to Ada." in entry.summary
    assert "<del>75</del>" in entry.summary


def test_hostile_words_run_nowhere(client):
    article = ArticleFactory()
    for text in MARKUP:
        words = "".join(one for one in text if one.isprintable())[:60] or "x"
        CorrectionFactory(
            article=article,
            note=words,
            credit=words,
            changes=[{"before": words, "after": f"{words} x"}],
            redactions=[],
        )
    before = ArticleFactory()
    for url in (LOG, article.get_absolute_url()):
        html = said(client, url)
        plain = said(client, before.get_absolute_url())
        running = [tag for tag, _ in elements(html) if tag in {"iframe", "object", "embed", "base"}]
        assert running == []
        assert len(attributes(html, "script")) <= len(attributes(plain, "script")) + 1
        assert [name for _, has in elements(html) for name in has if name.startswith("on")] == []
    assert not feedparser.parse(said(client, FEED)).bozo


# The article's own page.


def block_of(html) -> dict:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(block)


def test_article_says_at_its_head_and_its_foot_what_was_corrected(client):
    article = ArticleFactory()
    CorrectionFactory(article=article, note="The first one.")
    newest = CorrectionFactory(article=article, kind="update", note="The newest one.", credit="Ada")
    html = said(client, article.get_absolute_url())
    assert html.index("The newest one.") < html.index('class="spread"')
    foot = html[html.index('id="corrections"') :]
    assert foot.index("The newest one.") < foot.index("The first one.")
    assert "Thanks to Ada." in foot
    (line,) = [has for has in attributes(html, "p") if "data-read" in has]
    assert line["data-read"] == str(article.pk)
    assert f'data-newest="{newest.pk}" hidden' in html
    assert "hidden" in line


def test_article_never_corrected_has_neither(client):
    CorrectionFactory()
    article = ArticleFactory()
    html = said(client, article.get_absolute_url())
    assert 'id="corrections"' not in html
    assert "Changed since" not in html
    assert "correction" not in block_of(html)
    assert f'data-read="{article.pk}" hidden></p>' in html


def test_article_names_its_corrections_to_machines(client):
    correction = CorrectionFactory(note="</script><b>", credit="Ada")
    data = block_of(said(client, correction.article.get_absolute_url()))
    (told,) = data["correction"]
    assert told["@type"] == "CorrectionComment"
    assert (told["name"], told["text"]) == ("Correction", "</script><b>")
    assert told["datePublished"] == correction.published_at.isoformat()
    assert told["contributor"] == {"@type": "Person", "name": "Ada"}
    assert data["@type"] == "NewsArticle"


def test_comment_that_was_accepted_shows_nothing_of_its_author_in_the_log(client):
    comment = CommentFactory(
        discussion=DiscussionFactory(), kind="correction", name="Ada", email="ada@example.org"
    )
    CorrectionFactory(article=comment.discussion.article, comment=comment)
    html = said(client)
    assert "Ada" not in html
    assert "ada@example.org" not in html
