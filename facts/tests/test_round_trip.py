"""What stands on one record stands on the other: withdrawn, preferred, verified, and since when."""

import datetime
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from companies.merging import merge
from facts import publishing
from facts.exchange.csv_lines import read, write
from facts.exchange.importing import import_facts
from facts.factories import FactFactory, MetricFactory, SourceFactory
from facts.models import Fact
from facts.rules import history
from facts.rules.public_ids import new_public_id

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HEAD = "id,state,company,metric,value,as_of,source_title,reason,published_at,verified_at,"
HEAD += "preferred_at,preferred_until,withdrawn_at\n"
YEAR = {"as_of": "2024-12-31", "as_of_precision": "year"}


@pytest.fixture
def ours():
    return CompanyFactory(slug="ours")


@pytest.fixture
def users():
    return MetricFactory(key="users")


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


def exported(company):
    return "".join(write(company.facts.for_export().order_by("pk")))


def carried(company, text=None, **options):
    """The file of its figures brought in as those of another company, under other ids."""
    text, theirs = text or exported(company), CompanyFactory(slug="theirs")
    for public_id in company.facts.values_list("public_id", flat=True):
        text = text.replace(public_id, new_public_id())
    text = text.replace(",ours,", ",theirs,")
    outcome = import_facts(read(text), by=None, publish=True, **options)
    return text, theirs, outcome


def ago(**span):
    return NOW - timedelta(**span)


def test_everything_that_holds_of_a_figure_survives(ours, users, editor):
    for number in range(5):
        wrong = FactFactory(company=ours, metric__key=f"m{number}", published_at=ago(days=90))
        publishing.deprecate(wrong, reason=f"Slip {number}.", by=editor)
    old = FactFactory(company=ours, metric=users, published_at=ago(days=400), **YEAR)
    publishing.verify(old, by=editor)
    publishing.prefer(old, until=(NOW + timedelta(days=9)).date(), by=editor, reason="Audited.")
    FactFactory(company=ours, metric=users, published_at=ago(days=3), as_of=None, scope="Paid")
    FactFactory(company=ours, metric=users, draft=True, scope="Free")
    text, theirs, outcome = carried(ours)
    assert outcome.errors == []
    assert (outcome.counts["withdrawn"], outcome.counts["published"]) == (5, 2)
    assert exported(theirs) == text
    stood, stand = (
        [
            (fact.rank, fact.status, fact.deprecated_reason, fact.published_at, fact.verified_at)
            for fact in company.facts.order_by("pk")
        ]
        for company in (ours, theirs)
    )
    assert stand == stood


def test_preference_that_came_from_another_figure_says_so_there(ours, users, editor):
    old = FactFactory(company=ours, metric=users, preferred=True, **YEAR)
    new = publishing.update(old, by=editor, amount=3, source=SourceFactory())
    assert new.events.last().reason == ""
    text, theirs, outcome = carried(ours)
    assert outcome.errors == []
    assert exported(theirs) == text
    supersedes = theirs.facts.order_by("pk").first().public_id
    event = theirs.facts.get(rank="preferred").events.last()
    assert event.reason == f"As {supersedes} before it."


def test_what_was_done_was_done_on_the_same_day_there(ours, users, editor):
    fact = FactFactory(company=ours, metric=users, published_at=ago(days=90), **YEAR)
    publishing.verify(fact, by=editor)
    publishing.prefer(fact, until=(NOW + timedelta(days=9)).date(), by=editor, reason="Audited.")
    wrong = FactFactory(company=ours, metric=users, published_at=ago(days=90), as_of=None)
    publishing.deprecate(wrong, reason="A slip.", by=editor)
    _text, theirs, _outcome = carried(ours)
    before, there = (
        [list(one.events.values_list("kind", "at")) for one in company.facts.order_by("rank")]
        for company in (ours, theirs)
    )
    assert there == before


def test_page_says_that_it_was_verified_on_another_record(client, ours, users):
    given = line(published_at="2024-05-06", verified_at="2024-05-07")
    import_facts(read(given), by=None, publish=True)
    page = client.get(Fact.objects.get().get_absolute_url()).content.decode()
    assert page.count("From another record.") == 2


def test_brought_in_twice_changes_nothing(ours, users, editor):
    publishing.deprecate(FactFactory(company=ours, metric=users), reason="A slip.", by=editor)
    text, theirs, _outcome = carried(ours)
    assert import_facts(read(text), by=None, publish=True).counts == {"known": 1}
    assert exported(theirs) == text


def test_row_follows_from_its_events(ours, users, editor):
    publishing.deprecate(FactFactory(company=ours, metric=users), reason="A slip.", by=editor)
    _text, theirs, _outcome = carried(ours)
    fact = theirs.facts.get()
    assert history.replay(fact.events.all()) == history.standing_of(fact)
    kinds = [(event.kind, event.by) for event in fact.events.all()]
    assert kinds == [("published", None), ("withdrawn", None)]


def test_what_was_withdrawn_and_said_again_is_both(ours, users, editor):
    wrong = FactFactory(company=ours, metric=users, amount=5, **YEAR)
    publishing.deprecate(wrong, reason="Nobody had said it.", by=editor)
    FactFactory(company=ours, metric=users, amount=5, **YEAR)
    _text, theirs, outcome = carried(ours)
    assert outcome.errors == []
    assert sorted(theirs.facts.values_list("rank", flat=True)) == ["deprecated", "normal"]


