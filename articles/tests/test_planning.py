"""Scheduled changes of live articles: before their hour, at it, and what is done meanwhile."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import REINSTATED, UPDATE, ArticleFactory, AuthorFactory, TopicFactory
from articles.models import Article, PlannedChange
from articles.publishing import merging, planning, snapshots
from articles.publishing.changes import Change
from articles.tests.test_admin import AHEAD, admin_url, form_data, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
PARAGRAPHS = ["The first paragraph.", "The second one.", "The third one."]


def body(*paragraphs):
    return "\n\n".join(paragraphs)


def member_of(group):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def editor():
    return member_of("Editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def article():
    text = {"title": "As it was", "body": body(*PARAGRAPHS)}
    return ArticleFactory(slug="live", authors=[AuthorFactory()], **text)


def ahead():
    return timezone.now() + datetime.timedelta(days=2)


def rewritten(article, by, **content):
    return publishing.save_revision(article, snapshots.of(article) | content, by=by)


def planned(article, by, at=None, change=UPDATE, **content):
    rewritten(article, by, **content)
    return publishing.plan(article, at=at or ahead(), by=by, change=change)


def the_hour_comes(queue):
    PlannedChange.objects.update(at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    queue()


def page():
    response = Client().get("/articles/live/")
    assert response.status_code == 200
    return response.text


def fresh(article):
    return Article.objects.get(pk=article.pk)


# The form


def test_date_ahead_of_a_live_article_is_the_hour_of_its_change(desk, article, queue):
    published_at, topic = article.published_at, TopicFactory(name="Whales")
    response = posted(desk, article, topics=[topic.pk], _publish="", **AHEAD)
    assert fresh(article).is_published
    assert "Whales" not in page()
    form = desk.get(response["Location"])
    assert "revision 2, takes over from the live text on 1 May 2999" in form.context["going_out"]
    listed = desk.get(admin_url("changelist"), {"state": "planned"}).text
    assert ">live; revision 2 takes over on 1 May 2999" in listed
    the_hour_comes(queue)
    assert "Whales" in page()
    assert fresh(article).live_number == 2
    # When the story came out does not move with a change of it.
    assert fresh(article).published_at == published_at
    assert publishing.newest_content(article)["published_at"] != "2999-05-01T08:00:00+00:00"
    assert ">live<" in desk.get(admin_url("changelist")).text


def test_article_without_a_scheduled_change_is_not_listed_among_them(desk, article):
    listed = desk.get(admin_url("changelist"), {"state": "planned"})
    assert list(listed.context["cl"].queryset) == []


def test_change_of_words_is_named_before_it_is_scheduled(desk, article):
    response = posted(desk, article, title="As it will be", _publish="", **AHEAD)
    assert response["Location"].startswith(
        f"/admin/corrections/correction/publish/{article.pk}/?at="
    )
    assert 'value="2999-05-01T08:00:00"' in desk.get(response["Location"]).text
    assert not PlannedChange.objects.exists()
    assert "As it was" in page()


def test_form_that_is_refused_is_still_that_of_a_live_article(desk, editor, article):
    planned(article, editor, title="As it will be")
    response = posted(desk, article, slug="not a slug", _publish="", **AHEAD)
    assert "2999" not in response.context["going_out"]
    assert 'value="2999-05-01"' in response.text
    assert 'name="_unplan"' in response.text
    assert 'name="_unpublish"' not in response.text


def test_hour_of_a_change_that_is_refused_stays_in_the_form(desk, article, queue):
    form = desk.get(posted(desk, article, body="TK said so.", _publish="", **AHEAD)["Location"])
    assert "Saved, but not published" in form.text
    assert form.context["adminform"].form.initial["published_at"].year == 2999
    assert not PlannedChange.objects.exists()
    topic = TopicFactory()
    posted(desk, article, body=article.body, topics=[topic.pk], _publish="")
    assert PlannedChange.objects.get().at.year == 2999
    the_hour_comes(queue)
    assert list(article.topics.all()) == [topic]
    assert fresh(article).published_at == article.published_at


def test_writer_schedules_nothing(client, article):
    author = AuthorFactory(user=member_of("Writer"))
    own = ArticleFactory(authors=[author])
    client.force_login(author.user)
    for button in ("_publish", "_unplan"):
        assert posted(client, own, title="Mine", **{button: ""}, **AHEAD).status_code == 403
    assert not PlannedChange.objects.exists()


def test_scheduled_change_is_moved_and_taken_back(desk, editor, article, queue):
    planned(article, editor, title="As it will be")
    posted(desk, article, _publish="", **AHEAD)
    assert PlannedChange.objects.get().at.year == 2999
    assert PlannedChange.objects.get().note == UPDATE.note
    posted(desk, article, _unplan="")
    the_hour_comes(queue)
    assert "As it was" in page()
    assert article.revisions.filter(content__title="As it will be").exists()


def test_live_text_is_corrected_meanwhile_from_the_form(desk, editor, article, queue):
    planned(article, editor, title="As it will be")
    form = desk.get(admin_url("change", article.pk)).text
    action = admin_url("restore", article.pk, 1)
    assert f'<form id="desk-correct-live" action="{action}"' in form
    form = desk.post(action, follow=True)
    assert ">\nAs it was</textarea>" in form.text
    assert "desk-correct-live" not in form.text
    topic = TopicFactory(name="Whales")
    posted(desk, article, topics=[topic.pk], _publish="")
    assert "As it was" in page()
    assert "Whales" in page()
    the_hour_comes(queue)
    assert "As it will be" in page()
    assert "Whales" in page()


def test_change_that_gives_way_to_another_is_named(desk, editor, article):
    planned(article, editor, title="As it will be")
    topic = TopicFactory()
    rewritten(article, editor, topics=[topic.pk])
    form = desk.post(
        admin_url("change", article.pk),
        form_data(publishing.newest_content(article), base_number=3, _publish="", **AHEAD),
        follow=True,
    )
    assert "Revision 2 is scheduled no more." in form.text
    assert PlannedChange.objects.get().revision.number == 3


def test_newest_texts_of_many_take_over_at_their_hours(desk, editor, article, queue):
    topic, other = TopicFactory(name="Whales"), ArticleFactory(authors=[AuthorFactory()])
    rewritten(article, editor, topics=[topic.pk], published_at=snapshots.write_time(ahead()))
    rewritten(other, editor, topics=[topic.pk])
    pks = [article.pk, other.pk]
    data = {"action": "publish_selected", "_selected_action": pks}
    desk.post(admin_url("changelist"), data)
    queue()
    assert "Whales" not in page()
    assert list(fresh(other).topics.all()) == [topic]
    the_hour_comes(queue)
    assert "Whales" in page()


def test_form_says_that_a_newer_text_does_not_take_over(desk, editor, article):
    planned(article, editor, title="As it will be")
    posted(desk, article, title="Newer", _save="")
    form = desk.get(admin_url("change", article.pk)).context["going_out"]
    assert form.startswith("Revision 2 takes over from the live text on")
    assert "revision 3, does not" in form
    assert "; revision 3 is not scheduled<" in desk.get(admin_url("changelist")).text


# The verbs


@pytest.mark.parametrize("trait", ["draft", "in_review", "scheduled", "archived", "withdrawn"])
def test_only_what_readers_can_see_changes_at_an_hour(editor, trait):
    article = ArticleFactory(authors=[AuthorFactory()], **{trait: True})
    rewritten(article, editor, title="As it will be")
    with pytest.raises(ValidationError, match="readers can see"):
        publishing.plan(article, at=ahead(), by=editor, change=UPDATE)


def test_hour_that_has_passed_is_refused(editor, article):
    with pytest.raises(ValidationError, match="has passed"):
        planned(article, editor, at=timezone.now(), title="As it will be")


@pytest.mark.parametrize("change", [Change("retraction", "All is wrong."), REINSTATED])
def test_what_speaks_of_the_article_as_it_stands_is_not_put_off(editor, article, change):
    with pytest.raises(ValidationError, match="not put off"):
        planned(article, editor, change=change, title="As it will be")


def test_text_that_readers_see_already_is_not_scheduled(editor, article):
    with pytest.raises(ValidationError, match="already"):
        planned(article, editor)


def test_change_takes_over_once_and_at_its_hour(editor, article, queue):
    planned(article, editor, title="As it will be")
    queue()
    planning.take_over.func(article.pk)
    assert "As it was" in page()
    the_hour_comes(queue)
    assert "As it will be" in page()
    count = article.versions.count()
    planning.take_over.func(article.pk)
    assert article.versions.count() == count
    newest = article.versions.first()
    assert (newest.change, newest.note, newest.by) == ("update", UPDATE.note, editor)


def test_change_that_cannot_be_published_says_why(desk, editor, article, queue):
    planned(article, editor, slug="taken", title="As it will be")
    ArticleFactory(slug="taken")
    the_hour_comes(queue)
    assert "As it was" in page()
    assert "Another article has this address." in desk.get(admin_url("change", article.pk)).text
    assert "scheduled change is held up" in desk.get("/admin/").text
    assert ">live; its scheduled change is held up<" in desk.get(admin_url("changelist")).text


def test_list_asks_no_more_for_scheduled_changes(desk, editor, django_assert_max_num_queries):
    for number in range(5):
        one = ArticleFactory(authors=[AuthorFactory()])
        planned(one, editor, title=f"As it will be {number}")
    with django_assert_max_num_queries(16):
        listed = desk.get(admin_url("changelist")).text
    assert listed.count("; revision 2 takes over on") == 5
    assert "held up" not in desk.get("/admin/").text


def test_withdrawn_article_has_no_scheduled_change_any_more(editor, article, queue):
    planned(article, editor, title="As it will be")
    publishing.withdraw(article, by=editor)
    assert LogEntry.objects.filter(change_message="Took back the scheduled change.").exists()
    assert not PlannedChange.objects.exists()
    queue()
    assert fresh(article).is_withdrawn


# What is corrected meanwhile


def corrected(article, by, **content):
    revision = rewritten(article, by, **content)
    publishing.publish(article, by=by, revision=revision, change=UPDATE)


def test_correction_of_the_live_text_is_not_lost_when_the_change_takes_over(editor, article, queue):
    planned(article, editor, title="As it will be", body=body(*PARAGRAPHS[:2], "Another end."))
    corrected(article, editor, standfirst="Put right.", body=body("Corrected.", *PARAGRAPHS[1:]))
    before = page()
    assert "As it was" in before
    assert "Corrected." in before
    the_hour_comes(queue)
    after = page()
    for text in ("As it will be", "Corrected.", "Another end.", "Put right."):
        assert text in after
    assert publishing.newest_number(article) == fresh(article).live_number


def test_correction_of_the_same_paragraph_holds_the_change_up(desk, editor, article, queue):
    planned(article, editor, body=body("Rewritten.", *PARAGRAPHS[1:]))
    corrected(article, editor, body=body("Corrected.", *PARAGRAPHS[1:]))
    the_hour_comes(queue)
    assert "Corrected." in page()
    form = desk.get(admin_url("change", article.pk)).text
    assert "Revision 3 changed what the scheduled change changes too (body)." in form
    held_up = PlannedChange.objects.get().revision
    with pytest.raises(publishing.Unnamed):
        publishing.plan(article, at=ahead(), by=editor, revision=held_up)
    publishing.plan(
        article,
        at=ahead(),
        by=editor,
        change=UPDATE,
        revision=rewritten(article, editor, body=body("Both.", *PARAGRAPHS[1:])),
    )
    the_hour_comes(queue)
    assert "Both." in page()


def test_change_that_is_published_before_its_hour_is_no_longer_scheduled(editor, article):
    plan = planned(article, editor, title="As it will be")
    publishing.publish(article, by=editor, revision=plan.revision, change=UPDATE)
    assert not PlannedChange.objects.exists()


def test_change_that_is_held_up_is_no_longer_so_once_it_is_published(editor, article):
    plan = planned(article, editor, body=body("Rewritten.", *PARAGRAPHS[1:]))
    corrected(article, editor, body=body("Corrected.", *PARAGRAPHS[1:]))
    corrected(article, editor, standfirst="Put right as well.")
    assert PlannedChange.objects.get().problem.startswith("Revision 3")
    publishing.publish(article, by=editor, revision=plan.revision, change=UPDATE)
    assert not PlannedChange.objects.exists()


def test_desk_goes_on_with_the_text_that_took_over(editor, article, queue):
    planned(article, editor, title="As it will be")
    publishing.restore(article.revisions.get(number=1), by=editor)
    the_hour_comes(queue)
    assert publishing.newest_content(article)["title"] == "As it will be"
    assert publishing.newest_number(article) == fresh(article).live_number


@pytest.mark.parametrize(
    ("base", "live", "planned", "expected"),
    [
        ("a b c", "A b c", "a b C", "A b C"),
        ("a b c", "A b c", "A b C", "A b C"),
        ("a b c", "a b c d", "0 a b c", "0 a b c d"),
        ("a b c", "b c", "a b C", "b C"),
        ("a b c", "A b c", "a B c", "A B c"),
        ("a b c", "A b c", "B b c", None),
        ("a b c", "a b c d", "a b c e", None),
        ("a b c", "a b", "a b C", None),
        ("a b c", "a x b c", "a B c", None),
    ],
)
def test_paragraphs_of_two_texts_are_brought_together(base, live, planned, expected):
    contents = [{"body": "\n\n".join(text.split())} for text in (base, live, planned)]
    content, torn = merging.merged(*contents)
    assert torn == ([] if expected else ["body"])
    assert content["body"].split() == (expected or planned).split()


def test_what_both_added_to_a_set_and_took_from_it_holds():
    base, live, planned = ({"topics": topics} for topics in ([1, 2, 3], [1, 2, 4], [2, 3, 5]))
    assert merging.merged(base, live, planned) == ({"topics": [2, 4, 5]}, [])
