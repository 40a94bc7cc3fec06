from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from comments.tests.test_versions import version_in
from comments.writing import posting
from companies.factories import CompanyFactory
from core.tests.markup import attributes, elements
from corrections.factories import CorrectionFactory
from corrections.models import Correction
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory
from facts.reading.records import claim_of
from tests.hostile import MARKUP, sample

pytestmark = pytest.mark.django_db
INBOX = "/admin/corrections/correction/inbox/"
Course = Comment.Course


@pytest.fixture
def editor():
    return member_of("Editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def article():
    unasked = {"unsourced": "off"}
    text = "It is big. It has 75 offices."
    return ArticleFactory(body=text, authors=[AuthorFactory()], section__check_levels=unasked)


def member_of(group):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def proposed(article=None, company=None, **values):
    discussion = DiscussionFactory(article=article, company=company)
    values = {"kind": "correction", "quote": "It has 75 offices.", "name": "Ada"} | values
    return CommentFactory(discussion=discussion, **values)


def rewrite(article, by, **content):
    return publishing.save_revision(article, snapshots.of(article) | content, by=by)


def publish_url(article, comment=None):
    url = reverse("admin:corrections_correction_publish", args=[article.pk])
    return f"{url}?comment={comment.pk}" if comment else url


# The inbox.


def test_inbox_shows_the_passage_where_it_stands(desk, article):
    comment = proposed(article)
    html = desk.get(INBOX).content.decode()
    assert "It is big. <b>It has 75 offices</b>." in html
    assert f"?correction={comment.pk}" in html


def test_inbox_says_when_the_passage_is_gone(desk):
    proposed(ArticleFactory(body="It is small."))
    assert "does not say this, or no longer" in desk.get(INBOX).content.decode()


def test_inbox_holds_what_waits_oldest_first(desk):
    now = timezone.now()
    kept = [proposed(ArticleFactory(), state=state) for state in ("published", "pending")]
    kept += [proposed(ArticleFactory(), course=Course.CHECKING)]
    for days, comment in enumerate(kept):
        Comment.objects.filter(pk=comment.pk).update(created_at=now - timedelta(days=days))
    proposed(ArticleFactory(), course=Course.ACCEPTED)
    proposed(ArticleFactory(), course=Course.UNCHANGED)
    proposed(ArticleFactory(), state="spam")
    proposed(ArticleFactory(), kind="question")
    asked = desk.get(INBOX).context["asked"]
    assert [one.comment.pk for one in asked] == [comment.pk for comment in reversed(kept)]


def test_inbox_offers_the_figure_that_the_passage_holds(desk):
    fact, other = FactFactory(), FactFactory()
    told = [f"fact:{one.company.slug}/{one.metric.key}@{one.public_id}" for one in (fact, other)]
    article = ArticleFactory(body=f"It has [75 offices]({told[0]}). Beside [9]({told[1]}).")
    proposed(article, quote="It has 75 offices.")
    html = desk.get(INBOX).content.decode()
    assert f"?supersedes={fact.pk}" in html
    assert f"?facts={fact.pk}" in html
    assert f"?supersedes={other.pk}" not in html


@pytest.mark.parametrize(
    "quote", ["Offices at least 75", "75", "We think that it has at least 75.", "offices, lately"]
)
def test_inbox_offers_the_figure_of_a_profile(desk, quote):
    company = CompanyFactory()
    values = {"company": company, "metric__label": "Offices", "comparator": "gte"}
    fact = FactFactory(**values, amount=75)
    others = [
        FactFactory(company=company, metric__label="Cities", amount=7),
        FactFactory(company=company, metric=fact.metric, amount=75, scope="Utopia", draft=True),
        FactFactory(metric=fact.metric, amount=75),
    ]
    proposed(company=company, quote=quote)
    html = desk.get(INBOX).content.decode()
    assert f"?supersedes={fact.pk}" in html
    assert f"?facts={fact.pk}" in html
    assert [other for other in others if f"?supersedes={other.pk}" in html] == []


def test_inbox_offers_the_figure_that_is_quoted_first(desk):
    company = CompanyFactory()
    metric = {"metric__value_type": "money", "metric__unit": "EUR"}
    small = [FactFactory(company=company, amount=amount) for amount in (5, 3, 25)]
    loss = FactFactory(company=company, amount=Decimal("-5300000.25"), **metric)
    proposed(company=company, quote="EUR −5,300,000.25")
    (one,) = desk.get(INBOX).context["asked"]
    assert one.facts[0] == loss
    assert [fact for fact in one.facts if fact in small] == []


def test_inbox_finds_what_a_reader_copied_with_the_marks(desk, editor):
    old = FactFactory(amount=1_200_000, metric__label="Accounts")
    told = f"fact:{old.company.slug}/{old.metric.key}@{old.public_id}"
    article = ArticleFactory(body=f"It began. It had [1.2 million accounts]({told}) once.")
    facts.update(old, by=editor, source=SourceFactory(), amount=1_400_000)
    proposed(
        article, quote="It had 1.2 million accountsundated newer figure: 1.4 million (undated) once"
    )
    html = desk.get(INBOX).content.decode()
    assert "does not say this" not in html
    assert "<b>It had 1.2 million accounts once</b>" in " ".join(html.split())


@pytest.mark.parametrize(
    "quote", ["How many", "In a sentence of its own.", "It plays music", "first"]
)
def test_inbox_finds_what_stands_beside_the_text(desk, quote):
    article = ArticleFactory(
        kind="list", title="How many offices", standfirst="In a sentence of its own."
    )
    words = {"heading": "The first of all", "blurb": "It plays music."}
    ListEntryFactory(article=article, company=CompanyFactory(), **words)
    article.save()
    proposed(article, quote=quote)
    html = desk.get(INBOX).content.decode()
    assert "<b>" in html
    assert "does not say this" not in html


def test_inbox_finds_the_figure_of_a_list_and_the_words_of_a_profile(desk):
    fact = FactFactory(amount=57, company__description="It makes ships.")
    article = ListEntryFactory(company=fact.company, article__kind="list").article
    proposed(article, quote=claim_of(fact))
    proposed(company=fact.company, quote="makes ships")
    listed, profile = desk.get(INBOX).context["asked"]
    assert (listed.facts, listed.is_said) == ([fact], True)
    assert profile.passage.words == "makes ships"


@pytest.mark.parametrize(("state", "is_shown"), [("pending", True), ("removed", False)])
def test_declined_proposal_and_its_reason_are_shown_to_everyone(
    desk, client, article, state, is_shown
):
    comment = proposed(article, state=state)
    desk.post(INBOX, {"comment": comment.pk, "answer": "unchanged", "reason": "We counted 75."})
    html = client.get(article.get_absolute_url()).text
    assert (comment.body in html, "We counted 75." in html) == (is_shown, is_shown)


def test_inbox_moves_a_correction_along(desk, article):
    comment = proposed(article)
    desk.post(INBOX, {"comment": comment.pk, "answer": "checking"})
    comment.refresh_from_db()
    assert (comment.course, comment.resolved_at) == (Course.CHECKING, None)
    desk.post(INBOX, {"comment": comment.pk, "answer": "unchanged", "reason": "It has 75."})
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Course.UNCHANGED, "It has 75.")
    assert comment.resolved_at is not None


