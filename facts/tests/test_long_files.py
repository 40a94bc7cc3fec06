"""Long files: checked to their end, then brought in a figure at a time, by tasks."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from companies.models import Company
from core.db import turns
from core.taskqueue.models import BatchItem
from facts import publishing
from facts.exchange import long_files
from facts.exchange.csv_lines import read
from facts.exchange.long_files import Options, begin
from facts.exchange.on_record import OnRecord
from facts.factories import FactFactory, MetricFactory, ScopeFactory
from facts.models import Fact, FigureImport, Metric, Overruling, Source

pytestmark = pytest.mark.django_db
IMPORT = "/admin/facts/fact/import/"
HEAD = "id,company,metric,value,as_of,supersedes,source_title\n"
LINES = [f",spotify,users,{year - 2000} million,{year},,Letter\n" for year in range(2015, 2022)]
TEXT = HEAD + "".join(LINES)


@pytest.fixture(autouse=True)
def _short_is_long(monkeypatch):
    monkeypatch.setattr(long_files, "AT_ONCE", 3)
    monkeypatch.setattr(long_files, "CHUNK", 2)
    CompanyFactory(slug="spotify")
    MetricFactory(key="users")


@pytest.fixture
def editor(client):
    client.editor = UserFactory(groups=["Editor"])
    client.force_login(client.editor)
    return client


def send(client, text=TEXT, **options):
    return client.post(IMPORT, {"text": text, "publish": "on", "_import": "", **options}).url


def page_of(client, url):
    return client.get(url).content.decode()


def begun(editor, text=TEXT, **options):
    given = {"publish": True, "decimal": "."} | options
    return begin(text, Options(editor.editor, **given))


def states(batch):
    return list(batch.items.order_by("pk").values_list("state", flat=True))


def test_text_of_a_file_is_read_once_and_its_figures_not_back(editor, queue):
    with CaptureQueriesContext(connection) as queries:
        found = begun(editor)
        queue()
        read_back = [said for said in selects(queries) if 'FROM "facts_importedfigure"' in said]
        # Those of each chunk, and that none is left.
        assert len(read_back) == 5
        long_files.run(found)
        queue()
    assert Fact.objects.count() == 7
    texts = [said for said in selects(queries) if '"facts_figureimport"."text"' in said]
    assert len(texts) == 1


def test_new_figure_is_checked_once(editor, queue):
    options = Options(editor.editor, publish=True, decimal=".")
    first, second, *_others = long_files.figures_of(read(TEXT), options)
    long_files.bring_in_one(first, options, dry_run=False)
    with CaptureQueriesContext(connection) as queries:
        long_files.bring_in_one(second, options, dry_run=False)
    assert Fact.objects.published().count() == 2
    asked = [said for said in selects(queries) if '"_check"' in said]
    assert len(asked) == len(set(asked))
    assert len(queries) <= 70


@pytest.mark.parametrize(
    ("as_of", "found"), [("2016", [2, 3]), ("31.12.2016", [2, 3]), ("", [4]), ("never", [])]
)
def test_line_is_compared_with_what_is_on_record_of_its_day_alone(as_of, found):
    """Of a series with thousands of figures the others are not loaded for each of them."""
    dates = [("2015-12-31", "year"), ("2016-12-31", "year"), ("2016-12-31", "day"), None]
    for amount, date in enumerate(dates, 1):
        given = dict(zip(("as_of", "as_of_precision"), date or (), strict=False))
        FactFactory(
            company=Company.objects.get(), metric=Metric.objects.get(), amount=amount, **given
        )
    lines = read(f"company,metric,value,as_of\nspotify,users,9,{as_of}\n")
    known = OnRecord(lines).by_identity.values()
    assert sorted(fact.amount for fact in known) == found
    assert len(OnRecord(lines, at_all_times=True).by_identity) == 4


def test_draft_that_waited_is_checked_when_it_is_published(editor, queue):
    options = Options(editor.editor, decimal=".")
    scope = ScopeFactory(name="Berlin")
    text = "company,metric,value,as_of,scope,source_title\nspotify,users,1,2015,Berlin,Letter\n"
    [row] = long_files.figures_of(read(text), options)
    long_files.bring_in_one(row, options, dry_run=False)
    scope.delete()
    with pytest.raises(ValidationError, match="not on the list of scopes"):
        long_files.bring_in_one(row, replace(options, publish=True), dry_run=False)


def selects(queries):
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


def test_file_is_checked_then_brought_in(editor, queue):
    url = send(editor)
    assert "nothing is imported yet" in page_of(editor, url)
    queue()
    page = page_of(editor, url)
    assert "7 of 7 done" in page
    assert "The file is sound" in page
    assert not Fact.objects.exists()
    assert not Source.objects.exists()
    assert editor.post(url, {"_import": ""}).url == url
    queue()
    assert Fact.objects.published().count() == 7
    assert "7 of 7 done" in page_of(editor, url)
    assert 'name="_import"' not in page_of(editor, url)


def test_short_file_needs_no_task(editor, queue):
    send(editor, HEAD + "".join(LINES[:3]))
    assert Fact.objects.count() == 3
    assert not FigureImport.objects.exists()


def test_nothing_is_brought_in_while_a_line_is_wrong(editor, queue):
    wrong = [
        ",nobody,users,5,2024,,Letter\n",
        ",spotify,users,many,2024,,Letter\n",
        ",spotify,users,99 million,2015,,Report\n",
    ]
    url = send(editor, TEXT + "".join(wrong))
    queue()
    page = page_of(editor, url)
    assert "No company has the address" in page
    assert "is no number" in page
    assert "Line 11 says otherwise: 99 million (2015)" in page
    assert "Nothing was imported" in page
    assert 'name="_import"' not in page
    editor.post(url, {"_import": ""})
    queue()
    assert not Fact.objects.exists()


def test_figure_on_record_that_contradicts_is_found_before_any_is_published(editor, queue):
    FactFactory(
        company__slug="netflix",
        metric=MetricFactory(key="members"),
        amount=5,
        as_of="2024-12-31",
        as_of_precision="year",
    )
    url = send(editor, TEXT + ",netflix,members,9,2024,,Report\n")
    queue()
    assert "another source says otherwise" in page_of(editor, url)
    assert Fact.objects.count() == 1


def test_reason_answers_what_is_asked(editor, queue):
    url = send(editor, TEXT + ",spotify,users,99 million,2015,,Report\n", reason="Two counts.")
    queue()
    editor.post(url, {"_import": ""})
    queue()
    assert Fact.objects.published().count() == 8


def test_successor_may_stand_before_what_it_supersedes(editor, queue):
    chain = (
        "cccccc,spotify,users,3 million,2012,bbbbbb,Letter\n"
        "bbbbbb,spotify,users,2 million,2011,dddddd,Letter\n"
        "dddddd,spotify,users,1 million,2010,,Letter\n"
    )
    url = send(editor, HEAD + chain + "".join(LINES))
    queue()
    editor.post(url, {"_import": ""})
    queue()
    last = Fact.objects.get(public_id="cccccc")
    assert last.supersedes.supersedes.public_id == "dddddd"


class Broken:
    """Fails as a lost database does when it is asked for the nth time."""

    def __init__(self, nth):
        self.left, self.call = nth, long_files.bring_in_one

    def __call__(self, *args, **kwargs):
        self.left -= 1
        if not self.left:
            raise OperationalError("gone")
        return self.call(*args, **kwargs)


@pytest.mark.parametrize("nth", [1, 2, 4, 7])
def test_import_that_was_killed_goes_on_where_it_was(editor, queue, monkeypatch, nth):
    found = begun(editor)
    queue()
    found = long_files.run(found)
    with monkeypatch.context() as patch:
        patch.setattr(long_files, "bring_in_one", Broken(nth))
        with pytest.raises(OperationalError):
            queue()
    assert Fact.objects.published().count() == nth - 1
    # As the queue does with what a dead worker had begun.
    long_files.bring_in.enqueue(found.pk, 0)
    queue()
    assert Fact.objects.published().count() == 7
    assert states(found.run_batch) == ["done"] * 7


def test_task_that_runs_twice_does_nothing_twice(editor, queue):
    found = begun(editor)
    long_files.list_figures.enqueue(found.pk)
    queue()
    assert found.figures.count() == 7
    found = long_files.run(found)
    assert long_files.run(found).run_batch == found.run_batch
    for after in (0, 0, found.figures.in_order()[1].pk):
        long_files.bring_in.enqueue(found.pk, after)
    queue()
    assert Fact.objects.published().count() == 7
    assert BatchItem.objects.filter(batch=found.run_batch).count() == 7


class AtTheNthPiece:
    """Does something before the nth some rows of a list are looked at."""

    def __init__(self, nth, act):
        self.left, self.act, self.call = nth, act, long_files._unlisted

    def __call__(self, batch_pk):
        self.left -= 1
        if not self.left:
            self.act()
        return self.call(batch_pk)


def fail():
    raise OperationalError("gone")


@pytest.fixture
def _pieces_of_two(monkeypatch):
    monkeypatch.setattr(long_files, "INSERTED_AT_ONCE", 2)


# Of seven rows: to begin, four pieces, and to end.
@pytest.mark.usefixtures("_pieces_of_two")
@pytest.mark.parametrize("nth", [1, 2, 4, 6])
@pytest.mark.parametrize("what", ["check", "import"])
def test_list_that_was_killed_begins_again(editor, queue, monkeypatch, nth, what):
    found = begun(editor)
    if what == "import":
        queue()
        found = long_files.run(found)
    with monkeypatch.context() as patch:
        patch.setattr(long_files, "_unlisted", AtTheNthPiece(nth, fail))
        with pytest.raises(OperationalError):
            queue()
    assert not Fact.objects.exists()
    batch = found.run_batch or found.check_batch
    batch.refresh_from_db()
    assert not batch.is_over
    listing = long_files.list_import if what == "import" else long_files.list_figures
    listing.enqueue(found.pk)
    queue()
    assert found.figures.count() == 7
    assert states(batch) == ["done"] * 7
    assert Fact.objects.count() == (7 if what == "import" else 0)


@pytest.mark.usefixtures("_pieces_of_two")
@pytest.mark.parametrize("nth", [2, 3, 6])
def test_of_two_tasks_that_list_at_once_one_stops(editor, queue, monkeypatch, nth):
    found = begun(editor)
    with monkeypatch.context() as patch:
        other = AtTheNthPiece(nth, lambda: long_files.list_figures.call(found.pk))
        patch.setattr(long_files, "_unlisted", other)
        queue()
    assert found.figures.count() == 7
    assert states(found.check_batch) == ["done"] * 7


def test_what_changed_after_the_check_fails_alone(editor, queue):
    found = begun(editor)
    queue()
    other = FactFactory(
        company=Company.objects.get(),
        metric=Metric.objects.get(),
        amount=16_000_000,
        as_of="2016-12-31",
        as_of_precision="year",
    )
    publishing.deprecate(other, reason="It was a guess.", by=editor.editor)
    found = long_files.run(found)
    queue()
    assert sorted(states(found.run_batch)) == ["done"] * 6 + ["failed"]
    [failed] = found.run_batch.failures()
    assert "It was a guess." in failed.error
    page = page_of(editor, f"{IMPORT}{found.pk}/")
    assert "All others were imported" in page


def test_file_that_comes_again_changes_nothing(editor, queue):
    for _time in range(2):
        found = begun(editor)
        queue()
        long_files.run(found)
        queue()
    assert Fact.objects.count() == 7


def test_number_that_may_be_two_is_asked_for(editor, queue):
    url = send(editor, TEXT.replace(",", ";").replace("15 million", "1.234"))
    queue()
    assert "may be 1234 or 1.234" in page_of(editor, url)


def test_who_sent_it_and_editors_see_it(editor, queue, client):
    url = send(editor)
    client.force_login(UserFactory(groups=["Editor"]))
    assert client.get(url).status_code == 200
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(url).status_code == 404
    assert client.post(url, {"_import": ""}).status_code == 404
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.get(url).status_code == 403


def test_writer_brings_in_drafts(client, queue):
    client.force_login(UserFactory(groups=["Writer"]))
    url = send(client)
    queue()
    client.post(url, {"_import": ""})
    queue()
    assert set(Fact.objects.values_list("status", flat=True)) == {"draft"}


def test_who_has_lost_the_right_meanwhile_brings_in_nothing(editor, queue):
    found = begun(editor)
    queue()
    found = long_files.run(found)
    editor.editor.groups.clear()
    queue()
    assert not Fact.objects.exists()
    assert states(found.run_batch) == ["failed"] * 7


def test_command_checks_a_long_file_before_it_brings_it_in(tmp_path, capsys):
    file = tmp_path / "facts.csv"
    file.write_text(TEXT + ",nobody,users,5,2024,,Letter\n")
    with pytest.raises(CommandError):
        call_command("import_facts", str(file))
    assert "line 9:" in capsys.readouterr().err
    assert not Fact.objects.exists()
    file.write_text(TEXT)
    call_command("import_facts", str(file), "--dry-run")
    assert not Fact.objects.exists()
    call_command("import_facts", str(file), "--publish")
    assert "7 new, 7 published, 7 sources named" in capsys.readouterr().out
    assert Fact.objects.published().count() == 7


def test_command_lets_others_write_between_its_figures(tmp_path, monkeypatch):
    """As the tasks do: on SQLite they would wait in vain."""
    pauses = []
    monkeypatch.setattr(turns, "sleep", pauses.append)
    monkeypatch.setattr(turns, "monotonic", count(step=2 * turns.TURN).__next__)
    file = tmp_path / "facts.csv"
    file.write_text(TEXT)
    call_command("import_facts", str(file))
    assert Fact.objects.count() == len(LINES)
    # Of the check, and of the import: between each two.
    assert len(pauses) == (2 * (len(LINES) - 1) if connection.vendor == "sqlite" else 0)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("users,3 million,2009", "An update cannot be older"),
        ("payers,3 million,2012", "of its own company, metric and scope"),
    ],
)
def test_what_cannot_supersede_is_found_by_the_check(editor, queue, cells, words):
    MetricFactory(key="payers")
    chain = f"cccccc,spotify,{cells},bbbbbb,Letter\nbbbbbb,spotify,users,2 million,2011,,Letter\n"
    url = send(editor, HEAD + chain + "".join(LINES))
    queue()
    page = page_of(editor, url)
    assert words in page
    assert "Nothing was imported" in page


def leaping(**values):
    metric = MetricFactory(key="members", max_jump_percent=50)
    if values:
        FactFactory(company=Company.objects.get(), metric=metric, **values)


def members(*rows):
    return "".join(f",spotify,members,{amount},{year},,Letter\n" for year, amount in rows)


@pytest.mark.parametrize(
    ("on_record", "rows", "is_asked"),
    [
        ({}, [(2014, 100), (2015, 140), (2016, 300)], True),
        ({}, [(2014, 100), (2015, 140), (2016, 200)], False),
        # Each is compared with the one that is shown when it comes.
        ({}, [(2016, 300), (2015, 140)], True),
        ({"amount": 250, "as_of": "2020-12-31"}, [(2014, 260), (2021, 280)], False),
        ({"amount": 250, "as_of": "2020-12-31"}, [(2021, 300), (2022, 600)], True),
        # What is far from the record is near to what the file says before it.
        ({"amount": 250, "as_of": "2020-12-31"}, [(2021, 300), (2022, 420)], False),
        ({"amount": 250, "as_of": "2020-12-31"}, [(2021, 400), (2022, 420)], True),
    ],
)
def test_leap_from_a_figure_of_the_same_file_is_found_by_the_check(
    editor, queue, on_record, rows, is_asked
):
    leaping(**on_record, **({"as_of_precision": "year"} if on_record else {}))
    url = send(editor, TEXT + members(*rows))
    queue()
    page = page_of(editor, url)
    assert ("more than 50 %" in page) == is_asked
    assert ("The file is sound" in page) != is_asked
    if not is_asked:
        editor.post(url, {"_import": ""})
        queue()
        assert "failed" not in states(FigureImport.objects.get().run_batch)


def test_leap_is_answered_by_a_reason_and_asked_of_no_draft(editor, queue):
    leaping()
    text = TEXT + members((2014, 100), (2015, 900))
    for options in ({"reason": "It was founded."}, {"publish": ""}):
        url = send(editor, text, **options)
        queue()
        assert "The file is sound" in page_of(editor, url)


QUOTED = "id,state,company,metric,value,as_of,supersedes,source_title,quote\n"
PASSAGE = "We have many members."


def quoted(*rows):
    """Each is id, state, value, year and what it supersedes."""
    return "".join(
        f"{public_id},{state},spotify,members,{value},{year},{old},Letter,{quote}\n"
        for public_id, state, value, year, old, quote in rows
    )


@pytest.mark.parametrize(
    ("rows", "is_asked"),
    [
        (
            [("", "", 100, 2014, "", PASSAGE), ("", "", 110, 2015, "", "we  have MANY members.")],
            True,
        ),
        ([("", "", 100, 2014, "", PASSAGE), ("", "", 110, 2015, "", "We have 110.")], False),
        # The same value may stand in one passage for two years, and of none nothing is said.
        ([("", "", 100, 2014, "", PASSAGE), ("", "", 100, 2015, "", PASSAGE)], False),
        ([("", "", 100, 2014, "", ""), ("", "", 110, 2015, "", "")], False),
        # What is not shown is compared with by what supersedes it alone.
        (
            [
                ("cccccc", "", 110, 2015, "bbbbbb", PASSAGE),
                ("bbbbbb", "draft", 100, 2014, "", PASSAGE),
            ],
            True,
        ),
        ([("bbbbbb", "draft", 100, 2014, "", PASSAGE), ("", "", 110, 2015, "", PASSAGE)], False),
        ([("", "", 100, 2014, "", PASSAGE), ("", "draft", 110, 2015, "", PASSAGE)], False),
    ],
)
def test_other_value_for_a_passage_of_the_same_file_is_found_by_the_check(
    editor, queue, rows, is_asked
):
    leaping()
    text = QUOTED + quoted(*rows) + "".join(f",{line[:-1]},\n" for line in LINES)
    url = send(editor, text)
    queue()
    page = page_of(editor, url)
    assert ("the quoted passage is the same" in page) == is_asked
    assert ("The file is sound" in page) != is_asked
    assert not Fact.objects.exists()
    if not is_asked:
        editor.post(url, {"_import": ""})
        queue()
        assert "failed" not in states(FigureImport.objects.get().run_batch)


def test_passage_that_the_file_adds_to_a_figure_on_record_is_known_to_its_check(editor, queue):
    leaping(amount=100, as_of="2014-12-31", as_of_precision="year")
    rows = [("", "", 100, 2014, "", PASSAGE), ("", "", 110, 2015, "", PASSAGE)]
    text = QUOTED + quoted(*rows) + "".join(f",{line[:-1]},\n" for line in LINES)
    url = send(editor, text)
    queue()
    assert "the quoted passage is the same" in page_of(editor, url)
    assert Fact.objects.count() == 1


def test_same_passage_is_answered_by_a_reason(editor, queue):
    leaping()
    rows = [("", "", 100, 2014, "", PASSAGE), ("", "", 110, 2015, "", PASSAGE)]
    text = QUOTED + quoted(*rows) + "".join(f",{line[:-1]},\n" for line in LINES)
    send(editor, text, reason="It names both.")
    queue()
    found = FigureImport.objects.get()
    assert found.is_sound
    long_files.run(found)
    queue()
    [told] = Overruling.objects.all()
    assert (told.rule, told.reason) == ("same-passage", "It names both.")


@pytest.mark.parametrize("options", [{}, {"publish": ""}])
def test_same_figure_with_its_date_written_otherwise_is_found_by_the_check(editor, queue, options):
    again = ",spotify,users,15 million,2015-12-31,,Letter\n"
    other = ",spotify,users,15 million,2015-12-30,,Letter\n"
    url = send(editor, TEXT + again, **options)
    queue()
    assert "Line 2 is the same figure with the date “2015”" in page_of(editor, url)
    assert not Fact.objects.exists()
    url = send(editor, HEAD + other + "".join(LINES), **options)
    queue()
    assert "The file is sound" in page_of(editor, url)


PREFERRING = "id,company,metric,value,as_of,supersedes,source_title,reason,preferred_until\n"


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        ("bbbbbb,spotify,users,3 million,2011,", True),
        ("bbbbbb,spotify,users,3 million,2011,dddddd", False),
        ("bbbbbb,spotify,payers,3 million,2011,", False),
    ],
)
def test_second_preference_of_a_series_is_found_by_the_check(editor, queue, cells, is_refused):
    MetricFactory(key="payers")
    day = timezone.localdate() + timedelta(days=9)
    first = f"dddddd,spotify,users,2 million,2010,,Letter,Audited.,{day}\n"
    second = f"{cells},Letter,Audited.,{day}\n"
    text = PREFERRING + first + second + "".join(f"{line[:-1]},,\n" for line in LINES)
    url = send(editor, text)
    queue()
    page = page_of(editor, url)
    assert ("Line 2 is preferred already" in page) == is_refused
    assert ("The file is sound" in page) != is_refused
    if not is_refused:
        editor.post(url, {"_import": ""})
        queue()
        assert "failed" not in states(FigureImport.objects.get().run_batch)
        assert Fact.objects.get(public_id="bbbbbb").rank == Fact.Rank.PREFERRED
