"""Fact links in titles, standfirsts, headings of entries, captions and cells of tables."""

import datetime
import json
import re

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, SectionFactory
from articles.models import Article
from articles.publishing import quoting, snapshots
from articles.tests.test_admin import posted
from companies.factories import CompanyFactory
from desk import actions, sync
from desk.models import ReviewTask
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory

pytestmark = pytest.mark.django_db
QUARTER = {"as_of": datetime.date(2025, 9, 30), "as_of_precision": "quarter"}
YEAR = {"as_of": datetime.date(2026, 6, 30), "as_of_precision": "month"}
LIVE = "[](fact:acme/users)"


@pytest.fixture
def fact():
    company = CompanyFactory(slug="acme", name="Acme")
    return FactFactory(company=company, metric__key="users", amount=75_000_000, **QUARTER)


@pytest.fixture
def editor(client):
    editor = UserFactory(groups=["Editor"])
    client.force_login(editor)
    return editor


@pytest.fixture
def update(fact, admin_user, django_capture_on_commit_callbacks):
    def to(amount):
        with django_capture_on_commit_callbacks(execute=True):
            return facts.update(fact, by=admin_user, source=SourceFactory(), amount=amount, **YEAR)

    return to


def pinned(fact, words="75 million"):
    return f"[{words}](fact:acme/users@{fact.public_id})"


def fresh(article):
    return Article.objects.get(pk=article.pk)


def page_of(client, article):
    return client.get(article.get_absolute_url()).text


def quoted(article):
    return list(article.fact_uses.values_list("text", "sentence").order_by("position"))


def without_addresses(html):
    """No link is shown as it was written, and none has lost its words."""
    return "](fact:" not in html and "[](" not in html


def test_title_and_standfirst_show_figures_with_date_and_source(client, fact):
    title, standfirst = f"Acme has {pinned(fact)} users", f"It says so: {LIVE}. Really *so*."
    article = ArticleFactory(title=title, standfirst=standfirst, body="Text.")
    page = page_of(client, article)
    link = f'<a class="fact" href="{fact.get_absolute_url()}"><data value="75000000">75 million'
    assert re.search(
        f"<h1>Acme has {re.escape(link)}</data></a><sup[^>]*>Q3 2025</sup> users", page
    )
    standfirst = page.partition('<p class="standfirst">')[2].partition("</p>")[0]
    assert 'class="fact live"' in standfirst
    assert standfirst.endswith(". Really *so*.")
    assert "Sources: 2 of 2 figures" in page
    assert without_addresses(page)
    assert quoted(article) == [
        ("75 million", "Acme has 75 million users"),
        ("", "It says so: 75 million (Q3 2025)."),
    ]


