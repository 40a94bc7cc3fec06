"""Figures to take away: of a company, of a metric, and all of them; withdrawn ones with reason."""

import csv
import datetime
import io
import json
import os

import pytest
from django.core.management import call_command
from django.db.models.signals import post_init

from companies.factories import CompanyFactory
from companies.merging import merge
from facts import publishing
from facts.factories import FactFactory, MetricFactory
from facts.models import Fact
from facts.open import dump, figures, metrics, schema, views

pytestmark = pytest.mark.django_db
IN_2025 = {"as_of": "2025-12-31", "as_of_precision": "year"}


@pytest.fixture
def spotify():
    return CompanyFactory(name="Spotify", slug="spotify")


@pytest.fixture
def users():
    return MetricFactory(key="users", label="Users", definition="People, not accounts.")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def withdrawn(**values):
    return publishing.deprecate(FactFactory(**values), reason="It was a guess.", by=None)


def rows(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def ids(page):
    return [fact.public_id for fact in page.context["page"]]


# Of a company


def test_company_gives_current_earlier_and_withdrawn_figures(client, spotify, users):
    earlier = FactFactory(company=spotify, metric=users, as_of="2024-12-31", as_of_precision="year")
    wrong = withdrawn(company=spotify, metric=users, as_of="2026-12-31", as_of_precision="year")
    current = FactFactory(company=spotify, metric=users, **IN_2025)
    FactFactory(company=spotify, draft=True)
    FactFactory()
    data = client.get("/companies/spotify/figures.json").json()
    told = {one["id"]: (one["standing"], one["reason"]) for one in data["figures"]}
    assert told == {
        earlier.public_id: ("earlier", None),
        wrong.public_id: ("withdrawn", "It was a guess."),
        current.public_id: ("current", None),
    }
    assert [row["standing"] for row in rows(client.get("/companies/spotify/figures.csv"))] == [
        "earlier",
        "withdrawn",
        "current",
    ]


def test_disputed_figures_say_so(client, spotify, users):
    for amount in (75, 80):
        FactFactory(company=spotify, metric=users, amount=amount, as_of=None)
    data = client.get("/companies/spotify/figures.json").json()
    assert [one["standing"] for one in data["figures"]] == ["disputed", "disputed"]
    assert "sources disagree" in client.get("/metrics/users/").content.decode()


def test_no_cell_is_a_formula(client, spotify):
    FactFactory(company=spotify, metric__in_words=True, text="=1+1", scope="@SUM(A1)")
    [row] = rows(client.get("/companies/spotify/figures.csv"))
    assert (row["value"], row["scope"]) == ("'=1+1", "'@SUM(A1)")


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_hidden_company_gives_nothing(client, kind):
    CompanyFactory(slug="hidden", is_public=False)
    assert client.get(f"/companies/hidden/figures.{kind}").status_code == 404


def test_long_record_goes_on_at_the_next_address(client, spotify, monkeypatch):
    monkeypatch.setattr(views, "IN_A_FILE", 2)
    facts = [FactFactory(company=spotify) for _n in range(3)]
    first = client.get("/companies/spotify/figures.json").json()
    second = client.get(first["next"]).json()
    assert [one["id"] for one in first["figures"] + second["figures"]] == [
        fact.public_id for fact in facts
    ]
    assert second["next"] is None
    assert 'rel="next"' in client.get("/companies/spotify/figures.csv")["Link"]


def test_any_site_may_fetch_and_the_licence_is_named(client, spotify, settings):
    settings.DATA_LICENCE = "https://licence.example/"
    response = client.get("/companies/spotify/figures.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.json()["licence"] == "https://licence.example/"


def test_profile_links_its_files(client, spotify):
    html = client.get("/companies/spotify/").content.decode()
    for kind, content_type in (("json", "application/json"), ("csv", "text/csv")):
        assert f'type="{content_type}"' in html
        assert f'<a href="/companies/spotify/figures.{kind}">' in html


# Of a metric


def test_metric_has_each_company_s_current_value_by_name(client, users):
    b, a = (FactFactory(metric=users, company__name=name) for name in "ba")
    FactFactory(metric=users, company=a.company, as_of="2020-12-31", as_of_precision="year")
    FactFactory(metric=users, company__is_public=False)
    FactFactory(company=b.company)
    page = client.get("/metrics/users/")
    assert len(ids(page)) == 2
    assert [fact.company for fact in page.context["page"]] == [a.company, b.company]
    data = client.get("/metrics/users/figures.json").json()
    assert [one["company"]["name"] for one in data["figures"]] == ["a", "b"]
    assert [row["company"] for row in rows(client.get("/metrics/users/figures.csv"))] == [
        a.company.slug,
        b.company.slug,
    ]


def test_metric_shows_date_source_and_withdrawal(client, users):
    wrong = withdrawn(metric=users, **IN_2025)
    html = client.get("/metrics/users/").content.decode()
    assert "It was a guess." in html
    assert f"<s>{wrong.display_value}</s>" in html
    assert ">2025</time>" in html
    assert wrong.references.get().source.title in html
    FactFactory(metric=users, company=wrong.company)
    assert "It was a guess." not in client.get("/metrics/users/").content.decode()


def test_metric_is_sorted_by_value_and_by_date_withdrawn_last(client, users):
    few, many = (FactFactory(metric=users, amount=amount) for amount in (7, 900))
    dated = FactFactory(metric=users, amount=50, **IN_2025)
    wrong = withdrawn(metric=users, amount=9999)

    def order(name):
        return ids(client.get("/metrics/users/", {"sort": name}))

    assert order("-value") == [one.public_id for one in (many, dated, few, wrong)]
    assert order("value") == [one.public_id for one in (few, dated, many, wrong)]
    assert order("-date")[0] == order("date")[0] == dated.public_id


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("-value", ["at least 260", "260", "240", "100 to 900", "at most 250"]),
        ("value", ["240", "at most 250", "260", "100 to 900", "at least 260"]),
    ],
)
def test_bound_is_sorted_by_what_it_says(client, users, order, expected):
    for amount, comparator, upper in (
        *((240, "eq", None), (260, "eq", None), (250, "lte", None)),
        *((260, "gte", None), (100, "range", 900)),
    ):
        FactFactory(metric=users, amount=amount, comparator=comparator, upper_amount=upper)
    page = client.get("/metrics/users/", {"sort": order})
    assert [fact.display_value for fact in page.context["page"]] == expected


