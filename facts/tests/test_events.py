"""What was done with a figure is on record, and its row follows from that."""

import datetime
from copy import copy
from dataclasses import replace
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from companies.merging import merge
from facts import publishing
from facts.factories import FactFactory, MetricFactory, SourceFactory
from facts.models import EventRedaction, Fact, FactEvent
from facts.rules.history import Standing, company_of, replay, standing_of
from facts.rules.precedence import pick_shown

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture
def editor():
    return UserFactory(first_name="Edith", last_name="Navarro")


def told(fact):
    """Of each event all but its time."""
    events = fact.events.values_list("kind", "by__first_name", "reason", "until", "other")
    return [tuple(value for value in event if value) for event in events]


def test_publishing_is_an_event_and_so_is_that_somebody_read_the_source(editor):
    fact = publishing.publish(FactFactory(draft=True), by=editor, reason="A rounded value.")
    assert told(fact) == [("published", "Edith", "A rounded value."), ("verified", "Edith")]
    assert {event.at for event in fact.events.all()} == {fact.published_at}


def test_figure_whose_source_nobody_read_is_published_and_not_verified(editor):
    fact = publishing.publish(FactFactory(draft=True), by=editor, is_verified=False)
    assert told(fact) == [("published", "Edith")]
    assert (fact.verified_at, fact.verified_by) == (None, None)


def test_withdrawing_leaves_when_it_was_verified(editor):
    fact = publishing.publish(FactFactory(draft=True), by=editor)
    withdrawn = publishing.deprecate(fact, reason="Misread.", by=None)
    assert told(fact)[2:] == [("withdrawn", "Misread.")]
    assert (withdrawn.verified_at, withdrawn.verified_by) == (fact.verified_at, editor)


def test_preference_passes_on_to_the_successor_with_an_event_for_each(editor):
    old = FactFactory(preferred=True, preferred_until=TOMORROW)
    new = publishing.update(old, by=editor, amount=3, source=SourceFactory())
    assert told(old)[2:] == [("superseded", "Edith", new.pk), ("unpreferred", "Edith", new.pk)]
    assert told(new)[2:] == [("preferred", "Edith", TOMORROW, old.pk)]


def test_preferring_another_ends_the_first_ones_preference(editor):
    first = FactFactory(preferred=True)
    second = FactFactory(company=first.company, metric=first.metric)
    publishing.prefer(second, until=TOMORROW, by=editor, reason="Counted alike.")
    publishing.end_preference(second, by=editor, reason="Settled.")
    assert told(first)[2:] == [("unpreferred", "Edith", second.pk)]
    assert told(second)[1:] == [
        ("preferred", "Edith", "Counted alike.", TOMORROW),
        ("unpreferred", "Edith", "Settled."),
    ]


def test_preference_needs_a_reason(editor):
    fact = FactFactory()
    with pytest.raises(ValidationError, match="Say why it is preferred"):
        publishing.prefer(fact, until=TOMORROW, by=editor, reason="  ")
    assert told(fact) == [("published",)]


@pytest.mark.parametrize("reason", ["", "  "])
def test_end_of_a_preference_needs_a_reason(editor, reason):
    fact = FactFactory(preferred=True)
    with pytest.raises(ValidationError, match="Say why it is preferred no more"):
        publishing.end_preference(fact, by=editor, reason=reason)
    fact.refresh_from_db()
    assert (fact.rank, fact.events.last().kind) == ("preferred", "preferred")
    event = FactEvent(fact=fact, kind="unpreferred", at=fact.saved_at, by=editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactEvent.objects.bulk_create([event])


def test_preference_that_is_over_or_was_none_ends_without_a_reason(editor):
    over = FactFactory(preferred=True, preferred_until=datetime.date(2026, 3, 4))
    publishing.end_preference(over, by=editor, reason="")
    assert told(over)[2:] == [("expired",)]
    fact = FactFactory()
    publishing.end_preference(fact, by=editor, reason="")
    assert told(fact) == [("published",)]


def test_preference_expires_at_the_end_of_its_last_day(capsys):
    day = datetime.date(2026, 3, 4)
    over = FactFactory(preferred=True, preferred_until=day)
    lasting = FactFactory(preferred=True, preferred_until=TODAY)
    call_command("end_preferences")
    assert "Preferences ended: 1" in capsys.readouterr().out
    over.refresh_from_db()
    lasting.refresh_from_db()
    assert (over.rank, lasting.rank) == ("normal", "preferred")
    event = over.events.last()
    assert (event.kind, event.by) == ("expired", None)
    assert f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}" == "2026-03-05 00:00:00"
    call_command("end_preferences")
    assert FactEvent.objects.filter(kind="expired").count() == 1


