import threading
from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from articles.factories import ArticleFactory, SectionFactory
from articles.models import Article
from core.prepared import Prepared
from facts.factories import FactFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db


def in_section(section):
    return Article.objects.published().filter(section=section).select_related("section")


def test_prepared_gives_what_the_queryset_gives():
    prepared = Prepared(in_section)
    for section in SectionFactory.create_batch(2):
        ArticleFactory.create_batch(2, section=section)
        ArticleFactory(section=section, draft=True)
        expected = in_section(section.pk)
        found = prepared(section=section.pk).objects()
        assert [vars(row) | {"_state": 0} for row in found] == [
            vars(row) | {"_state": 0} for row in expected
        ]
        assert found[0].section.name == section.name


def test_prepared_takes_the_related_row_from_its_join(django_assert_num_queries):
    section = ArticleFactory().section
    prepared = Prepared(in_section)
    with django_assert_num_queries(1):
        assert prepared(section=section.pk).objects()[0].section == section


def test_prepared_asks_for_the_time_at_each_call(monkeypatch):
    scheduled = ArticleFactory(scheduled=True)
    prepared = Prepared(in_section)
    assert len(prepared(section=scheduled.section_id)) == 0
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert prepared(section=scheduled.section_id).objects() == [scheduled]


def test_prepared_refuses_a_moment_that_would_stay():
    yesterday = timezone.now() - timedelta(days=1)
    prepared = Prepared(lambda section: in_section(section).filter(published_at__gt=yesterday))
    with pytest.raises(ValueError, match="would stay"):
        prepared(section=1)


def test_prepared_takes_moments_as_values():
    old, new = (ArticleFactory(published_at=timezone.now() - timedelta(days=n)) for n in (9, 2))
    prepared = Prepared(lambda since: Article.objects.filter(published_at__gt=since))
    assert prepared(since=old.published_at).objects() == [new]
    assert set(prepared(since=old.published_at - timedelta(days=1)).objects()) == {old, new}


def test_prepared_takes_lists_of_any_length():
    articles = ArticleFactory.create_batch(3)
    prepared = Prepared(lambda keys: Article.objects.filter(pk__in=keys).order_by("pk"))
    for length in (0, 1, 3, 2, 1):
        keys = [article.pk for article in articles[:length]]
        assert [row.pk for row in prepared(keys=keys).objects()] == keys


def test_rows_are_equal_exactly_when_the_database_says_the_same():
    article = ArticleFactory()
    prepared = Prepared(in_section)
    first, again = (prepared(section=article.section_id) for _n in range(2))
    assert (first, hash(first)) == (again, hash(again))
    Article.objects.filter(pk=article.pk).update(title="Another title")
    assert prepared(section=article.section_id) != first


def test_columns_are_found_by_the_name_of_field_and_annotation():
    article = ArticleFactory()
    prepared = Prepared(lambda slug: in_section_with_mark().filter(slug=slug))
    found = prepared(slug=article.slug)
    assert found.column("title") == [article.title]
    assert found.column("section") == [article.section_id]
    assert [bool(value) for value in found.column("is_marked")] == [True]


def in_section_with_mark():
    return Article.objects.select_related("section").annotate(is_marked=Q(pk__gt=0))


def test_prepared_works_in_every_thread():
    prepared = Prepared(lambda slug: Article.objects.filter(slug=slug))
    shapes = []

    def compile_here():
        shapes.append(prepared.compiled({"slug": "any"}))

    threads = [threading.Thread(target=compile_here) for _n in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    assert shapes[0] is not shapes[1]
    assert shapes[0].sql == shapes[1].sql


def test_today_is_asked_anew_and_another_day_must_be_a_value(monkeypatch):
    """As moments are: a query kept over midnight would go on saying yesterday."""
    today = timezone.localdate()
    prepared = Prepared(lambda slug: Fact.objects.current().filter(company__slug=slug))
    old = FactFactory(company__slug="any", preferred=True, preferred_until=today, as_of=None)
    later = FactFactory(company=old.company, metric=old.metric, as_of=today, as_of_precision="day")
    assert prepared(slug="any").objects() == [old]
    tomorrow = today + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    assert prepared(slug="any").objects() == [later]
    monkeypatch.undo()
    other = Prepared(lambda slug: Fact.objects.filter(as_of__gt=tomorrow, company__slug=slug))
    with pytest.raises(ValueError, match="give it as a value"):
        other(slug="any")
