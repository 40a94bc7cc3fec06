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

    def save(self, image):
        file = io.BytesIO()
        options = {"exif": b"", "icc_profile": b"", **OPTIONS.get(self.file_type, {})}
        self.resize(image).save(file, format=self.file_type, **options)
        self.storage.delete(self.name)  # the storage would choose another name beside it
        self.storage.save(self.name, ContentFile(file.getvalue()))


def draw_all(file):
    """Draw every rendition of a picture's file. Drawing them again gives the same files."""
    with file.open() as stored, Image.open(stored) as image:
        image = Rendition.pre_process(image)
        for rendition in file.get_picture_files_list():
            rendition.save(image)


def delete_obsolete(*, old=None, **picture):
    """The processor of django-pictures, for deleted files alone: new ones are drawn by a task."""
    process_picture(old=old, **picture | {"new": None})
