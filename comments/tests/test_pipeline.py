"""Each phase of moderation through the door, its near miss beside it; and the queue's buttons."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Decision, Discussion, WordRule
from comments.people import identity
from comments.tests.mailed import approved, confirmed
from comments.writing import moderation

pytestmark = pytest.mark.django_db
SPAM = "Best online casino bonus at http://casino-win.example"


@pytest.fixture(autouse=True)
def _open(settings):
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_MAX_LINKS = 2


def latest():
    return Comment.objects.latest("pk")


def outcome(response=None):
    return latest().state, latest().reason


# ---- words and names


@pytest.mark.parametrize(
    ("phrase", "text", "is_caught"),
    [
        ("casino", "A casino next door.", True),
        ("casino", "CASINO", True),
        ("casino", "The casinos of Macau.", False),
        ("casino*", "The casinos of Macau.", True),
        ("casino", "An occasino.", False),
        ("casino", "ca\u200bsino", True),
        ("casino", "ｃａｓｉｎｏ", True),
        ("casino", "A c\u0430sin\u043e next door.", True),
        ("casino", "A c a s i n o next door.", True),
        ("casino", "a.c_a-s*i n  o", True),
        ("casino", "a c a s i n e", False),
        ("casino", "A c**a**sino, and ca&#115;ino.", True),
        ("казино", "КАЗИНО", True),
        ("казино", "KA3ИHO", True),
        ("казино", "Казинов", False),
        ("काम", "काम है", True),
        ("काम", "कामा है", False),
        ("कतब", "किताबें", False),
        ("casino", "A ca\u0902sino\u0902.", True),
        ("*", "Anything.", False),
        ("buy now", "Buy\n now!", True),
        ("c++", "I write c++ here", True),
        (".*", "Anything.", False),
    ],
)
def test_listed_words_hold_a_comment(post, phrase, text, is_caught):
    WordRule.objects.create(phrase=phrase)
    post(text=text)
    assert outcome() == (("pending", "words") if is_caught else ("published", ""))


def test_refused_words_are_named_and_the_text_is_kept(post):
    WordRule.objects.create(phrase="idiot", effect="refuse")
    response = post(text="You idiot, it was 2015.")
    assert response.status_code == 422
    html = response.content.decode()
    assert "“idiot” is not taken here" in html
    assert "You idiot, it was 2015." in html
    assert not Comment.objects.exists()


def test_listed_name_is_a_name_and_not_a_word_of_the_text(post):
    WordRule.objects.create(phrase="admin", place="name")
    post(text="It says so in the admin, I think.")
    assert outcome() == ("published", "")
    post(name="Admin", text="I am it.")
    assert outcome() == ("pending", "words")


# ---- names


@pytest.fixture
def writers(settings):
    settings.SITE_NAME = "Dateline"
    AuthorFactory(name="Priya Iyer", user=UserFactory(email="priya@desk.example"))
    AuthorFactory(name="Ada")
    AuthorFactory(name="मीना")
    UserFactory(is_staff=True, username="mo", first_name="Mo", last_name="Brandt")
    UserFactory(is_staff=True, is_active=False, first_name="Gone", last_name="Long")
    UserFactory(is_staff=False, first_name="Only", last_name="Reader")


@pytest.mark.parametrize(
    "name",
    [
        *("Priya Iyer", "priya iyer", "PRIYA  IYER", "Priya Lyer", "PriyaIyer", "Priya.lyer"),
        *("Рriya Iyer", "Priyа Iуer", "Priya\u200b Iyer", "P r i y a  I y e r", "Príya Iyer"),
        *("\u202ePriya Iyer", "Priya\u3164Iyer", "Priya I\ufe0fyer", "𝐏𝐫𝐢𝐲𝐚 𝐈𝐲𝐞𝐫", "Ada", "Аda"),
        *("Ada\u0902", "A\u0902da", "मीना", "मी\u200bना"),
        *("Mo Brandt", "Dateline", "DATELlNE", "D a t e l i n e"),
        *("The desk", "Editorial Team", "S t a f f", "Ѕtаff", "moderator"),
    ],
)
def test_name_that_reads_as_somebody_else_s_is_refused_and_nothing_is_lost(post, writers, name):
    response = post(name=name)
    html = response.content.decode()
    assert response.status_code == 422
    assert "is the name of somebody who writes here" in html
    assert "It went the other way." in html
    assert response.context["form"].errors.keys() == {"name"}
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("name", "is_held"),
    [
        *(("Dateline staff", True), ("The Dаteline team", True), ("Priya Iyer (author)", True)),
        *(("mo_brandt_official", True), ("Gone Long", False), ("Only Reader", False)),
        *(("mo", False), ("Adam", False), ("Ada Palmer", False), ("Priya", False)),
        *(("मानी", False), ("मन", False)),
        *(("Deadline", False), ("Priya Lee", False), ("Edith Orton", False)),
        *(("The Desk of Dateline", True), ("Stafford", False), ("At my desk", False)),
    ],
)
def test_name_that_holds_somebody_else_s_is_read_first(post, writers, name, is_held):
    post(name=name)
    assert outcome() == (("pending", "name") if is_held else ("published", ""))


@pytest.mark.parametrize(
    ("email", "status"), [("Priya@desk.example", 303), ("other@desk.example", 422)]
)
def test_own_name_is_taken_from_a_proven_address_alone(post, client, writers, email, status):
    client.cookies[identity.COOKIE] = cookie_of(confirmed(email.lower()).commenter)
    assert post(name="Priya Iyer", email=email).status_code == status
    client.cookies.clear()
    assert post(name="Priya Iyer", email=email, text="Once more.").status_code == 422


def cookie_of(commenter):
    return signing.dumps([commenter.pk, commenter.email], salt=identity.SALT)


def test_trust_takes_nobody_s_name(post, client, writers, settings):
    settings.COMMENTS_MODE = "trust"
    eve = approved(confirmed("eve@example.org")).commenter
    assert identity.is_trusted(eve)
    client.cookies[identity.COOKIE] = cookie_of(eve)
    assert post(name="Priya Iyer", email="eve@example.org").status_code == 422
    post(name="Dateline staff", email="eve@example.org")
    assert outcome() == ("pending", "name")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Se\u00adba\u200b\u2066st\u202eian\ufeff", "Sebastian"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        ("Zoe\u200d", "Zoe"),
        ("\u3164Zoe\u2800", "Zoe"),
    ],
)
def test_name_shows_all_there_is_of_it(post, sent, kept):
    post(name=sent)
    assert latest().name == kept


@pytest.mark.parametrize("name", ["\u3164", "\u200b", "\u202e", "\u2800 \u115f"])
def test_name_that_nobody_sees_is_none(post, name):
    assert post(name=name).context["form"].errors.keys() == {"name"}


def test_text_turns_nothing_around(post):
    post(text="exe.\u202egnp\u202c \u200fשלום")
    assert latest().body == "exe.gnp\u202c \u200fשלום"


# ---- bans


def test_banned_address_reads_why_and_until_when(post):
    day = timezone.localdate() + timedelta(days=3)
    Ban.objects.create(email="Eve@Example.org", until=day, reason="Advertised for weeks.")
    response = post(email="eve@example.ORG")
    assert response.status_code == 403
    assert "Advertised for weeks." in response.content.decode()
    assert post(email="eva@example.org").status_code == 303


def test_ban_ends_with_its_day(post):
    post()
    yesterday = timezone.localdate() - timedelta(days=1)
    Ban.objects.create(subnet=latest().subnet, until=yesterday, reason="Was long ago.")
    assert post(text="Back again.").status_code == 303
    Ban.objects.create(subnet=latest().subnet, until=timezone.localdate(), reason="Today.")
    assert post(text="And again.").status_code == 403


def test_ban_is_of_one_thing():
    for fields in ({}, {"email": "a@example.org", "subnet": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ban.objects.create(reason="-", **fields)


# ---- history


def test_network_whose_comments_were_taken_down_is_read_first(post, admin_user):
    for number in range(3):
        post(text=f"Comment {number}.")
        assert outcome() == ("published", "")
        moderation.remove(latest(), by=admin_user)
    post(text="Removed is not rejected.")
    assert outcome() == ("published", "")
    for number in range(3):
        moderation.mark_spam(Comment.objects.order_by("pk")[number], by=admin_user)
    post(text="Once more.")
    assert outcome() == ("pending", "history")
    for decision in Decision.objects.filter(after="spam")[:1]:
        moderation.undo(decision.comment, by=admin_user)
    post(text="After one was taken back.")
    assert outcome() == ("published", "")


def test_old_decisions_are_forgiven(post, admin_user):
    for number in range(3):
        post(text=f"Comment {number}.")
        moderation.mark_spam(latest(), by=admin_user)
    Decision.objects.update(made_at=timezone.now() - timedelta(days=31))
    post(text="A month later.")
    assert outcome() == ("published", "")


# ---- modes


@pytest.mark.parametrize(
    ("site", "section", "page", "held"),
    [
        ("post", "", "", ""),
        ("trust", "", "", "first"),
        ("pre", "", "", "mode"),
        ("pre", "post", "", ""),
        ("post", "pre", "", "mode"),
        ("post", "pre", "post", ""),
        ("post", "post", "pre", "mode"),
    ],
)
def test_page_goes_before_its_section_and_this_before_the_site(
    post, article, settings, site, section, page, held
):
    settings.COMMENTS_MODE = site
    article.section.comment_mode = section
    article.section.save()
    Discussion.objects.create(article=article, mode=page)
    post()
    assert latest().reason == held


# ---- limits


def test_one_network_fills_no_page(post, settings):
    settings.COMMENTS_PER_THREAD_PER_HOUR = 2
    assert [post(text=f"Comment {n}.").status_code for n in range(3)] == [303, 303, 429]
    assert post(on=ArticleFactory(), text="Elsewhere.").status_code == 303


# ---- the queue


LIST = reverse("admin:comments_comment_changelist")
DECIDE = reverse("admin:comments_comment_decide")


def change_url(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])


def test_queue_shows_what_waits_unless_asked(client, moderator):
    waiting = CommentFactory(state="pending", name="Waiting Wei", body="See www.e.org")
    shown = CommentFactory(discussion=waiting.discussion, name="Shown Sam", kind="question")
    other = CommentFactory(name="Other Ola", report_count=1)

    def names(query=""):
        html = client.get(LIST + query).content.decode()
        return [row.name for row in (waiting, shown, other) if row.name in html]

    assert names() == ["Waiting Wei"]
    assert names("?state=likely") == []
    assert names("?state=all") == ["Waiting Wei", "Shown Sam", "Other Ola"]
    assert names(f"?state=all&discussion={waiting.discussion_id}") == ["Waiting Wei", "Shown Sam"]
    assert names("?state=reported") == ["Other Ola"]
    assert names("?state=all&links=yes") == ["Waiting Wei"]
    assert names("?state=all&question=open") == ["Shown Sam"]
    assert names("?q=Ola") == ["Other Ola"]


@pytest.mark.parametrize("reason", Comment.Reason.values)
def test_likely_spam_is_folded_apart_and_counted(client, moderator, reason):
    is_apart = reason in ("akismet", "words", "links", "trap", "haste", "history")
    CommentFactory(state="pending", reason=reason, name="Waiting Wei")
    CommentFactory(state="published", reason="", name="Shown Sam")
    html = client.get(LIST).content.decode()
    assert ("Waiting Wei" in html) is not is_apart
    assert ("1 more that is likely spam" in html) is is_apart
    apart = client.get(f"{LIST}?state=likely").content.decode()
    assert ("Waiting Wei" in apart) is is_apart
    assert "more that is" not in apart
    assert "Shown Sam" not in apart


def test_button_of_a_row_decides_and_leads_back_and_undo_takes_it_back(client, moderator):
    comment = CommentFactory(state="pending")
    came_from = f"http://testserver{LIST}?state=all"
    response = client.post(DECIDE, {"_spam": comment.pk}, headers={"Referer": came_from})
    assert response["Location"] == f"{LIST}?state=all"
    comment.refresh_from_db()
    assert comment.state == "spam"
    assert "Your latest decision:" in client.get(LIST).content.decode()
    client.post(DECIDE, {"_undo": comment.pk})
    comment.refresh_from_db()
    assert (comment.state, Decision.objects.get().undone_at is None) == ("pending", False)
    assert "Your latest decision:" not in client.get(LIST).content.decode()


def test_undo_brings_back_the_reason_it_waited_for(client, moderator):
    comment = CommentFactory(state="pending", reason="links")
    client.post(DECIDE, {"_approve": comment.pk})
    client.post(DECIDE, {"_undo": comment.pk})
    comment.refresh_from_db()
    assert (comment.state, comment.reason) == ("pending", "links")


def test_reason_and_note_of_a_decision_are_kept(client, moderator):
    comments = [CommentFactory(state="pending"), CommentFactory(state="pending")]
    data = {
        "action": "reject_all",
        "_selected_action": [comment.pk for comment in comments],
        "reason": "ad",
        "note": "Twice today.",
    }
    client.post(LIST, data)
    rows = set(Decision.objects.values_list("after", "reason", "note", "by"))
    assert rows == {("rejected", "ad", "Twice today.", moderator.pk)}


@pytest.mark.parametrize("data", [{"reason": "whim"}, {"note": "x" * 301}])
def test_decision_with_a_reason_that_is_none_is_refused(client, moderator, data):
    comment = CommentFactory(state="pending")
    client.post(change_url(comment), {"_reject": "1", "course": "", "outcome": "", **data})
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_page_of_a_comment_shows_where_it_comes_from(client, moderator):
    parent = CommentFactory(body="What I said first.")
    comment = CommentFactory(
        discussion=parent.discussion,
        thread=parent,
        in_reply_to=parent,
        state="pending",
        subnet="abcdef",
        email="eve@example.org",
        body=SPAM,
    )
    CommentFactory(email="eve@example.org", body="An earlier one.", state="spam")
    html = client.get(change_url(comment)).content.decode()
    for words in ("What I said first.", "An earlier one.", "1 spam", "casino"):
        assert words in html


def test_ban_from_the_page_of_a_comment(client, moderator, post):
    comment = CommentFactory(email="eve@example.org")
    until = timezone.localdate() + timedelta(days=7)
    form = {"_ban": "1", "ban-what": "email", "ban-reason": "Advertises."}
    client.post(change_url(comment), {**form, "ban-until": until.isoformat()})
    ban = Ban.objects.get()
    assert (ban.email, ban.until, ban.by) == ("eve@example.org", until, moderator)
    client.post(change_url(comment), {**form, "ban-what": "subnet"})
    assert Ban.objects.count() == 1, "the comment has no network"


def test_who_may_not_moderate_decides_nothing(client):
    client.force_login(UserFactory(groups=["Writer"]))
    comment = CommentFactory(state="pending")
    assert client.post(DECIDE, {"_approve": comment.pk}).status_code == 403
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_decision_on_nothing_is_no_fault(client, moderator):
    assert client.get(DECIDE).status_code == 405
    assert client.post(DECIDE).status_code == 302
    assert client.post(DECIDE, {"_approve": "x" * 40}).status_code == 302
    assert client.post(DECIDE, {"_approve": "99999999"}).status_code == 404


def test_note_of_a_decision_has_no_control_characters(admin_user):
    comment = CommentFactory(state="pending", discussion=DiscussionFactory())
    with pytest.raises(ValidationError):
        moderation.reject(comment, by=admin_user, note="a\x00b")
