from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.taxonomy import Section


class SectionRightQuerySet(models.QuerySet):
    def naming(self, user):
        return self.filter(Q(user=user) | Q(group__in=user.groups.all()))

    def closed_for_writing(self, user):
        """The sections in which others write; who publishes in one writes there too."""
        return self._closed(user, SectionRight.May.WRITE, self)

    def closed_for_publishing(self, user):
        may = SectionRight.May.PUBLISH
        return self._closed(user, may, self.filter(may=may))

    def _closed(self, user, may, enough):
        if user.is_superuser:
            return self.none().values("section")
        open_to_user = enough.naming(user).values("section")
        return self.filter(may=may).exclude(section__in=open_to_user).values("section")


class SectionRight(models.Model):
    """Who may write, and who may publish, in a section. Where nobody is named, whoever may at all.

    It narrows what somebody may do: no right of another kind follows from it.
    """

    class May(models.TextChoices):
        WRITE = "write", _("write")
        PUBLISH = "publish", _("write and publish")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="rights")
    may = models.CharField(_("may"), max_length=7, choices=May.choices)
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("group")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="section_rights",
        verbose_name=_("person"),
    )

    objects = SectionRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("right in a section")
        verbose_name_plural = _("who may write and publish here")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None, user__isnull=False) | Q(group__isnull=False, user=None),
                name="articles_sectionright_of_one",
                violation_error_message=_("Name a group or a person."),
            ),
            models.UniqueConstraint(
                fields=["section", "may", "group"],
                condition=Q(user=None),
                name="articles_sectionright_group_once",
            ),
            models.UniqueConstraint(
                fields=["section", "may", "user"],
                condition=Q(group=None),
                name="articles_sectionright_user_once",
            ),
        ]

    def __str__(self):
        return f"{self.section}, {self.group or self.user}: {self.get_may_display()}"
