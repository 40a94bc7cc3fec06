"""What is looked for before a text goes out, never before it is saved."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.factories import UserFactory
from articles import checks, publishing
from articles.checks.links import MOST_LOOKED_UP
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article, PlannedChange, Section
from articles.tests.test_admin import admin_url, posted, run_action
from companies.factories import CompanyFactory
from facts.factories import FactFactory, MetricFactory
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


ABOUT_TEXTS = ("unfinished", "dead_link", "missing_picture", "alternative_text")


def found(names, text, language="en", parts=None, **content):
    content = {"slug": "this-one", "language": language, **content}
    manuscript = checks.Manuscript(Article(), content, parts or {0: text})
    return checks.found_by(manuscript, *names)


def asked(text, *names, **content):
    return [(one.line, one.text) for one in found(names or ABOUT_TEXTS, text, **content)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nThe total is TK.", [(3, "TK")]),
        ("## TK\n\n| a |\n|---|\n| TKTK |", [(1, "TK"), (5, "TKTK")]),
        ("A TKO, a tk and `TK`.", []),
        (
            "By [TBC], of [??].\n\nLorem ipsum dolor.",
            [(1, "[TBC]"), (1, "[??]"), (3, "Lorem ipsum")],
        ),
        ("The date is TBC [1]. What [sic]?", []),
        ('![A pier](/media/none.jpg "Photo TK")', [(1, "TK"), (1, "/media/none.jpg")]),
        ("![](/media/pictures/none.jpg)", [(1, "/media/pictures/none.jpg")]),
        ("![](none.jpg)", [(1, "none.jpg")]),
        ("![A pier](https://elsewhere.example/a.jpg)", [(1, "https://elsewhere.example/a.jpg")]),
        ("[a](https://elsewhere.example/nowhere) [b](#c) [d](mailto:a@b.example)", []),
        ("[a](/articles/2026/) [b](/articles) [c](/feeds/articles.atom) [d](/)", []),
        (
            "[a](/nowhere/)\n\n[b](/articles/none/#part)",
            [(1, "/nowhere/"), (3, "/articles/none/#part")],
        ),
        ("[a](www.elsewhere.example) [b](next)", [(1, "www.elsewhere.example"), (1, "next")]),
        ("[a](?page=2) [b](.) [c](/articles/this-one/) [d](../) [e](../../about/)", []),
    ],
)
def test_each_text_is_asked_about_what_is_in_it(text, expected):
    assert asked(text) == expected


def test_links_are_dead_where_readers_see_no_page(settings):
    live, draft = ArticleFactory(slug="live"), ArticleFactory(slug="draft", draft=True)
    ArticleFactory(slug="later", published_at=timezone.now() + timedelta(days=1))
    live.former_slugs.create(slug="before")
    draft.former_slugs.create(slug="begun")
    SectionFactory(slug="news")
    CompanyFactory(slug="open")
    CompanyFactory(slug="closed", is_public=False)
    alive = ["articles/live/", "articles/before", "articles/LIVE/", "sections/news/"]
    fact, metric = FactFactory(), MetricFactory(key="users")
    alive += ["companies/open/", f"facts/{fact.public_id}/", f"metrics/{metric.key}/"]
    dead = ["articles/draft/", "articles/later/", "articles/begun/", "sections/none/"]
    dead += ["companies/closed/", "topics/none/", "authors/none/", "technologies/none/"]
    dead += ["facts/none/", f"facts/{FactFactory(status='draft').public_id}/", "metrics/none/"]
    for root in ("/", f"{settings.SITE_URL}/", "../../"):
        text = " ".join(f"[x]({root}{path})" for path in (*alive, *dead))
        assert [address for _line, address in asked(text)] == [f"{root}{path}" for path in dead]


def test_links_are_looked_up_at_once(django_assert_max_num_queries):
    text = " ".join(f"[x](/articles/no-{number}/)" for number in range(30))
    with django_assert_max_num_queries(2):
        assert len(asked(text)) == 30


def test_long_text_is_not_looked_up_without_end(django_assert_max_num_queries):
    pictures = "".join(f"![](/media/pictures/{number}.jpg)\n\n" for number in range(1000))
    links = " ".join(f"[x](/articles/no-{number}/)" for number in range(1000))
    # Two for a picture: its file may have been replaced.
    with django_assert_max_num_queries(2 * MOST_LOOKED_UP + 2):
        assert len(asked(pictures + links, "dead_link", "missing_picture")) == 100


def test_picture_needs_words_here_or_in_the_library_unless_it_is_decorative():
    plain, described = PictureFactory(alt=""), PictureFactory(alt="A pier")
    decorative = PictureFactory(is_decorative=True, alt="")
    assert asked(f"![]({plain.file.url})") == [(1, plain.file.url)]
    assert asked(f"![A pier]({plain.file.url})") == []
    assert asked(f"![]({described.file.url})") == []
    assert asked(f"![]({decorative.file.url})") == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("heading_order", "## A\n\n#### B\n\n### C", [(3, "B")]),
        ("heading_order", "A\n-\n\n#### B", [(4, "B")]),
        ("heading_order", "### A\n\n#### B\n\n## C\n\n### D", []),
        (
            "vague_link",
            "Read it [here](/a/), or [ Click **here**](/b/).",
            [(1, "here"), (1, "Click here")],
        ),
        ("vague_link", "[Here we go](/a/) is [the report](/b/). Here!", []),
        ("vague_link", "Das steht [hier](/a/).", [(1, "hier")]),
        (
            "doubled_word",
            "It is in the\nthe house, and *and* out.",
            [(1, "the the"), (1, "and and")],
        ),
        ("doubled_word", "He said that that had had to end. The. The `the` the.", []),
        ("doubled_word", "Vis-a-the the-saurus, bathe the, in and-and out.", []),
        ("tag", "x\n<div>", [(2, "<div>")]),
        ("tag", "a <sub>c</sub>", []),
        ("long_paragraph", "word " * 181, [(1, "word word word")]),
        ("long_paragraph", f"{'word ' * 180}\n\n{'word ' * 180}", []),
    ],
)
def test_each_check_finds_its_own_and_leaves_the_near_miss(name, text, expected):
    assert asked(text, name) == expected


def test_words_are_doubled_by_language():
    assert asked("Die die ihn und und sie", "doubled_word", language="de-at") == [(1, "und und")]
    assert asked("The the", "doubled_word", language="pl") == []


ENGLISH = "It was the first of the reports that have been made with care and from there. " * 4
GERMAN = "Das ist der erste von den Berichten, die mit Sorgfalt und nicht für Geld gemacht. " * 4


@pytest.mark.parametrize(
    ("language", "text", "is_told"),
    [
        ("en-gb", GERMAN, True),
        ("de", GERMAN, False),
        ("de", ENGLISH, True),
        ("en", ENGLISH, False),
        # A quotation in another language, and one that is too short to tell.
        ("en", f"{ENGLISH} {GERMAN}", False),
        ("en", GERMAN[:120], False),
        ("ar", ENGLISH, False),
    ],
)
def test_text_in_another_language_is_told_where_it_is_sure(language, text, is_told):
    assert bool(found(["language"], text, language=language)) is is_told


def test_links_to_no_heading_name_their_part_and_know_the_entries_of_companies():
    CompanyFactory(slug="spotify")
    parts = {0: "[a](#spotify) [b](#quora) [c](#%00)", 1: "x\n\n[d](#no%00where)"}
    told = [(one.part, one.line, one.text) for one in found(["anchor"], "", parts=parts)]
    assert told == [(0, 1, "#"), (0, 1, "#quora"), (1, 3, "#nowhere")]


def test_text_with_nothing_to_look_up_asks_nothing(django_assert_num_queries):
    names = [check.name for check in checks.CHECKS if check.name not in ("blank", "topic")]
    with django_assert_num_queries(0):
        assert (
            found(names, "## A\n\n[a](#a) <sub>b</sub>", cover=1, title="T", standfirst="s") == []
        )


def test_what_stands_about_a_text_is_asked_about_where_its_section_asks():
    past = (timezone.now() - timedelta(hours=2)).isoformat()
    told = found(["cover", "topic", "date_passed"], "A.", published_at=past)
    assert [(one.part, one.text) for one in told] == [
        *(("cover", ""), ("topics", ""), ("published_at", "")),
    ]
    now = (timezone.now() - timedelta(minutes=50)).isoformat()
    topics = [TopicFactory().pk]
    told = found(["cover", "topic", "date_passed"], "A.", published_at=now, cover=1, topics=topics)
    assert told == []


# What comes of it


def draft(body="It is TK.", **levels):
    section = SectionFactory(check_levels=levels)
    return ArticleFactory(draft=True, authors=[AuthorFactory()], section=section, body=body)


def is_live(article):
    return Article.objects.published().filter(pk=article.pk).exists()


def publish(client, article, **typed):
    return client.get(posted(client, article, _publish="", **typed).url).text


def test_section_says_what_is_asked_about_once_and_what_is_kept_back(as_editor):
    off, warn, block = draft(unfinished="off"), draft(), draft(unfinished="block")
    assert "Published." in publish(as_editor, off)
    assert is_live(off)
    page = publish(as_editor, warn)
    assert "tick “Publish all the same”" in page
    assert not is_live(warn)
    page = publish(as_editor, block)
    assert "Something still to come (TK) (“TK”). Something is still to come here." in page
    assert "let_stand" not in page
    publish(as_editor, block, let_stand="0123456789abcdef")
    review = publishing.submit_for_review(block, by=UserFactory())
    with pytest.raises(ValidationError, match="It is not published like this"):
        publishing.approve_and_publish(review, by=UserFactory(), number=review.revision.number)
    assert not is_live(block)
    assert "Published." in publish(as_editor, block, body="It is done.")


def test_level_that_no_section_could_have_set_is_the_checks_own(as_editor):
    article = draft(unfinished="fatal", nonsense="block")
    assert "tick “Publish all the same”" in publish(as_editor, article)


def test_what_readers_could_not_do_without_is_no_matter_of_the_section():
    article = draft(body="Done.", blank="off", unknown_link="off")
    content = publishing.newest_content(article)
    publishing.save_revision(article, content | {"body": "[a](company:none)"}, by=None)
    with pytest.raises(ValidationError, match="There is no company “none”"):
        publishing.publish(article, by=None)
    publishing.save_revision(article, content | {"standfirst": " "}, by=None)
    with pytest.raises(ValidationError, match="It needs a standfirst"):
        publishing.publish(article, by=None)


def test_change_that_waits_is_kept_back_at_its_hour_and_the_live_text_stays(client, queue):
    article = ArticleFactory(authors=[AuthorFactory()], body="It is done.")
    linked = ArticleFactory(slug="linked")
    content = publishing.newest_content(article) | {"body": "It is done. [More](/articles/linked/)"}
    publishing.save_revision(article, content, by=None)
    Section.objects.filter(pk=article.section_id).update(check_levels={"dead_link": "block"})
    at = timezone.now() + timedelta(hours=1)
    publishing.plan(article, at=at, by=None, change=publishing.Change("update", note="More."))
    publishing.withdraw(linked, by=None)
    PlannedChange.objects.update(at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    queue()
    article = Article.objects.get(pk=article.pk)
    assert "More" not in article.body
    assert "Links to no page of this site (“/articles/linked/”)" in article.planned.problem


def test_checks_of_a_section_are_set_on_its_page_and_by_nobody_else(client, as_editor):
    section = SectionFactory(check_levels={"cover": "warn", "unfinished": "off"})
    url = reverse("admin:articles_section_change", args=[section.pk])
    page = as_editor.get(url)
    assert "Figures without a source" in page.text
    assert "as everywhere: asked about once before publishing" in page.text
    assert "level_blank" not in page.text
    data = {"name": section.name, "slug": section.slug, "position": 1}
    levels = {"level_unfinished": "block", "level_unsourced": "off"}
    assert as_editor.post(url, data | levels).status_code == 302
    section.refresh_from_db()
    assert section.check_levels == {"unfinished": "block", "unsourced": "off"}
    assert (
        "Something still to come"
        in as_editor.get(reverse("admin:articles_section_changelist")).text
    )
    page = as_editor.post(url, data | {"level_unfinished": "fatal"})
    assert "fatal is not one of the available choices" in page.text
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.post(url, data | {"level_unfinished": "off"}).status_code == 403
    section.refresh_from_db()
    assert section.check_levels["unfinished"] == "block"


def test_text_in_doubt_is_saved_told_and_published_once_it_is_let_stand(as_editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    page = as_editor.get(posted(as_editor, article, body="It is TK.", _publish="").url)
    article = Article.objects.get(pk=article.pk)
    assert publishing.newest_content(article)["body"] == "It is TK."
    assert not article.is_published
    told = "Saved, but not published: Something still to come (TK) (“TK”). Something is still to"
    assert told in page.text
    mark = re.search(r'name="let_stand" value="(\w+)"', page.text)[1]
    posted(as_editor, article, body="It is TK. [x](/nowhere/)", let_stand=mark, _publish="")
    assert not Article.objects.published().exists()
    posted(as_editor, article, body="So it is TK.", let_stand=mark, _publish="")
    assert Article.objects.published().exists()


def test_saving_and_submitting_ask_nothing(as_editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    for button in ("_save", "_submit"):
        page = as_editor.get(posted(as_editor, article, body="TK", **{button: ""}).url)
        assert "Saved, but" not in page.text
    assert Article.objects.get().status == Article.Status.IN_REVIEW


def test_panel_asks_while_it_is_typed_and_only_who_may_publish_lets_it_stand(client, as_editor):
    typed = {"article": "", "language": "en", "part": ["It is\n\nTK."], "title": "TK"}
    html = as_editor.post(admin_url("live_coverage"), typed).text
    assert 'data-text="TK" data-line="3" data-part="0"' in html
    assert 'data-part="title"' in html
    assert 'name="let_stand"' in html
    client.force_login(UserFactory(groups=["Writer"]))
    html = client.post(admin_url("live_coverage"), typed).text
    assert "Something is still to come here." in html
    assert "let_stand" not in html
    typed |= {"part": ["It is."], "title": "T"}
    assert "still to come here" not in client.post(admin_url("live_coverage"), typed).text


def test_panel_goes_by_the_section_that_is_typed_and_takes_any_values(as_editor):
    strict, easy = (
        SectionFactory(check_levels={"unfinished": level}) for level in ("block", "off")
    )
    typed = {"language": "en", "part": ["TK"], "title": "T", "standfirst": "s"}
    typed |= {"author": AuthorFactory().pk}
    html = as_editor.post(admin_url("live_coverage"), typed | {"section": strict.pk}).text
    assert "keeps it back" in html
    assert "let_stand" not in html
    html = as_editor.post(admin_url("live_coverage"), typed | {"section": easy.pk}).text
    assert "keeps it back" not in html
    assert "Headings in order" in html
    hostile = {"section": "9" * 18, "author": "x\0", "topics": ["-1", "9" * 40], "slug": "\0//["}
    page = as_editor.post(admin_url("live_coverage"), typed | hostile)
    assert page.status_code == 200
    assert "Its section no longer exists." in page.text


def test_list_of_many_publishes_nothing_in_doubt(as_editor, queue):
    doubtful = ArticleFactory(draft=True, authors=[AuthorFactory()], body="TK")
    sure = ArticleFactory(draft=True, authors=[AuthorFactory()])
    progress = run_action(as_editor, "publish_selected", [doubtful, sure])
    queue()
    assert list(Article.objects.published()) == [sure]
    told = as_editor.get(progress.request["PATH_INFO"]).text
    assert "Something is still to come here." in told


def test_desk_tells_them_while_they_are_typed(as_editor):
    typed = {"article": "", "language": "en", "part": ["a <b>c</b>\n\n[x](#wayback)"]}
    html = as_editor.post("/admin/articles/article/coverage/", typed).text
    assert 'data-text="&lt;b&gt;" data-line="1" data-part="0"' in html
    assert 'data-text="#wayback" data-line="3"' in html
    assert "no heading of the text is called that" in html
    typed["part"] = ["a <sub>c</sub>"]
    html = as_editor.post("/admin/articles/article/coverage/", typed).text
    assert "no tag that works here" not in html


@pytest.mark.parametrize(("body", "is_told"), [("a <b>c</b>", True), ("a <sub>c</sub>", False)])
def test_desk_tells_them_with_the_save_and_beside_the_form(as_editor, body, is_told):
    data = {
        "base_number": 0,
        "title": "T",
        "slug": "t",
        "standfirst": "s",
        "body": body,
        "section": SectionFactory().pk,
        "kind": "story",
        "language": "en",
        "_save": "",
        "bylines-TOTAL_FORMS": 1,
        "bylines-INITIAL_FORMS": 0,
        "bylines-0-author": AuthorFactory().pk,
        "bylines-0-position": 1,
        "entries-TOTAL_FORMS": 0,
        "entries-INITIAL_FORMS": 0,
    }
    page = as_editor.post("/admin/articles/article/add/", data, follow=True)
    assert Article.objects.get().body == body
    messages = [str(message) for message in page.context["messages"]]
    told = [one for one in messages if "<code>&lt;b&gt;</code>" in one and "line 1" in one]
    assert bool(told) is is_told
    assert ("it is no tag that works here" in page.text) is is_told
