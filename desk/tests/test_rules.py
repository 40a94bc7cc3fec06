import datetime

import pytest
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from articles.models import Article
from audience.models import DailyViews
from desk import actions, sync
from desk.models import ReviewTask
from facts import publishing
from facts.factories import FactFactory, MetricFactory, SourceFactory
from facts.models import Fact, Source

pytestmark = pytest.mark.django_db

Kind = ReviewTask.Kind
DAY = datetime.timedelta(days=1)


def link(fact, words="all its"):
    pin = f"@{fact.public_id}" if words else ""
    return f"It has [{words}](fact:{fact.company.slug}/{fact.metric.key}{pin}) users."


def dated(days_ago, **kwargs):
    as_of = timezone.localdate() - days_ago * DAY
    return FactFactory(as_of=as_of, as_of_precision="day", **kwargs)


def newer(old, days_ago=0, **kwargs):
    return dated(days_ago, company=old.company, metric=old.metric, **kwargs)


def open_tasks():
    return {(task.kind, task.target): task for task in ReviewTask.objects.open()}


def due():
    sync.rebuild()
    return set(open_tasks())


# Figures in articles


def test_newer_figure_raises_one_task_for_each_article_however_often_quoted():
    old = dated(100)
    article = ArticleFactory(body=f"{link(old)} {link(old, 'so many')}")
    ArticleFactory(body=link(old), draft=True)
    ArticleFactory(body=link(old), archived=True)
    ArticleFactory(body=link(old, ""))
    assert due() == set()
    new = newer(old)
    assert due() == {(Kind.SUPERSEDED, f"article:{article.pk}/fact:{old.pk}")}
    (task,) = open_tasks().values()
    assert (task.article, task.fact, task.other) == (article, old, new)
    assert task.evidence == f"fact:{new.pk}"


def test_scheduled_article_is_looked_at_like_a_live_one():
    old = dated(100)
    ArticleFactory(body=link(old), scheduled=True)
    newer(old)
    assert len(due()) == 1


def test_older_or_other_figure_raises_nothing():
    old = dated(100)
    ArticleFactory(body=link(old))
    newer(old, days_ago=200)
    newer(old, scope="United States")
    newer(old, draft=True)
    assert due() == set()


def test_figure_that_was_there_when_the_words_were_written_is_no_news():
    old = dated(100)
    newer(old, 50)
    ArticleFactory(body=link(old))
    assert due() == set()
    newer(old, 10)
    assert len(due()) == 1


def test_undated_figure_is_followed_by_its_successor_alone():
    old = FactFactory()
    ArticleFactory(body=link(old))
    FactFactory(company=old.company, metric=old.metric)
    assert Kind.SUPERSEDED not in [kind for kind, _target in due()]
    between = FactFactory(company=old.company, metric=old.metric, supersedes=old)
    FactFactory(company=old.company, metric=old.metric, supersedes=between)
    assert [kind for kind, _target in due()].count(Kind.SUPERSEDED) == 1


def test_wrong_figure_raises_a_task_where_it_is_pinned_or_nothing_else_is_shown():
    old, by = dated(100), None
    pinned, live = ArticleFactory(body=link(old)), ArticleFactory(body=link(old, ""))
    new = newer(old)
    publishing.deprecate(old, reason="A slip.", by=by)
    assert due() == {(Kind.DEPRECATED, f"article:{pinned.pk}/fact:{old.pk}")}
    assert open_tasks().popitem()[1].other == new
    publishing.deprecate(new, reason="Another slip.", by=by)
    assert due() == {
        (Kind.DEPRECATED, f"article:{pinned.pk}/fact:{old.pk}"),
        (Kind.DEPRECATED, f"article:{live.pk}/fact:{new.pk}"),
    }


def test_wrong_figure_that_was_superseded_is_asked_about_once():
    old = dated(100)
    ArticleFactory(body=link(old))
    newer(old)
    due()
    publishing.deprecate(old, reason="A slip.", by=None)
    assert {kind for kind, _target in due()} == {Kind.DEPRECATED}


def test_bare_figures_raise_one_task_unless_the_section_does_not_look():
    looked, other = ArticleFactory(), ArticleFactory(section__check_levels={"unsourced": "off"})
    for article in (looked, other):
        Article.objects.filter(pk=article.pk).update(
            naked_figures=[
                {"kind": "number", "text": "75 million", "sentence": "It has 75 million users."}
            ]
        )
    assert due() == {(Kind.UNSOURCED, f"article:{looked.pk}")}


def test_bare_figure_let_stand_is_asked_about_again_with_another_beside_it():
    article, figure = ArticleFactory(), {"text": "12 %", "sentence": "It has 12 %."}

    def with_figures(*figures):
        Article.objects.filter(pk=article.pk).update(naked_figures=figures)
        return due()

    assert with_figures(figure | {"line": 1})
    actions.keep(ReviewTask.objects.get(), by=UserFactory())
    assert with_figures(figure | {"line": 5}) == set()
    assert with_figures(figure, {"text": "13 %", "sentence": "It had 13 %."})


# Facts


