from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from facts.rules.scopes import fold, spellings_of


class ScopeQuerySet(TrackedQuerySet):
    def name_of(self, written: str) -> str | None:
        """The name on the list of a scope as somebody wrote it; None if it is not there.

        “berlin” and “Berlin, Germany” are both Berlin. What is empty stays so: the whole company.
        """
        if not written.strip():
            return ""
        if self.filter(name=written).exists():
            return written
        return self.names().get(fold(written))

    def names(self) -> dict[str, str]:
        """The names by every way of writing them. A name comes before another's longer one."""
        found: dict[str, str] = {}
        for scope, path in sorted(self.paths().items(), key=lambda item: len(item[1])):
            for written in spellings_of(path):
                found.setdefault(fold(written), scope)
        return found | {fold(name): name for name in found.values()}

    def paths(self) -> dict[str, list[str]]:
        """By name, in alphabetical order: the name, and those of what it lies in."""
        rows = {pk: (name, parent) for pk, name, parent in self.values_list("pk", "name", "parent")}
        paths = {}
        for pk, (name, _parent) in rows.items():
            path, seen = [], set()
            while pk in rows and pk not in seen:
                seen.add(pk)
                path.append(rows[pk][0])
                pk = rows[pk][1]
            paths[name] = path
        return paths


class Scope(models.Model):
    """What part of a company a figure speaks of: a place, or a part of its business.

    A figure holds the name, not the row: what was published reads as it did, whatever becomes of
    the list.
    """

    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        help_text=_("Shown to readers: Berlin, paid plans only."),
        validators=[validate_printable],
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("lies in"),
        help_text=_("Germany, for Berlin. A figure of the one is no rival of the other’s."),
    )

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="facts_scope_once_per_name",
                violation_error_message=_("This scope is on the list already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")) | models.Q(parent__isnull=True),
                name="facts_scope_is_not_its_own_part",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.name = " ".join(self.name.split())
        around, seen = self.parent, set()
        while around is not None and around.pk not in seen:
            if around.pk == self.pk:
                raise ValidationError({"parent": _("It cannot lie in a part of itself.")})
            seen.add(around.pk)
            around = around.parent