@pytest.mark.parametrize("reason", ["", "   ", "a" * 401, "a\x07b"])
def test_inbox_takes_no_refusal_without_a_reason(desk, article, reason):
    comment = proposed(article)
    response = desk.post(
        INBOX, {"comment": comment.pk, "answer": "unchanged", "reason": reason}, follow=True
    )
    comment.refresh_from_db()
    assert (response.status_code, comment.course) == (200, Course.OPEN)


def test_inbox_answers_nothing_twice(desk, article):
    comment = proposed(article, course=Course.ACCEPTED, outcome="Done.")
    response = desk.post(
        INBOX, {"comment": comment.pk, "answer": "unchanged", "reason": "No."}, follow=True
    )
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Course.ACCEPTED, "Done.")
    assert "It has an answer already." in response.content.decode()


def test_inbox_answers_a_profile_in_words(desk):
    comment = proposed(company=CompanyFactory())
    assert "Open the profile" in desk.get(INBOX).content.decode()
    desk.post(INBOX, {"comment": comment.pk, "answer": "unchanged", "reason": "It is so."})
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Course.UNCHANGED, "It is so.")


def test_inbox_runs_the_same_few_queries_however_many_wait(desk, django_assert_max_num_queries):
    for _number in range(25):
        fact = FactFactory()
        told = f"fact:{fact.company.slug}/{fact.metric.key}@{fact.public_id}"
        proposed(ArticleFactory(body=f"It has [75 offices]({told})."))
        proposed(company=fact.company, quote=fact.metric.label)
    desk.get(INBOX)
    with django_assert_max_num_queries(12):
        response = desk.get(INBOX)
    assert len(response.context["asked"]) == 20
    assert all(one.facts for one in response.context["asked"])