def test_shown_figure_past_its_shelf_life_is_stale_by_a_day_and_not_before():
    metric = MetricFactory(shelf_life_days=30)
    dated(30, metric=metric)
    over = dated(31, metric=metric)
    dated(400, metric=metric, company=over.company)
    dated(400, metric=MetricFactory(shelf_life_days=None))
    undated = FactFactory(metric=metric)
    assert due() == {(Kind.STALE, f"fact:{over.pk}"), (Kind.STALE, f"fact:{undated.pk}")}
    evidence = {task.evidence for task in open_tasks().values()}
    assert evidence == {f"as_of:{over.as_of}", "as_of:undated"}


def test_looking_again_gives_a_figure_one_more_shelf_life():
    fact = dated(100, metric__shelf_life_days=30)
    now = timezone.now()
    for ago, count in ((0, 0), (30, 0), (31, 1)):
        Fact._base_manager.filter(pk=fact.pk).update(
            published_at=now - 90 * DAY, verified_at=now - ago * DAY
        )
        assert len(due()) == count
    Fact._base_manager.filter(pk=fact.pk).update(published_at=now, verified_at=now)
    assert len(due()) == 1


def viewed(article, views):
    DailyViews.objects.create(article=article, day=timezone.localdate(), views=views)


def queue():
    """(kind, fact) of all that is open, in the desk's own order."""
    sync.rebuild()
    return [(task.kind, task.fact) for task in ReviewTask.objects.open()]


def test_stale_figures_are_ranked_by_age_readers_and_quoting_articles():
    metric = MetricFactory(shelf_life_days=30)
    unread, older, read = (dated(days, metric=metric) for days in (40, 109, 35))
    quoting = [ArticleFactory(body=link(read)), ArticleFactory(body=link(read, ""))]
    today = timezone.localdate()
    DailyViews.objects.create(article=quoting[0], day=today, views=3)
    DailyViews.objects.create(article=quoting[0], day=today - 6 * DAY, views=4)
    DailyViews.objects.create(article=quoting[0], day=today - 7 * DAY, views=1000)
    DailyViews.objects.create(article=ArticleFactory(), day=today, views=1000)
    # 5 * (1 + 7) * (1 + 2) is more than 79, and less than 10 * (1 + 11) * (1 + 1).
    assert [fact for _kind, fact in queue()] == [read, older, unread]
    viewed(ArticleFactory(body=link(unread)), 11)
    assert [fact for _kind, fact in queue()] == [unread, read, older]


def test_undated_figures_come_before_all_that_are_only_old():
    metric = MetricFactory(shelf_life_days=30)
    new, old, undated, read = (
        dated(31, metric=metric),
        dated(9_000, metric=metric),
        FactFactory(metric=metric),
        FactFactory(metric=metric),
    )
    viewed(ArticleFactory(body=link(read)), 3)
    viewed(ArticleFactory(body=link(new)), 50_000_000)
    assert [fact for _kind, fact in queue()] == [read, undated, new, old]


@pytest.mark.parametrize("is_dated", [True, False])
def test_figure_found_wrong_in_a_live_article_comes_before_what_is_only_old(is_dated):
    metric = MetricFactory(shelf_life_days=30)
    stale = dated(9_000, metric=metric) if is_dated else FactFactory(metric=metric)
    viewed(ArticleFactory(body=link(stale)), 50_000_000)
    wrong, read = dated(1), dated(1)
    ArticleFactory(body=link(wrong))
    viewed(ArticleFactory(body=link(read)), 1)
    for fact in (wrong, read):
        publishing.deprecate(fact, reason="A slip.", by=None)
    assert queue() == [(Kind.DEPRECATED, read), (Kind.DEPRECATED, wrong), (Kind.STALE, stale)]


def test_shown_figure_without_a_source_that_is_there_is_asked_about():
    gone = {"gone_since": timezone.localdate()}
    bare = FactFactory(references=None)
    dead = FactFactory(references__source=SourceFactory(**gone))
    kept = FactFactory(
        references__source=SourceFactory(archive_url="https://archive.example/1", **gone)
    )
    sourced = FactFactory(references__source=SourceFactory(**gone))
    sourced.references.create(source=SourceFactory())
    FactFactory(references=None, draft=True)
    assert due() == {(Kind.SOURCE, f"fact:{fact.pk}") for fact in (bare, dead, kept)}
    scores = {task.fact_id: task.score for task in ReviewTask.objects.all()}
    assert scores[bare.pk] == scores[dead.pk] > scores[kept.pk]
    Source.objects.update(gone_since=None)
    assert due() == {(Kind.SOURCE, f"fact:{bare.pk}")}


def test_figures_that_cannot_both_be_right_are_asked_about_once():
    first = dated(10, amount=100)
    second = dated(10, amount=200, company=first.company, metric=first.metric)
    dated(10, amount=300, company=first.company)
    article = ArticleFactory(body=link(second))
    DailyViews.objects.create(article=article, day=timezone.localdate(), views=4)
    assert due() == {(Kind.CONTRADICTION, f"fact:{first.pk}/fact:{second.pk}")}
    task = open_tasks().popitem()[1]
    assert (task.fact, task.other) == (first, second)
    assert task.score == 300 * (1 + 4)
    publishing.deprecate(second, reason="A slip.", by=None)
    assert {kind for kind, _target in due()} == {Kind.DEPRECATED}


def test_closed_profile_raises_nothing_of_its_own():
    fact = dated(100, metric__shelf_life_days=30, company__is_public=False, references=None)
    assert due() == set()
    fact.company.is_public = True
    fact.company.save()
    assert len(due()) == 2