def test_what_has_no_amount_stands_behind_what_has_one(client, users):
    kept = FactFactory(metric=users, amount=None, value_state="undisclosed")
    few = FactFactory(metric=users, amount=7)
    for order in ("value", "-value"):
        page = client.get("/metrics/users/", {"sort": order})
        assert ids(page) == [few.public_id, kept.public_id]
    [told] = [
        one
        for one in client.get("/metrics/users/figures.json").json()["figures"]
        if one["id"] == kept.public_id
    ]
    assert told["value_state"] == "undisclosed"


def test_sorted_metric_has_pages_and_no_more(client, users, monkeypatch):
    monkeypatch.setattr(metrics, "PER_PAGE", 2)
    for amount in (1, 2, 3):
        FactFactory(metric=users, amount=amount)
    first = client.get("/metrics/users/?sort=value")
    assert 'href="?sort=value&amp;page=2"' in first.content.decode()
    second = client.get("/metrics/users/?sort=value&page=2")
    assert [fact.amount for fact in second.context["page"]] == [3]
    assert client.get("/metrics/users/?sort=value&page=3").status_code == 404


def test_large_metric_is_told_by_name_alone(client, users, monkeypatch):
    monkeypatch.setattr(metrics, "SORTED_AT_MOST", 1)
    FactFactory.create_batch(2, metric=users)
    assert client.get("/metrics/users/?sort=value")["Location"] == "/metrics/users/"
    assert "?sort=" not in client.get("/metrics/users/").content.decode()


def test_metric_goes_on_by_name(client, users, monkeypatch):
    monkeypatch.setattr(metrics, "PER_PAGE", 1)
    a, b = (FactFactory(metric=users, company__name=name) for name in "ab")
    first = client.get("/metrics/users/")
    assert ids(first) == [a.public_id]
    assert ids(client.get(first.context["page"].older_url)) == [b.public_id]


@pytest.mark.parametrize(
    "query",
    [
        *("sort=nothing", "sort=amount;drop", "sort=value&page=0", "sort=value&page=-1"),
        *("sort=value&page=99999999999999999999", "after=999999", "after=x", "before=%C2%B2"),
        *("sort=value&page=1e3", "after=99999999999999999999999"),
    ],
)
def test_no_such_place_or_order_is_a_404(client, users, query):
    FactFactory(metric=users)
    assert client.get(f"/metrics/users/?{query}").status_code == 404


