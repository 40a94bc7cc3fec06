import datetime
import re

import pytest
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import UPDATE, ArticleFactory, AuthorFactory
from articles.publishing import (
    approve,
    newest_content,
    publish,
    return_with_note,
    save_revision,
    submit_for_review,
)
from audience import hearts
from audience.models import DailySum, DailyViews
from audience.viewing import add_views
from comments.factories import CommentFactory
from comments.models import Comment
from corrections.factories import CorrectionFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


def page_for(client, role="Editor", user=None):
    client.force_login(user or UserFactory(groups=[role]))
    return client.get("/admin/")


def chart_of(page, label):
    return next(chart for chart in page.context["charts"] if chart.label == label)


def test_charts_say_what_their_table_says(client, today):
    for back, views in [(0, 7), (2, 40), (29, 3), (30, 20), (59, 5), (60, 999)]:
        DailySum.objects.create(day=today - back * DAY, views=views, hearts=back)
    page = page_for(client)
    chart = chart_of(page, "Views")
    assert (chart.total, chart.before) == (50, 25)
    assert "<b>50</b> Views<small>up 100 % from 25</small>" in page.text
    drawn = re.findall(r"<title>[^:<]+: (\d+)</title>", page.text.partition("Hearts<small>")[0])
    rows = re.findall(r'<th scope="row">[^<]+</th><td>(\d+)</td>', page.text)
    assert [int(count) for count in drawn] == [int(count) for count in rows[::-1]] == chart.counts
    heights = {bar["told"].split(": ")[1]: float(bar["height"]) for bar in chart.bars()}
    assert heights["40"] == 90
    assert heights["7"] == pytest.approx(90 * 7 / 40, abs=0.1)
    assert heights["0"] == 0


def test_charts_tell_honestly_what_nobody_counted(client, today):
    assert chart_of(page_for(client), "Views").compared == "nobody has counted any yet"
    DailySum.objects.create(day=today - 3 * DAY, views=5)
    assert chart_of(page_for(client), "Views").compared.startswith("counted since ")
    DailySum.objects.create(day=today - 40 * DAY, views=10)
    assert chart_of(page_for(client), "Views").compared == "down 50 % from 10"


def test_comments_and_corrections_are_counted_by_day(client, today):
    CommentFactory()
    CommentFactory(state=Comment.State.PENDING)
    CorrectionFactory(article=ArticleFactory())
    page = page_for(client)
    assert chart_of(page, "Comments").counts[-1] == 1
    assert chart_of(page, "Corrections").counts[-1] == 1


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("Editor", ["Views", "Hearts", "Comments", "Corrections"]),
        ("Moderator", ["Comments", "Corrections"]),
        ("Writer", ["Views", "Hearts", "Comments"]),
    ],
)
def test_charts_are_those_that_one_may_see(client, role, labels):
    page = page_for(client, role)
    assert [chart.label for chart in page.context["charts"]] == labels
    assert ("Rising" in page.text) is False


def test_views_and_hearts_are_kept_by_day(today):
    article, other = ArticleFactory(), ArticleFactory()
    add_views([(article.pk, today, "a"), (other.pk, today, "b"), (article.pk, today - DAY, "c")])
    add_views([(article.pk, today, "d")])
    assert list(DailySum.objects.order_by("day").values_list("views", flat=True)) == [1, 3]


def test_heart_that_is_taken_back_leaves_the_day_on_which_it_was_given(today):
    article, visitor = ArticleFactory(), "0" * 32
    for _n in range(2):
        hearts.toggle(article, visitor=visitor, subnet="x")
    assert DailySum.objects.get(day=today).hearts == 0
    hearts.toggle(article, visitor=visitor, subnet="x")
    article.hearts.update(created_at=timezone.now() - DAY)
    DailySum.objects.create(day=today - DAY, hearts=4)
    hearts.toggle(article, visitor=visitor, subnet="x")
    assert list(DailySum.objects.order_by("day").values_list("hearts", flat=True)) == [3, 1]


