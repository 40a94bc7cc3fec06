from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company
from core.db.append_only import AppendOnly, AppendOnlyQuerySet
from core.validators import validate_printable


class CompanyMerge(AppendOnly):
    """Two profiles were found to be of one company. Append-only.

    The row of the `former` one stays, closed; what hung on it has followed `into` the other.
    """

    EMPTIED = ("by_id",)

    former = models.OneToOneField(
        Company, on_delete=models.PROTECT, related_name="merge", verbose_name=_("profile")
    )
    into = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        related_name="merges",
        verbose_name=_("merged into"),
    )
    # Readers' links keep it in use; the row of the profile has given it away.
    slug = models.CharField(_("its address"), max_length=120)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_printable])

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of profiles")
        verbose_name_plural = _("merges of profiles")
        default_permissions = ("view",)
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(former=F("into")), name="companies_companymerge_of_two"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="companies_companymerge_has_reason",
                violation_error_message=_("Say why the two are one company."),
            ),
        ]

    def __str__(self):
        return f"{self.former} → {self.into}"


def was_merged(former_pk, into_pk) -> bool:
    return CompanyMerge.objects.filter(former=former_pk, into=into_pk).exists()


def survivors_of(pks) -> dict:
    """Of each company the profile that it is part of today: itself, where it was never merged."""
    found = {pk: pk for pk in pks}
    while steps := _steps_from(found.values()):
        found = {pk: steps.get(now, now) for pk, now in found.items()}
    return found


def _steps_from(pks) -> dict:
    return dict(CompanyMerge.objects.filter(former__in=set(pks)).values_list("former", "into"))


def find_profile(pk) -> Company | None:
    """What readers may see of the company with this key: its profile, or that it is part of."""
    profiles = Company.objects.visible()
    return profiles.filter(pk=pk).first() or profiles.filter(pk=survivors_of([pk])[pk]).first()
