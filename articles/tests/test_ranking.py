import datetime
import json
import re

import pytest
from django.db.models import ProtectedError

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article, Edition, Ranking
from articles.pages import editions, ranking
from articles.pages.detail import ArticlePage
from articles.publishing import snapshots
from companies import merging
from companies.factories import CompanyFactory, IndustryFactory, TechnologyFactory
from facts import publishing as facts
from facts.factories import FactFactory, MetricFactory, SourceFactory, TechUseFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 6, 30)


@pytest.fixture
def python():
    return TechnologyFactory(name="Python")


@pytest.fixture
def metric():
    return MetricFactory(label="Paid subscribers")


@pytest.fixture
def company(python, metric):
    """One that uses Python, with a figure of the metric unless `amount` is None."""

    def make(name, amount=None, as_of=DAY, **values):
        made = CompanyFactory(name=name, slug=name.lower(), description=f"{name} makes things.")
        TechUseFactory(company=made, technology=python)
        if amount is not None:
            precision = "day" if as_of else "unknown"
            FactFactory(
                company=made,
                metric=metric,
                amount=amount,
                as_of=as_of,
                as_of_precision=precision,
                **values,
            )
        return made

    return make


@pytest.fixture
def article(python, metric):
    article = ArticleFactory(
        kind="list", body="Before.\n\n---\n\nAfter.", authors=[AuthorFactory()]
    )
    Ranking.objects.create(
        article=article, technology=python, metric=metric, basis="By paid subscribers."
    )
    return article


def page_of(client, article):
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def order_of(page):
    return re.findall(r'<section class="entry" id="([^"]+)"', page)


def ranks_of(page):
    return re.findall(r'<span class="rank">(\d+)</span>', page)


def change(article, **values):
    Ranking.objects.filter(article=article).update(**values)


def test_list_that_is_not_assembled_is_numbered_in_its_own_order(client):
    article = ArticleFactory(kind="list")
    for position in (7, 3):
        ListEntryFactory(article=article, company=CompanyFactory(), position=position)
    assert ranks_of(page_of(client, article)) == ["1", "2"]


def test_companies_that_match_stand_by_their_current_figure(client, article, company):
    company("Small", 5)
    company("None")
    large = company("Large", 1)
    FactFactory(
        company=large,
        metric=article.ranking.metric,
        amount=90,
        as_of=DAY + datetime.timedelta(days=1),
        as_of_precision="day",
    )
    FactFactory(metric=article.ranking.metric, amount=1000)  # of a company that does not match
    page = page_of(client, article)
    assert order_of(page) == ["large", "small", "none"]
    assert ranks_of(page) == ["1", "2"]
    assert "By paid subscribers." in page
    assert "No figure yet." in page
    assert "Large makes things." in page
    assert page.index("Before.") < page.index("Large makes things.") < page.index("After.")


@pytest.mark.parametrize(
    ("order", "expected"),
    [("largest", ["b", "c", "a"]), ("smallest", ["a", "c", "b"]), ("name", ["a", "b", "c"])],
)
def test_order_is_as_the_ranking_says(client, article, company, order, expected):
    for name, amount in (("A", 1), ("B", 3), ("C", 2)):
        company(name, amount)
    change(article, order=order)
    assert order_of(page_of(client, article)) == expected


def test_ties_share_a_rank_and_the_limit_holds(client, article, company):
    for name, amount in (("A", 3), ("B", 3), ("C", 2), ("D", 1)):
        company(name, amount)
    change(article, limit=3)
    page = page_of(client, article)
    assert order_of(page) == ["a", "b", "c"]
    assert ranks_of(page) == ["1", "1", "3"]


def test_our_words_stand_with_the_company_wherever_it_ranks(client, article, company):
    first, second = company("First", 1), company("Second", 2)
    ListEntryFactory(article=article, company=first, heading="The first", blurb="Said of it.")
    page = page_of(client, article)
    assert order_of(page) == ["second", "first"]
    assert "Said of it." in page
    assert "First makes things." not in page
    assert second.description in page


