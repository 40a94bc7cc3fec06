"""A change of how a list is assembled, or of which companies it has, is named like one of words."""

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, ListEntryFactory
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from companies.factories import CompanyFactory, IndustryFactory
from facts import publishing as facts
from facts.factories import FactFactory, MetricFactory, SourceFactory, TechUseFactory

pytestmark = pytest.mark.django_db
ASKS = "say what kind of change it is"
BY_NAME = {
    **dict.fromkeys(("technology", "industry", "metric")),
    "order": "name",
    "limit": 10,
    "basis": "All of them.",
}
SAID_BY_NAME = ["All of them.", "Companies, by name, 10 at most."]


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def one():
    company = CompanyFactory(name="One", industry=IndustryFactory(name="Music"))
    TechUseFactory(company=company, technology__name="Python")
    return company


@pytest.fixture
def ranked(one):
    """A list of all companies by name, as readers see it, with words of ours about one."""
    article = ArticleFactory(kind="list", authors=[AuthorFactory()], draft=True)
    write(article, ranking=BY_NAME, entries=entries_of(one))
    publishing.publish(article, by=None)
    return article


def listed(*companies, **words):
    """A live list of them that nothing assembles."""
    article = ArticleFactory(kind="list", authors=[AuthorFactory()])
    for company in companies:
        ListEntryFactory(article=article, company=company, **{"blurb": ""} | words)
    article.save()
    return article


def entries_of(*companies, **words):
    return [{"heading": "", "blurb": ""} | words | {"company": one.pk} for one in companies]


def write(article, **content):
    publishing.save_revision(article, snapshots.of(article) | content, by=None)


def press_publish(desk, article, **changes):
    """The article's form, with the rows that it shows."""
    content = snapshots.of(article) | changes
    plain = ("title", "slug", "standfirst", "body", "kind", "language", "section")
    authors = [{"author": pk} for pk in content["authors"]]
    rows = {"bylines": authors, "entries": content["entries"]}
    form = {
        **{name: content[name] for name in plain},
        **{f"ranking_{name}": value or "" for name, value in (content["ranking"] or {}).items()},
        **{f"{name}-TOTAL_FORMS": len(lines) for name, lines in rows.items()},
        **{f"{name}-INITIAL_FORMS": 0 for name in rows},
        **{
            f"{name}-{number}-{field}": value
            for name, lines in rows.items()
            for number, line in enumerate(lines)
            for field, value in (line | {"position": number}).items()
        },
        "base_number": publishing.newest_number(article),
        "_publish": "1",
    }
    url = reverse("admin:articles_article_change", args=[article.pk])
    return desk.post(url, form, follow=True).content.decode()


def name_it(desk, article, kind, note="It is listed otherwise."):
    url = reverse("admin:corrections_correction_publish", args=[article.pk])
    form = {"kind": kind, "note": note, "revision": publishing.newest_number(article)}
    return desk.post(url, form, follow=True).content.decode()


def page_of(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def beside(version):
    """What it says after title, standfirst and the body's two sentences."""
    return version.sentences[4:]


# How it is assembled.


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("limit", "by name, 10 at most.", "by name, 5 at most."),
        ("order", "by name, 10 at most.", "chosen and ordered by us, 10 at most."),
        ("metric", "Companies, by name", "Companies, with “Staff”, by name"),
        ("technology", "Companies, by name", "Companies that use Python, by name"),
        ("industry", "Companies, by name", "Companies, of the industry “Music”, by name"),
        ("basis", "All of them.", "Some of them."),
    ],
)
def test_changed_rule_asks_once_what_it_is(desk, one, ranked, field, before, after):
    new = {
        "limit": 5,
        "order": "hand",
        "metric": MetricFactory(label="Staff").pk,
        "technology": one.tech_uses.get().technology_id,
        "industry": one.industry_id,
        "basis": "Some of them.",
    }
    page = page_of(desk, ranked)
    assert before in page
    assert ASKS in press_publish(desk, ranked, ranking=BY_NAME | {field: new[field]})
    assert page_of(desk, ranked) == page
    name_it(desk, ranked, "clarification")
    assert after in page_of(desk, ranked)
    row = ranked.corrections.get()
    assert before in row.changes[0]["before"]
    assert after in row.changes[0]["after"]


def test_list_that_is_assembled_from_now_on_asks(desk, one):
    article = listed(one)
    assert ASKS in press_publish(desk, article, ranking=BY_NAME)
    name_it(desk, article, "update")
    assert beside(article.versions.newest()) == [*SAID_BY_NAME, "One"]


def test_another_limit_is_no_slip_of_the_pen(desk, ranked):
    write(ranked, ranking=BY_NAME | {"limit": 11})
    assert "that is no slip of the pen" in name_it(desk, ranked, "minor", note="")
    assert beside(ranked.versions.get()) == [*SAID_BY_NAME, "One"]


def test_misspelt_basis_may_be_one(desk, ranked):
    write(ranked, ranking=BY_NAME | {"basis": "All of thm."})
    publishing.publish(ranked, by=None, change=UPDATE)
    write(ranked, ranking=BY_NAME)
    name_it(desk, ranked, "minor", note="")
    assert beside(ranked.versions.newest()) == [*SAID_BY_NAME, "One"]
    assert ranked.corrections.count() == 1


