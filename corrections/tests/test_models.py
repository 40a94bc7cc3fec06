import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from articles.models import Article
from comments.factories import CommentFactory
from comments.models import Comment
from corrections.factories import CorrectionFactory
from corrections.models import Correction

pytestmark = pytest.mark.django_db
VERBS = ("INSERT INTO", "UPDATE")


@pytest.fixture
def correction():
    return CorrectionFactory(credit="Ada")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("note", "It was never wrong."),
        ("kind", Correction.Kind.UPDATE),
        ("changes", []),
        ("credit", "Somebody else"),
        ("after_number", 9),
        ("reported_at", None),
    ],
)
def test_correction_on_record_refuses_another_value(name, value):
    correction = CorrectionFactory(
        credit="Ada", reported_at=CommentFactory().created_at, kind=Correction.Kind.CORRECTION
    )
    before = getattr(correction, name)
    setattr(correction, name, value)
    with pytest.raises(ValidationError, match="never changed"):
        correction.save()
    assert getattr(Correction.objects.get(), name) == before


def test_correction_on_record_takes_redactions_and_loses_its_credit(correction):
    correction.redactions = [{"index": 0, "reason": "A private address"}]
    correction.credit = ""
    correction.save()
    saved = Correction.objects.get()
    assert (saved.redactions, saved.credit) == ([{"index": 0, "reason": "A private address"}], "")


def test_correction_is_never_deleted(correction):
    with pytest.raises(ValidationError, match="never changed or taken back"):
        correction.delete()
    with pytest.raises(ValidationError, match="never changed or taken back"):
        Correction.objects.all().delete()
    assert Correction.objects.count() == 1


def test_queryset_rewrites_nothing(correction):
    correction.note = "Another note"
    for verb in (
        lambda: Correction.objects.update(note="Another note"),
        lambda: Correction.objects.bulk_update([correction], ["note"]),
        lambda: Correction.objects.bulk_create([CorrectionFactory.build(article=None)]),
    ):
        with pytest.raises(ValidationError, match="never changed"):
            verb()
    assert Correction.objects.get().note != "Another note"


def test_correction_outlives_its_editor_and_its_comment_without_the_name():
    comment, editor = CommentFactory(name="Ada"), UserFactory()
    CorrectionFactory(comment=comment, by=editor, credit="Ada")
    Comment._base_manager.filter(pk=comment.pk).delete()
    editor.delete()
    correction = Correction.objects.get()
    assert (correction.comment_id, correction.by_id, correction.credit) == (None, None, "")
    assert correction.article.correction_notes.shown[0]["credit"] == ""


@pytest.mark.parametrize(("state", "credit"), [("removed", ""), ("published", "Ada")])
def test_credit_goes_with_the_comment_and_not_before(state, credit):
    comment = CommentFactory(name="Ada", kind="correction")
    CorrectionFactory(comment=comment, credit="Ada")
    comment.state = state
    comment.save(update_fields=["state"])
    assert Correction.objects.get().credit == credit


def test_notes_follow_the_corrections_of_their_article_newest_first():
    article = ArticleFactory()
    first, second = (CorrectionFactory(article=article, note=f"Note {n}.") for n in (1, 2))
    CorrectionFactory(note="Of another article.")
    notes = article.correction_notes
    assert [note["pk"] for note in notes.notes] == [second.pk, first.pk]
    assert (notes.count, notes.earlier, notes.newest["note"]) == (2, 1, "Note 2.")


def test_shown_changes_say_nothing_of_what_is_blacked_out():
    correction = CorrectionFactory(
        changes=[{"before": "Secret one.", "after": "x"}, {"before": "Was 7.", "after": "Was 8."}],
        redactions=[{"index": 0, "reason": "Private"}],
    )
    hidden, shown = correction.shown_changes
    assert (hidden.before, hidden.after, hidden.redacted) == ("", "", "Private")
    assert (shown.before, shown.after) == ("Was <del>7</del>.", "Was <ins>8</ins>.")


def test_shown_changes_are_escaped():
    markup = "<script>alert(1)</script>"
    correction = CorrectionFactory(
        changes=[{"before": markup, "after": ""}, {"before": markup, "after": f"{markup} &"}]
    )
    shown = "".join(change.before + change.after for change in correction.shown_changes)
    assert "<script" not in shown
    assert "&lt;" in shown


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.parametrize("is_new", [True, False])
def test_of_two_corrections_at_once_the_second_finds_the_first_in_the_notes(correction, is_new):
    row = CorrectionFactory.build(article=correction.article) if is_new else correction
    with CaptureQueriesContext(connection) as queries:
        row.save()
    said = [query["sql"] for query in queries]
    own = [any(f'{verb} "{Correction._meta.db_table}"' in one for verb in VERBS) for one in said]
    locks = [one for one in said[: own.index(True)] if one.endswith("FOR NO KEY UPDATE")]
    assert [f'FROM "{Article._meta.db_table}"' in one for one in locks] == [True]
