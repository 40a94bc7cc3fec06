from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class Kind(models.TextChoices):
    """The kind of a comment. Forms, counts, filters, labels and feeds follow this enum.

    `counted` is the plural text for a discussion's summary; plain notes are not counted.
    """

    NOTE = "note", "", _("Note")
    QUESTION = "question", ngettext_lazy("%d question", "%d questions"), _("Question")
    CORRECTION = "correction", ngettext_lazy("%d correction", "%d corrections"), _("Correction")
    TIP = "tip", ngettext_lazy("%d tip", "%d tips"), _("Tip")

    def __new__(cls, value, counted):
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.counted = counted
        return kind

    @property
    def count_field(self) -> str:
        """The annotation of `DiscussionQuerySet.with_counts`."""
        return f"{self.value}_count"