def test_by_hand_the_entries_decide_and_what_does_not_match_falls_out(client, article, company):
    change(article, order="hand")
    stranger = CompanyFactory(name="Stranger", slug="stranger")
    for one in (company("B"), stranger, company("A")):
        ListEntryFactory(article=article, company=one)
    company("Unlisted")
    article.refresh_from_db()
    assert order_of(page_of(client, article)) == ["b", "a"]
    fallen = ranking.fallen_out(article.ranking, article.entries.all())
    assert [entry.company for entry in fallen] == [stranger]


def test_use_that_has_ended_or_is_unsourced_does_not_match(client, article, company, python):
    company("Now", 1)
    for values in ({"has_ended": True}, {"references": None}):
        TechUseFactory(technology=python, **values)
    TechUseFactory(technology=python, company__is_public=False)
    assert order_of(page_of(client, article)) == ["now"]


def test_industry_narrows(client, article, company):
    industry = IndustryFactory()
    inside = company("Inside", 1)
    inside.industry = industry
    inside.save()
    company("Outside", 2)
    change(article, industry=industry)
    assert order_of(page_of(client, article)) == ["inside"]


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        ({"as_of": None}, "Undated:"),
        ({"as_of": DAY - datetime.timedelta(days=367)}, "More than a year older"),
        ({"as_of": DAY - datetime.timedelta(days=366)}, ""),
        ({"basis": "estimated"}, "An estimate"),
        ({"basis": "self"}, ""),
        ({"basis": "projected"}, "A projection"),
        ({"comparator": "gte"}, "may stand elsewhere"),
        ({"comparator": "lte"}, "no place"),
        ({"comparator": "range", "upper_amount": 8}, "may stand elsewhere"),
        ({"comparator": "about"}, ""),
    ],
)
def test_figure_that_does_not_compare_is_marked(client, article, company, values, mark):
    company("Plain", 9)
    company("Other", 5, **values)
    page = page_of(client, article)
    assert page.count('class="small mark"') == bool(mark)
    assert mark in page
    assert ("1 place does not compare" in page) == bool(mark)


@pytest.mark.parametrize(
    ("order", "expected", "ranks"),
    [
        ("largest", ["at-least", "about", "exact", "low", "at-most"], ["1", "2", "2", "4"]),
        ("smallest", ["low", "at-most", "about", "exact", "at-least"], ["1", "2", "3", "3"]),
    ],
)
def test_bound_counts_for_what_it_says(client, article, company, order, expected, ranks):
    company("Exact", 250)
    company("About", 250, comparator="about")
    company("At-least", 250, comparator="gte")
    company("At-most", 250, comparator="lte")
    company("Low", 100, comparator="range", upper_amount=200)
    change(article, order=order)
    page = page_of(client, article)
    assert order_of(page) == expected
    assert ranks_of(page) == ranks


def test_disputed_figure_says_so_in_the_list(client, article, company, metric):
    rival = {"metric": metric, "as_of": DAY, "as_of_precision": "day", "amount": 99}
    FactFactory(company=company("A", 5), **rival)
    FactFactory(company=company("B", 5), basis="estimated", **rival)
    page = page_of(client, article)
    assert page.count("Sources disagree") == 1
    assert "another says 5 (30 June 2026)" in page


def test_sum_of_another_length_is_marked(client, article, company, metric):
    metric.period_type = "duration"
    metric.save()
    for name, precision in [("A", "quarter"), ("B", "quarter"), ("C", "half")]:
        FactFactory(
            company=company(name),
            metric=metric,
            amount=7,
            as_of=DAY,
            as_of_precision=precision,
        )
    page = page_of(client, article)
    assert page.count("another length") == 1


def test_machines_read_the_list_in_its_order(client, article, company):
    company("A", 1)
    company("B", 2)
    data = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', page_of(client, article))[
            1
        ]
    )
    items = data["mainEntity"]["itemListElement"]
    assert [(one["position"], one["item"]["name"]) for one in items] == [(1, "B"), (2, "A")]


def rule_of(page):
    return re.search(r'<p class="small basis">[^<]*<span>([^<]+)</span>', page)[1]


