from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Lower, Substr, Upper
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from modelsearch import index

from companies.fields import IdentifierField
from companies.identifiers import SCHEMES
from companies.querysets import CompanyQuerySet
from companies.validators import validate_company_slug
from core.db.keeping import Kept
from core.fields import SlugField, WebURLField
from core.models import FormerSlug, TimeStamped
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from core.versions import Version, Versioned, locked_rows
from core.web.addresses import slug_url

# The fields that hold what a company is known by in registers.
IDENTIFIERS = ("lei", "cik", "isin", "opencorporates_id", "wikidata_id")


class Industry(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=80, unique=True, source="name")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Company(index.Indexed, Kept, Versioned, TimeStamped):
    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        ACQUIRED = "acquired", _("acquired")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=120, unique=True, validators=[validate_printable])
    slug = SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        source="name",
        validators=[validate_company_slug],
    )
    legal_name = models.CharField(
        _("legal name"), max_length=200, blank=True, validators=[validate_printable]
    )
    description = models.TextField(
        _("description"),
        max_length=400,
        help_text=_("One or two sentences: what it does. No figures, they are facts."),
        validators=[validate_printable],
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("parent company"),
    )
    industry = models.ForeignKey(
        Industry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("industry"),
    )
    country = CountryField(_("country"), blank=True)
    founded = models.PositiveSmallIntegerField(
        _("founded"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1000), MaxValueValidator(2100)],
    )
    website = WebURLField(_("website"), blank=True)
    lei = IdentifierField(_("LEI"), scheme="lei")
    cik = IdentifierField(_("CIK"), scheme="cik")
    isin = IdentifierField(_("ISIN"), scheme="isin")
    opencorporates_id = IdentifierField(_("OpenCorporates"), scheme="opencorporates")
    wikidata_id = IdentifierField(_("Wikidata"), scheme="wikidata")
    logo = models.ForeignKey(
        "images.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("logo"),
    )
    is_public = models.BooleanField(
        _("public"), default=True, help_text=_("Untick to keep the profile off every public page.")
    )
    # Written when a public profile is hidden.
    was_public = models.BooleanField(default=False, editable=False)

    # The directory's order and its letters, kept by the database so that no way of writing a row
    # can forget them.
    sort_name = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=120, validators=[validate_printable]),
        db_persist=True,
    )
    initial = models.GeneratedField(
        expression=Upper(Substr("name", 1, 1)),
        output_field=models.CharField(max_length=4, validators=[validate_printable]),
        db_persist=True,
    )

    VERSIONED = ("name",)

    objects = CompanyQuerySet.as_manager()

    # search.indexing enqueues what follows a save.
    search_auto_update = False
    search_fields = [
        index.SearchField("name", boost=10),
        index.AutocompleteField("name"),
        index.SearchField("alias_names", boost=8),
        index.SearchField("legal_name", boost=4),
        index.SearchField("description"),
        index.FilterField("is_public"),
    ]

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["is_public", "sort_name", "id"], name="companies_company_by_name"),
            models.Index(
                fields=["is_public", "country", "initial"], name="companies_company_choices"
            ),
            models.Index(fields=["initial", "sort_name", "id"], name="companies_company_letter"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="companies_company_not_its_own_parent",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name],
                    condition=~models.Q(**{name: ""}),
                    name=f"companies_company_one_{name}",
                    violation_error_message=_("Another profile has this identifier."),
                )
                for name in IDENTIFIERS
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return slug_url("companies:detail", self.slug)

    @property
    def is_kept(self) -> bool:
        """Readers have seen it: it is hidden, never deleted."""
        return self.is_public or self.was_public

    @property
    def batch_reference(self) -> str:
        """Of the `Batch` in which texts follow a profile that is closed or opened."""
        return f"company:{self.pk}"

    @property
    def identifiers(self) -> list[tuple]:
        """(scheme, identifier, its address or nothing), of those that are known."""
        fields = [self._meta.get_field(name) for name in IDENTIFIERS]
        known = [(SCHEMES[one.scheme], getattr(self, one.name)) for one in fields]
        return [(scheme, value, scheme.address_of(value)) for scheme, value in known if value]

    def clean(self):
        if self.is_public and self.is_merged:
            told = _("It was merged into “%(other)s”, which its address leads to.")
            params = {"other": self.merge.into}
            raise ValidationError({"is_public": ValidationError(told, params=params)})
        self._clean_identifiers()
        self._clean_parent()

    def _clean_identifiers(self):
        """Two profiles with one identifier are one company: say which the other is."""
        others = Company.objects.exclude(pk=self.pk)
        errors = {}
        for name in IDENTIFIERS:
            value = getattr(self, name)
            if value and (other := others.filter(**{name: value}).first()):
                told = _("“%(other)s” has this identifier: are they one company?")
                errors[name] = ValidationError(told, params={"other": other})
        if errors:
            raise ValidationError(errors)

    def _clean_parent(self):
        if self.pk is not None and self.is_below(self):
            raise ValidationError({"parent": _("A company cannot stand above itself.")})

    def save(self, *args, **kwargs):
        with transaction.atomic():
            former = locked_rows(Company).filter(pk=self.pk).first()
            if former and former.is_kept and not self.was_public:
                self.was_public = True
                if kwargs.get("update_fields") is not None:
                    kwargs["update_fields"] = {*kwargs["update_fields"], "was_public"}
            super().save(*args, **kwargs)
            CompanyFormerSlug.objects.filter(slug=self.slug).delete()
            if former and former.slug != self.slug:
                CompanyFormerSlug.objects.update_or_create(
                    slug=former.slug, defaults={"target": self}
                )

    @property
    def is_merged(self) -> bool:
        """Into another profile, which has all that hung on this one."""
        return hasattr(self, "merge")

    def is_below(self, other) -> bool:
        """Whether the other is its parent company, or one above that."""
        above, seen = self.parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == other.pk:
                return True
            seen.add(above.pk)
            above = above.parent
        return False

    def concerned_figures(self):
        return self.facts.on_record()

    def alias_names(self):
        return " ".join(alias.name for alias in self.aliases.all())

    @property
    def stale_count(self) -> int:
        """Of its `current_facts`, which the page fetched for all that it lists."""
        return sum(fact.is_stale for fact in self.current_facts)


class CompanyAlias(models.Model):
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("company")
    )
    name = models.CharField(_("also known as"), max_length=120, validators=[validate_printable])

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], name="companies_companyalias_once_per_company"
            ),
        ]

    def __str__(self):
        return self.name


class CompanyFormerSlug(FormerSlug):
    target = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former company address")
        verbose_name_plural = _("former company addresses")


class CompanyVersion(Version):
    target = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="versions", verbose_name=_("company")
    )

    class Meta(Version.Meta):
        verbose_name = _("former name of a company")
        verbose_name_plural = _("former names of companies")