def test_what_rises_stands_apart_from_what_is_read_most(client, today):
    steady, rising, draft = ArticleFactory(), ArticleFactory(), ArticleFactory(draft=True)
    for back in range(12):
        DailyViews.objects.create(article=steady, day=today - back * DAY, views=100)
        DailyViews.objects.create(article=rising, day=today - back * DAY, views=2 if back else 50)
    DailyViews.objects.create(article=draft, day=today, views=500)
    page = page_for(client)
    assert [(one.article, one.views, one.rise) for one in page.context["rising"]] == [
        (rising, 52, 1200)
    ]
    assert [(one.article, one.views) for one in page.context["best"]] == [
        (steady, 1200),
        (rising, 72),
    ]


def test_drafts_are_ones_own_and_say_how_they_stand(client):
    writer = UserFactory(groups=["Writer"])
    own = {"authors": [AuthorFactory(user=writer)]}
    ArticleFactory(title="Half a story", draft=True, **own)
    ArticleFactory(title="Sent off", in_review=True, **own)
    ArticleFactory(title="Read by all", **own)
    ArticleFactory(title="Of somebody else", draft=True)
    page = page_for(client, user=writer)
    assert {draft.title for draft in page.context["drafts"]} == {"Half a story", "Sent off"}
    assert page.text.count('<span class="today-chip is-wait">in review</span>') == 1
    assert "Of somebody else" not in page.text


def test_titles_of_other_scripts_say_their_language(client):
    writer = UserFactory(groups=["Writer"])
    article = ArticleFactory(title="سوق العمل", language="ar", draft=True)
    save_revision(article, newest_content(article), by=writer)
    article.revisions.update(author=writer)
    assert f'change/" lang="ar" dir="rtl">{article.title}</a>' in page_for(client, user=writer).text


def test_what_happened_names_to_writers_their_own_alone(client):
    editor = UserFactory(groups=["Editor"], first_name="Mara")
    article = ArticleFactory(title="The async turn", authors=[AuthorFactory()])
    save_revision(article, newest_content(article) | {"standfirst": "Another."}, by=editor)
    publish(article, by=editor, change=UPDATE)
    page = page_for(client, user=editor)
    [event] = [one for one in page.context["events"] if one.what == "The async turn"]
    assert (event.who, event.did) == ("Mara", "published")
    assert f'href="{event.url}"' in page.text
    assert page_for(client, "Writer").context["events"] == []
    assert page_for(client, "Moderator").context["events"] == []


@pytest.mark.parametrize(("decide", "did"), [(approve, "approved"), (return_with_note, "returned")])
def test_what_became_of_a_review_is_told(client, decide, did):
    article = ArticleFactory(draft=True)
    writer, editor = UserFactory(groups=["Writer"]), UserFactory(groups=["Editor"])
    save_revision(article, newest_content(article), by=writer)
    review = submit_for_review(article, by=writer)
    decide(review, by=editor, number=review.revision.number, note="Line one.\nLine two.")
    [event] = page_for(client, user=editor).context["events"][:1]
    assert event.did == did


def test_begins_with_a_new_article_for_those_who_write(client):
    for role, is_there in [("Writer", True), ("Editor", True), ("Moderator", False)]:
        page = page_for(client, role)
        assert (
            'class="today-act today-main" href="/admin/articles/article/add/"' in page.text
        ) == is_there


def test_asks_few_questions_however_much_there_is(client, today, django_assert_max_num_queries):
    editor = UserFactory(groups=["Editor"])
    author = AuthorFactory(user=editor)
    for at in range(3):
        article = ArticleFactory(draft=True, authors=[author])
        DailyViews.objects.create(article=ArticleFactory(), day=today - at * DAY, views=3)
        save_revision(article, newest_content(article) | {"title": f"New {at}"}, by=editor)
        ArticleFactory(in_review=True)
        CommentFactory(state=Comment.State.PENDING)
    page_for(client, user=editor)
    with django_assert_max_num_queries(20):
        client.get("/admin/")
