"""Figures out as CSV and in again: all or nothing, nothing published rewritten, no formulas."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from facts import publishing
from facts.admin import forms
from facts.exchange import csv_lines, importing
from facts.exchange.csv_lines import COLUMNS, UnusableFile, decode, read, write
from facts.exchange.importing import import_facts
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, SourceFactory
from facts.models import Fact, Overruling, Reference, Source

pytestmark = pytest.mark.django_db
IMPORT = "/admin/facts/fact/import/"
HEADER = "company,metric,value,as_of,source_url,source_title,quote\n"


@pytest.fixture(autouse=True)
def _ground():
    CompanyFactory(slug="spotify", name="Spotify")
    MetricFactory(key="subscribers", label="Subscribers")
    MetricFactory(key="backend", label="Back end", in_words=True)


@pytest.fixture
def editor(client):
    client.editor = UserFactory(username="edith", groups=["Editor"])
    client.force_login(client.editor)
    return client


def exported():
    return "".join(write(Fact.objects.for_export().order_by("pk")))


def run(text, **kwargs):
    return import_facts(read(text), by=None, **kwargs)


def claims():
    return sorted(
        (fact.identity[2:], fact.company.slug, fact.metric.key, fact.public_id)
        for fact in Fact.objects.select_related("company", "metric")
    )


def errors(text, **kwargs):
    return run(text, **kwargs).errors


LINE = "spotify,subscribers,at least 282.7 million,Q4 2025,https://e.org/q4?utm_source=x,Q4,so\n"


def test_line_becomes_a_draft_with_its_source():
    outcome = run(HEADER + LINE)
    fact = Fact.objects.get()
    assert (fact.amount, fact.comparator, fact.status) == (282_700_000, "gte", "draft")
    assert (fact.as_of, fact.as_of_precision) == (datetime.date(2025, 12, 31), "quarter")
    reference = fact.references.get()
    assert (reference.source.url, reference.quote) == ("https://e.org/q4", "so")
    assert outcome.counts == {"new": 1, "sources": 1}


def test_second_time_nothing_happens():
    run(HEADER + LINE, publish=True)
    before = exported()
    outcome = run(HEADER + LINE, publish=True)
    assert outcome.counts == {"known": 1}
    assert exported() == before


def test_publishing_needs_a_source():
    text = HEADER + "spotify,backend,Java,2020,,,\n" + LINE
    [(number, message)] = errors(text, publish=True)
    assert number == 2
    assert "Name a source" in message
    assert not Fact.objects.exists()
    assert not Source.objects.exists()


def test_rehearsal_counts_and_leaves_no_trace():
    outcome = run(HEADER + LINE, publish=True, dry_run=True)
    assert outcome.counts == {"new": 1, "sources": 1, "published": 1}
    assert not Fact.objects.exists()


def test_further_line_names_a_further_source():
    text = HEADER + LINE + LINE.replace("e.org/q4", "f.org/q4")
    assert run(text, publish=True).counts == {"new": 1, "published": 1, "sources": 2}
    assert Fact.objects.get().references.count() == 2


def test_known_address_is_the_same_source():
    source = SourceFactory(url="https://e.org/q4", title="As it is called here")
    run(HEADER + LINE)
    assert Reference.objects.get().source == source
    assert Source.objects.count() == 1


def test_published_figure_gets_a_source_and_no_other_value():
    fact = FactFactory(
        company__slug="netflix", metric__key="members", amount=260_000_000, as_of=None
    )
    head = "id,company,metric,value,source_url,source_title\n"
    more = f"{fact.public_id},netflix,members,260 million,https://e.org/more,More\n"
    assert run(head + more).counts == {"known": 1, "sources": 1}
    other = f"{fact.public_id},netflix,members,261 million,https://e.org/more,More\n"
    [(number, message)] = errors(head + other)
    assert number == 2
    assert "an import changes no figure" in message
    fact.refresh_from_db()
    assert fact.amount == 260_000_000


def test_draft_is_changed_by_its_id():
    fact = FactFactory(company__slug="netflix", metric__key="members", amount=1, draft=True)
    run(f"id,company,metric,value\n{fact.public_id},netflix,members,2\n")
    fact.refresh_from_db()
    assert fact.amount == 2


def test_withdrawn_figure_does_not_come_back():
    fact = FactFactory(company__slug="netflix", metric__key="members", amount=5)
    publishing.deprecate(fact, reason="Two markets were counted twice.", by=None)
    [(_number, message)] = errors("company,metric,value\nnetflix,members,5\n")
    assert "Two markets were counted twice." in message
    assert run(exported()).counts == {"known": 1}


def test_successor_may_stand_before_what_it_supersedes():
    text = (
        "id,company,metric,value,as_of,supersedes,source_title\n"
        "cccccc,spotify,subscribers,3,2025-12,bbbbbb,Letter\n"
        "bbbbbb,spotify,subscribers,2,2025-06,dddddd,Letter\n"
        "dddddd,spotify,subscribers,1,2025-01,,Letter\n"
    )
    assert run(text, publish=True).counts["published"] == 3
    chain = Fact.objects.get(public_id="cccccc")
    assert chain.supersedes.supersedes.public_id == "dddddd"


@pytest.mark.parametrize("link", ["bbbbbb", "cccccc", "zzzzzz"])
def test_circle_and_unknown_are_refused(link):
    text = (
        "id,company,metric,value,as_of,supersedes\n"
        "cccccc,spotify,subscribers,3,2025-12,bbbbbb\n"
        f"bbbbbb,spotify,subscribers,2,2025-06,{link}\n"
    )
    assert errors(text)
    assert not Fact.objects.exists()


def test_each_error_has_its_line():
    text = (
        "company,metric,value,as_of,unit,state,id,retrieved_on,source_title\n"
        "nobody,subscribers,1,,,,,,\n"
        "spotify,nothing,1,,,,,,\n"
        "spotify,subscribers,many,,,,,,\n"
        "spotify,subscribers,1,32 Dec 2025,,,,,\n"
        "spotify,subscribers,1,,EUR,,,,\n"
        "spotify,subscribers,1,,,nice,,,\n"
        "spotify,subscribers,1,,,,AEIOU1,,\n"
        "spotify,subscribers,1,,,,,yesterday,Letter\n"
        'spotify,backend,"Java\nand more",,,,,,\n'
        "spotify,subscribers,,,,,,,\n"
        "spotify,subscribers,1.23456789012,,,,,,\n"
    )
    assert [number for number, _message in errors(text)] == [2, 3, 4, 5, 6, 7, 8, 9, 12, 13]
    assert not Fact.objects.exists()


def test_same_figure_twice_under_two_ids_is_refused():
    text = "id,company,metric,value\nbbbbbb,spotify,subscribers,1\ncccccc,spotify,subscribers,1\n"
    assert [number for number, _message in errors(text)] == [3]
    text = "id,company,metric,value\nbbbbbb,spotify,subscribers,1\nbbbbbb,spotify,subscribers,2\n"
    assert [number for number, _message in errors(text)] == [3]


def test_other_precision_of_the_same_day_is_refused():
    text = "company,metric,value,as_of\nspotify,subscribers,1,2025\n"
    run(text)
    [(_number, message)] = errors(text.replace("2025", "31 Dec 2025"))
    assert "is the same figure" in message


@pytest.mark.parametrize(
    ("as_of", "is_another"), [("Q4 2025", True), ("December 2025", True), ("FY2025", False)]
)
def test_sum_of_another_period_that_ends_on_the_same_day_is_another(as_of, is_another):
    MetricFactory(key="dividends", period_type="duration")
    text = "company,metric,value,as_of\nspotify,dividends,0,2025\n"
    run(text)
    other = text.replace("2025", as_of)
    if is_another:
        assert run(other).counts["new"] == 1
    else:
        assert "is the same figure" in errors(other)[0][1]


def test_published_quote_stands():
    run(HEADER + LINE, publish=True)
    [(_number, message)] = errors(HEADER + LINE.replace(",so", ",otherwise"))
    assert "quoted otherwise" in message


def test_doubtful_figure_needs_a_reason():
    MetricFactory(key="staff", label="Staff", plausible_max=1000)
    text = "company,metric,value,source_title\nspotify,staff,5000,Letter\n"
    [(_number, message)] = errors(text, publish=True)
    assert "plausible" in message
    assert run(text, publish=True, reason="It bought a chain.").counts["published"] == 1
    assert Overruling.objects.get().reason == "It bought a chain."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "company,metric\nspotify,subscribers\n",
        HEADER,
        HEADER.replace("quote", "qoute") + LINE,
        HEADER.replace("quote", "value") + LINE,
        HEADER + LINE.strip() + ",more\n",
        HEADER + 'spotify,"subscribers\n',
        "%PDF-1.4\0\0",
        HEADER + "x" * 200_000,
    ],
)
def test_file_that_is_none_says_so(text):
    with pytest.raises(UnusableFile):
        read(text)


def test_file_in_another_encoding_says_so():
    with pytest.raises(UnusableFile, match="UTF-8"):
        decode(HEADER.encode("utf-16"))
    assert read(decode((HEADER + LINE).encode("utf-8-sig")))[0]["company"] == "spotify"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_of_other_countries_are_read(delimiter):
    text = (
        f"company{delimiter}metric{delimiter}value\nspotify{delimiter}subscribers{delimiter}1,5\n"
    )
    assert read(text)[0]["value"] == "1,5"


def test_formula_leaves_as_text_and_comes_back():
    FactFactory(
        company__slug="evil",
        metric__key="words",
        metric__value_type="text",
        text='=HYPERLINK("https://e.org","x")',
        scope="@sum",
        references__quote="+1+1",
    )
    text = exported()
    [row] = csv.DictReader(io.StringIO(text))
    assert row["value"].startswith("'=")
    assert row["scope"] == "'@sum"
    assert row["quote"] == "'+1+1"
    assert run(text).counts == {"known": 1}


def test_long_file_reads_the_record_as_often_as_a_short_one(django_assert_max_num_queries):
    source = SourceFactory(url="https://e.org/q4")
    for number in range(40):
        FactFactory(
            company=Fact.objects.first().company if number else CompanyFactory(slug="netflix"),
            metric__key=f"metric-of-{number}",
            references__source=source,
        )
    text = exported()
    with django_assert_max_num_queries(11):
        assert run(text, publish=True).counts == {"known": 40}


def test_desk_checks_first_and_imports_then(editor):
    file = SimpleUploadedFile("facts.csv", (HEADER + LINE).encode())
    page = editor.post(IMPORT, {"file": file, "publish": "on", "_check": ""}).content.decode()
    assert "The file is sound" in page
    assert "at least 282.7 million" in page, "what was uploaded stands in the field"
    assert not Fact.objects.exists()
    editor.post(IMPORT, {"text": HEADER + LINE, "publish": "on", "_import": ""})
    assert Fact.objects.get().is_published
    fact = Fact.objects.get()
    assert fact.events.get(kind="published").by == editor.editor
    # Reading a file verifies nothing.
    assert fact.verified_by is None


def test_desk_keeps_what_was_typed_beside_its_errors(editor):
    text = HEADER + LINE.replace("spotify", "<b>nobody</b>")
    page = editor.post(IMPORT, {"text": text, "_import": ""}).content.decode()
    assert "Line 2" in page
    assert "&lt;b&gt;nobody" in page
    assert "<b>nobody" not in page
    assert "Choose a file" in editor.post(IMPORT, {"_import": ""}).content.decode()


def test_who_may_not_add_or_publish_does_not(client):
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.get(IMPORT).status_code == 403
    assert client.get("/admin/facts/fact/export/").status_code == 403
    client.force_login(UserFactory(groups=["Writer"]))
    if client.get(IMPORT).status_code == 200:
        client.post(IMPORT, {"text": HEADER + LINE, "publish": "on", "_import": ""})
        assert not Fact.objects.get().is_published


def test_desk_exports_all_or_the_chosen(editor):
    first, second = FactFactory(), FactFactory()
    everything = editor.get("/admin/facts/fact/export/").getvalue().decode()
    assert everything.splitlines()[0] == ",".join(COLUMNS)
    assert first.public_id in everything
    chosen = {"action": "export_selected", "_selected_action": [second.pk]}
    some = editor.post("/admin/facts/fact/", chosen).getvalue().decode()
    assert second.public_id in some
    assert first.public_id not in some


def test_commands_carry_figures_from_site_to_site(tmp_path, capsys):
    run(HEADER + LINE, publish=True)
    before = claims()
    call_command("export_facts", "--company", "spotify")
    file = tmp_path / "facts.csv"
    file.write_text(capsys.readouterr().out)
    call_command("import_facts", str(file), "--dry-run")
    assert "1 on record already" in capsys.readouterr().out
    assert claims() == before
    file.write_text(HEADER + LINE.replace("282.7", "many"))
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_facts", str(file))
    assert "line 2:" in capsys.readouterr().err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_facts", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="--by"):
        call_command("import_facts", str(file), "--by", "nobody")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=40)


class RoundTrip(HypothesisTestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        scope=WORDS,
        text=WORDS,
        quote=WORDS,
        title=WORDS,
        amount=st.decimals(-(10**11), 10**11, places=4, allow_nan=False, allow_infinity=False),
        comparator=st.sampled_from(Fact.Comparator.values),
        day=st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 1, 1)),
        precision=st.sampled_from(["day", "month", "quarter", "half", "year", "fiscal"]),
    )
    def test_what_was_exported_is_imported_elsewhere_the_same(
        self, scope, text, quote, title, amount, comparator, day, precision
    ):
        source = SourceFactory(title=title.strip() or "-", url="https://e.org/a")
        shared = {"scope": scope.strip(), "as_of": day, "as_of_precision": precision}
        ends = {"amount": amount, "upper_amount": amount + 1 if comparator == "range" else None}
        for metric, value in (
            (MetricFactory(key="n"), {"comparator": comparator, **ends}),
            (MetricFactory(key="w", in_words=True), {"text": text.strip() or "-"}),
        ):
            fact = FactFactory(metric=metric, draft=True, references=None, **shared, **value)
            ReferenceFactory(fact=fact, source=source, quote=quote.strip())
        before, file = claims(), exported()
        assert run(file).counts == {"known": 2}
        Fact.objects.all().delete()
        Source.objects.all().delete()
        outcome = run(file)
        assert not outcome.errors
        assert claims() == before
        assert {one.quote for one in Reference.objects.all()} == {quote.strip()}


def test_file_beyond_the_size_limit_is_refused(monkeypatch):
    monkeypatch.setattr(csv_lines, "MOST_BYTES", 5)
    assert decode(b"12345") == "12345"
    with pytest.raises(UnusableFile, match="too large"):
        decode(b"123456")


def test_desk_refuses_more_lines_than_a_file_may_have(editor, monkeypatch):
    monkeypatch.setattr(forms, "MOST_LINES", 1)
    two = HEADER + LINE + LINE.replace("282.7", "290")
    page = editor.post(IMPORT, {"text": two, "_import": ""}).content.decode()
    assert "2 lines are too many" in page
    assert not Fact.objects.exists()
    editor.post(IMPORT, {"text": HEADER + LINE, "_import": ""})
    assert Fact.objects.count() == 1


def test_import_lists_the_first_errors_of_a_file_in_order(monkeypatch):
    monkeypatch.setattr(importing, "MOST_ERRORS", 2)
    found = errors(HEADER + LINE.replace("spotify", "nobody") * 3)
    assert [number for number, _message in found] == [2, 3]


def test_summary_names_only_what_happened():
    outcome = run(HEADER + LINE, publish=True)
    assert outcome.summary() == "Figures: 1 new, 1 published, 1 sources named."
