"""Profiles and figures: what is done with a figure stands in the log as of a text."""

import datetime
import json
import re

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, ListEntryFactory
from articles.models import Ranking
from articles.querysets import HEAVY_FIELDS
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from companies import merging
from companies.factories import CompanyFactory, IndustryFactory
from corrections.models import NOTE, Correction, ProfileChange
from corrections.publishing import owe, redact
from corrections.publishing.profiles import tell_lists
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory, TechUseFactory

pytestmark = pytest.mark.django_db
# The query that finds the lists which show a figure.
IS_OF_LISTS = re.compile('FROM "articles_article" .* "articles_ranking"')
LOG, FEED = "/corrections/", "/feeds/corrections.atom"
INBOX = "/admin/corrections/correction/inbox/"


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


@pytest.fixture
def fact():
    return FactFactory(company__name="Faktum", metric__label="Members", amount=75)


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    def acting(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return acting


def said(client, url=LOG):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def newer(fact, by, amount=57):
    return facts.update(fact, by=by, source=SourceFactory(), amount=amount)


def withdraw(fact, by):
    return facts.deprecate(fact, reason="Misread.", by=by)


def test_newer_figure_is_an_update_of_its_profile(editor, fact):
    new = newer(fact, editor)
    correction = Correction.objects.get()
    assert (correction.company, correction.article) == (fact.company, None)
    assert (correction.kind, correction.by) == ("update", editor)
    assert (correction.fact_before, correction.fact_after) == (fact, new)
    assert correction.changes == [
        {"before": "Faktum, Members: 75 (undated)", "after": "Faktum, Members: 57 (undated)"}
    ]


def test_withdrawn_figure_is_a_correction_of_its_profile_that_says_why(editor, fact):
    withdraw(fact, editor)
    correction = Correction.objects.get()
    assert (correction.kind, correction.fact_after) == ("correction", None)
    assert correction.changes == [{"before": "Faktum, Members: 75 (undated)", "after": ""}]
    assert "75 (undated) was wrong. Misread." in correction.note


def test_figure_in_the_place_of_a_wrong_one_is_a_correction(editor, fact):
    withdraw(fact, editor)
    new = FactFactory(
        company=fact.company, metric=fact.metric, amount=57, supersedes=fact, draft=True
    )
    facts.publish(new, by=editor)
    correction = Correction.objects.first()
    assert (correction.kind, correction.fact_after) == ("correction", new)


@pytest.mark.parametrize("verb", ["verify", "publish a first", "update as a draft"])
def test_what_changes_nothing_for_readers_stands_in_no_log(editor, fact, verb):
    if verb == "verify":
        facts.verify(fact, by=editor)
    elif verb == "publish a first":
        facts.publish(FactFactory(company=fact.company, draft=True), by=editor)
    else:
        facts.update(fact, by=editor, amount=57)
    assert not Correction.objects.exists()


def test_closed_profile_gets_no_row(editor, fact):
    fact.company.is_public = False
    fact.company.save()
    withdraw(fact, editor)
    assert not Correction.objects.exists()


def test_correction_of_a_figure_stands_in_log_feed_profile_and_on_its_page(client, editor, fact):
    withdraw(fact, editor)
    correction = Correction.objects.get()
    for url in (LOG, fact.company.get_absolute_url(), fact.get_absolute_url()):
        html = said(client, url)
        assert "Misread." in html, url
        assert f"{LOG}?company={fact.company_id}" in html or url == LOG
    (entry,) = feedparser.parse(said(client, FEED)).entries
    assert entry.title == "Correction: Faktum"
    assert entry.link.endswith(f"{fact.company.get_absolute_url()}#corrections")
    own = said(client, f"{LOG}?company={fact.company_id}")
    assert "What was put right in" in own
    assert f'id="correction-{correction.pk}"' in own
    assert client.get(f"{LOG}?company=9999").status_code == 404


def test_profile_and_figure_say_their_corrections_to_machines(client, editor, fact):
    withdraw(fact, editor)
    for url in (fact.company.get_absolute_url(), fact.get_absolute_url()):
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', said(client, url))
        (note,) = next(one["correction"] for one in map(json.loads, found) if "correction" in one)
        assert note["@type"] == "CorrectionComment"
        assert "Misread." in note["text"]


def test_profile_leaves_mere_updates_to_its_history(client, editor, fact):
    new = newer(fact, editor)
    assert "corrections-title" not in said(client, fact.company.get_absolute_url())
    assert "corrections-title" in said(client, new.get_absolute_url())
    assert "Faktum, Members: 57" in said(client)


def test_row_of_a_profile_that_was_closed_since_stays_without_a_link(client, editor, fact):
    withdraw(fact, editor)
    fact.company.is_public = False
    fact.company.save()
    html = said(client)
    assert "no longer shown" in html
    assert f'href="{fact.company.get_absolute_url()}"' not in html
    assert client.get(f"{LOG}?company={fact.company_id}").status_code == 404


def test_note_of_a_profile_is_blacked_out_there_too(client, editor, fact):
    withdraw(fact, editor)
    redact(Correction.objects.get(), NOTE, reason="A private name", by=editor)
    for url in (LOG, FEED, fact.company.get_absolute_url(), fact.get_absolute_url()):
        html = said(client, url)
        assert "was wrong. Misread." not in html, url
        assert "A private name" in html, url


def test_pages_made_before_a_withdrawal_are_made_anew(client, editor, fact, act):
    assert "Misread." not in said(client, fact.company.get_absolute_url())
    act(withdraw, fact, editor)
    assert "Misread." in said(client, fact.company.get_absolute_url())


# Lists.


def rank(article, company):
    company.industry = IndustryFactory()
    company.save()
    Ranking.objects.create(article=article, industry=company.industry, order="name")


@pytest.mark.parametrize("is_ranked", [False, True])
def test_list_that_shows_the_figure_is_corrected_with_it(client, editor, fact, act, is_ranked):
    article = ArticleFactory(kind="list")
    if is_ranked:
        rank(article, fact.company)
    else:
        ListEntryFactory(article=article, company=fact.company)
    other = ListEntryFactory(company=FactFactory().company, article__kind="list").article
    act(withdraw, fact, editor)
    correction = article.corrections.get()
    assert (correction.kind, correction.fact_before) == ("correction", fact)
    assert "75 (undated) was wrong." in said(client, f"{article.get_absolute_url()}history/")
    assert not other.corrections.exists()


@pytest.mark.parametrize("asks", ["nothing", "what it is not", "its industry"])
@pytest.mark.parametrize("is_entry", [True, False])
def test_list_by_hand_is_corrected_where_its_page_shows_the_company(
    client, editor, fact, act, asks, is_entry
):
    article = ArticleFactory(kind="list")
    rank(article, fact.company)
    industry = {"nothing": None, "what it is not": IndustryFactory()}
    if asks in industry:
        Ranking.objects.update(industry=industry[asks])
    Ranking.objects.update(order="hand")
    if is_entry:
        ListEntryFactory(article=article, company=fact.company)
    is_shown = "Faktum" in said(client, article.get_absolute_url())
    assert is_shown is (is_entry and asks != "what it is not")
    act(withdraw, fact, editor)
    assert article.corrections.exists() is is_shown


@pytest.mark.parametrize("is_used", [True, False])
def test_list_of_a_technology_is_corrected_for_those_who_use_it(editor, fact, act, is_used):
    use = TechUseFactory(company=fact.company, has_ended=not is_used)
    article = ArticleFactory(kind="list")
    Ranking.objects.create(article=article, technology=use.technology, order="name")
    act(withdraw, fact, editor)
    assert article.corrections.exists() is is_used


@pytest.fixture
def by_size(fact):
    """A list of the largest one of two, and the other of them."""

    def make(amount=60, order="largest", **values):
        article = ArticleFactory(kind="list")
        rank(article, fact.company)
        other = CompanyFactory(industry=fact.company.industry)
        FactFactory(company=other, metric=fact.metric, amount=amount)
        Ranking.objects.update(**{"metric": fact.metric, "order": order, "limit": 1} | values)
        return article

    return make


@pytest.mark.parametrize(("order", "amount"), [("largest", 60), ("smallest", 90)])
@pytest.mark.parametrize("is_wrong", [True, False])
def test_list_that_loses_its_place_with_the_figure_is_corrected(
    client, editor, fact, act, by_size, order, amount, is_wrong
):
    article = by_size(amount, order)
    place = f'href="{fact.company.get_absolute_url()}"'
    assert place in said(client, article.get_absolute_url())
    worse = 40 if order == "largest" else 99
    act(withdraw, fact, editor) if is_wrong else act(newer, fact, editor, worse)
    assert place not in said(client, article.get_absolute_url())
    correction = article.corrections.get()
    assert (correction.kind, correction.fact_before) == (
        "correction" if is_wrong else "update",
        fact,
    )


def test_list_that_never_had_a_place_for_the_figure_is_not_told(editor, fact, act, by_size):
    article = by_size(90)
    year = {"as_of": datetime.date(2020, 12, 31), "as_of_precision": "year"}
    former = FactFactory(company=fact.company, metric=fact.metric, amount=99, scope="Utopia")
    elsewhere = FactFactory(company=fact.company, amount=99)
    dated = FactFactory(company=fact.company, metric=fact.metric, amount=80, **year)
    for one in (former, elsewhere, dated, fact):
        act(withdraw, one, editor)
    assert not article.corrections.exists()


def test_list_is_not_told_of_a_figure_that_another_stood_before(editor, fact, act, by_size):
    article = by_size(60)
    year = {"as_of": datetime.date(2020, 12, 31), "as_of_precision": "year"}
    FactFactory(company=fact.company, metric=fact.metric, amount=50, **year)
    act(withdraw, fact, editor)
    assert not article.corrections.exists()


def test_lists_that_cannot_show_the_company_are_not_looked_at(editor, fact, act):
    def looked_at():
        ranked = [ArticleFactory(kind="list", body="A long text.") for _n in range(3)]
        industry, technology = IndustryFactory(), TechUseFactory().technology
        asks = [
            {"industry": industry, "order": "name"},
            {"technology": technology, "order": "largest", "metric": fact.metric},
            {"order": "hand"},
        ]
        for article, asked in zip(ranked, asks, strict=True):
            Ranking.objects.create(article=article, **asked)
        with CaptureQueriesContext(connection) as queries:
            act(withdraw, FactFactory(company=fact.company, metric=fact.metric, amount=2), editor)
        (read,) = (one["sql"] for one in queries if IS_OF_LISTS.search(one["sql"]))
        assert not [name for name in HEAVY_FIELDS if f'"{name}"' in read]
        return len(queries)

    assert looked_at() == looked_at()


def test_list_is_told_once_however_often_the_task_runs(editor, fact, act):
    article = ListEntryFactory(company=fact.company, article__kind="list").article
    act(withdraw, fact, editor)
    tell_lists.call(fact.events.get(kind="withdrawn").pk)
    assert article.corrections.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_of_two_tasks_at_once_the_second_finds_what_the_first_told(editor, fact, act):
    ListEntryFactory(company=fact.company, article__kind="list")
    with CaptureQueriesContext(connection) as queries:
        act(withdraw, fact, editor)
    said = [query["sql"] for query in queries]
    asked = re.compile('FROM "corrections_correction" .*"fact_before_id" = ')
    lock = said[[bool(asked.search(one)) for one in said].index(True) - 1]
    assert re.search('FROM "articles_article" .* FOR NO KEY UPDATE$', lock)


def test_list_whose_sentence_says_the_figure_is_corrected_once(editor, fact, act):
    words = f"It has [](fact:{fact.company.slug}/{fact.metric.key}) members."
    article = ArticleFactory(kind="list", body=words)
    ListEntryFactory(article=article, company=fact.company)
    act(withdraw, fact, editor)
    assert article.corrections.get().changes[0]["before"] == "It has 75 (undated) members."


# What a reader proposed.


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def proposed(company, **values):
    discussion = DiscussionFactory(article=None, company=company)
    values = {"kind": "correction", "quote": "Members", "name": "Ada"} | values
    return CommentFactory(discussion=discussion, **values)


def answer(comment, **values):
    return {"comment": comment.pk, "answer": "accepted", "reason": "You are right."} | values


def test_nothing_is_accepted_that_was_not_put_right(desk, editor, fact):
    withdraw(FactFactory(company=fact.company), editor)
    earlier = Correction.objects.get()
    comment = proposed(fact.company)
    elsewhere = FactFactory()
    withdraw(elsewhere, editor)
    html = desk.get(INBOX).content.decode()
    assert "once something here is put right" in html
    for values in ({}, {"corrected": earlier.pk}, {"corrected": Correction.objects.first().pk}):
        html = desk.post(INBOX, answer(comment, **values)).content.decode()
        assert "Nothing is accepted that is not put right" in html
        assert "You are right." in html
    comment.refresh_from_db()
    assert comment.course == "open"


def test_what_was_put_right_for_a_reader_names_it_and_them(desk, client, editor, fact):
    comment = proposed(fact.company)
    withdraw(fact, editor)
    correction = Correction.objects.get()
    assert f'<option value="{correction.pk}">' in desk.get(INBOX).content.decode()
    desk.post(INBOX, answer(comment, corrected=correction.pk))
    comment.refresh_from_db()
    correction = Correction.objects.get()
    assert comment.course == "accepted"
    assert comment.outcome == f"You are right. {correction.note}"
    assert (correction.comment, correction.credit) == (comment, "Ada")
    assert correction.reported_at == comment.created_at
    assert "Thanks to Ada." in said(client, fact.company.get_absolute_url())


def test_note_that_is_blacked_out_is_so_in_every_answer_that_says_it(editor, fact):
    withdraw(fact, editor)
    correction = Correction.objects.get()
    owed = proposed(fact.company)
    same, elsewhere = CommentFactory.create_batch(2, discussion=owed.discussion)
    owe(correction, owed, reason="You are right.", by=editor)
    Comment.objects.filter(pk=same.pk).update(outcome=f"You both are. {correction.note}")
    Comment.objects.filter(pk=elsewhere.pk).update(outcome="We counted again.")
    redact(correction, NOTE, reason="A private name", by=editor)
    said = [one.outcome for one in Comment.objects.order_by("pk")]
    assert said[0].startswith("You are right. Redacted by the desk")
    assert said[1].startswith("You both are. Redacted by the desk")
    assert said[2] == "We counted again."


def test_answer_that_cut_the_note_is_blacked_out_whole(editor, fact):
    withdraw(fact, editor)
    correction, comment = Correction.objects.get(), proposed(fact.company)
    owe(correction, comment, reason="x" * 390, by=editor)
    redact(correction, NOTE, reason="A private name", by=editor)
    comment.refresh_from_db()
    assert comment.outcome == "Redacted by the desk: A private name"


def test_correction_is_owed_to_one_reader(editor, fact):
    withdraw(fact, editor)
    correction = Correction.objects.get()
    comments = [proposed(fact.company), CommentFactory(kind="correction")]
    owe(correction, comments[0], by=editor)
    with pytest.raises(ValidationError):
        owe(correction, comments[1], by=editor)


def test_desk_leads_from_the_row_to_the_profile(desk, editor, fact):
    withdraw(fact, editor)
    for name, args in (("changelist", []), ("change", [Correction.objects.get().pk])):
        html = desk.get(reverse(f"admin:corrections_correction_{name}", args=args)).content.decode()
        assert reverse("admin:companies_company_change", args=[fact.company_id]) in html


# What is said in a profile's own words.


def save_company(desk, company, **values):
    url = reverse("admin:companies_company_change", args=[company.pk])
    form = {"name": company.name, "slug": company.slug, "description": company.description}
    form |= {"status": company.status, "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    form |= {"is_public": "on"} if company.is_public else {}
    return desk.post(url, form | values)


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        ({"description": "It makes ships. It is old."}, "It is new.", "It is old."),
        ({"founded": 2008}, "", "founded: 2008"),
        ({"status": "closed"}, "status: active", "status: closed"),
    ],
)
def test_changed_words_of_a_profile_ask_once_what_they_are(desk, client, values, before, after):
    company = CompanyFactory(description="It makes ships. It is new.")
    response = save_company(desk, company, **values)
    assert list(response.context["adminform"].form.errors) == ["change_kind"]
    assert not Correction.objects.exists()
    told = {"change_kind": "correction", "change_note": "We misread it."}
    assert save_company(desk, company, **values, **told).status_code == 302
    correction = Correction.objects.get()
    assert (correction.company, correction.kind) == (company, "correction")
    assert correction.changes == [{"before": before, "after": after}]
    assert "We misread it." in said(client, company.get_absolute_url())