def test_words_alone_stand_where_nothing_can_be_linked(
    client, fact, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        article = ArticleFactory(
            title=f"Acme has {pinned(fact)} users",
            standfirst=f"Today: {LIVE}.",
            authors=[AuthorFactory()],
        )
    plain = "Acme has 75 million users"
    assert (article.title, article.standfirst) == (plain, "Today: 75 million (Q3 2025).")
    page = page_of(client, article)
    assert f"<title>{plain} " in page
    assert f'<meta property="og:title" content="{plain}">' in page
    assert '<meta property="og:description" content="Today: 75 million (Q3 2025).">' in page
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(data)["headline"] == plain
    for address in ("/", "/articles/", "/feeds/articles.atom", "/feeds/articles.rss"):
        html = client.get(address).text
        assert plain in html, address
        assert without_addresses(html), address
    assert plain in client.get("/search/?q=Acme").text
    assert plain in client.get(reverse("admin:articles_article_changelist")).text


def test_newer_value_of_a_live_figure_reaches_page_lists_and_search(client, fact, update):
    article = ArticleFactory(title="Who pays", standfirst=f"Today: {LIVE}.")
    update(90_000_000)
    assert fresh(article).standfirst == "Today: 90 million (June 2026)."
    assert "90 million</data>" in page_of(client, article)
    assert "Today: 90 million (June 2026)." in client.get("/articles/").text
    assert article.title in client.get("/search/?q=90").text
    assert quoting.rebuild() == 0


def test_figure_found_wrong_is_marked_in_every_line(
    client, fact, editor, django_capture_on_commit_callbacks
):
    article = ArticleFactory(title=f"Acme has {pinned(fact)}", standfirst=f"Today: {LIVE}.")
    with django_capture_on_commit_callbacks(execute=True):
        facts.deprecate(fact, reason="Misread.", by=editor)
    page = page_of(client, article)
    assert "<s>75 million</s>" in page.partition("</h1>")[0]
    for html in (page, client.get("/articles/").text, client.get("/feeds/articles.rss").text):
        assert "Acme has 75 million (withdrawn)" in html
        assert "Today: (a figure found wrong)." in html


def test_form_gives_back_the_links_and_names_what_is_wrong_with_one(client, editor, fact):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    response = posted(client, article, title="Acme has [75 million](fact:acme/users) users")
    assert response.status_code == 302
    # The id is added on save, as in the body.
    page = client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert f"Acme has {pinned(fact)} users" in page
    assert fresh(article).title == "Acme has 75 million users"
    text = "It has [9](fact:acme/nothing)."
    page = posted(client, article, standfirst=text, _publish="").text
    assert "there is no metric “nothing”" in page
    assert "It has [9](fact:acme/nothing)." in page


@pytest.mark.parametrize(("words", "is_refused"), [("x" * 160, False), ("x" * 161, True)])
def test_title_is_as_long_as_its_words(client, editor, fact, words, is_refused):
    article = ArticleFactory(draft=True)
    words = words[:-10] + pinned(fact, "75 million")
    response = posted(client, article, title=words)
    if is_refused:
        assert "at most 160 characters (it has 161)" in response.text
    else:
        assert fresh(article).title == words.partition("[")[0] + "75 million"


@pytest.mark.parametrize(
    "title", ["# 1 *star* & <b> `x` [a](b)", "1. Acme", "- no list", "A “quoted” 'word'", "a\\*b"]
)
def test_nothing_else_in_a_line_is_markdown(client, fact, title):
    plain = ArticleFactory(title=title)
    assert plain.title == title
    linked = ArticleFactory(title=f"{title}: {pinned(fact)}")
    assert linked.title.replace("’", "'").replace("‘", "'") == f"{title}: 75 million"
    assert quoted(linked)[0][0] == "75 million"
    assert "<em>" not in page_of(client, linked).partition("</h1>")[0]


def test_line_that_is_written_anew_quotes_nothing_any_more(fact):
    article = ArticleFactory(title=f"Acme has {pinned(fact)}")
    article = fresh(article)
    article.title = "Nothing of the sort"
    article.save()
    assert (fresh(article).title, quoted(article)) == ("Nothing of the sort", [])
    article.standfirst = LIVE
    article.save(update_fields=["standfirst"])
    assert fresh(article).standfirst == "75 million (Q3 2025)"
    assert len(quoted(article)) == 1


def test_revisions_keep_the_links_and_restore_them(client, editor, fact):
    article = ArticleFactory(title=f"Acme has {pinned(fact)}", authors=[AuthorFactory()])
    assert snapshots.of(article)["title"] == f"Acme has {pinned(fact)}"
    content = publishing.newest_content(article) | {"title": "Acme"}
    publishing.save_revision(article, content, by=editor)
    publishing.restore(article.revisions.get(number=1), by=editor)
    assert publishing.newest_content(article)["title"] == f"Acme has {pinned(fact)}"
    page = client.get(reverse("admin:articles_article_preview", args=[article.pk])).text
    assert '<h1>Acme has <a class="fact"' in page


def test_heading_of_an_entry_shows_its_figure_and_links_the_company_beside_it(client, fact):
    article = ArticleFactory(kind="list", body="A list.", slug="a-list")
    ListEntryFactory(article=article, company=fact.company, heading=f"Acme: {pinned(fact)}")
    fresh(article).save()
    page = page_of(client, article)
    heading = page.partition('<span class="rank">1</span>')[2].partition("</h2>")[0]
    assert f'Acme: <a class="fact" href="{fact.get_absolute_url()}">' in heading
    assert without_addresses(page)
    assert f'<a href="{fact.company.get_absolute_url()}"><bdi>Acme</bdi></a>' in page
    assert "&lt;h2&gt;Acme: 75 million&lt;/h2&gt;" in client.get("/feeds/articles.atom").text
    assert snapshots.of(article)["entries"][0]["heading"] == f"Acme: {pinned(fact)}"
    assert [words for words, _sentence in quoted(article)] == ["75 million"]


def test_caption_and_cell_show_their_figures(client, fact):
    body = (
        f'![Shops](/media/a.png "It has {pinned(fact)} users.")\n\n'
        f"| Year | Users |\n|---|---|\n| 2025 | {pinned(fact)} |\n| now | {LIVE} |"
    )
    article = ArticleFactory(body=body)
    page = page_of(client, article)
    caption = page.partition("<figcaption>It has ")[2].partition("</figcaption>")[0]
    assert caption.startswith('<a class="fact"')
    assert page.partition("<tbody>")[2].count('<data value="75000000">75 million</data>') == 2
    assert without_addresses(page)
    assert "It has 75 million (Q3 2025) users." in article.body_text
    assert ("75 million", "It has 75 million users.") in quoted(article)
    assert len(quoted(article)) == 3


def places(article):
    return [(one["part"], one["text"]) for one in fresh(article).naked_figures]


def test_every_place_is_looked_through_for_figures_without_a_source(client, editor):
    body = (
        '![Shops](/media/a.png "All 644 cities.")\n\n'
        "| Year | Rank | Users |\n|---|---|---|\n| 2025 | 12 | 9,100 |\n| 2026 | 13 | 88 |"
    )
    article = ArticleFactory(
        kind="list", title="It made $4 billion", standfirst="With 12 offices.", body=body
    )
    ListEntryFactory(article=article, company=CompanyFactory(), heading="Some 300 towns")
    fresh(article).save()
    assert places(article) == [
        ("title", "$4 billion"),
        ("standfirst", "12 offices"),
        (0, "644 cities"),
        (0, "9,100"),
        (0, "88"),
        (1, "Some 300 towns"),
    ]
    page = client.get(reverse("admin:articles_article_figures", args=[article.pk])).text
    for place in ("<span>title</span>", "<span>standfirst</span>", "<span>entry 1, line 1</span>"):
        assert place in page


def test_panel_follows_what_is_typed_in_the_lines(client, editor, fact):
    url = reverse("admin:articles_article_live_coverage")
    data = {"part": ["Text."], "title": f"Acme has {pinned(fact, '2019')}", "standfirst": "$4."}
    panel = client.post(url, data).text
    assert 'data-text="2019" data-line="1" data-part="title"' in panel
    assert "but the fact says 75 million" in panel
    assert 'data-part="standfirst"' in panel
    assert client.post(url, {"part": "x", "title": "x" * 3_000}).status_code == 413


def test_strict_section_refuses_a_figure_in_the_title(client, editor):
    article = ArticleFactory(
        draft=True,
        title="It made $4 billion",
        section=SectionFactory(check_levels={"unsourced": "block"}),
        authors=[AuthorFactory()],
    )
    told = client.get(posted(client, article, _publish="")["Location"]).text
    assert "Figures without a source (“$4 billion”)" in told
    assert not fresh(article).is_published


def test_refresh_of_a_task_rewords_the_lines_too(client, editor, fact, update):
    article = ArticleFactory(
        title=f"Acme has {pinned(fact)}",
        standfirst=f"{pinned(fact)} pay.",
        body="Text.",
        authors=[AuthorFactory()],
    )
    new = update(90_000_000)
    sync.rebuild()
    task = ReviewTask.objects.get(kind=ReviewTask.Kind.SUPERSEDED)
    actions.refresh(task, words="90 million", by=editor)
    assert fresh(article).title == "Acme has 90 million"
    assert fresh(article).standfirst == "90 million pay."
    assert {use.fact for use in article.fact_uses.all()} == {new}