def test_hostile_words_run_nowhere_in_the_inbox(desk):
    for text in MARKUP[::4]:
        words = text.replace("\x00", "")[:60]
        proposed(ArticleFactory(body="It is."), quote=words, name=words, body=words)
    for page in (1, 2):
        html = desk.get(f"{INBOX}?p={page}").content.decode()
        named = [name for _, has in elements(html) for name in has if name.startswith("on")]
        assert named == []
        assert all(has.get("src") for has in attributes(html, "script"))


def test_hostile_answers_break_nothing(desk, article):
    comment = proposed(article)
    for text in sample(40):
        sent = text.encode("utf-8", "replace").decode()
        for form in (
            {"comment": sent, "answer": "unchanged", "reason": "Because."},
            {"comment": comment.pk, "answer": sent, "reason": sent},
        ):
            assert desk.post(INBOX, form).status_code in (200, 302)


# Publishing with a note.


def test_publish_page_shows_what_changes_and_publishes_it(desk, editor, article):
    comment = proposed(article)
    rewrite(article, editor, body="It is big. It has 57 offices.")
    response = desk.get(publish_url(article, comment))
    html = response.content.decode()
    assert "It has <del>75</del> offices." in html
    assert response.context["form"]["credit"].value() == "Ada"
    form = {"kind": "correction", "note": "There are 57 offices.", "credit": "Ada", "revision": 2}
    answer = desk.post(publish_url(article, comment), form)
    assert answer.url == reverse("admin:articles_article_change", args=[article.pk])
    correction = Correction.objects.get()
    assert (correction.comment, correction.by, correction.credit) == (comment, editor, "Ada")
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Course.ACCEPTED, "There are 57 offices.")
    assert "It has 57 offices." in desk.get(article.get_absolute_url()).content.decode()


def test_publish_page_with_nothing_changed_says_so_and_leads_back(desk, article):
    response = desk.get(publish_url(article))
    html = response.content.decode()
    assert "Nothing that readers see has changed" in html
    assert reverse("admin:articles_article_change", args=[article.pk]) in html
    form = {"kind": "correction", "note": "Nothing at all.", "revision": 0}
    assert "kind" in desk.post(publish_url(article), form).context["form"].errors
    assert not Correction.objects.exists()


def test_publish_page_publishes_nothing_unseen(desk, editor, article):
    rewrite(article, editor, body="It is big. It has 57 offices.")
    seen = desk.get(publish_url(article)).context["form"]["revision"].value()
    rewrite(article, editor, body="It is not so big.")
    form = {"kind": "update", "note": "There are 57.", "revision": seen}
    response = desk.post(publish_url(article), form)
    assert "Somebody saved the article meanwhile" in response.content.decode()
    assert not Correction.objects.exists()
    assert response.context["form"]["revision"].value() == seen + 1


def change_after_reading(comment, html):
    """The form's word on what was read, of a comment that its author then changed."""
    read = version_in(html, comment)
    posting.edit_comment(comment, "Buy pelicans.")
    return read


def test_publish_page_publishes_no_comment_that_was_changed_meanwhile(desk, editor, article):
    comment = proposed(article, state="pending")
    rewrite(article, editor, body="It is big. It has 57 offices.")
    page = publish_url(article, comment)
    read = change_after_reading(comment, desk.get(page).content.decode())
    form = {"kind": "correction", "note": "There are 57.", "revision": 2, **read}
    html = desk.post(page, form).content.decode()
    assert "Read it once more." in html
    assert "There are 57." in html
    assert not Correction.objects.exists()
    desk.post(page, form | version_in(html, comment))
    comment.refresh_from_db()
    assert (comment.state, comment.course) == ("published", Course.ACCEPTED)


