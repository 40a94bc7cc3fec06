import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article
from articles.publishing import snapshots
from companies.factories import CompanyFactory
from desk import actions, sync
from desk.factories import ReviewTaskFactory
from desk.models import ReviewTask
from desk.suggestions import proposed_words
from desk.tests.test_rules import DAY, dated, link, newer
from facts import publishing as facts
from facts.factories import FactFactory, MetricFactory
from facts.models import Distinction, Fact

pytestmark = pytest.mark.django_db

Kind, Resolution = ReviewTask.Kind, ReviewTask.Resolution


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


def written(**kwargs):
    """An article that may be published again."""
    return ArticleFactory(authors=[AuthorFactory()], **kwargs)


def superseded(body="{}", **kwargs):
    old = dated(100, amount=75_000_000)
    article = written(body=body.format(link(old, "more than 75 million")), **kwargs)
    newer(old, amount=90_000_000)
    sync.rebuild()
    return article, ReviewTask.objects.get(article=article)


def fresh(article):
    return Article.objects.get(pk=article.pk)


# Answers


def test_answer_says_who_and_when(editor):
    task = actions.keep(ReviewTaskFactory(), by=editor, note=" A look\nback. ")
    task.refresh_from_db()
    assert (task.state, task.resolution) == ("done", Resolution.KEPT)
    assert (task.decided_by, task.note) == (editor, "A look back.")
    assert task.decided_at <= timezone.now()


def test_task_is_answered_once(editor):
    task = ReviewTaskFactory()
    actions.keep(task, by=editor)
    for answer in (actions.keep, actions.verify):
        with pytest.raises(ValidationError, match="already"):
            answer(task, by=editor)


def test_snoozed_task_waits_open_until_its_day(editor):
    task, today = ReviewTaskFactory(), timezone.localdate()
    task = actions.snooze(task, until=today + DAY, by=editor, note="Report due.")
    assert (task.state, task.decided_by, task.note) == ("open", editor, "Report due.")
    assert not ReviewTask.objects.waiting().exists()
    assert ReviewTask.objects.snoozed().get() == task
    ReviewTask.objects.update(snoozed_until=today)
    assert ReviewTask.objects.waiting().get() == task
    assert not ReviewTask.objects.snoozed().exists()


def test_task_is_put_off_to_a_day_to_come(editor):
    with pytest.raises(ValidationError, match="later day"):
        actions.snooze(ReviewTaskFactory(), until=timezone.localdate(), by=editor)


def test_task_is_put_off_by_ninety_days_at_most(editor):
    task, today = ReviewTaskFactory(), timezone.localdate()
    with pytest.raises(ValidationError, match="90 days at most"):
        actions.snooze(task, until=today + 91 * DAY, by=editor)
    assert actions.snooze(task, until=today + 90 * DAY, by=editor).snoozed_until


def test_verify_is_an_answer_to_a_stale_figure_alone(editor):
    fact = dated(100, metric__shelf_life_days=30)
    sync.rebuild()
    task = actions.verify(ReviewTask.objects.get(), by=editor)
    assert task.resolution == Resolution.VERIFIED
    fact = Fact.objects.get(pk=fact.pk)
    assert fact.verified_by == editor
    sync.rebuild()
    assert not ReviewTask.objects.open().exists()
    with pytest.raises(ValidationError, match="no answer"):
        actions.verify(ReviewTaskFactory(superseded=True), by=editor)


def test_figures_told_apart_are_held_against_each_other_no_more(editor):
    first = dated(10, amount=100)
    second = dated(10, amount=200, company=first.company, metric=first.metric)
    sync.rebuild()
    task = actions.not_same(ReviewTask.objects.get(), by=editor, reason="One counts guests.")
    assert (task.resolution, task.note) == (Resolution.DISTINCT, "One counts guests.")
    distinction = Distinction.objects.get()
    assert (distinction.first, distinction.second, distinction.by) == (first, second, editor)
    sync.rebuild()
    assert not ReviewTask.objects.open().exists()


# Refresh


