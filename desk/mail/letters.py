"""What the desk's own people are told by mail of texts that they write and decide on."""

from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Note, Review
from core.letters import Letter
from core.web.structured import absolute
from desk.models import DeskMail

Kind = DeskMail.Kind
MOST_QUOTED = 600


def letter_for(mail: DeskMail) -> Letter | None:
    """None where it is nothing to them any more."""
    row = _row(mail)
    return row and WRITTEN[mail.kind](row)


def _row(mail):
    model = Note if mail.kind == Kind.MENTION else Review
    people = ("by",) if model is Note else ("revision", "submitted_by", "decided_by")
    return model.objects.select_related("article", *people).filter(pk=mail.about).first()


def _of_sent(review):
    if not review.is_open:
        return None
    return Letter(
        subject=_("To review: %(title)s") % _words(review),
        lines=[_("%(who)s sent “%(title)s” to review.") % _words(review, review.submitted_by)],
        action=(_("Read and decide"), _address("review", review)),
    )


def _of_returned(review):
    return Letter(
        subject=_("Came back: %(title)s") % _words(review),
        lines=[_("%(who)s returned “%(title)s” with a note.") % _words(review, review.decided_by)],
        quoted=_shortened(review.note),
        action=(_("Open the text"), _address("change", review)),
    )


def _of_approved(review):
    return Letter(
        subject=_("Approved: %(title)s") % _words(review),
        lines=[_("%(who)s approved “%(title)s”.") % _words(review, review.decided_by)],
        quoted=_shortened(review.note),
        action=(_("Open the text"), _address("change", review)),
    )


def _of_mention(note):
    return Letter(
        subject=_("A note for you: %(title)s") % _words(note),
        lines=[_("%(who)s mentions you in a note on “%(title)s”.") % _words(note, note.by)],
        quoted=_shortened(note.text),
        action=(_("Read the notes"), _address("notes", note)),
    )


WRITTEN = {
    Kind.SENT: _of_sent,
    Kind.RETURNED: _of_returned,
    Kind.APPROVED: _of_approved,
    Kind.MENTION: _of_mention,
}


def _words(row, who=None) -> dict:
    title = row.article.waiting_title or row.article.title
    name = who and who.desk_name
    return {"title": title, "who": name or _("Somebody")}


def _shortened(text) -> str:
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED].rstrip()}…"


def _address(name, row) -> str:
    return absolute(reverse(f"admin:articles_article_{name}", args=[row.article_id]))
