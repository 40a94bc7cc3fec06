"""What stands beside published figures has versions, and changing it asks the desk."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.factories import UserFactory
from desk import actions, sync
from desk.models import ReviewTask
from desk.presentation import admin_url_of
from facts.factories import FactFactory, ReferenceFactory, SourceFactory
from facts.models import Reference

pytestmark = pytest.mark.django_db

ROWS = {
    "company": lambda fact: fact.company,
    "metric": lambda fact: fact.metric,
    "source": lambda fact: fact.references.get().source,
}
CHANGES = [
    ("company", {"name": "Unheard Of"}, {"name": "Acme"}),
    ("metric", {"label": "Accounts"}, {"label": "Users", "definition": "All who pay."}),
    ("metric", {"definition": "All."}, {"label": "Users", "definition": "All who pay."}),
    *(
        ("source", change, {"title": "Letter", "publisher": "Acme", "url": "https://e.org/a"})
        for change in (
            {"title": "Another letter"},
            {"publisher": "Somebody else"},
            {"url": "https://e.org/b"},
        )
    ),
]
changes = pytest.mark.parametrize(("name", "change", "former"), CHANGES)


@pytest.fixture(params=["published"])
def fact(request):
    fact = FactFactory(
        draft=request.param == "draft",
        company__name="Acme",
        metric__label="Users",
        metric__definition="All who pay.",
        references=None,
    )
    source = SourceFactory(title="Letter", publisher="Acme", url="https://e.org/a")
    ReferenceFactory(fact=fact, source=source)
    return fact


def changed(row, change, by=None):
    for name, value in change.items():
        setattr(row, name, value)
    row.changed_by = by
    row.save()


def open_targets():
    return {(task.kind, task.target) for task in ReviewTask.objects.open()}


@changes
def test_what_it_said_is_kept_with_who_changed_it(fact, name, change, former):
    row, by = ROWS[name](fact), UserFactory()
    changed(row, change, by)
    version = row.versions.get()
    assert (version.values, version.by) == (former, by)


@changes
@pytest.mark.parametrize("fact", ["draft"], indirect=True)
def test_of_what_no_published_figure_is_shown_with_nothing_is_kept(fact, name, change, former):
    row = ROWS[name](fact)
    changed(row, change)
    assert not row.versions.exists()
    sync.rebuild()
    assert open_targets() == set()


@changes
def test_bulk_methods_keep_it_too(fact, name, change, former):
    row = ROWS[name](fact)
    type(row).objects.filter(pk=row.pk).update(**change)
    assert [version.values for version in row.versions.all()] == [former]
    for field, value in former.items():
        setattr(row, field, value)
    type(row).objects.bulk_update([row], [*change])
    assert row.versions.count() == 2


def updated(row, change):
    type(row).objects.filter(pk=row.pk).update(**change)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.parametrize("write", [changed, updated])
@changes
def test_of_two_who_write_at_once_the_second_reads_what_the_first_wrote(
    fact, name, change, former, write
):
    row = ROWS[name](fact)
    with CaptureQueriesContext(connection) as queries:
        write(row, change)
    said = [query["sql"] for query in queries]
    written = [one.startswith(f'UPDATE "{row._meta.db_table}"') for one in said].index(True)
    read = [one for one in said[:written] if f'FROM "{row._meta.db_table}"' in one]
    assert read[0].endswith("FOR NO KEY UPDATE")


def test_other_fields_and_the_same_words_are_no_change(fact):
    source = ROWS["source"](fact)
    changed(source, {"kind": "filing", "title": "Letter"})
    source.save(update_fields=["checked_at"])
    type(source).objects.update(kind="press", title="Letter")
    assert not source.versions.exists()


@changes
def test_versions_are_append_only(fact, name, change, former):
    row = ROWS[name](fact)
    changed(row, change)
    version = row.versions.get()
    version.values = {}
    for refused in (version.save, version.delete, row.versions.all().delete):
        with pytest.raises(ValidationError, match="on record"):
            refused()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        type(version)._base_manager.update(values={})


# The desk


@changes
def test_change_raises_one_task_that_is_answered_until_the_next_change(
    fact, name, change, former, django_capture_on_commit_callbacks
):
    row, by = ROWS[name](fact), UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        changed(row, change)
    task = ReviewTask.objects.open().get()
    assert (task.kind, task.target, task.named) == ("renamed", f"{name}:{row.pk}", row)
    actions.keep(task, by=by)
    sync.rebuild()
    assert open_targets() == set()
    changed(row, former)
    sync.rebuild()
    assert open_targets() == {("renamed", f"{name}:{row.pk}")}
    assert ReviewTask.objects.count() == 2


def test_task_closes_when_no_published_figure_is_left_with_it(fact):
    source = ROWS["source"](fact)
    changed(source, {"title": "Another letter"})
    sync.rebuild()
    Reference.objects.filter(source=source).delete()
    sync.update(named={"source": {source.pk}})
    assert open_targets() == set()


@changes
def test_task_s_page_shows_what_was_said_before_and_what_is_said_now(
    admin_client, fact, name, change, former
):
    changed(ROWS[name](fact), change, UserFactory(username="edith"))
    sync.rebuild()
    task = ReviewTask.objects.get()
    listed = admin_client.get(reverse("admin:desk_reviewtask_changelist")).content.decode()
    assert "other words beside published figures" in listed.lower()
    page = admin_client.get(reverse("admin:desk_reviewtask_change", args=[task.pk]))
    page = page.content.decode()
    for words in (*former.values(), *change.values(), "1 published figure", "changed by edith"):
        assert words in page


@changes
def test_form_says_how_many_figures_are_concerned(admin_client, fact, name, change, former):
    row = ROWS[name](fact)
    assert "1 is shown with it." in admin_client.get(admin_url_of(row)).content.decode()
    changed(row, change)
    page = admin_client.get(admin_url_of(row)).content.decode()
    assert "“" + former[next(iter(change))] + "”" in page


def test_form_keeps_who_changed_it_and_says_what_follows(admin_client, admin_user, fact):
    source = ROWS["source"](fact)
    form = admin_client.get(admin_url_of(source)).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    page = admin_client.post(admin_url_of(source), data | {"title": "Other"}, follow=True)
    assert "1 published figure is shown with it" in page.content.decode()
    assert source.versions.get().by == admin_user


def test_figure_s_page_says_what_its_source_was_called(client, fact):
    changed(ROWS["source"](fact), {"title": "Another letter"})
    changed(ROWS["metric"](fact), {"label": "Accounts"})
    page = client.get(fact.get_absolute_url()).content.decode()
    assert "source renamed: until then title “Letter”" in page
    assert "metric renamed: until then label “Users”" in page