def test_slip_of_the_pen_in_a_profile_moves_no_number(desk):
    company = CompanyFactory(description="It makse ships.", founded=2008)
    minor = {"change_kind": "minor"}
    response = save_company(desk, company, founded=2006, **minor)
    assert "no slip of the pen" in response.content.decode()
    fixed = {"founded": 2008, "description": "It makes ships."}
    assert save_company(desk, company, **fixed, **minor).status_code == 302
    assert not Correction.objects.exists()


# What was changed of them, for everybody to read.


def history(client, company) -> list[str]:
    """Each change as one line of text, newest first."""
    html = said(client, f"{company.get_absolute_url()}history/")
    parts = re.findall(r'<article class="logged">(.*?)</article>', html, re.DOTALL)
    unmarked = [re.sub(r"</?(?:del|ins)>", "", part) for part in parts]
    return [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in unmarked]


@pytest.fixture
def company(desk):
    """A profile with a slip of the pen that was put right, and then a correction."""
    company = CompanyFactory(name="Faktum", description="It makse ships. It is new.")
    changed = {"description": "It makes ships. It is new.", "change_kind": "minor"}
    assert save_company(desk, company, **changed).status_code == 302
    changed = {"description": "It makes ships. It is old.", "change_kind": "correction"}
    assert save_company(desk, company, **changed, change_note="We misread.").status_code == 302
    company.refresh_from_db()
    return company


