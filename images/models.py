from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
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
from images.uploads import re_encode, renamed
from images.uses import used

# Sent with `picture` when it has another file or other words, and when its sizes were drawn.
shown_changed = Signal()
CENTRE = 50


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
    licence = models.CharField(
        _("licence"),
        max_length=100,
        blank=True,
        help_text=_("As “CC BY 4.0”; shown beside the credit."),
        validators=[validate_printable],
    )
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, from the left"),
        default=CENTRE,
        validators=[MaxValueValidator(100)],
        help_text=_("In per cent. Where the picture is cropped, this point stays in sight."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, from the top"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    digest = models.CharField(
        _("digest of the file"), max_length=32, blank=True, editable=False, db_index=True
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

    def __str__(self):
        return self.title

    def clean(self):
        if self.lacks_words:
            raise ValidationError({"alt": _("Describe the picture, or mark it as decorative.")})
        try:
            self._re_encode()
        except ValidationError as error:
            raise ValidationError({"file": error}) from error

    @transaction.atomic
    def save(self, *args, **kwargs):
        self._re_encode()
        before = self._stored()
        if before and before.focus != self.focus:
            self._take_another_name()
        is_new = bool(self.file) and not self.file._committed
        try:
            super().save(*args, **kwargs)
        except Exception:
            if is_new and self.file._committed:
                self.file.storage.delete(self.file.name)
            raise
        if is_new and before:
            former = {"stem": stem_of(before.file.name), "defaults": {"picture": self}}
            FormerFile.objects.get_or_create(**former)
        if before and (is_new or before._in_texts() != self._in_texts()):
            shown_changed.send(Picture, picture=self)
        if self.file and not self.has_renditions:
            draw_renditions.enqueue(self.pk)

    @property
    def lacks_words(self) -> bool:
        """It was just uploaded: nobody has described it or called it decorative yet."""
        return not self.is_decorative and not self.alt.strip()

    def rendition_url(self, width) -> str:
        """Of the smallest that is so wide, in the proportions of the original, which stands in."""
        drawn = self.file.aspect_ratios[None]["WEBP"] if self.has_renditions else {}
        wide_enough = (drawn[size].url for size in sorted(drawn) if size >= width)
        return next(wide_enough, self.file.url)

    @property
    def focus(self) -> tuple[int, int]:
        return self.focal_x, self.focal_y

    @property
    def full_credit(self) -> str:
        return " · ".join(filter(None, (self.credit, self.licence)))

    @property
    def is_kept(self) -> bool:
        return type(self).objects.filter(pk=self.pk).kept().exists()

    @property
    def batch_reference(self) -> str:
        """Of the batches of tasks that follow a change of it."""
        return f"picture:{self.pk}"

    def _stored(self):
        """As it was until then; locked, for of two new files one is the former of the other."""
        return type(self)._base_manager.select_for_update().filter(pk=self.pk).first()

    def _in_texts(self) -> tuple:
        return self.alt, self.is_decorative, self.full_credit

    def _take_another_name(self):
        """Crops are drawn anew; who has the former ones in a cache does not ask for them again."""
        if self.file and self.file._committed and self.file.storage.exists(self.file.name):
            self.file = renamed(self.file)
            self.has_renditions = False

    def _re_encode(self):
        if self.file and not self.file._committed:
            self.file = re_encode(self.file.file)
            self.digest = digest_of(self.file.file)
            self.has_renditions = False


def digest_of(file) -> str:
    """Of our own re-encoding, which is the same for the same upload."""
    file.seek(0)
    return blake2b(file.read(), digest_size=16).hexdigest()


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
        draw_all(picture.file, picture.focus)
    except FileNotFoundError:
        if Picture.objects.filter(pk=pk, file=picture.file.name).exists():
            raise
        return  # deleted or replaced meanwhile
    with transaction.atomic():
        is_drawn = Picture.objects.filter(pk=pk, file=picture.file.name).update(has_renditions=True)
        if is_drawn and picture.former_files.exists():
            shown_changed.send(Picture, picture=picture)