def test_metric_without_a_public_figure_has_no_page(client, users):
    FactFactory(metric=users, draft=True)
    FactFactory(metric=users, company__is_public=False)
    for path in ("", "figures.json", "figures.csv"):
        assert client.get(f"/metrics/users/{path}").status_code == 404
    assert "Users" not in client.get("/metrics/").content.decode()


def test_metrics_are_listed_and_linked_from_figure_and_profile(client, users):
    fact = FactFactory(metric=users)
    for address in ("/metrics/", fact.get_absolute_url(), fact.company.get_absolute_url()):
        assert 'href="/metrics/users/"' in client.get(address).content.decode(), address


@pytest.mark.parametrize("address", ["/metrics/users/", "/metrics/users/?sort=value"])
def test_metric_asks_a_number_of_queries_that_rows_do_not_move(
    client, users, address, django_assert_max_num_queries
):
    FactFactory.create_batch(6, metric=users)
    with django_assert_max_num_queries(14):
        client.get(address)


def test_metric_is_a_dataset_with_its_licence(client, users, settings):
    FactFactory(metric=users)
    data = json.loads(client.get("/metrics/users/").context["json_ld"])
    assert (data["@type"], data["license"]) == ("Dataset", settings.DATA_LICENCE)
    assert [one["encodingFormat"] for one in data["distribution"]] == [
        "application/json",
        "text/csv",
    ]


# All of them


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def dumped():
    call_command("dump_figures")
    return [(dump.folder() / f"figures.{name}").read_text() for name in ("csv", "json")]


def test_dump_has_every_published_figure_and_withdrawn_ones_with_reason(users):
    current, wrong = FactFactory(metric=users), withdrawn(metric=users)
    FactFactory(draft=True)
    FactFactory(company__is_public=False)
    table, objects = dumped()
    data = json.loads(objects)
    assert data["count"] == 2
    assert [(one["id"], one["reason"]) for one in data["figures"]] == [
        (current.public_id, None),
        (wrong.public_id, "It was a guess."),
    ]
    assert [row["id"] for row in csv.DictReader(io.StringIO(table))] == [
        current.public_id,
        wrong.public_id,
    ]


def test_dump_goes_on_past_a_chunk(users, monkeypatch):
    monkeypatch.setattr(dump, "CHUNK", 2)
    facts = FactFactory.create_batch(5, metric=users)
    assert [one["id"] for one in json.loads(dumped()[1])["figures"]] == [
        fact.public_id for fact in facts
    ]


def test_dump_reads_few_more_figures_than_it_writes(users, monkeypatch):
    monkeypatch.setattr(dump, "CHUNK", 25)
    metrics = [users, *MetricFactory.create_batch(4)]
    companies = CompanyFactory.create_batch(6)
    # Each company is told of anew every year.
    facts = Fact.objects.bulk_create(
        FactFactory.build(company=company, metric=metric, amount=year)
        for year in range(4)
        for metric in metrics
        for company in companies
    )
    read = []

    def note(sender, instance, **kwargs):
        read.append(instance)

    post_init.connect(note, Fact)
    try:
        data = json.loads(dumped()[1])
    finally:
        post_init.disconnect(note, Fact)
    written = [one["id"] for one in data["figures"]]
    assert sorted(written) == sorted(fact.public_id for fact in facts)
    assert len(read) <= 3 * len(written)


def test_dump_writes_a_figure_once_whose_profile_is_merged_meanwhile(users, monkeypatch):
    monkeypatch.setattr(dump, "CHUNK", 2)
    first, second = CompanyFactory.create_batch(2)
    owners = (first, first, second, second)
    facts = [FactFactory(company=one, metric=users, amount=n) for n, one in enumerate(owners)]
    load, merges = figures.load, [second]

    def load_and_merge(rows):
        found = load(rows)
        while merges:
            merge(merges.pop(), first, by=None, reason="One register has both.")
        return found

    monkeypatch.setattr(figures, "load", load_and_merge)
    data = json.loads(dumped()[1])
    assert [one["id"] for one in data["figures"]] == [fact.public_id for fact in facts]


def test_dump_of_nothing_is_whole():
    assert json.loads(dumped()[1])["figures"] == []