def test_history_of_a_profile_shows_each_change_with_its_class_and_what_stood_before(
    client, company
):
    correction, slip = history(client, company)
    assert slip.startswith("Slip of the pen")
    assert "before It makse ships. after It makes ships." in slip
    assert "new" not in slip
    assert correction.startswith("Correction")
    for words in ("We misread.", "before It is new.", "after It is old."):
        assert words in correction
    assert "ships" not in correction
    assert "makse" not in said(client)
    profile = said(client, company.get_absolute_url())
    assert f'href="{company.get_absolute_url()}history/"' in profile
    assert "makse" not in profile
    page = said(client, f"{company.get_absolute_url()}history/")
    assert 'content="noindex"' in page
    assert f'href="{company.get_absolute_url()}"' in page


def test_profile_whose_words_never_changed_says_so(client, editor, fact):
    newer(fact, editor)
    assert history(client, fact.company) == []
    page = said(client, f"{fact.company.get_absolute_url()}history/")
    assert "those that it was shown with at first" in page


def test_history_of_a_profile_is_public_with_it_and_follows_its_address(client, desk, company):
    url = company.get_absolute_url()
    save_company(desk, company, slug="faktum-as")
    answer = client.get(f"{url}history/")
    assert (answer.status_code, answer["Location"]) == (301, "/companies/faktum-as/history/")
    save_company(desk, company, slug="faktum-as", is_public="")
    company.refresh_from_db()
    assert not company.is_public
    for gone in (f"{url}history/", "/companies/faktum-as/history/", "/companies/none/history/"):
        assert client.get(gone).status_code == 404


