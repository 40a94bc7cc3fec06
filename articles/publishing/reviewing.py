"""A text is sent to the editors, who approve it or return it with a note."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Article, Review
from articles.publishing import planning, rights, verbs, verdicts

Verdict = Review.Verdict


@transaction.atomic
def submit_for_review(article, *, by) -> Review:
    """The newest revision. What waits already keeps its place, with this text instead."""
    verbs.lock(article)
    verbs.refuse_if_trashed(article)
    revision = verbs.newest_revision(article) or verbs.keep_first_text(article)
    if revision.content["section"] is None:
        raise ValidationError({"section": _("It needs a section before it is sent for review.")})
    rights.refuse_writing(by, article.section_id, revision.content["section"])
    review = verdicts.waiting(article)
    if review and review.revision == revision:
        return review
    review = review or Review(article=article)
    review.revision, review.submitted_by = revision, by
    review.save()
    if article.status == Article.Status.DRAFT:
        verbs.set_status(article, Article.Status.IN_REVIEW)
    verbs.log(article, by, _("Submitted revision %(number)d.") % {"number": revision.number})
    verdicts.submitted.send(Review, review=review)
    return review


@transaction.atomic
def approve(review, *, by, number, note=""):
    """The text of revision `number` is good as it was sent; publishing it is another matter."""
    if not _is_decided_so(review, Verdict.APPROVED, by, number):
        verbs.refuse_publishing(review.article, review.revision, by)
        _decide(review, Verdict.APPROVED, by, note)
        verbs.log(review.article, by, _("Approved revision %(number)d.") % {"number": number})


@transaction.atomic
def approve_and_publish(review, *, by, number, note="", change=None):
    """At the hour that its text names, if it is to come; else at once."""
    if not _is_decided_so(review, Verdict.APPROVED, by, number):
        _decide(review, Verdict.APPROVED, by, note)
        told = {"by": by, "revision": review.revision, "change": change}
        planning.publish_or_plan(review.article, **told)


@transaction.atomic
def return_with_note(review, *, by, number, note):
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be done.")})
    if not _is_decided_so(review, Verdict.RETURNED, by, number):
        rights.refuse_publishing(by, review.article.section_id, review.revision.content["section"])
        _decide(review, Verdict.RETURNED, by, note)
        told = _("Returned revision %(number)d: %(note)s")
        verbs.log(review.article, by, told % {"number": number, "note": note})


def _decide(review, verdict, by, note):
    verdicts.decide(review, review.article, verdict, by=by, note=note)


def _is_decided_so(review, verdict, by, number) -> bool:
    """Whether they have decided just so already; ValidationError where it is another's by now.

    `number` is the revision that was read.
    """
    verbs.lock(review.article)
    review.refresh_from_db(from_queryset=Review.objects.select_related("revision", "decided_by"))
    if not review.is_open:
        if (review.verdict, review.decided_by) == (verdict, by):
            return True
        who = review.decided_by or _("Somebody")
        told = _("%(who)s has decided meanwhile: %(verdict)s.")
        raise ValidationError(told % {"who": who, "verdict": review.get_verdict_display()})
    verbs.refuse_if_trashed(review.article)
    if review.revision.number != number:
        told = _("Another text was sent meanwhile, revision %(number)d: read it first.")
        raise ValidationError(told % {"number": review.revision.number})
    return False