def test_failed_dump_leaves_the_former_one(users, monkeypatch):
    FactFactory(metric=users)
    before = dumped()
    FactFactory(metric=users)
    monkeypatch.setattr(figures, "as_object", lambda fact: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dump.write()
    assert [(dump.folder() / f"figures.{name}").read_text() for name in ("csv", "json")] == before
    assert sorted(path.name for path in dump.folder().iterdir()) == ["figures.csv", "figures.json"]


def test_what_a_killed_worker_left_is_removed(users):
    dump.folder().mkdir()
    old, new = (dump.folder() / f".figures-{name}.csv" for name in ("old", "new"))
    for path in (old, new):
        path.write_text("half")
    long_ago = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).timestamp()
    os.utime(old, (long_ago, long_ago))
    dump.write()
    assert not old.exists()
    assert new.exists()


def test_files_are_readable_by_the_front_server():
    dumped()
    assert (dump.folder() / "figures.csv").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("name", "content_type"), [("csv", "text/csv"), ("json", "application/json")]
)
def test_dump_is_served_at_a_stable_address(client, name, content_type):
    assert client.get(f"/data/figures.{name}").status_code == 404
    dumped()
    response = client.get(f"/data/figures.{name}")
    assert response["Content-Type"].startswith(content_type)
    assert b"".join(response.streaming_content) == (dump.folder() / f"figures.{name}").read_bytes()
    known = {"if-modified-since": response["Last-Modified"]}
    assert client.get(f"/data/figures.{name}", headers=known).status_code == 304


def test_page_of_the_data_says_when_it_was_made_and_under_which_licence(client, settings):
    settings.DATA_LICENCE = "https://licence.example/"
    assert "still to come" in client.get("/data/").content.decode()
    dumped()
    html = client.get("/data/").content.decode()
    assert 'rel="license" href="https://licence.example/"' in html
    assert 'href="/data/figures.csv"' in html
    settings.DATA_LICENCE = ""
    assert "Ask us" in client.get("/data/").content.decode()


def test_footer_leads_to_the_data(client):
    assert 'href="/data/"' in client.get("/").content.decode()


# What describes them

TYPES = {"string": str, "array": list, "object": dict, "null": type(None), "integer": int}


def fits(value, rule) -> bool:
    """As much of JSON Schema as ours says."""
    types = rule.get("type", [])
    types = [types] if isinstance(types, str) else types
    inner = rule.get("properties", {})
    return (
        (not types or isinstance(value, tuple(TYPES[one] for one in types)))
        and (not rule.get("enum") or value in rule["enum"])
        and all(name in value for name in rule.get("required", ()))
        and all(fits(value[name], inner[name]) for name in inner if name in value)
        and all(fits(one, rule["items"]) for one in (value if "items" in rule else ()))
    )


def test_schema_describes_what_every_json_file_holds(client, spotify, users):
    withdrawn(company=spotify, metric=users)
    FactFactory(
        company=spotify,
        metric__in_words=True,
        text="Many",
        **IN_2025,
    )
    described = client.get("/data/figures.schema.json").json()
    for data in (
        json.loads(dumped()[1]),
        client.get("/companies/spotify/figures.json").json(),
        client.get("/metrics/users/figures.json").json(),
    ):
        assert fits(data, described)
        figure = described["properties"]["figures"]["items"]
        assert not fits(data["figures"][0] | {"standing": "unheard of"}, figure)
        told = {name for one in data["figures"] for name in one}
        assert set(figure["properties"]) <= told


def test_metadata_names_the_columns_of_the_file_in_their_order(client, settings):
    data = client.get("/data/figures.csv-metadata.json").json()
    header = next(csv.reader(io.StringIO(dumped()[0])))
    assert [column["name"] for column in data["tableSchema"]["columns"]] == header
    assert data["dc:license"]["@id"] == settings.DATA_LICENCE


def test_every_column_is_described():
    assert set(schema.DESCRIPTIONS) == set(figures.COLUMNS)


def test_sitemaps_have_metrics_and_figures_that_stand(client, users):
    stands, wrong = FactFactory(metric=users), withdrawn(metric=users)
    FactFactory(metric__key="secret", draft=True)
    listed = client.get("/sitemap-metrics.xml").content.decode()
    assert "/metrics/users/<" in listed
    assert "secret" not in listed
    listed = client.get("/sitemap-facts.xml").content.decode()
    assert f"{stands.get_absolute_url()}<" in listed
    assert wrong.get_absolute_url() not in listed