def test_changes_of_a_merged_profile_follow_it(client, editor, company):
    other = CompanyFactory(description="It makse ships.")
    merging.merge(company, other, by=editor, reason="One company.")
    assert len(history(client, other)) == 2


def test_words_that_were_blacked_out_are_not_in_the_history_of_a_profile(
    desk, client, editor, company
):
    redact(Correction.objects.get(), 0, reason="A private name", by=editor)
    redact(Correction.objects.get(), NOTE, reason="A guess", by=editor)
    correction, slip = history(client, company)
    for words in ("new", "old", "We misread."):
        assert words not in correction
    assert "A private name" in correction
    assert "A guess" in correction
    assert "makse" in slip


def test_slip_that_says_what_was_blacked_out_is_so_too(desk, client, editor):
    company = CompanyFactory(description="Ada leads it. It is new.")
    change = {"change_kind": "minor", "description": "Ada leeds it. It is new."}
    save_company(desk, company, **change)
    change = {"change_kind": "correction", "description": "Ben leads it. It is new."}
    save_company(desk, company, **change, change_note="It is Ben.")
    redact(Correction.objects.get(), 0, reason="A private name", by=editor)
    assert not [line for line in history(client, company) if "Ada" in line]


def test_words_that_were_blacked_out_are_in_no_other_row_of_the_profile(desk, client, editor):
    company = CompanyFactory(description="It is new.")
    for words in ("It is new. Ada leads it.", "It is new. Ben leads it."):
        noted = {"change_kind": "correction", "change_note": "It was not so."}
        save_company(desk, company, description=words, **noted)
    redact(Correction.objects.first(), 0, reason="A private name", by=editor)
    assert "Ada" not in client.get("/corrections/").text