def test_refresh_publishes_the_newer_figure_in_other_words(editor):
    article, task = superseded("Once {} And more.")
    new = task.other
    done = actions.refresh(task, words="more than 90 million", by=editor)
    assert (done.resolution, done.decided_by) == (Resolution.REFRESHED, editor)
    article = fresh(article)
    pin = f"fact:{new.company.slug}/{new.metric.key}@{new.public_id}"
    assert article.body == f"Once It has [more than 90 million]({pin}) users. And more."
    assert article.fact_uses.get().fact == new
    revision = article.revisions.first()
    assert (article.live_number, revision.author) == (revision.number, editor)
    assert "90 million" in revision.note
    sync.rebuild()
    assert not ReviewTask.objects.open().exists()


def test_refresh_of_a_newer_figure_is_an_update_and_of_a_wrong_one_a_correction(editor):
    for reason, change in (("", "update"), ("Misread.", "correction")):
        article, task = superseded()
        if reason:
            facts.deprecate(task.fact, reason=reason, by=editor)
            sync.rebuild()
            task = ReviewTask.objects.get(article=article, kind=Kind.DEPRECATED)
        actions.refresh(task, words="90 million", by=editor)
        version = article.versions.newest()
        assert (version.change, version.by) == (change, editor)
        assert "90 million" in version.note
        assert reason in version.note


def test_refresh_keeps_an_unpublished_text_unpublished_and_loses_nothing_of_it(editor):
    article, task = superseded("{}\n\nAnd more.")
    publishing.publish(article, by=editor)
    draft = snapshots.of(article) | {"title": "A new title"}
    draft["body"] = draft["body"].replace("And more.", "And much more.")
    publishing.save_revision(article, draft, by=editor)
    actions.refresh(task, words="90 million", by=editor)
    article = fresh(article)
    live, newest = article.body, publishing.newest_revision(article)
    assert "[90 million](" in live
    assert "And more." in live
    assert article.title != "A new title"
    assert newest.number == article.live_number + 1
    assert newest.published_at is None
    assert newest.content["title"] == "A new title"
    assert newest.content["body"] == live.replace("And more.", "And much more.")


def test_refresh_reaches_the_change_that_is_scheduled(editor, queue):
    article, task = superseded("{}\n\nAnd more.")
    publishing.publish(article, by=editor)
    change = snapshots.of(article) | {"title": "A new title"}
    publishing.save_revision(article, change, by=editor)
    at = timezone.now() + DAY
    publishing.plan(article, at=at, by=editor, change=UPDATE)
    actions.refresh(task, words="90 million", by=editor)
    planned = fresh(article).planned
    assert (planned.at, planned.problem) == (at, "")
    assert planned.revision.content["title"] == "A new title"
    assert planned.revision.content["body"] == fresh(article).body
    assert "[90 million](" in fresh(article).body
    assert publishing.newest_revision(article) == planned.revision


def test_refresh_leaves_an_unpublished_text_newest_that_quotes_the_figure_no_more(editor):
    article, task = superseded()
    publishing.publish(article, by=editor)
    draft = snapshots.of(article) | {"body": "Nothing of it."}
    publishing.save_revision(article, draft, by=editor)
    actions.refresh(task, words="90 million", by=editor)
    assert "90 million" in fresh(article).body
    assert publishing.newest_content(article) == draft


def test_refresh_reaches_every_place_with_its_own_words(editor):
    old = dated(100, amount=75_000_000)
    article = written(
        kind="list", body=f"{link(old, '75 million')} {link(old, 'so many')} {link(old, '')}"
    )
    entry = ListEntryFactory(article=article, company=CompanyFactory(), blurb=link(old, "many"))
    article.save()
    new = newer(old, amount=90_000_000)
    sync.rebuild()
    task = ReviewTask.objects.get()
    words = {"75 million": "90 million", "so many": "even more", "many": "most"}
    actions.refresh(task, words=words, by=editor)
    article = fresh(article)
    assert link(new, "90 million") in article.body
    assert link(new, "even more") in article.body
    assert link(new, "") in article.body
    assert article.entries.get().blurb == link(new, "most")
    assert entry.company == article.entries.get().company


def test_refresh_of_a_scheduled_article_keeps_its_hour(editor):
    article, task = superseded(scheduled=True)
    actions.refresh(task, words="90 million", by=editor)
    after = fresh(article)
    assert after.published_at == article.published_at
    assert after.is_scheduled