def test_order_that_follows_from_a_new_figure_asks_nothing(desk, editor, ranked):
    first = FactFactory(amount=5)
    second = FactFactory(metric=first.metric, amount=3)
    write(ranked, ranking=BY_NAME | {"metric": first.metric_id, "order": "largest"})
    publishing.publish(ranked, by=None, change=UPDATE)
    facts.update(second, by=editor, source=SourceFactory(), amount=9)
    page = page_of(desk, ranked)
    places = [page.index(f"<bdi>{fact.company.name}<") for fact in (second, first)]
    assert places == sorted(places)
    rows, versions = ranked.corrections.count(), ranked.versions.count()
    assert ASKS not in press_publish(desk, ranked, slug="another-address")
    ranked.refresh_from_db()
    assert ranked.slug == "another-address"
    assert (ranked.corrections.count(), ranked.versions.count()) == (rows, versions)


# Which companies it has.


@pytest.mark.parametrize("chosen", ["", "a", "ba", "abc", "ac"])
def test_other_companies_or_another_order_ask_once(desk, chosen):
    named = {name: CompanyFactory(name=name.upper() * 3) for name in "abc"}
    article = listed(named["a"], named["b"])
    entries = entries_of(*(named[name] for name in chosen))
    assert ASKS in press_publish(desk, article, entries=entries)
    name_it(desk, article, "correction")
    former, now = article.versions.order_by("pk")
    assert (beside(former), former.sentences[:4]) == (["AAA", "BBB"], now.sentences[:4])
    assert beside(now) == [named[name].name for name in chosen]
    assert article.corrections.get().change_count > 0


def test_words_that_come_to_stand_with_another_company_ask(desk):
    words = {"heading": "The best", "blurb": "It makes things."}
    article = listed(CompanyFactory(), **words)
    assert ASKS in press_publish(desk, article, entries=entries_of(CompanyFactory(), **words))


def test_entry_without_words_that_hides_what_the_profile_says_asks(desk, one, ranked):
    other = CompanyFactory(description="It makes things.")
    assert "It makes things." in page_of(desk, ranked)
    assert ASKS in press_publish(desk, ranked, entries=entries_of(one, other))


def test_rows_as_they_were_ask_nothing(desk):
    company = CompanyFactory()
    article = listed(company)
    assert ASKS not in press_publish(desk, article, slug="another-address")
    article.refresh_from_db()
    assert article.slug == "another-address"
    assert not article.corrections.exists()


def test_story_says_nothing_of_what_its_list_would_have(desk):
    article = ArticleFactory(authors=[AuthorFactory()])
    assert ASKS not in press_publish(desk, article, entries=entries_of(CompanyFactory()))
    assert article.entries.exists()


# What is called otherwise.


@pytest.fixture
def named(ranked):
    """What the list names: a metric and a company."""
    metric, company = MetricFactory(label="Staff"), CompanyFactory(name="Studio 54")
    ranking = BY_NAME | {"metric": metric.pk}
    write(ranked, ranking=ranking, entries=entries_of(company))
    publishing.publish(ranked, by=None, change=UPDATE)
    return metric, company


def rename(metric, company, label, name):
    metric.label, company.name = label, name
    metric.save()
    company.save()


def test_name_that_changed_elsewhere_is_no_change_of_the_list(desk, ranked, named):
    rename(*named, "Employees", "Studio 55")
    write(ranked, title="A beter title")
    publishing.publish(ranked, by=None, change=UPDATE)
    *_, before, renamed, now = ranked.versions.order_by("pk")
    basis, rule = "All of them.", "Companies, with “{}”, by name, 10 at most."
    assert beside(before) == [basis, rule.format("Staff"), "Studio 54"]
    assert beside(renamed) == beside(now) == [basis, rule.format("Employees"), "Studio 55"]
    assert (renamed.change, renamed.sentences[:4]) == ("minor", before.sentences[:4])
    title = {"before": before.sentences[0], "after": "A beter title"}
    assert ranked.corrections.first().changes == [title]
    # What is put right beside another one is a slip of the pen, whatever numbers the names have.
    rename(*named, "Employees", "Studio 56")
    write(ranked, title="A better title")
    assert "no slip of the pen" not in name_it(desk, ranked, "minor", note="")
    assert ranked.versions.newest().sentences[0] == "A better title"


def test_name_that_changed_elsewhere_asks_nothing(desk, ranked, named):
    rename(*named, "Employees", "Studio 55")
    assert ASKS not in press_publish(desk, ranked, slug="another-address")
    ranked.refresh_from_db()
    assert ranked.slug == "another-address"


def test_name_that_changed_elsewhere_is_none_of_a_figure_s(
    editor, ranked, named, django_capture_on_commit_callbacks
):
    _metric, company = named
    fact = FactFactory(company=company, amount=5)
    body = f"It has [](fact:{company.slug}/{fact.metric.key})."
    write(ranked, body=body)
    publishing.publish(ranked, by=None, change=UPDATE)
    rename(*named, "Employees", "Studio 55")
    with django_capture_on_commit_callbacks(execute=True):
        facts.update(fact, by=editor, source=SourceFactory(), amount=6)
    row = ranked.corrections.get(fact_before=fact)
    told = [(one["before"][:8], one["after"][:8]) for one in row.changes]
    assert told == [("It has 5", "It has 6")]
    assert ranked.versions.newest().sentences[-1] == "Studio 55"


# What readers propose on it.


@pytest.mark.parametrize(
    ("quote", "is_said"),
    [
        ("All of them.", True),
        ("Companies, by name, 10 at most.", True),
        ("One", True),
        ("Companies, by name, 11 at most.", False),
        ("Two", False),
    ],
)
def test_inbox_finds_what_a_list_says_beside_its_words(desk, ranked, quote, is_said):
    CommentFactory(
        discussion=DiscussionFactory(article=ranked, company=None), kind="correction", quote=quote
    )
    page = desk.get("/admin/corrections/correction/inbox/").content.decode()
    assert ("does not say this, or no longer" not in page) == is_said
