"""Two profiles of one company become one; nothing that hung on either is lost."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing as article_publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Ranking
from articles.pages import editions
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Discussion
from companies.factories import CompanyAliasFactory, CompanyFactory
from companies.merging import merge
from companies.models import Company, CompanyMerge
from core.tests.readers import Site
from corrections.factories import CorrectionFactory
from facts import publishing
from facts.factories import FactFactory, MetricFactory, TechUseFactory
from facts.models import Fact, TechUse
from facts.rules.history import company_of, replay, standing_of

pytestmark = pytest.mark.django_db

REASON = "One register has both."


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"], first_name="Edith", last_name="Navarro")


@pytest.fixture
def former():
    return CompanyFactory(name="Facebook", slug="facebook")


@pytest.fixture
def into():
    return CompanyFactory(name="Meta", slug="meta")


@pytest.fixture
def merged(former, into, editor):
    def run():
        found = merge(former, into, by=editor, reason=REASON)
        former.refresh_from_db()
        into.refresh_from_db()
        return found

    return run


def text(client, url):
    return client.get(url, follow=True).content.decode()


# Addresses and names


def test_every_address_of_the_former_profile_leads_to_the_other(client, former, into, merged):
    former.slug = "fb"
    former.save()
    merged()
    for slug in ("facebook", "fb"):
        response = client.get(f"/companies/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/companies/meta/")
    assert client.get(former.get_absolute_url()).status_code == 404
    assert "Also known as" in text(client, "/companies/facebook/")
    assert not Company.objects.visible().filter(name="Facebook").exists()


@pytest.mark.parametrize("ending", ["figures.json", "figures.csv"])
def test_files_of_the_former_profile_lead_to_those_of_the_other(client, merged, ending):
    merged()
    response = client.get(f"/companies/facebook/{ending}")
    assert (response.status_code, response["Location"]) == (301, f"/companies/meta/{ending}")
    assert client.get(f"/companies/nobody/{ending}").status_code == 404


def test_comparison_with_the_former_profile_is_one_with_the_other(client, merged):
    CompanyFactory(slug="netflix")
    merged()
    response = client.get("/companies/compare/?c=facebook&c=netflix")
    assert (response.status_code, response["Location"]) == (
        301,
        "/companies/compare/?c=meta&c=netflix",
    )


def test_names_identifiers_and_subsidiaries_follow(former, into, merged):
    former.lei, former.cik = "5493006MHB84DD0ZWV18", "0001326801"
    former.save()
    into.cik = "0001652044"
    into.save()
    CompanyAliasFactory(company=former, name="The network")
    child = CompanyFactory(parent=former)
    merged()
    assert {alias.name for alias in into.aliases.all()} == {"Facebook", "The network"}
    assert (into.lei, into.cik) == ("5493006MHB84DD0ZWV18", "0001652044")
    assert (former.lei, former.cik) == ("", "0001326801")
    child.refresh_from_db()
    assert child.parent == into


def test_parent_that_becomes_part_of_its_subsidiary_leaves_its_own_parent(former, into, merged):
    former.parent = CompanyFactory()
    former.save()
    into.parent = former
    into.save()
    merged()
    assert into.parent == former.parent


@pytest.mark.parametrize("between", [1, 3])
def test_profile_merged_into_one_further_down_closes_no_ring(former, into, merged, between):
    former.parent = top = CompanyFactory()
    former.save()
    owner = former
    for _step in range(between):
        owner = CompanyFactory(parent=owner)
    into.parent = owner
    into.save()
    merged()
    seen, company = [], into
    while company and company not in seen:
        seen.append(company)
        company = company.parent
    assert company is None
    assert into.parent == top


def test_profile_merged_into_one_that_is_elsewhere_leaves_its_parent(former, into, merged):
    former.parent, into.parent = CompanyFactory(), CompanyFactory()
    former.save()
    into.save()
    kept = into.parent
    merged()
    assert into.parent == kept


# Figures


def test_figures_follow_with_an_event_and_their_claims_stand(client, former, into, merged, editor):
    fact = FactFactory(company=former, amount=75_000_000)
    draft = FactFactory(company=former, draft=True)
    before, then = standing_of(fact), timezone.now()
    row = merged()
    for one in (fact, draft):
        one.refresh_from_db()
        assert one.company == into
    assert standing_of(fact) == replay(fact.events.all()) == before
    event = fact.events.last()
    told = (event.kind, event.former_company, event.by, event.reason)
    assert told == ("moved", former, editor, REASON)
    assert (company_of(fact, then), company_of(fact)) == (former.pk, into.pk)
    assert not draft.events.exists()
    assert "75 million" in text(client, "/companies/facebook/")
    page = text(client, fact.get_absolute_url())
    assert "moved here from a profile that was merged into this one (Facebook)" in page
    assert (row.slug, row.former, row.into) == ("facebook", former, into)


def test_figures_follow_in_the_same_queries_however_many_they_are(editor):
    metrics = MetricFactory.create_batch(2)

    def queries(number):
        companies = CompanyFactory.create_batch(2)
        for company in companies:
            for amount in range(number):
                # Of one year each, and none of them the other's.
                values = {"company": company, "amount": 1000 * company.pk + amount}
                year = {"as_of": f"{2000 + amount}-12-31", "as_of_precision": "year"}
                FactFactory(**values, **year, metric=metrics[0])
                FactFactory(**values, metric=metrics[1], scope="World", draft=True)
        with CaptureQueriesContext(connection) as asked:
            merge(*companies, by=editor, reason=REASON)
        assert companies[1].facts.count() == 4 * number
        return len(asked)

    assert queries(1) == queries(9)


def test_figure_that_both_had_is_withdrawn_as_recorded_twice(former, into, merged, editor):
    metric = MetricFactory()
    kept = FactFactory(company=into, metric=metric, amount=5)
    twice = FactFactory(company=former, metric=metric, amount=5)
    other = FactFactory(company=former, metric=metric, amount=6)
    merged()
    twice.refresh_from_db()
    assert (twice.company, twice.rank) == (into, "deprecated")
    assert kept.public_id in twice.deprecated_reason
    assert set(Fact.objects.standing()) == {kept, other}


@pytest.mark.parametrize("has_draft", ["former", "into"])
def test_draft_of_what_is_on_record_there_refuses_the_merge_and_leaves_nothing(
    former, into, editor, has_draft
):
    metric = MetricFactory()
    facts = {
        name: FactFactory(company=company, metric=metric, amount=5, draft=name == has_draft)
        for name, company in {"former": former, "into": into}.items()
    }
    with pytest.raises(ValidationError, match="delete it first") as caught:
        merge(former, into, by=editor, reason=REASON)
    assert str(facts[has_draft]) in caught.value.messages[0]
    former.refresh_from_db()
    assert (former.slug, former.is_public) == ("facebook", True)
    assert not CompanyMerge.objects.exists()
    assert not Fact.objects.filter(rank="deprecated").exists()


def test_of_two_preferred_figures_the_one_of_the_profile_that_stays_is(former, into, merged):
    metric = MetricFactory()
    kept = FactFactory(company=into, metric=metric, preferred=True)
    gone = FactFactory(company=former, metric=metric, preferred=True)
    merged()
    gone.refresh_from_db()
    assert gone.rank == "normal"
    assert [event.kind for event in gone.events.all()][2:] == ["unpreferred", "moved"]
    assert list(Fact.objects.current()) == [kept]


@pytest.mark.parametrize("over", ["kept", "gone"])
def test_of_two_preferred_figures_the_one_whose_day_is_over_gives_way(former, into, merged, over):
    metric, days = MetricFactory(), {over: {"preferred_until": datetime.date(2026, 1, 31)}}
    series = {"metric": metric, "preferred": True}
    kept = FactFactory(company=into, **series, **days.get("kept", {}))
    gone = FactFactory(company=former, **series, **days.get("gone", {}))
    merged()
    facts = {"kept": kept, "gone": gone}
    expired = facts.pop(over)
    [lasting] = facts.values()
    assert list(Fact.objects.filter(rank="preferred")) == [lasting]
    assert expired.events.get(kind="expired").other is None
    assert not lasting.events.filter(kind="unpreferred").exists()


def test_database_lets_a_published_figure_follow_a_merge_and_nothing_else(former, into, merged):
    fact, third = FactFactory(company=former), CompanyFactory()
    merged()
    rows = Fact._base_manager.filter(pk=fact.pk)
    for company in (former, third):
        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            rows.update(company=company)
        fact.refresh_from_db()
        fact.company = company
        with pytest.raises(ValidationError, match="never rewritten"):
            fact.save()


def test_merged_twice_figures_tell_of_each_step(former, into, merged, editor):
    fact = FactFactory(company=former)
    first = timezone.now()
    merged()
    second = timezone.now()
    last = CompanyFactory(slug="last")
    merge(into, last, by=editor, reason=REASON)
    fact.refresh_from_db()
    assert [company_of(fact, moment) for moment in (first, second, None)] == [
        former.pk,
        into.pk,
        last.pk,
    ]


# What rooms above have


def test_quotations_articles_and_lists_follow_at_once(client, former, into, merged):
    metric = MetricFactory(key="users")
    fact = FactFactory(company=former, metric=metric, amount=75_000_000)
    body = f"It has [so many](fact:facebook/users@{fact.public_id}), or [](fact:facebook/users)."
    article = ArticleFactory(title="About the network", body=body, companies=[former])
    entry = ListEntryFactory(company=former, blurb="It has [](fact:facebook/users).")
    site, url = Site(), article.get_absolute_url()
    shown = site.get(url).text
    assert "75 million" in shown
    merged()
    assert "75 million" in site.get(url).text
    newer = publishing.update(fact, by=None, amount=90_000_000, source=fact.references.get().source)
    assert newer.company == into
    assert "90 million" in site.get(url).text
    assert list(article.companies.all()) == [into]
    assert "About the network" in text(client, "/companies/meta/")
    entry.refresh_from_db()
    assert entry.company == into
    assert "90 million" in text(client, entry.article.get_absolute_url())


def test_text_saved_before_is_published_with_the_profile_that_is_left(former, into, merged, editor):
    article = ArticleFactory(draft=True, companies=[former], authors=[AuthorFactory()])
    article_publishing.save_revision(article, snapshots.of(article), by=editor)
    merged()
    article_publishing.publish(article, by=editor)
    assert list(article.companies.all()) == [into]


def test_list_that_has_both_refuses_the_merge(former, into, editor):
    entry = ListEntryFactory(company=former, article__title="The largest")
    ListEntryFactory(company=into, article=entry.article)
    with pytest.raises(ValidationError, match="The largest"):
        merge(former, into, by=editor, reason=REASON)


def test_technologies_follow_and_equal_uses_join_their_sources(former, into, merged):
    use = TechUseFactory(company=former)
    twice = TechUseFactory(company=former, purpose="Search")
    kept = TechUseFactory(company=into, purpose="Search", technology=twice.technology)
    merged()
    assert set(TechUse.objects.values_list("pk", "company")) == {
        (use.pk, into.pk),
        (kept.pk, into.pk),
    }
    assert kept.references.count() == 2


@pytest.mark.parametrize("has_both", [True, False])
def test_discussion_follows_with_all_that_was_said(client, former, into, merged, has_both):
    comment = CommentFactory(discussion=DiscussionFactory(article=None, company=former))
    if has_both:
        DiscussionFactory(article=None, company=into)
    merged()
    comment.refresh_from_db()
    assert comment.discussion.company == into
    former_page = reverse("comments:discussion", args=["company", former.pk])
    assert comment.body in text(client, former_page)
    assert comment.body in text(client, "/companies/facebook/")


def test_merged_company_has_neither_left_a_ranked_list_nor_come_to_it(
    client, former, into, merged, editor
):
    use = TechUseFactory(company=former)
    article = ArticleFactory(kind="list", authors=[AuthorFactory()])
    metric = FactFactory(company=former, amount=5).metric
    by = {"technology": use.technology, "metric": metric}
    Ranking.objects.create(article=article, **by, basis="By size.")
    editions.freeze(article, name="June", by=editor)
    merged()
    context = client.get(article.get_absolute_url()).context
    assert [(entry.company, entry.move) for entry in context["entries"]] == [(into, "")]
    assert context["assembled"]["left"] == []


def test_pages_at_the_former_key_stay_exact_and_its_feed_is_answered(former, into, merged):
    CommentFactory(discussion=DiscussionFactory(article=None, company=former))
    merged()
    site, key = Site(), ["company", former.pk]
    pages = [reverse(f"comments:{name}", args=key) for name in ("discussion", "atom")]
    assert all(site.get(page).status == 200 for page in pages)
    later = CommentFactory(discussion=Discussion.objects.get(company=into))
    site.store.learn()
    assert [later.body in site.get(page).text for page in pages] == [True, True]


def test_one_thread_is_pinned_and_what_was_closed_stays_closed(former, into, merged):
    on = DiscussionFactory(article=None, company=former, is_open=False, mode="pre")
    CommentFactory(discussion=on, pinned_at=timezone.now())
    pinned = CommentFactory(
        discussion=DiscussionFactory(article=None, company=into), pinned_at=timezone.now()
    )
    merged()
    discussion = Discussion.objects.get(company=into)
    assert discussion.comments.exclude(pinned_at=None).get() == pinned
    assert (discussion.is_open, discussion.mode) == (False, "pre")


def test_corrections_stay_in_the_log_and_are_of_the_profile_that_stays(
    client, former, into, merged
):
    row = CorrectionFactory(article=None, company=former, note="The year was wrong.")
    before = client.get(reverse("corrections:log")).content.decode().count("The year was wrong.")
    merged()
    after = client.get(reverse("corrections:log")).content.decode().count("The year was wrong.")
    assert after == before > 0
    log = text(client, f"{reverse('corrections:log')}?company={former.pk}")
    assert "The year was wrong." in log
    row.refresh_from_db()
    assert (row.company, row.note) == (into, "The year was wrong.")


# The desk


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def test_editor_merges_and_both_profiles_tell_of_it(desk, former, into):
    url = reverse("admin:companies_company_merge", args=[former.pk])
    assert "Merge into another profile" in text(desk, change_url(former))
    page = desk.post(url, {"into": into.pk, "reason": REASON}, follow=True).content.decode()
    assert "“Facebook” is part of “Meta” from now on" in page
    for company, words in ((former, "Merged into"), (into, "Merged here:")):
        page = text(desk, change_url(company))
        assert words in page
        assert REASON in page
    assert "Merge into another profile" not in text(desk, change_url(former))
    assert desk.get(url).status_code == 404


def change_url(company):
    return reverse("admin:companies_company_change", args=[company.pk])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"reason": ""}, "This field is required."),
        ({"into": ""}, "This field is required."),
        ({"into": "x"}, "Select a valid choice."),
        ({"into": "itself"}, "A profile is not merged into itself."),
        ({"into": "merged"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_merged_is_told_and_keeps_what_was_typed(
    desk, former, into, editor, asked, told
):
    other = CompanyFactory()
    merge(other, CompanyFactory(), by=editor, reason=REASON)
    data = {"into": into.pk, "reason": "As typed."} | asked
    data["into"] = {"itself": former.pk, "merged": other.pk}.get(data["into"], data["into"])
    url = reverse("admin:companies_company_merge", args=[former.pk])
    page = desk.post(url, data).content.decode()
    assert told in page
    assert "reason" in asked or 'value="As typed."' in page
    assert not CompanyMerge.objects.filter(former=former).exists()


def test_merged_profile_is_not_opened_again(desk, former, into, editor):
    merge(former, into, by=editor, reason=REASON)
    former.refresh_from_db()
    former.is_public = True
    with pytest.raises(ValidationError, match="merged into “Meta”"):
        former.full_clean()
    found = desk.get(
        reverse("admin:autocomplete"),
        {"app_label": "facts", "model_name": "fact", "field_name": "company", "term": "Facebook"},
    ).json()["results"]
    assert [one["text"] for one in found] == ["Meta"]


def test_merge_is_append_only(former, into, editor):
    row = merge(former, into, by=editor, reason=REASON)
    row.reason = "Another."
    with pytest.raises(ValidationError, match="on record"):
        row.save()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        CompanyMerge._base_manager.update(at=timezone.now() - datetime.timedelta(days=1))
