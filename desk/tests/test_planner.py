import datetime

import pytest
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import UPDATE, ArticleFactory, AuthorFactory
from articles.models import Article, PlannedChange
from articles.publishing import newest_content, newest_revision, plan, publish, save_revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def editor(client):
    user = UserFactory(groups=["Editor"])
    client.force_login(user)
    return user


def scheduled(editor, at=None, **kwargs):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], **kwargs)
    publish(article, by=editor, at=at or timezone.now() + 3 * DAY)
    return article


def planned(editor, at):
    article = ArticleFactory(authors=[AuthorFactory()])
    save_revision(article, newest_content(article) | {"body": "Changed."}, by=editor)
    plan(article, at=at, by=editor, change=UPDATE)
    return article


def move(client, article, day, of="article", **more):
    data = {"of": of, "pk": article.pk, "day": day.isoformat(), **more}
    return client.post("/admin/calendar/move/", data, follow=True)


def entries_of(page):
    days = page.context["week"] or [] if "week" in page.context else []
    days = [*days, *(day for week in page.context.get("weeks", []) for day in week)]
    return {entry.title: entry.kind for day in days for entry in day.entries}


def test_month_shows_what_goes_out_when(client, editor):
    at = timezone.now() + datetime.timedelta(minutes=30)
    scheduled(editor, at, title="Soon")
    ArticleFactory(title="Live", published_at=at - datetime.timedelta(hours=1))
    ArticleFactory(title="Idea", status=Article.Status.DRAFT, published_at=at)
    ArticleFactory(title="Laid aside", archived=True, published_at=at)
    ArticleFactory(title="Binned", draft=True, published_at=at, trashed_at=timezone.now())
    ArticleFactory(title="Years ago", published_at=at - 800 * DAY)
    change = planned(editor, at)
    page = client.get("/admin/calendar/", {"month": f"{timezone.localtime(at):%Y-%m}"})
    found = entries_of(page)
    assert found["Soon"] == "scheduled"
    assert found["Idea"] == "draft"
    assert {"Laid aside", "Binned"}.isdisjoint(found)
    assert "Years ago" not in found
    assert f'id="change-{change.pk}"' in page.text


def test_writer_sees_what_is_their_own(client, editor):
    at = timezone.now() + datetime.timedelta(minutes=30)
    writer = UserFactory(groups=["Writer"])
    scheduled(editor, at, title="Of another")
    mine = ArticleFactory(
        title="Mine", draft=True, published_at=at, authors=[AuthorFactory(user=writer)]
    )
    client.force_login(writer)
    page = client.get("/admin/calendar/", {"month": f"{timezone.localtime(at):%Y-%m}"})
    assert entries_of(page) == {"Mine": "draft"}
    assert "planner-move" not in page.text
    assert client.post("/admin/calendar/move/", {"pk": mine.pk}).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "x", "0001-01", "9999-12", "2026-1\0", "2" * 5000])
def test_month_that_is_none_is_not_found(client, editor, month):
    assert client.get("/admin/calendar/", {"month": month}).status_code in (400, 404)


def test_scheduled_story_moves_with_its_hour_and_comes_back(client, editor):
    article = scheduled(editor, title="Harbour")
    at, day = article.published_at, timezone.localdate(article.published_at)
    page = move(client, article, day + 2 * DAY)
    article.refresh_from_db()
    assert article.is_scheduled
    assert timezone.localtime(article.published_at).time() == timezone.localtime(at).time()
    assert timezone.localdate(article.published_at) == day + 2 * DAY
    assert "Moved <bdi>“Harbour”</bdi>" in page.text
    assert f'name="day" value="{day.isoformat()}"' in page.text
    assert newest_revision(article).number == article.live_number
    move(client, article, day)
    article.refresh_from_db()
    assert timezone.localdate(article.published_at) == day
    assert "Moved" not in client.get("/admin/").text.replace("Moved in the calendar", "")


def test_scheduled_story_moves_as_it_was_approved(client, editor):
    article = scheduled(editor, title="Approved")
    save_revision(article, newest_content(article) | {"title": "Not approved"}, by=editor)
    move(client, article, timezone.localdate(article.published_at) + DAY)
    article.refresh_from_db()
    assert article.title == "Approved"
    assert newest_content(article)["title"] == "Not approved"


def test_planned_change_moves_and_asks_nothing_again(client, editor):
    at = timezone.now() + 2 * DAY
    article = planned(editor, at)
    move(client, article, timezone.localdate(at) + DAY, of="change")
    change = PlannedChange.objects.get(article=article)
    assert change.at == at + DAY
    assert change.note == UPDATE.note


def test_draft_with_a_date_moves(client, editor):
    at = timezone.now() + 2 * DAY
    article = ArticleFactory(draft=True, published_at=at)
    move(client, article, timezone.localdate(at) + DAY)
    article.refresh_from_db()
    assert article.status == Article.Status.DRAFT
    assert timezone.localdate(article.published_at) == timezone.localdate(at) + DAY


def test_nothing_moves_into_the_past_and_nothing_live_moves(client, editor):
    article, live = scheduled(editor), ArticleFactory()
    at = article.published_at
    page = move(client, article, timezone.localdate() - DAY)
    assert "Not moved: This hour has passed." in page.text
    page = move(client, live, timezone.localdate() + DAY)
    assert "Not moved: Readers see it already" in page.text
    article.refresh_from_db()
    assert article.published_at == at
    page = move(client, live, timezone.localdate() + DAY, of="change")
    assert "Not moved: No change of it is scheduled any more." in page.text


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"of": "comment", "pk": "1", "day": "2027-01-01"},
        {"of": "article", "pk": "x", "day": "2027-01-01"},
        {"of": "article", "pk": "9" * 40, "day": "2027-01-01"},
        {"of": "article", "pk": "1", "day": "never"},
    ],
)
def test_forged_move_is_refused_in_words(client, editor, forged):
    page = client.post("/admin/calendar/move/", forged, follow=True)
    assert (page.status_code, "Not moved" in page.text) == (200, True)


def test_row_that_is_not_there_is_not_found(client, editor):
    data = {"of": "article", "pk": 2**62, "day": "2999-01-01"}
    assert client.post("/admin/calendar/move/", data).status_code == 404


def test_month_asks_few_questions(client, editor, django_assert_max_num_queries):
    at = timezone.now() + datetime.timedelta(minutes=30)
    for _n in range(5):
        ArticleFactory(scheduled=True, published_at=at)
    client.get("/admin/calendar/")
    with django_assert_max_num_queries(8):
        client.get("/admin/calendar/")