@pytest.fixture
def meanwhile(monkeypatch):
    """Let somebody else do something with this figure just before it is locked."""

    def arrange(fact, act):
        lock = publishing._locked

        def locked(one):
            if one == fact:
                monkeypatch.setattr(publishing, "_locked", lock)
                act(one)
            return lock(one)

        monkeypatch.setattr(publishing, "_locked", locked)

    return arrange


def ended(fact):
    publishing.end_preference(fact, by=None, reason="Settled.")


def renewed(fact):
    publishing.prefer(fact, until=TOMORROW, by=None, reason="Audited.")


@pytest.mark.parametrize(("act", "left"), [(ended, "normal"), (renewed, "preferred")])
def test_preference_that_somebody_ended_or_renewed_meanwhile_does_not_expire(meanwhile, act, left):
    fact = FactFactory(preferred=True, preferred_until=datetime.date(2026, 3, 4))
    meanwhile(fact, act)
    assert publishing.expire_preferences() == 0
    fact.refresh_from_db()
    assert fact.rank == left
    assert fact.events.count() == 3


def test_preference_that_somebody_ended_meanwhile_gives_way_to_another(editor, meanwhile):
    first = FactFactory(preferred=True)
    second = FactFactory(company=first.company, metric=first.metric)
    meanwhile(first, ended)
    publishing.prefer(second, until=TOMORROW, by=editor, reason="Counted alike.")
    assert told(first)[2:] == [("unpreferred", "Settled.")]
    assert told(second)[1:] == [("preferred", "Edith", "Counted alike.", TOMORROW)]


def test_refused_verb_leaves_no_event(editor):
    fact = FactFactory()
    with pytest.raises(ValidationError):
        publishing.deprecate(fact, reason=" ", by=editor)
    assert told(fact) == [("published",)]


# Append-only


def test_event_is_neither_changed_nor_deleted():
    event = FactFactory().events.get()
    event.reason = "Another."
    for refused in (
        event.save,
        event.delete,
        FactEvent.objects.all().delete,
        lambda: FactEvent.objects.update(reason="Another."),
        lambda: FactEvent.objects.bulk_update([event], ["reason"]),
    ):
        with pytest.raises(ValidationError, match="on record"):
            refused()
    assert FactEvent.objects.get().reason == ""


@pytest.mark.parametrize(
    "change", [{"reason": "Another."}, {"kind": "verified"}, {"at": timezone.now()}]
)
def test_database_refuses_to_rewrite_an_event(change):
    FactFactory()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        FactEvent._base_manager.update(**change)


def withdrawn_and_blacked_out(editor):
    """Its event, and the words that stood there."""
    fact = publishing.deprecate(FactFactory(), reason="Ada misread it.", by=editor)
    event = fact.events.last()
    assert publishing.black_out(event, instead="Redacted.", by=editor)
    return FactEvent.objects.get(pk=event.pk)


def test_reason_is_blacked_out_with_who_did_it_and_only_once(editor):
    event = withdrawn_and_blacked_out(editor)
    assert not publishing.black_out(event, instead="Another.", by=None)
    redaction = event.redactions.get()
    assert (redaction.instead, redaction.by) == ("Redacted.", editor)
    event.refresh_from_db()
    fact = Fact.objects.get(pk=event.fact_id)
    assert fact.deprecated_reason == event.reason == "Redacted."