def test_inbox_accepts_no_comment_that_was_changed_meanwhile(desk):
    comment = proposed(company=CompanyFactory(), state="pending")
    row = CorrectionFactory(article=None, company=comment.discussion.company)
    read = change_after_reading(comment, desk.get(INBOX).content.decode())
    answer = {"comment": comment.pk, "answer": "accepted", "reason": "Now it says 57."}
    answer["corrected"] = row.pk
    html = desk.post(INBOX, answer | read).content.decode()
    assert "Read it once more." in html
    assert "Now it says 57." in html
    desk.post(INBOX, answer | version_in(html, comment))
    comment.refresh_from_db()
    assert (comment.state, comment.course) == ("published", Course.ACCEPTED)


def press_publish(desk, article, **content):
    form = change_form(article) | content | {"_publish": "1"}
    url = reverse("admin:articles_article_change", args=[article.pk])
    return desk.post(url, form, follow=True)


def test_plain_publish_of_a_seen_sentence_asks_once_what_it_is(desk, article):
    response = press_publish(desk, article, body="It is never big. It has 75 offices.")
    assert response.redirect_chain[-1][0] == publish_url(article)
    html = response.content.decode()
    assert "say what kind of change it is" in html
    assert "<ins>never" in html
    assert "It is big." in desk.get(article.get_absolute_url()).content.decode()
    form = {"kind": "clarification", "note": "It is not big.", "revision": 2}
    desk.post(publish_url(article), form)
    assert "It is never big." in desk.get(article.get_absolute_url()).content.decode()
    assert Correction.objects.get().kind == "clarification"


def test_plain_publish_of_what_readers_do_not_read_asks_nothing(desk, article):
    response = press_publish(desk, article, slug="another-address")
    url = reverse("admin:articles_article_change", args=[article.pk])
    assert response.redirect_chain[-1][0] == url
    article.refresh_from_db()
    assert article.slug == "another-address"


def test_publish_page_takes_a_slip_of_the_pen_without_a_note(desk, editor, article):
    rewrite(article, editor, body="It is bigg. It has 75 offices.")
    form = {"kind": "minor", "note": "", "revision": 2}
    assert desk.post(publish_url(article), form).status_code == 302
    assert article.versions.newest().change == "minor"
    assert not Correction.objects.exists()


def test_publish_page_takes_no_number_for_a_slip_of_the_pen(desk, editor, article):
    rewrite(article, editor, body="It is big. It has 57 offices.")
    form = {"kind": "minor", "note": "", "revision": 2}
    html = desk.post(publish_url(article), form).content.decode()
    assert "that is no slip of the pen" in html
    assert not article.versions.exclude(change="first").exists()


def test_publish_page_names_the_figure_that_was_put_right(desk, editor):
    old = FactFactory(amount=75)
    told = f"fact:{old.company.slug}/{old.metric.key}@{old.public_id}"
    article = ArticleFactory(body=f"It has [75]({told}).", authors=[AuthorFactory()])
    new = facts.update(old, by=editor, source=SourceFactory(), amount=57)
    response = desk.get(publish_url(article))
    assert f"{old.display_value} → {new.display_value}" in response.content.decode()
    form = {"kind": "correction", "note": "It is 57.", "revision": 0}
    desk.post(publish_url(article), form | {"figures": f"{old.pk}-{new.pk}"})
    correction = article.corrections.get()
    assert (correction.fact_before, correction.fact_after) == (old, new)


def test_publish_page_of_another_article_s_comment_is_not_found(desk, article):
    other = proposed(ArticleFactory())
    assert desk.get(publish_url(article, other)).status_code == 404


@pytest.mark.parametrize("note", ["", "  ", "a" * 301, "<script>\x00"])
def test_publish_page_refuses_a_note_that_cannot_stand(desk, editor, article, note):
    rewrite(article, editor, body="It is small.")
    form = {"kind": "correction", "note": note, "credit": "Ada", "revision": 2}
    response = desk.post(publish_url(article), form)
    assert "note" in response.context["form"].errors
    assert not Correction.objects.exists()


def test_hostile_notes_break_neither_the_desk_nor_the_page(desk, article):
    for text in [*sample(30), *MARKUP[::9]]:
        sent = text.encode("utf-8", "replace").decode()
        form = {"kind": "retraction", "note": sent[:300], "credit": sent[:60]}
        form["revision"] = publishing.newest_number(article)
        assert desk.post(publish_url(article), form).status_code in (200, 302)
    assert Correction.objects.count() > 10
    for url in (article.get_absolute_url(), "/corrections/", "/feeds/corrections.atom"):
        response = desk.get(url)
        assert response.status_code == 200
        named = [name for _, has in elements(response.content.decode()) for name in has]
        assert [name for name in named if name.startswith("on")] == []


