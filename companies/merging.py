"""Two profiles of one company become one: what hung on the one follows the other.

Rooms above add to `followers` what of theirs hangs on a company, lowest room first.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from companies.models import Company, CompanyAlias, CompanyFormerSlug, CompanyMerge
from companies.models.companies import IDENTIFIERS

# Each takes the merge, in its transaction; ValidationError refuses all of it.
followers: list[Callable[[CompanyMerge], None]] = []


@transaction.atomic
def merge(former, into, *, by, reason: str) -> CompanyMerge:
    """Let `former` become part of `into`. It is closed, and its addresses lead to the other."""
    rows = Company.objects.select_for_update(of=("self",)).order_by("pk")
    rows = {row.pk: row for row in rows.filter(pk__in=[former.pk, into.pk])}
    former, into = rows[former.pk], rows[into.pk]
    _refuse_impossible(former, into)
    merge = CompanyMerge(former=former, into=into, slug=former.slug, by=by, reason=reason.strip())
    merge.full_clean(exclude=["by"])
    merge.save()
    _close(former, into)
    _take_over(former, into)
    for follow in followers:
        follow(merge)
    return merge


def _refuse_impossible(former, into):
    if former == into:
        raise ValidationError({"into": _("A profile is not merged into itself.")})
    for company in (former, into):
        if company.is_merged:
            told = _("“%(company)s” was merged before: choose the profile that is left.")
            raise ValidationError({"into": ValidationError(told, params={"company": company})})


def _close(former, into):
    """It gives its addresses and its identifiers away, and is in no list from now on."""
    former.slug, former.is_public = f"merged-{get_random_string(8).lower()}", False
    given = {name: getattr(former, name) for name in IDENTIFIERS if not getattr(into, name)}
    for name in given:
        setattr(former, name, "")
    former.save()
    CompanyFormerSlug.objects.filter(target=former).update(target=into)
    for name, value in given.items():
        setattr(into, name, value)


def _take_over(former, into):
    if into.is_below(former):
        # What stands between the two becomes a part of it.
        into.parent = former.parent if former.parent_id != into.pk else None
    into.save()
    for company in former.subsidiaries.exclude(pk=into.pk):
        company.parent = into
        company.save()
    known = {into.name, *into.aliases.values_list("name", flat=True)}
    for name in {former.name, *former.aliases.values_list("name", flat=True)} - known:
        CompanyAlias.objects.create(company=into, name=name)