def test_what_gives_no_reason_is_not_blacked_out(editor):
    fact = FactFactory()
    assert not publishing.black_out(fact.events.get(), instead="Redacted.", by=editor)
    assert not EventRedaction.objects.exists()


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ({"reason": "Redacted."}, False),
        ({"reason": "redacted"}, True),
        ({"reason": ""}, True),
        ({"reason": "Redacted.", "kind": "verified"}, True),
    ],
)
def test_database_lets_a_reason_become_what_its_black_out_on_record_says(
    editor, change, is_refused
):
    fact = publishing.deprecate(FactFactory(), reason="Ada misread it.", by=editor)
    others = publishing.deprecate(FactFactory(), reason="Ada misread it.", by=editor).events.last()
    event = fact.events.last()
    EventRedaction.objects.create(event=event, instead="Redacted.", by=editor)
    for pk, refused in ((others.pk, True), (event.pk, is_refused)):
        rows = models.QuerySet(FactEvent).filter(pk=pk)
        if refused:
            with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
                rows.update(**change)
        else:
            assert rows.update(**change) == 1


def test_black_out_is_neither_changed_nor_deleted(editor):
    redaction = withdrawn_and_blacked_out(editor).redactions.get()
    for act in (redaction.save, redaction.delete, EventRedaction.objects.all().delete):
        with pytest.raises(ValidationError, match="never changed"):
            act()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        models.QuerySet(EventRedaction).update(instead="Ada misread it.")
    editor.delete()
    assert EventRedaction.objects.get().by is None


def test_database_refuses_to_say_that_somebody_else_did_it(editor):
    publishing.publish(FactFactory(draft=True), by=editor)
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        FactEvent._base_manager.update(by=UserFactory())


def test_events_stay_when_a_login_is_deleted_and_the_row_still_follows_from_them(editor):
    fact = publishing.publish(FactFactory(draft=True), by=editor)
    editor.delete()
    fact.refresh_from_db()
    assert told(fact) == [("published",), ("verified",)]
    publishing.deprecate(fact, reason="Misread.", by=None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties tables row by row")
def test_postgresql_refuses_to_delete_an_event_itself():
    FactFactory()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM facts_factevent")


# Pages


def test_page_tells_what_was_done_by_whom_and_why(client, editor):
    fact = publishing.publish(FactFactory(draft=True), by=editor)
    publishing.prefer(fact, until=datetime.date(2999, 5, 3), by=editor, reason="Counted alike.")
    publishing.end_preference(fact, by=editor, reason="It was audited.")
    page = client.get(fact.get_absolute_url()).content.decode()
    said = "preferred until 3 May 2999", "Counted alike.", "no longer preferred", "It was audited."
    for words in (*said, "by Edith Navarro"):
        assert words in page
    assert editor.username not in page
    data = client.get(f"/facts/{fact.public_id}.json").json()
    kinds = [event["kind"] for event in data["events"]]
    assert kinds == ["published", "verified", "preferred", "unpreferred"]
    assert {event["by"] for event in data["events"]} == {"Edith Navarro"}
    reasons = [event["reason"] for event in data["events"][2:]]
    assert reasons == ["Counted alike.", "It was audited."]


def test_page_names_the_desk_where_a_login_has_no_name(client):
    fact = publishing.publish(FactFactory(draft=True), by=UserFactory(username="root-of-all"))
    page = client.get(fact.get_absolute_url()).content.decode()
    assert "by the desk" in page
    assert "root-of-all" not in page


# Any sequence

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "draft",
                "publish",
                "update",
                "deprecate",
                "verify",
                "prefer",
                "end",
                "expire",
                "merge",
                "black out",
            ]
        ),
        st.integers(0, 3),
        st.integers(0, 60),
    ),
    max_size=12,
)


