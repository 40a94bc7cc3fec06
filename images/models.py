from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from pictures.models import PictureField

from core.db.keeping import Kept, KeptQuerySet
from core.models import TimeStamped
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from images.renditions import draw_all
from images.uploads import re_encode
from images.uses import used

# Sent with `picture` when it has another file, and when the sizes of that were drawn.
file_changed = Signal()


class PictureQuerySet(KeptQuerySet, TrackedQuerySet):
    def kept(self):
        return used(self)


class Picture(Kept, TimeStamped):
    """A picture of the library. The stored file is our own re-encoding, never the upload itself.

    While anything shows it, or is about to (`images.uses`), it is not deleted.
    """

    title = models.CharField(
        _("title"),
        max_length=200,
        help_text=_("For the library; not shown."),
        validators=[validate_printable],
    )
    file = PictureField(
        _("file"),
        upload_to="pictures/%Y/%m/",
        aspect_ratios=[None, "16/9", "1/1"],
        # 320, 640, 960 and 1280 pixels and twice that: more steps only make an upload slower.
        grid_columns=4,
        width_field="width",
        height_field="height",
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    has_renditions = models.BooleanField(
        _("drawn in every size"),
        editable=False,
        default=False,
        help_text=_("Until then pages show the file itself."),
    )
    alt = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
        validators=[validate_printable],
    )
    is_decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("It adds nothing to the text: no description.")
    )
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, validators=[validate_printable]
    )
    # A login's name, as `Batch.started_by`: the rooms of logins and of pictures know no other.
    added_by = models.CharField(_("added by"), max_length=150, blank=True, editable=False)

    objects = PictureQuerySet.as_manager()

    kept_because = _("It is used: take it out there, or give it another file.")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]
        # Texts name their pictures by it.
        indexes = [models.Index(fields=["file"], name="images_picture_by_file")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_decorative=True) | ~models.Q(alt=""),
                name="images_picture_described_or_decorative",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if not self.is_decorative and not self.alt.strip():
            raise ValidationError({"alt": _("Describe the picture, or mark it as decorative.")})
        try:
            self._re_encode()
        except ValidationError as error:
            raise ValidationError({"file": error}) from error

    @transaction.atomic
    def save(self, *args, **kwargs):
        self._re_encode()
        is_new = bool(self.file) and not self.file._committed
        former = self._stored_name() if is_new else ""
        try:
            super().save(*args, **kwargs)
        except Exception:
            if is_new and self.file._committed:
                self.file.storage.delete(self.file.name)
            raise
        if former:
            FormerFile.objects.get_or_create(stem=stem_of(former), defaults={"picture": self})
            file_changed.send(Picture, picture=self)
        if self.file and not self.has_renditions:
            draw_renditions.enqueue(self.pk)

    @property
    def is_kept(self) -> bool:
        return type(self).objects.filter(pk=self.pk).kept().exists()

    @property
    def batch_reference(self) -> str:
        """Of the batches of tasks that follow a change of it."""
        return f"picture:{self.pk}"

    def _stored_name(self) -> str:
        """Until then; locked, for of two new files one is the former of the other."""
        rows = type(self)._base_manager.select_for_update().filter(pk=self.pk)
        return rows.values_list("file", flat=True).first() or ""

    def _re_encode(self):
        if self.file and not self.file._committed:
            self.file = re_encode(self.file.file)
            self.has_renditions = False


def stem_of(name: str) -> str:
    """What the names of a file and of the sizes drawn of it begin with."""
    return name.rpartition(".")[0]


class FormerFile(models.Model):
    """A file that a picture once had. It stays, and texts that name it mean the picture."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="former_files")
    stem = models.CharField(_("name without its suffix"), max_length=100, unique=True)
    replaced_at = models.DateTimeField(_("replaced"), auto_now_add=True)

    class Meta:
        verbose_name = _("former file")
        verbose_name_plural = _("former files")

    def __str__(self):
        return self.stem


@task(queue_name="slow")
def draw_renditions(pk):
    """Draw the sizes that pages ask for, and let pages use them from then on."""
    picture = Picture.objects.filter(pk=pk, has_renditions=False).first()
    if picture is None:
        return
    try:
        draw_all(picture.file)
    except FileNotFoundError:
        if Picture.objects.filter(pk=pk, file=picture.file.name).exists():
            raise
        return  # deleted or replaced meanwhile
    with transaction.atomic():
        is_drawn = Picture.objects.filter(pk=pk, file=picture.file.name).update(has_renditions=True)
        if is_drawn and picture.former_files.exists():
            file_changed.send(Picture, picture=picture)