@pytest.mark.parametrize("words", ["", " \n", {"more than 75 million": " "}])
def test_refresh_without_words_is_refused(editor, words):
    article, task = superseded()
    with pytest.raises(ValidationError, match="words"):
        actions.refresh(task, words=words, by=editor)
    assert fresh(article).body == article.body


def test_refresh_is_refused_where_the_sentence_is_gone(editor):
    article, task = superseded()
    Article.objects.filter(pk=article.pk).update(body="Nothing of it.")
    with pytest.raises(ValidationError, match="no more"):
        actions.refresh(task, words="90 million", by=editor)
    task.refresh_from_db()
    assert task.state == "open"


def test_refresh_is_refused_where_a_link_cannot_be_followed(editor):
    article, task = superseded()
    body = article.body.replace("](", "][a]\n\n[a]: ").replace(") users.", "")
    Article.objects.filter(pk=article.pk).update(body=body)
    with pytest.raises(ValidationError, match="edit the article"):
        actions.refresh(task, words="90 million", by=editor)
    assert fresh(article).body == body


def test_refresh_of_a_withdrawn_figure_needs_another_one(editor):
    old = dated(100, amount=75_000_000)
    written(body=link(old))
    facts.deprecate(old, reason="A slip.", by=editor)
    sync.rebuild()
    with pytest.raises(ValidationError, match="no other figure"):
        actions.refresh(ReviewTask.objects.get(), words="90 million", by=editor)
    newer(old, amount=90_000_000)
    sync.rebuild()
    actions.refresh(ReviewTask.objects.get(), words="90 million", by=editor)
    assert "90 million" in Article.objects.get().body


# Proposals


@pytest.mark.parametrize(
    ("words", "old", "new", "proposed"),
    [
        ("more than 75 million", ("eq", 75e6), ("eq", 90e6), "more than 90 million"),
        ("75 million", ("gte", 75e6), ("eq", 90e6), "90 million"),
        ("more than 75 million", ("gte", 75e6), ("eq", 90e6), "90 million"),
        ("some 75 million", ("eq", 75e6), ("about", 90e6), "about 90 million"),
        ("75,000,000 accounts", ("eq", 75e6), ("eq", 90_500_000), "90.5 million accounts"),
        ("$1.2 billion", ("eq", 12e8), ("eq", 15e8), "$1.5 billion"),
        ("75–80 million", ("eq", 75e6), ("eq", 90e6), "90 million"),
        ("many", ("eq", 75e6), ("eq", 90e6), "90 million"),
        ("a 75-million audience", ("eq", 75e6), ("eq", 90e6), "a 90 million audience"),
    ],
)
def test_proposed_words_keep_what_still_holds(words, old, new, proposed):
    metric = MetricFactory.build()
    facts = [
        FactFactory.build(metric=metric, comparator=comparator, amount=int(amount))
        for comparator, amount in (old, new)
    ]
    assert proposed_words(words, *facts) == proposed


@pytest.mark.parametrize(
    ("language", "words", "proposed"),
    [
        ("de", "mehr als 75 Millionen", "mehr als 2,5 Milliarden"),
        ("de", "75 Mio", "2,5 Milliarden"),
        ("fr", "plus de 75 millions de comptes", "plus de 2,5 milliards de comptes"),
        ("es", "más de 75 millones", "más de 2\u00a0500 millones"),
    ],
)
def test_proposed_words_are_said_in_the_language_of_the_text(language, words, proposed):
    metric = MetricFactory.build()
    old, new = (FactFactory.build(metric=metric, amount=amount) for amount in (75e6, 25 * 10**8))
    assert proposed_words(words, old, new, language) == proposed


@pytest.mark.parametrize(
    ("words", "proposed"),
    [("in Berlin, Germany", "in Oslo"), ("on the Spree", "Oslo"), ("Berlin, Germany", "Oslo")],
)
def test_proposed_words_of_a_fact_in_words(words, proposed):
    metric = MetricFactory.build(in_words=True)
    old, new = (FactFactory.build(metric=metric, text=text) for text in ("Berlin, Germany", "Oslo"))
    assert proposed_words(words, old, new) == proposed