class AnyWeek(TestCase):
    """Random verbs at random hours: replaying the events gives the rows, of every moment."""

    @settings(max_examples=12, deadline=None)
    @given(STEPS)
    def test_replaying_gives_the_rows_of_each_moment(self, steps):
        self.editor, self.number, self.blacked = UserFactory(), 0, {}
        self.companies, self.metric = [CompanyFactory(), CompanyFactory()], MetricFactory()
        self.now = timezone.now()
        seen = []
        with mock.patch("django.utils.timezone.now") as clock:
            for verb, one, hours in steps:
                self.now += datetime.timedelta(hours=hours, seconds=1)
                clock.return_value = self.now
                self.do(verb, one)
                seen.append((self.now, self.rows(), self.homes(), set(Fact.objects.current())))
        facts = {fact.pk: fact for fact in Fact.objects.prefetch_related("events")}
        for moment, rows, homes, shown in seen:
            day = timezone.localdate(moment)
            then = {pk: replay(facts[pk].events.all(), moment) for pk in rows}
            assert self.on(day, self.but_blacked_out(rows)) == self.on(day, then)
            assert homes == {pk: company_of(facts[pk], moment) for pk in homes}
            assert shown == self.shown(facts, then, homes, day)
        for fact in facts.values():
            assert replay(fact.events.all()) == standing_of(fact)

    @staticmethod
    def on(day, standings):
        """A preference whose last day is over is none, recorded or not."""
        return {
            pk: replace(one, rank="normal", preferred_until=None)
            if one.preferred_until and one.preferred_until < day
            else one
            for pk, one in standings.items()
        }

    @staticmethod
    def shown(facts, standings, homes, day):
        published = {company: [] for company in homes.values()}
        for pk, company in homes.items():
            published[company].append(copy(facts[pk]))
            standings[pk].put_on(published[company][-1])
        return {pick_shown(series, day) for series in published.values()} - {None}

    @staticmethod
    def rows():
        return {fact.pk: standing_of(fact) for fact in Fact.objects.all()}

    def but_blacked_out(self, rows):
        """What stood there, with what is said today of words that nobody may read any more."""
        return {
            pk: replace(
                one,
                deprecated_reason=self.blacked.get(one.deprecated_reason, one.deprecated_reason),
            )
            for pk, one in rows.items()
        }

    @staticmethod
    def homes():
        return dict(Fact.objects.filter(status="published").values_list("pk", "company"))

    def do(self, verb, one):
        facts = list(Fact.objects.order_by("pk"))
        if verb == "draft" or not facts:
            self.number += 1
            company = self.companies[one % len(self.companies)]
            FactFactory(company=company, metric=self.metric, amount=self.number, draft=True)
            return
        fact, by = facts[one % len(facts)], self.editor
        self.number += 1
        until = timezone.localdate() + datetime.timedelta(days=one)
        try:
            match verb:
                case "publish":
                    publishing.publish(fact, by=by)
                case "update":
                    publishing.update(fact, by=by, amount=self.number, source=SourceFactory())
                case "deprecate":
                    publishing.deprecate(fact, reason=f"Slip {self.number}.", by=by)
                case "black out":
                    self.black_out(fact)
                case "verify":
                    publishing.verify(fact, by=by)
                case "prefer":
                    publishing.prefer(fact, until=until, by=by, reason="Counted alike.")
                case "end":
                    publishing.end_preference(fact, by=by, reason="Settled.")
                case "expire":
                    publishing.expire_preferences()
                case "merge" if len(self.companies) > 1:
                    merge(self.companies.pop(0), self.companies[-1], by=by, reason="One company.")
        except ValidationError:
            pass

    def black_out(self, fact):
        for event in fact.events.filter(reason__startswith="Slip"):
            instead = self.blacked[event.reason] = f"Redacted {self.number}."
            assert publishing.black_out(event, instead=instead, by=self.editor)


def test_new_figure_stands_for_nothing_yet():
    assert replay([]) == Standing() == standing_of(FactFactory(draft=True))