def test_change_of_a_profile_is_never_changed_or_deleted(company):
    change = ProfileChange.objects.first()
    change.note = "Otherwise."
    with pytest.raises(ValidationError):
        change.save()
    with pytest.raises(ValidationError):
        change.delete()
    for verb in (
        lambda rows: rows.update(note="Otherwise."),
        lambda rows: rows.bulk_update([change], ["note"]),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(ValidationError):
            verb(ProfileChange.objects.all())
    assert ProfileChange.objects.get(pk=change.pk).note != "Otherwise."


@pytest.mark.parametrize("number", [2, 30])
def test_history_of_a_profile_takes_as_many_queries_for_many_changes(
    client, django_assert_max_num_queries, number
):
    company = CompanyFactory()
    ProfileChange.objects.bulk_create(
        ProfileChange(company=company, kind="minor", changes=[{"before": "A", "after": "B"}])
        for _n in range(number)
    )
    with django_assert_max_num_queries(6):
        assert len(history(client, company)) == min(number, 20)


@pytest.mark.parametrize("is_public", [True, False])
def test_what_no_reader_reads_of_a_profile_asks_nothing(desk, is_public):
    company = CompanyFactory(is_public=is_public)
    values = {} if is_public else {"description": "It is something else."}
    assert save_company(desk, company, slug="another", **values).status_code == 302
    assert not Correction.objects.exists()
    assert not ProfileChange.objects.exists()
