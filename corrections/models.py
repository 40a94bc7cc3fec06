"""Public corrections. Rows are append-only."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Version
from articles.models.versions import reasons_by_part
from articles.publishing.comparison import marked
from companies.models import Company
from core.validators import validate_printable
from core.versions import locked_rows
from core.web.structured import absolute
from corrections.durations import duration_label
from corrections.querysets import CorrectionQuerySet, OnRecordQuerySet, refuse

# Word-level differences are marked for this many changes of a correction.
MARKED = 5
# The part of a correction that is blacked out like a change, which has a number.
NOTE = "note"
# An article's page shows this many of its corrections; the log has all.
NOTES_SHOWN = 30


def redacted(reason):
    """What stands in the place of words that must not be seen."""
    return _("Redacted by the desk: %(reason)s") % {"reason": reason}


@dataclass(frozen=True)
class Change:
    """A changed passage for display; `redacted` is the reason if it is blacked out."""

    number: int
    before: SafeString
    after: SafeString
    redacted: str = ""


class Correction(models.Model):
    """A published correction, of an article or of a profile and its figures.

    Append-only except for visible redactions, and for whom it is owed to: that is added once.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        RETRACTION = "retraction", _("Retraction")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        REINSTATEMENT = "reinstatement", _("Reinstatement")

    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("article"),
    )
    company = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("company"),
    )
    # Of an article; a profile has none.
    before_number = models.PositiveIntegerField(_("revision before"), default=0)
    after_number = models.PositiveIntegerField(_("revision after"), default=0)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices, default=Kind.CORRECTION)
    note = models.CharField(
        _("note"),
        max_length=300,
        validators=[validate_printable],
        help_text=_("One sentence for readers: what was wrong, and what is right."),
    )
    changes = models.JSONField(_("changed sentences"), default=list, blank=True)
    change_count = models.PositiveIntegerField(_("changes in all"), default=0)
    fact_before = models.ForeignKey(
        "facts.Fact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections_from",
        verbose_name=_("figure before"),
    )
    fact_after = models.ForeignKey(
        "facts.Fact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections_to",
        verbose_name=_("figure after"),
    )
    comment = models.ForeignKey(
        "comments.Comment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("proposed in"),
    )
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    credit = models.CharField(
        _("credit"),
        max_length=60,
        blank=True,
        validators=[validate_printable],
        help_text=_("The reader's name as it is shown; empty: nobody is named."),
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    redactions = models.JSONField(_("blacked out"), default=list, blank=True)

    # What may change on a published row: to these values, and from the first two of them once.
    EMPTIED = (("credit", ""), ("comment_id", None), ("by_id", None))
    GIVEN_LATER = (("credit", ""), ("comment_id", None), ("reported_at", None))

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-published_at", "-pk"]
        default_permissions = ("add", "view")
        permissions = [("redact_correction", _("Can black out words of corrections"))]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="corrections_correction_latest"),
            models.Index(
                fields=["kind", "-published_at", "-id"], name="corrections_correction_by_kind"
            ),
            models.Index(
                fields=["article", "-published_at", "-id"], name="corrections_correction_of_page"
            ),
            models.Index(
                fields=["company", "-published_at", "-id"],
                condition=Q(company__isnull=False),
                name="corrections_correction_profile",
            ),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(reported_at__isnull=False),
                name="corrections_correction_asked",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="corrections_correction_has_note"),
            models.CheckConstraint(
                condition=Q(article__isnull=False, company__isnull=True)
                | Q(article__isnull=True, company__isnull=False),
                name="corrections_correction_of_one_page",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.note}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            self._refuse_changes()
        with transaction.atomic():
            if self.article_id:
                # Two corrections of an article take turns: each writes the notes of all.
                locked_rows(Article).only("pk").get(pk=self.article_id)
            super().save(*args, **kwargs)
            if self.article_id:
                CorrectionNotes.follow(self.article_id)

    def get_absolute_url(self):
        return f"{self.log_url}#correction-{self.pk}"

    @property
    def log_url(self) -> str:
        """The log of the same page."""
        if self.article_id:
            return log_url(article=self.article_id)
        return log_url(company=self.company_id)

    @property
    def subject(self) -> Article | Company:
        return self.article or self.company

    @property
    def language(self) -> str:
        """In which its sentences are written; empty where that is ours."""
        return self.article.language if self.article else ""

    @property
    def is_page_shown(self) -> bool:
        return self.company.is_public if self.company else not self.article.is_withdrawn

    def delete(self, *args, **kwargs):
        refuse()

    def _refuse_changes(self):
        former = type(self)._base_manager.get(pk=self.pk)
        for field in self._meta.concrete_fields:
            name = field.attname
            value, was = getattr(self, name), getattr(former, name)
            is_open = name == "redactions" or (name, value) in self.EMPTIED
            if value != was and not is_open and (name, was) not in self.GIVEN_LATER:
                refuse()

    def drop_credit(self):
        self.credit = ""
        self.save(update_fields=["credit"])

    @property
    def is_of_all(self) -> bool:
        """Whether it takes back the whole article."""
        return self.kind in (self.Kind.RETRACTION, self.Kind.WITHDRAWAL)

    @property
    def fixed_in(self) -> str:
        """The time from the reader's message to the correction, as text."""
        return duration_label(self.published_at - self.reported_at) if self.reported_at else ""

    @property
    def more_changes(self) -> int:
        return max(self.change_count - len(self.changes), 0)

    @property
    def note_redacted(self) -> str:
        """Why the note is blacked out, if it is."""
        return reasons_by_part(self.redactions).get(NOTE, "")

    @property
    def shown_note(self) -> str:
        """The note, or that and why it is blacked out."""
        why = self.note_redacted
        return redacted(why) if why else self.note

    def as_note(self) -> dict:
        """What the page that was corrected says of it."""
        names = ("pk", "kind", "credit", "after_number")
        said = {name: getattr(self, name) for name in names}
        return said | {
            "note": str(self.shown_note),
            "published_at": self.published_at.isoformat(),
        }

    @cached_property
    def shown_changes(self) -> list[Change]:
        """The changes for display; redacted ones carry only the reason."""
        reasons = reasons_by_part(self.redactions)
        return [
            Change(number, "", "", reasons[number])
            if number in reasons
            else Change(number, *_pair(change["before"], change["after"], number))
            for number, change in enumerate(self.changes)
        ]