def test_page_says_by_which_rule_the_list_is_assembled(client, article, company):
    one = company("A", 1)
    said = "Companies that use Python, by “Paid subscribers”, largest first, 10 at most."
    assert rule_of(page_of(client, article)) == said
    one.industry = IndustryFactory(name="<Music>")
    one.save()
    change(article, technology=None, industry=one.industry, order="smallest", limit=3)
    said = (
        "Companies, of the industry “&lt;Music&gt;”, by “Paid subscribers”, smallest first, "
        "3 at most."
    )
    assert rule_of(page_of(client, article)) == said
    ListEntryFactory(article=article, company=one)
    change(article, industry=None, metric=None, order="hand")
    said = "Companies, chosen and ordered by us, 3 at most."
    assert rule_of(page_of(client, article)) == said


def test_list_that_finds_nothing_says_so_by_its_rule_and_leads_to_its_editions(
    client, article, company
):
    one = company("One", 1)
    edition = freeze(article)
    one.tech_uses.all().delete()
    page = page_of(client, article)
    assert order_of(page) == []
    assert rule_of(page).startswith("Companies that use Python")
    assert "No longer on the list: One" in page
    assert f'href="{edition.get_absolute_url()}"' in page
    assert page.index("Before.") < page.index("By paid subscribers.") < page.index("After.")


def test_page_follows_the_name_of_a_metric_that_nobody_has_a_figure_of(article, company, metric):
    company("A")
    assert f"metric:{metric.pk}" in set(ArticlePage.load(article.slug).keys())


def test_edition_keeps_the_rule_as_its_page_said_it(client, article, company):
    company("A", 1)
    edition = freeze(article)
    change(article, limit=3)
    page = client.get(edition.get_absolute_url()).content.decode()
    assert rule_of(page).endswith("10 at most.")


def test_feed_shows_the_list_as_its_page_does(client, article, company):
    stranger = CompanyFactory(name="Stranger")
    ListEntryFactory(article=article, company=stranger, blurb="It left.")
    company("Member", 1)
    feed = client.get("/feeds/articles.atom").content.decode()
    assert "Member makes things." in feed
    assert "It left." not in feed


def test_story_with_a_ranking_of_old_shows_none(client, article, company):
    company("A", 1)
    type(article).objects.filter(pk=article.pk).update(kind="story")
    assert order_of(page_of(client, article)) == []


def test_list_costs_the_same_for_few_and_for_many(
    client, article, company, django_assert_max_num_queries
):
    for number in range(12):
        company(f"C{number}", number)
    change(article, limit=100)
    with django_assert_max_num_queries(15):
        assert len(order_of(page_of(client, article))) == 12


# At the desk


@pytest.fixture
def editor(client):
    user = UserFactory(username="edith", groups=["Editor"])
    client.force_login(user)
    return client


def form_of(article, **changes):
    author = article.authors.first() or AuthorFactory()
    counts = {
        "bylines-TOTAL_FORMS": 1,
        "bylines-INITIAL_FORMS": 0,
        "bylines-0-author": author.pk,
        "entries-TOTAL_FORMS": 0,
        "entries-INITIAL_FORMS": 0,
    }
    names = ("title", "slug", "standfirst", "body", "kind", "language")
    return {
        **{name: getattr(article, name) for name in names},
        "section": article.section_id,
        "base_number": publishing.newest_number(article),
        **counts,
        **changes,
    }


def test_ranking_is_saved_with_the_text_and_shown_when_it_is_published(
    client, editor, company, python, metric
):
    article = ArticleFactory(kind="list", authors=[AuthorFactory()])
    company("A", 1)
    url = f"/admin/articles/article/{article.pk}/change/"
    asked = {
        "ranking_technology": python.pk,
        "ranking_metric": metric.pk,
        "ranking_order": "largest",
        "ranking_limit": 5,
        "ranking_basis": "By size.",
    }
    editor.post(url, form_of(article, **asked))
    content = publishing.newest_content(article)
    assert content["ranking"]["metric"] == metric.pk
    assert "By size." not in page_of(client, article)
    preview = editor.get(f"/admin/articles/article/{article.pk}/preview/")
    assert "By size." in preview.content.decode()
    publishing.publish(article, by=None, change=UPDATE)
    assert "By size." in page_of(client, article)
    assert 'value="By size."' in editor.get(url).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ranking_basis": " "}, "Readers are told what is listed"),
        ({"ranking_metric": ""}, "Say by which metric"),
        ({"kind": "story"}, "Only a list is assembled"),
    ],
)
def test_ranking_that_lacks_something_is_refused_beside_the_field(
    editor, article, python, metric, changes, message
):
    asked = {
        "ranking_technology": python.pk,
        "ranking_metric": metric.pk,
        "ranking_order": "largest",
        "ranking_basis": "By size.",
    }
    url = f"/admin/articles/article/{article.pk}/change/"
    assert message in editor.post(url, form_of(article, **asked | changes)).content.decode()


