import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from core import prose
from facts import publishing
from facts.factories import FactFactory, ReferenceFactory, SourceFactory
from facts.prose.filling import figures_of
from facts.prose.naming import FactResolver, LinkTargets

pytestmark = pytest.mark.django_db


@pytest.fixture
def fact():
    return FactFactory(
        company__slug="spotify",
        company__name="Spotify",
        metric__key="paid-subscribers",
        amount=75_000_000,
    )


def shown(text):
    """As it is saved, then as it is shown: the HTML and the list of sources."""
    resolver = FactResolver(LinkTargets(text))
    stored = prose.render(text, resolver.resolve).html
    figures = figures_of(resolver.quoted)
    return figures.fill(stored, resolver.quoted), figures.sources


def html(text):
    return shown(text)[0]


def test_figure_shows_the_words_with_date_and_source(fact):
    assert html("It has [75 million](fact:spotify/paid-subscribers) payers.") == (
        f'<p>It has <a class="fact" href="/facts/{fact.public_id}/">'
        '<data value="75000000">75 million</data></a><sup class="as-of">undated</sup>'
        " payers.</p>\n"
    )


def test_figure_without_words_shows_the_current_value(fact):
    FactFactory(
        company=fact.company,
        metric=fact.metric,
        amount=281_000_000,
        as_of=datetime.date(2025, 9, 30),
        as_of_precision="quarter",
    )
    page = html("It has [](fact:spotify/paid-subscribers).")
    assert 'value="281000000">281 million</data>' in page
    assert "Q3 2025" in page


def test_pinned_figure_keeps_the_fact_it_was_written_against(fact):
    FactFactory(
        company=fact.company,
        metric=fact.metric,
        amount=281_000_000,
        as_of=datetime.date(2025, 9, 30),
        as_of_precision="day",
    )
    page = html(f"[75 million](fact:spotify/paid-subscribers@{fact.public_id})")
    assert 'value="75000000"' in page
    assert "undated" in page


def test_figure_found_wrong_says_that_it_was_withdrawn(fact, admin_user):
    publishing.deprecate(fact, reason="Misread", by=admin_user)
    page = html(f"[75 million](fact:spotify/paid-subscribers@{fact.public_id})")
    assert "<s>75 million</s></data></a>" in page
    assert '<sup class="as-of">withdrawn</sup> <span class="newer">Misread</span>' in page
    assert "What stands now" not in page


def test_figure_found_wrong_names_what_stands_now(fact, admin_user):
    year = {"as_of": datetime.date(2019, 12, 31), "as_of_precision": "year"}
    now = FactFactory(company=fact.company, metric=fact.metric, amount=124_000_000, **year)
    text = f"[75 million](fact:spotify/paid-subscribers@{fact.public_id})"
    publishing.deprecate(fact, reason="Misread", by=admin_user)
    page, [source] = shown(text)
    link = f'<a class="fact" href="/facts/{now.public_id}/">124 million</a> (2019)'
    assert f"Misread What stands now: {link}" in page
    [figure] = source["figures"]
    assert figure["wrong_because"] == "Misread"
    assert figure["instead"]["value"] == "124 million"


def test_figure_without_scope_is_meant_when_there_are_several(fact):
    FactFactory(company=fact.company, metric=fact.metric, scope="Canada", amount=3)
    assert 'value="75000000"' in html("[](fact:spotify/paid-subscribers)")


def test_company_is_linked_by_words_or_by_name(fact):
    assert '<a href="/companies/spotify/">the streamer</a>' in html(
        "[the streamer](company:spotify)"
    )
    assert '<a href="/companies/spotify/">Spotify</a>' in html("[](company:spotify)")


@pytest.mark.parametrize(
    "address",
    [
        "fact:spotify/no-such-metric",
        "fact:netflix/paid-subscribers",
        "fact:spotify/paid-subscribers@zzzzzz",
        "fact:spotify",
        "fact:/@",
        "company:netflix",
        "company:spotify/paid-subscribers",
    ],
)
def test_address_that_leads_nowhere_leaves_the_words(fact, address):
    assert html(f"It has [many]({address}).") == "<p>It has many.</p>\n"


def test_pin_of_another_company_leads_nowhere(fact):
    other = FactFactory(company__slug="netflix")
    assert "<data" not in html(f"[5](fact:spotify/paid-subscribers@{other.public_id})")


def test_draft_is_bare_words(fact):
    draft = FactFactory(draft=True, company=fact.company)
    address = f"spotify/{draft.metric.key}@{draft.public_id}"
    assert html(f"[many](fact:{address}) [x](company:)") == "<p>many x</p>\n"


def test_hidden_company_is_bare_words_and_its_figure_says_that_its_source_is_not_shown(fact):
    fact.company.is_public = False
    fact.company.save()
    assert html("[many](fact:spotify/paid-subscribers) [x](company:spotify)") == (
        '<p>many<sup class="as-of">source not shown</sup> x</p>\n'
    )


def test_words_and_values_are_escaped(fact):
    company = CompanyFactory(slug="hostile", name="<script>alert(1)</script>")
    FactFactory(
        company=company, metric__key="motto", metric__in_words=True, text='"><img src=x onerror=1>'
    )
    page = html("[](fact:hostile/motto) [](company:hostile) [<b>](fact:spotify/paid-subscribers)")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page


def test_sources_are_numbered_by_first_use_and_named_once(fact):
    shared = SourceFactory(title="Shared", published_on=None)
    second = FactFactory(company__slug="netflix", metric__key="members", references=None)
    ReferenceFactory(fact=second, source=shared, quote="33 million members")
    third = FactFactory(company__slug="lyft", metric__key="rides", references=None)
    ReferenceFactory(fact=third, source=shared, quote="14 million rides")
    text = (
        "[a](fact:netflix/members) [b](fact:spotify/paid-subscribers) [c](fact:lyft/rides) "
        "[a again](fact:netflix/members)"
    )
    page, sources = shown(text)
    assert [source["number"] for source in sources] == [1, 2]
    assert [source["title"] for source in sources] == [
        "Shared",
        fact.references.get().source.title,
    ]
    quotes = [figure["quotes"] for figure in sources[0]["figures"]]
    assert quotes == [["33 million members"], ["14 million rides"]]
    assert [figure["company"] for figure in sources[0]["figures"]] == [
        second.company.name,
        third.company.name,
    ]
    assert sources[0]["published_on"] is None
    assert page.count('<a class="fact"') == 4


def test_many_figures_are_loaded_in_as_many_queries_as_few():
    def text(count):
        facts = FactFactory.create_batch(count)
        return " ".join(
            f"[n](fact:{fact.company.slug}/{fact.metric.key}) [c](company:{fact.company.slug})"
            for fact in facts
        )

    counts = []
    for size in (5, 25):
        written = text(size)
        with CaptureQueriesContext(connection) as queries:
            assert html(written).count("<data") == size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_text_without_links_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        html("No figure here.")


def test_article_shows_its_figures_and_lists_their_sources(client, fact):
    article = ArticleFactory(body="It has [75 million](fact:spotify/paid-subscribers) payers.")
    page = client.get(article.get_absolute_url()).content.decode()
    assert '<sup class="as-of">undated</sup>' in page
    assert 'id="source-1"' in page
    assert fact.references.get().source.title in page
    assert "no date given" in page
    # In the text, in the margin and in the sources.
    assert page.count(f'<a class="fact" href="{fact.get_absolute_url()}"') == 3
    assert f'href="/discussions/article/{article.pk}/challenge/{fact.public_id}/"' in page