def _pair(before, after, number):
    if before and after and number < MARKED:
        return marked(before, after)
    return (
        format_html("<del>{}</del>", before) if before else SafeString(""),
        format_html("<ins>{}</ins>", after) if after else SafeString(""),
    )


class ProfileChange(models.Model):
    """A change of a profile's own words, as readers saw it; a slip of the pen stands here alone.

    Append-only but for words blacked out.
    """

    Kind = Version.Change

    company = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        related_name="profile_changes",
        verbose_name=_("company"),
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_printable])
    changes = models.JSONField(_("changed sentences"), default=list)
    change_count = models.PositiveIntegerField(_("changes in all"), default=0)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    redactions = models.JSONField(_("blacked out"), default=list, blank=True)

    objects = OnRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a profile")
        verbose_name_plural = _("changes of profiles")
        ordering = ["-changed_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["company", "-changed_at", "-id"], name="corrections_change_of_profile"
            ),
        ]

    def __str__(self):
        return f"{self.company}, {self.get_kind_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding and set(kwargs.get("update_fields") or ["*"]) != {"redactions"}:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse()

    def as_correction(self) -> Correction:
        """Unsaved, to be shown like a row of the log."""
        names = ("company", "kind", "note", "changes", "change_count", "redactions")
        return Correction(**{name: getattr(self, name) for name in names})


class CorrectionNotes(models.Model):
    """The notes of an article's corrections, newest first, denormalized.

    Written with each correction, so that the article's page reads them with the article itself.
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="correction_notes"
    )
    shown = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("notes of an article's corrections")
        verbose_name_plural = _("notes of articles' corrections")
        default_permissions = ()

    def __str__(self):
        return str(self.article_id)

    @classmethod
    def follow(cls, article_id):
        corrections = Correction.objects.filter(article=article_id).in_order()
        shown = [row.as_note() for row in corrections[:NOTES_SHOWN]]
        cls.objects.update_or_create(
            article_id=article_id, defaults={"shown": shown, "count": corrections.count()}
        )

    @cached_property
    def notes(self) -> list[dict]:
        return [read_note(note) for note in self.shown]

    @property
    def newest(self) -> dict:
        return self.notes[0]

    @property
    def retraction(self) -> dict | None:
        """The newest."""
        kind = Correction.Kind.RETRACTION
        return next((note for note in self.notes if note["kind"] == kind), None)

    @property
    def earlier(self) -> int:
        return self.count - 1

    @property
    def log_url(self) -> str:
        return log_url(article=self.article_id)

    def structured(self) -> list[dict]:
        """schema.org's `correction` for the article's structured data."""
        return [structured_note(note, self.log_url) for note in self.notes]


def read_note(note: dict) -> dict:
    """What `as_note` wrote, with `label`, its kind as text, and `moment`, when it was published."""
    return note | {
        "label": dict(Correction.Kind.choices).get(note["kind"], note["kind"]),
        "moment": datetime.datetime.fromisoformat(note["published_at"]),
    }


def log_url(**page) -> str:
    """The log of one article or company."""
    return f"{reverse('corrections:log')}?{urlencode(page)}"


def structured_note(note: dict, log: str) -> dict:
    """A note as schema.org's CorrectionComment; `log` is where it stands, too."""
    return {
        "@type": "CorrectionComment",
        "name": str(note["label"]),
        "text": note["note"],
        "datePublished": note["published_at"],
        "url": f"{absolute(log)}#correction-{note['pk']}",
    } | _thanks(note["credit"])


def _thanks(name) -> dict:
    return {"contributor": {"@type": "Person", "name": name}} if name else {}