def change_form(article):
    content = snapshots.of(article)
    empty = {
        f"{prefix}-{name}": "0"
        for prefix in ("bylines", "entries")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    lines = {
        f"bylines-{number}-{name}": value
        for number, author in enumerate(content["authors"])
        for name, value in (("author", author), ("position", number))
    }
    plain = ("title", "slug", "standfirst", "body", "kind", "language", "section")
    return {
        **empty,
        **{name: content[name] for name in plain},
        "base_number": publishing.newest_number(article),
        "bylines-TOTAL_FORMS": len(content["authors"]),
        **lines,
    }


def test_article_s_form_saves_first_and_leads_to_the_note(desk, article):
    comment = proposed(article)
    url = reverse("admin:articles_article_change", args=[article.pk])
    html = desk.get(f"{url}?correction={comment.pk}").content.decode()
    assert "A reader proposes a correction" in html
    assert 'name="_correct"' in html
    form = change_form(article) | {"body": "It has 57 offices.", "_correct": "1"}
    response = desk.post(f"{url}?correction={comment.pk}", form)
    assert response.status_code == 302, response.context["errors"]
    assert response.url == publish_url(article, comment)
    assert publishing.newest_content(article)["body"] == "It has 57 offices."
    article.refresh_from_db()
    assert article.body == "It is big. It has 75 offices."


def test_article_s_form_offers_no_note_for_what_is_not_live(desk):
    url = reverse("admin:articles_article_change", args=[ArticleFactory(draft=True).pk])
    assert 'name="_correct"' not in desk.get(url).content.decode()


# The log in the desk.


def test_log_of_the_desk_is_read_and_never_written(desk):
    correction = CorrectionFactory()
    change = reverse("admin:corrections_correction_change", args=[correction.pk])
    assert correction.note in desk.get(change).content.decode()
    changelist = reverse("admin:corrections_correction_changelist")
    assert correction.note in desk.get(changelist).content.decode()
    assert desk.post(change, {"note": "Another"}).status_code == 403
    for name in ("add", "delete"):
        args = [correction.pk] if name == "delete" else []
        url = reverse(f"admin:corrections_correction_{name}", args=args)
        assert desk.post(url, {"post": "yes"}).status_code == 403
    assert Correction.objects.get().note == correction.note


def test_log_of_the_desk_runs_few_queries(desk, django_assert_max_num_queries):
    CorrectionFactory.create_batch(30)
    url = reverse("admin:corrections_correction_changelist")
    desk.get(url)
    with django_assert_max_num_queries(12):
        desk.get(url)


def test_desk_blacks_out_words_with_a_reason(desk):
    correction = CorrectionFactory(credit="Ada")
    url = reverse("admin:corrections_correction_redact", args=[correction.pk])
    desk.post(url, {"index": 0, "reason": ""})
    assert Correction.objects.get().redactions == []
    desk.post(url, {"index": 0, "reason": "A private address"})
    desk.post(reverse("admin:corrections_correction_uncredit", args=[correction.pk]))
    saved = Correction.objects.get()
    assert saved.redactions == [{"index": 0, "reason": "A private address"}]
    assert saved.credit == ""


@pytest.mark.parametrize(
    ("group", "may"),
    [
        ("Editor", {"inbox", "publish", "redact", "list"}),
        ("Moderator", {"inbox", "list"}),
        ("Writer", set()),
    ],
)
def test_each_group_does_its_own_part_and_no_other(client, article, group, may):
    client.force_login(member_of(group))
    correction = CorrectionFactory()
    asked = {
        "inbox": client.get(INBOX),
        "publish": client.get(publish_url(article)),
        "redact": client.post(
            reverse("admin:corrections_correction_redact", args=[correction.pk]),
            {"index": 0, "reason": "Private"},
        ),
        "list": client.get(reverse("admin:corrections_correction_changelist")),
    }
    allowed = {name for name, response in asked.items() if response.status_code != 403}
    assert allowed == may


def test_desk_counts_what_waits_for_an_answer(desk, article):
    proposed(article)
    html = desk.get(reverse("admin:index")).content.decode()
    assert "A reader says something is wrong" in html
    assert INBOX in html