def test_text_saved_before_there_were_rankings_is_published_as_it_was(article):
    content = snapshots.of(article)
    del content["ranking"]
    publishing.save_revision(article, content | {"title": "Of old"}, by=None)
    publishing.publish(article, by=None, change=UPDATE)
    assert not Ranking.objects.exists()


def test_desk_names_what_fell_out_and_what_has_no_figure(editor, article, company):
    company("Plain")
    ListEntryFactory(article=article, company=CompanyFactory(name="Stranger"))
    text = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "Stranger fell out" in text
    assert "Without a figure of the metric: Plain" in text


# Editions


def freeze(article, name="June 2026"):
    return editions.freeze(type(article).objects.get(pk=article.pk), name=name, by=None)


def test_edition_stays_as_it_was_frozen(client, article, company, metric, admin_user):
    one = company("One", 5)
    company("Two", 3)
    edition = freeze(article)
    newer = {"as_of": DAY + datetime.timedelta(days=1), "as_of_precision": "day"}
    facts.update(one.facts.get(), by=admin_user, source=SourceFactory(), amount=1, **newer)
    one.name = "Another name"
    one.save()
    page = client.get(edition.get_absolute_url()).content.decode()
    assert order_of(page) == ["one", "two"]
    assert 'href="/companies/one/"><bdi>One</bdi></a>' in page
    assert "Another name" not in page
    assert "30 June 2026" in page
    assert "The edition of June 2026" in page
    live = page_of(client, article)
    assert order_of(live) == ["two", "one"]
    assert f'href="{edition.get_absolute_url()}">June 2026</a>' in live


def test_next_edition_shows_who_moved(client, article, company, metric, python):
    companies = [company(name, amount) for name, amount in (("A", 9), ("B", 8), ("C", 7))]
    freeze(article)
    newer = {"as_of": DAY + datetime.timedelta(days=1), "as_of_precision": "day"}
    FactFactory(company=companies[2], metric=metric, amount=10, **newer)
    companies[1].tech_uses.all().delete()
    company("New", 1)
    page = page_of(client, article)
    assert order_of(page) == ["c", "a", "new"]
    assert re.findall(r'<span class="flag">([^<]+)</span></h2>', page) == ["up 2", "down 1", "new"]
    assert "No longer on the list: B" in page
    edition = freeze(article, "July 2026")
    assert "up 2" in client.get(edition.get_absolute_url()).content.decode()
    assert "up 2" not in page_of(client, article)


def test_figure_withdrawn_since_says_so_in_the_edition(client, article, company, admin_user):
    one = company("One", 5)
    edition = freeze(article)
    facts.deprecate(one.facts.get(), reason="The table was misread.", by=admin_user)
    page = client.get(edition.get_absolute_url()).content.decode()
    assert "withdrawn since:" in page
    assert "The table was misread." in page
    assert "<s>5</s>" in page
    assert "What stands now" not in page


def ways_to(page, company):
    return page.count(f'href="/companies/{company.slug}/"')


@pytest.mark.parametrize("heading", ["", "The best", "[](fact:other/staff)"])
def test_entry_leads_to_no_profile_that_is_closed(client, heading):
    FactFactory(company__slug="other", metric__key="staff", amount=5)
    article, one = ArticleFactory(kind="list"), CompanyFactory(name="One", slug="one")
    ListEntryFactory(article=article, company=one, heading=heading)
    assert ways_to(page_of(client, article), one) == 1
    assert '/companies/one/"' in structured_of(page_of(client, article))
    one.is_public = False
    one.save()
    page = page_of(client, article)
    assert (ways_to(page, one), "/companies/one/" in page) == (0, False)
    assert "One" in page


def structured_of(page):
    return re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]


