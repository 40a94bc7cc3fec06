"""Who may write and who may publish in a section: every verb asks here, whoever calls it.

What a task or an import does bears no name, and is not asked.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.models import Review, Section, SectionRight
from articles.publishing import merging

# Saving another hour makes a revision whose text is older: so many are looked through for it.
MOST_BEFORE = 20


def may_write(user, *sections) -> bool:
    return _closed(SectionRight.objects.closed_for_writing, user, sections) is None


def may_publish(user, *sections) -> bool:
    return _closed(SectionRight.objects.closed_for_publishing, user, sections) is None


def refuse_writing(user, *sections):
    if closed := _closed(SectionRight.objects.closed_for_writing, user, sections):
        told = _("You may not write in the section “%(section)s”.")
        raise ValidationError({"section": told % {"section": closed}}, code="section")


def refuse_publishing(user, *sections):
    if closed := _closed(SectionRight.objects.closed_for_publishing, user, sections):
        told = _("You may not publish in the section “%(section)s”.")
        raise ValidationError({"section": told % {"section": closed}}, code="section")


def refuse_own(user, revision, *sections):
    """Where four eyes are asked for, nobody approves what they wrote or sent themselves."""
    asked = Section.objects.filter(pk__in=_keys(sections), four_eyes=True)
    if user is None or not asked.exists():
        return
    if _writer_of(revision) == user.pk:
        raise ValidationError(
            _("You wrote this revision: in this section somebody else has to approve it.")
        )
    if Review.objects.filter(revision=revision, submitted_by=user).exists():
        raise ValidationError(
            _("You sent this revision: in this section somebody else has to approve it.")
        )


def _closed(rows, user, sections) -> Section | None:
    """The first of these sections that is closed to the user."""
    keys = _keys(sections)
    if user is None or not keys:
        return None
    return Section.objects.filter(pk__in=keys).filter(pk__in=rows(user)).first()


def _keys(sections) -> set:
    return {key for key in sections if key}


def _writer_of(revision):
    """Whose words they are: another hour alone makes nobody their writer."""
    before = revision.article.revisions.filter(number__lt=revision.number).order_by("-number")
    writer = revision.author_id
    for one in before[:MOST_BEFORE]:
        if not merging.is_same(one.content, revision.content):
            break
        writer = one.author_id
    return writer
