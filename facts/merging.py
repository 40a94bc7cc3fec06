"""What of this room follows a company into the profile that it was merged into."""

from facts import publishing
from facts.models import TechUse


def follow(merge):
    publishing.move_all(merge)
    for use in merge.former.tech_uses.order_by("pk"):
        _move_use(use, merge.into)


def _move_use(use, company):
    """Where the other profile says the same, its sources are joined to those there."""
    says = {name: getattr(use, name) for name in ("technology", "layer", "purpose")}
    same = TechUse.objects.filter(company=company, **says).first()
    if same is None:
        use.company = company
        use.save()
        return
    for reference in use.references.all():
        cited = {"source": reference.source, "locator": reference.locator}
        if not same.references.filter(**cited).exists():
            reference.tech_use = same
            reference.save()
    use.delete()