def test_edition_leads_to_the_profiles_that_are_there(client, article, company, admin_user):
    open_one, closed, merged = (company(name, 5) for name in ("Open", "Closed", "Merged"))
    edition = freeze(article)
    closed.is_public = False
    closed.save()
    merging.merge(merged, open_one, by=admin_user, reason="One company.")
    page = client.get(edition.get_absolute_url()).content.decode()
    assert [ways_to(page, one) for one in (open_one, closed)] == [1, 0]
    assert 'href="/companies/merged/"' in page
    assert "<bdi>Closed</bdi>" in page


def test_edition_names_what_stands_now_for_a_withdrawn_figure(client, article, company, admin_user):
    one = company("One", 5)
    edition, wrong = freeze(article), one.facts.get()
    later = {"as_of": datetime.date(2026, 6, 30), "as_of_precision": "month"}
    now = FactFactory(company=one, metric=wrong.metric, amount=7, **later)
    facts.deprecate(wrong, reason="The table was misread.", by=admin_user)
    page = client.get(edition.get_absolute_url()).content.decode()
    link = f'<a class="fact" href="{now.get_absolute_url()}">7</a> (June 2026)'
    assert f"The table was misread. What stands now: {link}" in page


def test_name_is_taken_once_and_needs_a_letter(editor, article, company):
    company("One", 5)
    url = f"/admin/articles/article/{article.pk}/freeze/"
    assert "is frozen" in editor.post(url, {"name": "June 2026"}, follow=True).content.decode()
    again = editor.post(url, {"name": " june  2026"}, follow=True).content.decode()
    assert "There is an edition" in again
    assert (
        "Give the edition a name" in editor.post(url, {"name": "…"}, follow=True).content.decode()
    )
    assert Edition.objects.count() == 1


def test_list_that_is_not_live_is_not_frozen(editor, article, company):
    company("One", 5)
    publishing.withdraw(article, by=None)
    url = f"/admin/articles/article/{article.pk}/freeze/"
    answer = editor.post(url, {"name": "June 2026"}, follow=True).content.decode()
    assert "Only a live list" in answer
    assert not Edition.objects.exists()


def test_only_who_may_publish_freezes(client, article, company):
    client.force_login(UserFactory(groups=["Writer"]))
    url = f"/admin/articles/article/{article.pk}/freeze/"
    assert client.post(url, {"name": "June 2026"}).status_code == 403
    assert not Edition.objects.exists()


def test_edition_goes_out_of_sight_with_its_article_and_follows_its_address(
    client, article, company
):
    company("One", 5)
    edition = freeze(article)
    old = edition.get_absolute_url()
    content = snapshots.of(article) | {"slug": "another-address"}
    publishing.save_revision(article, content, by=None)
    publishing.publish(article, by=None)
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (
        301,
        f"/articles/another-address/editions/{edition.slug}/",
    )
    assert "another-address/editions" in client.get("/sitemap-editions.xml").content.decode()
    publishing.withdraw(article, by=None)
    assert client.get(response["Location"]).status_code == 410
    assert "editions" not in client.get("/sitemap-editions.xml").content.decode()


def test_edition_is_never_changed(article, company):
    company("One", 5)
    edition = freeze(article)
    edition.name = "Other"
    with pytest.raises(Exception, match="never changed"):
        edition.save()


def test_edition_is_never_deleted_nor_its_list_from_under_it(article, company):
    company("One", 5)
    edition = freeze(article)
    whole_list = Article._base_manager.filter(pk=article.pk)
    for delete in (edition.delete, Edition.objects.all().delete, whole_list.delete):
        with pytest.raises(ProtectedError):
            delete()


def test_list_that_is_assembled_again_still_leads_to_its_editions(client, article, company):
    company("One", 5)
    freeze(article)
    content = snapshots.of(article)
    for asked in (None, content["ranking"]):
        publishing.save_revision(article, content | {"ranking": asked}, by=None)
        publishing.publish(article, by=None, change=UPDATE)
    assert "Editions:" in page_of(client, article)
    assert [one["rank"] for one in ranking.of(article).frozen["order"]] == [1]


def test_publishing_the_list_again_keeps_what_its_editions_said(client, article, company):
    company("One", 5)
    freeze(article)
    publishing.save_revision(article, snapshots.of(article) | {"title": "Again"}, by=None)
    publishing.publish(article, by=None, change=UPDATE)
    assert "Editions:" in page_of(client, article)
