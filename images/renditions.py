"""The sizes in which pages show a picture."""

import io

from django.core.files.base import ContentFile
from pictures.models import PillowPicture
from pictures.tasks import process_picture
from PIL import Image

# A third of the time of the encoder's default for a tenth more bytes: a picture that was just
# uploaded is soon shown in every size, even on a small machine.
OPTIONS = {"AVIF": {"speed": 8, "max_threads": 1}}


class Rendition(PillowPicture):
    """One size of a picture, in one format (settings.PICTURES names this class)."""

    def save(self, image, focus=(50, 50)):
        file = io.BytesIO()
        options = {"exif": b"", "icc_profile": b"", **OPTIONS.get(self.file_type, {})}
        if self.aspect_ratio:
            image = image.crop(box_around(focus, image.size, self.aspect_ratio))
        self.resize(image).save(file, format=self.file_type, **options)
        self.storage.delete(self.name)  # the storage would choose another name beside it
        self.storage.save(self.name, ContentFile(file.getvalue()))


def box_around(focus, size, ratio) -> tuple[int, int, int, int]:
    """The largest part of that ratio, with the point in its middle or as near as edges allow."""
    width, height = size
    kept = min(width, round(height * ratio)), min(height, round(width / ratio))
    left, top = (
        min(max(round(share * edge / 100 - part / 2), 0), edge - part)
        for share, edge, part in zip(focus, size, kept, strict=True)
    )
    return left, top, left + kept[0], top + kept[1]


def draw_all(file, focus):
    """Draw every rendition of a picture's file. Drawing them again gives the same files.

    `focus` is the point that crops keep, in per cent of width and height.
    """
    with file.open() as stored, Image.open(stored) as image:
        image = Rendition.pre_process(image)
        for rendition in file.get_picture_files_list():
            rendition.save(image, focus)


def delete_obsolete(*, old=None, **picture):
    """The processor of django-pictures, for deleted files alone: new ones are drawn by a task."""
    process_picture(old=old, **picture | {"new": None})
