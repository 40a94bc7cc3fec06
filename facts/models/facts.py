from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from companies.models.merges import was_merged
from core.models import TimeStamped
from core.validators import validate_printable
from core.web.addresses import slug_url
from facts.models.metrics import Metric
from facts.models.periods import PERIOD_CONSTRAINTS, Period
from facts.models.scopes import Scope
from facts.models.values import VALUE_CONSTRAINTS, Value
from facts.querysets import FactQuerySet
from facts.rules.history import JUDGEMENT, replay
from facts.rules.public_ids import DrawnId, new_public_id


class Fact(Value, Period, TimeStamped):
    """A dated value of a metric of a company. Once published, its claim never changes."""

    class Basis(models.TextChoices):
        REPORTED = "reported", _("reported")
        SELF_REPORTED = "self", _("self-reported")
        ESTIMATED = "estimated", _("estimated")
        PROJECTED = "projected", _("projected")

    class Rank(models.TextChoices):
        NORMAL = "normal", _("normal")
        PREFERRED = "preferred", _("preferred")
        DEPRECATED = "deprecated", _("deprecated")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    # The claim of a published fact, which never changes.
    CLAIM_FIELDS = (
        "company_id",
        "metric_id",
        "value_state",
        "amount",
        "upper_amount",
        "text",
        "comparator",
        "starts_on",
        "as_of",
        "as_of_precision",
        "scope",
        "basis",
        "public_id",
        "status",
    )

    public_id = models.CharField(
        _("public id"), max_length=12, unique=True, default=new_public_id, editable=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="facts", verbose_name=_("company")
    )
    metric = models.ForeignKey(
        Metric, on_delete=models.PROTECT, related_name="facts", verbose_name=_("metric")
    )
    scope = models.CharField(
        _("scope"),
        max_length=80,
        blank=True,
        help_text=_("United States, paid plans only: a name from the list of scopes."),
        validators=[validate_printable],
    )
    basis = models.CharField(
        _("basis"), max_length=9, choices=Basis.choices, default=Basis.REPORTED
    )
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices, default=Rank.NORMAL)
    preferred_until = models.DateField(
        _("preferred until"),
        null=True,
        blank=True,
        help_text=_("The last day of its preference: after it the dates decide again."),
    )
    deprecated_reason = models.CharField(
        _("why it is wrong"), max_length=300, blank=True, validators=[validate_printable]
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("supersedes"),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="verified_facts",
        verbose_name=_("verified by"),
    )

    objects = FactQuerySet.as_manager()

    _free_id = ""

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        permissions = [("publish_fact", _("Can publish, verify and withdraw facts"))]
        ordering = ["metric__position", "metric__label", F("as_of").desc(nulls_last=True), "-pk"]
        indexes = [
            models.Index(fields=["company", "metric", "scope", "-as_of"], name="facts_fact_lookup"),
            models.Index(fields=["status", "-id"], name="facts_fact_by_status"),
        ]
        constraints = [
            *VALUE_CONSTRAINTS,
            *PERIOD_CONSTRAINTS,
            models.CheckConstraint(
                condition=~Q(rank="deprecated") | ~Q(deprecated_reason=""),
                name="facts_fact_deprecated_has_reason",
                violation_error_message=_("Say why the figure was wrong."),
            ),
            models.CheckConstraint(
                condition=Q(rank="preferred", preferred_until__isnull=False)
                | (~Q(rank="preferred") & Q(preferred_until__isnull=True)),
                name="facts_fact_preferred_has_end",
                violation_error_message=_(
                    "A preference needs a last day, and nothing else has one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="facts_fact_published_has_date",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="facts_fact_does_not_supersede_itself",
            ),
            models.UniqueConstraint(
                fields=["company", "metric", "scope"],
                condition=Q(rank="preferred", status="published"),
                name="facts_fact_one_preferred",
                violation_error_message=_("Another figure of this metric is preferred already."),
            ),
            models.UniqueConstraint(
                "company",
                "metric",
                "scope",
                "basis",
                "comparator",
                "value_state",
                "text",
                # A sum of a quarter may be that of the year, and both end on one day.
                "as_of_precision",
                Coalesce("amount", models.Value(-1, models.DecimalField())),
                Coalesce("upper_amount", models.Value(-1, models.DecimalField())),
                Coalesce("as_of", models.Value("0001-01-01", models.DateField())),
                Coalesce("starts_on", models.Value("0001-01-01", models.DateField())),
                condition=~Q(rank="deprecated"),
                name="facts_fact_no_duplicate",
                violation_error_message=_("The same figure is on record already."),
            ),
        ]

    def __str__(self):
        return f"{self.company}: {self.metric}, {self.display_value}"

    def get_absolute_url(self):
        return slug_url("facts:detail", self.public_id)

    @property
    def batch_reference(self) -> str:
        """Of the `Batch` in which texts follow a change of this figure, whichever fact shows it."""
        return f"figure:{self.company_id}/{self.metric_id}"

    def get_profile_url(self):
        """The URL of the figure's row in the company's profile."""
        return f"{self.company.get_absolute_url()}#{self.public_id}"

    def clean_fields(self, exclude=None):
        self.draw_free_id()
        super().clean_fields(exclude=exclude)

    def clean(self):
        if self._is_on_record():
            return
        self._clean_scope()
        if self.metric_id:
            self.clean_value()
            is_projected = self.basis == self.Basis.PROJECTED
            self.clean_period(is_duration=self.metric.is_duration, is_projected=is_projected)
        if self.supersedes_id and self.company_id and self.metric_id:
            self.clean_supersedes()

    def _is_on_record(self) -> bool:
        """Published before: then its claim stands as it is, whatever the rules are today."""
        return bool(self.pk) and self._stored().on_record().exists()

    def _clean_scope(self):
        name = Scope.objects.name_of(self.scope)
        if name is None:
            message = _(
                "“%(scope)s” is not on the list of scopes: add it there, or choose another."
            )
            raise ValidationError({"scope": message % {"scope": self.scope}})
        self.scope = name

    def clean_supersedes(self):
        old = self.supersedes
        if (old.company_id, old.metric_id, old.scope) != (
            self.company_id,
            self.metric_id,
            self.scope,
        ):
            raise ValidationError(
                {"supersedes": _("A figure supersedes one of its own company, metric and scope.")}
            )
        if old.as_of and (self.as_of is None or self.as_of < old.as_of):
            raise ValidationError(
                {"as_of": _("An update cannot be older than the figure it supersedes.")}
            )

    def save(self, *args, **kwargs):
        self._refuse_changed_claim()
        self.draw_free_id()
        super().save(*args, **kwargs)
        self._free_id = ""

    def delete(self, *args, **kwargs):
        if self.is_published:
            raise ValidationError(_("A published fact is deprecated, never deleted."))
        return super().delete(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_deprecated(self) -> bool:
        return self.rank == self.Rank.DEPRECATED

    @property
    def is_verified(self) -> bool:
        """Whether somebody has read its source, and it was not found wrong since."""
        return self.verified_at is not None and not self.is_deprecated

    @property
    def is_stale(self) -> bool:
        """Past its metric's shelf life. Of an undated fact nobody knows: it is called undated."""
        days = self.metric.shelf_life_days
        if not days or self.as_of is None:
            return False
        return (timezone.localdate() - self.as_of).days > days

    @property
    def identity(self) -> tuple:
        """Facts with the same identity make the same claim. The last item is the date."""
        return (
            *(self.company_id, self.metric_id, self.scope, self.basis, self.comparator),
            *(self.value_state, self.text, self.amount, self.upper_amount, self.starts_on),
            self.partial_as_of,
        )

    def draw_free_id(self, besides=()):
        """Draw another id while that of a new fact is taken on record or is among `besides`."""
        while self._state.adding and isinstance(self.public_id, DrawnId):
            if self.public_id not in besides and self._is_free():
                return
            self.public_id = new_public_id()

    def _is_free(self) -> bool:
        """Asked once of each id, however often the fact is cleaned before it is saved."""
        if self._free_id != self.public_id:
            if Fact.objects.filter(public_id=self.public_id).exists():
                return False
            self._free_id = self.public_id
        return True

    def _refuse_changed_claim(self):
        if not self.pk:
            return
        stored = self._stored().on_record().values().first()
        if not stored:
            return
        changed = {name for name in self.CLAIM_FIELDS if stored[name] != self._as_stored(name)}
        is_moved = was_merged(stored["company_id"], self.company_id) if changed else False
        if changed - ({"company_id"} if is_moved else set()):
            raise ValidationError(
                _("A published figure is never rewritten: update it, or say that it was wrong.")
            )
        if any(stored[name] != self._as_stored(name) for name in JUDGEMENT):
            self._refuse_unrecorded_judgement()

    def _refuse_unrecorded_judgement(self):
        recorded = replay(self.events.all())
        if any(getattr(recorded, name) != self._as_stored(name) for name in JUDGEMENT):
            raise ValidationError(
                _("How a published figure stands follows from its events: use facts.publishing.")
            )

    def _stored(self):
        return Fact.objects.filter(pk=self.pk)

    def _as_stored(self, name):
        """The field's value as loaded from the database: "75" and Decimal(75) are no change."""
        return self._meta.get_field(name).to_python(getattr(self, name))