def test_supersession_comes_with_it(ours, users, editor):
    old = FactFactory(company=ours, metric=users, published_at=ago(days=9), **YEAR)
    publishing.update(
        old,
        by=editor,
        source=old.references.get().source,
        quote="More.",
        amount=99,
        as_of="2025-12-31",
    )
    _text, theirs, outcome = carried(ours)
    assert outcome.errors == []
    first, second = theirs.facts.order_by("pk")
    assert second.supersedes == first
    assert first.events.filter(kind="superseded", other=second).exists()


def test_file_that_was_written_before_its_company_was_renamed_or_merged_comes_back(
    ours, users, editor
):
    FactFactory(company=ours, metric=users, **YEAR)
    text = exported(ours)
    ours.slug = "ours-today"
    ours.save()
    assert import_facts(read(text), by=None, publish=True).counts == {"known": 1}
    merge(ours, CompanyFactory(slug="theirs"), by=editor, reason="One register has both.")
    for slug in ("ours", "ours-today", "theirs"):
        written = text.replace(",ours,", f",{slug},")
        assert import_facts(read(written), by=None, publish=True).counts == {"known": 1}
    [(_number, message)] = import_facts(read(text.replace(",ours,", ",nobody,")), by=None).errors
    assert "No company has the address “nobody”" in message


def line(**cells):
    ordinary = {"company": "ours", "metric": "users", "value": "5", "source_title": "Letter"}
    given = ordinary | cells
    return HEAD + ",".join(given.get(name, "") for name in HEAD.strip().split(",")) + "\n"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"published_at": "2999-01-01"}, "still to come"),
        ({"verified_at": "2999-01-01T00:00:00Z"}, "still to come"),
        ({"published_at": "yesterday"}, "no moment"),
        ({"published_at": "2024-13-01"}, "no moment"),
        ({"preferred_until": "soon"}, "no day"),
        ({"preferred_until": "2999-01-01"}, "Say why it is preferred"),
        ({"preferred_until": "2999-01-01", "preferred_at": "2999-01-01"}, "still to come"),
        (
            {"preferred_until": "2999-01-01", "preferred_at": "2024-05-05"}
            | {"published_at": "2024-05-06"},
            "preferred_at is before published_at",
        ),
        (
            {"preferred_until": "2024-05-05", "preferred_at": "2024-05-06"}
            | {"published_at": "2024-05-06"},
            "preferred_until is before preferred_at",
        ),
        ({"preferred_until": "2024-05-05"}, "preferred_until is before preferred_at"),
        (
            {"state": "withdrawn", "reason": "A slip.", "withdrawn_at": "2024-05-05"}
            | {"published_at": "2024-05-06"},
            "withdrawn_at is before published_at",
        ),
        (
            {"state": "withdrawn", "reason": "A slip.", "withdrawn_at": "2024-05-05"},
            "withdrawn_at is before published_at",
        ),
        ({"state": "withdrawn"}, "why the figure was wrong"),
        ({"state": "withdrawn", "reason": "A slip.", "source_title": ""}, "Name a source"),
    ],
)
def test_history_that_cannot_be_is_told(ours, users, cells, words):
    [(number, message)] = import_facts(read(line(**cells)), by=None, publish=True).errors
    assert number == 2
    assert words in message
    assert not Fact.objects.exists()


def test_a_day_is_moment_enough(ours, users):
    given = line(published_at="2024-05-06", verified_at="2024-05-07")
    assert import_facts(read(given), by=None, publish=True).errors == []
    fact = Fact.objects.get()
    assert timezone.localdate(fact.published_at).isoformat() == "2024-05-06"
    assert timezone.localdate(fact.verified_at).isoformat() == "2024-05-07"


def preferred_line(old=None):
    given = line(as_of="2025-12-31", preferred_until="2999-01-01", reason="Audited.")
    given = given.replace("withdrawn_at\n", "withdrawn_at,supersedes\n")
    return f"{given.rstrip()},{old.public_id if old else ''}\n"


def test_preference_of_a_file_takes_none_that_holds_here(ours, users):
    other = FactFactory(company=ours, metric=users, preferred=True, **YEAR)
    [(number, message)] = import_facts(read(preferred_line()), by=None, publish=True).errors
    assert number == 2
    assert f"{other.public_id} is preferred already" in message
    assert list(Fact.objects.values_list("rank", flat=True)) == ["preferred"]


def test_preference_of_a_file_follows_one_that_is_over(ours, users):
    day = datetime.date(2026, 1, 31)
    over = FactFactory(company=ours, metric=users, preferred=True, preferred_until=day, **YEAR)
    assert import_facts(read(preferred_line()), by=None, publish=True).errors == []
    assert [event.kind for event in over.events.all()][2:] == ["expired"]
    assert ours.facts.get(rank="preferred").amount == 5


def test_preference_of_a_file_is_taken_from_the_figure_that_it_supersedes(ours, users, editor):
    old = FactFactory(company=ours, metric=users, preferred=True, **YEAR)
    assert import_facts(read(preferred_line(old)), by=editor, publish=True).errors == []
    new = ours.facts.get(rank="preferred")
    assert new.supersedes == old
    event = old.events.last()
    assert (event.kind, event.by, event.other) == ("unpreferred", editor, new)


def test_without_publishing_history_is_left_out(ours, users):
    given = line(state="withdrawn", reason="A slip.", published_at="2024-05-06")
    assert import_facts(read(given), by=None).counts == {"left_out": 1}
    assert import_facts(read(line(published_at="2024-05-06")), by=None).counts["new"] == 1
    assert Fact.objects.get().status == "draft"


def test_withdrawn_line_makes_no_doubt_of_its_value(ours, users):
    users.plausible_max = 1
    users.save()
    given = line(state="withdrawn", reason="A slip.")
    assert import_facts(read(given), by=None, publish=True).counts["withdrawn"] == 1
