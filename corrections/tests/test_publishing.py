import pytest
from django.core.exceptions import ValidationError

from accounts.factories import UserFactory
from articles import publishing as texts
from articles.factories import ArticleFactory, AuthorFactory
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from companies.factories import CompanyFactory
from corrections.models import Correction
from corrections.publishing import publish_correction, redact
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
NOTE = "We said 75 offices; there are 57."


@pytest.fixture
def editor():
    return UserFactory(is_superuser=True)


@pytest.fixture
def article():
    return ArticleFactory(body="It is big. It has 75 offices.", authors=[AuthorFactory()])


def rewrite(article, editor, **content):
    return texts.save_revision(article, snapshots.of(article) | content, by=editor)


def proposed(article, **values):
    return CommentFactory(
        discussion=DiscussionFactory(article=article),
        kind=Comment.Kind.CORRECTION,
        name="Ada",
        quote="It has 75 offices.",
        **values,
    )


def test_publishing_puts_the_text_and_its_correction_on_record(article, editor):
    rewrite(article, editor, body="It is big. It has 57 offices.")
    correction = publish_correction(article, kind="correction", note=NOTE, by=editor)
    article.refresh_from_db()
    assert article.body == "It is big. It has 57 offices."
    assert (correction.before_number, correction.after_number) == (1, 2)
    assert article.live_number == 2
    assert correction.changes == [{"before": "It has 75 offices.", "after": "It has 57 offices."}]
    assert (correction.note, correction.by, correction.credit) == (NOTE, editor, "")


def test_publishing_for_a_reader_answers_them(article, editor):
    comment = proposed(article)
    rewrite(article, editor, body="It is big. It has 57 offices.")
    correction = publish_correction(
        article, kind="correction", note=NOTE, by=editor, comment=comment, credit="Ada"
    )
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Comment.Course.ACCEPTED, NOTE)
    assert comment.resolved_at is not None
    assert (correction.comment, correction.reported_at) == (comment, comment.created_at)
    assert comment.corrections.get() == correction


def test_publishing_without_a_reader_answers_nobody(article, editor):
    comment = proposed(article)
    rewrite(article, editor, body="It is small.")
    publish_correction(article, kind="update", note=NOTE, by=editor)
    comment.refresh_from_db()
    assert comment.course == Comment.Course.OPEN


def test_nothing_changed_is_refused_and_nothing_is_kept(article, editor):
    comment = proposed(article)
    rewrite(article, editor, slug="another-address")
    with pytest.raises(ValidationError, match="Nothing that readers see"):
        publish_correction(article, kind="correction", note=NOTE, by=editor, comment=comment)
    article.refresh_from_db()
    comment.refresh_from_db()
    assert (article.slug != "another-address", comment.course) == (True, Comment.Course.OPEN)
    assert not Correction.objects.exists()


def test_retraction_needs_no_other_text(article, editor):
    correction = publish_correction(article, kind="retraction", note="None of it.", by=editor)
    assert (correction.changes, correction.before_number) == ([], correction.after_number)


def test_correction_of_a_figure_alone_leaves_the_text(article, editor):
    rewrite(article, editor, body="It is big. It has 75 offices.", topics=[])
    old = FactFactory()
    new = FactFactory(company=old.company, metric=old.metric)
    correction = publish_correction(
        article, kind="correction", note=NOTE, by=editor, fact_before=old, fact_after=new
    )
    assert (correction.fact_before, correction.fact_after, correction.changes) == (old, new, [])


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
def test_what_readers_cannot_see_is_not_corrected(state, editor):
    article = ArticleFactory(**{state: True})
    with pytest.raises(ValidationError, match="Only what readers can see"):
        publish_correction(article, kind="retraction", note=NOTE, by=editor)


def test_comment_must_propose_a_correction_of_this_article(article, editor):
    others = [
        proposed(ArticleFactory()),
        CommentFactory(discussion=proposed(article).discussion, kind=Comment.Kind.QUESTION),
        CommentFactory(
            discussion=DiscussionFactory(article=None, company=CompanyFactory()),
            kind=Comment.Kind.CORRECTION,
        ),
    ]
    rewrite(article, editor, body="It is small.")
    for comment in others:
        with pytest.raises(ValidationError, match="proposes no correction"):
            publish_correction(article, kind="update", note=NOTE, by=editor, comment=comment)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("note", ["", "   ", "a\x00b", "a" * 301])
def test_note_that_cannot_be_shown_is_refused_with_the_text(note, article, editor):
    rewrite(article, editor, body="It is small.")
    with pytest.raises(ValidationError):
        publish_correction(article, kind="correction", note=note, by=editor)
    article.refresh_from_db()
    assert article.body == "It is big. It has 75 offices."


def test_redaction_blacks_out_one_change_with_its_reason(article, editor):
    rewrite(article, editor, body="It is small. It has 57 offices.")
    correction = publish_correction(article, kind="correction", note=NOTE, by=editor)
    redact(correction, 1, reason="A private number", by=editor)
    correction = Correction.objects.get()
    assert [change.redacted for change in correction.shown_changes] == ["", "A private number"]
    redact(correction, 1, reason="Said better", by=editor)
    assert Correction.objects.get().redactions == [
        {"index": 1, "reason": "A private number"},
        {"index": 1, "reason": "Said better"},
    ]


@pytest.mark.parametrize(("index", "reason"), [(5, "why"), (-1, "why"), (0, " "), (0, "a\x00")])
def test_redaction_without_words_or_reason_is_refused(index, reason, article, editor):
    rewrite(article, editor, body="It is small.")
    correction = publish_correction(article, kind="correction", note=NOTE, by=editor)
    with pytest.raises(ValidationError):
        redact(correction, index, reason=reason, by=editor)
    assert Correction.objects.get().redactions == []
