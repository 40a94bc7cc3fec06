import io

import factory
from django.core.files.base import ContentFile
from PIL import Image

from images.models import Picture


def picture_bytes(format="PNG", size=(48, 27), color="#8a5a2b", mode="RGB", **options) -> bytes:
    """A real picture file, as small as can be: every rendition drawn costs a test time."""
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, format, **options)
    return buffer.getvalue()


class PictureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Picture

    title = factory.Sequence(lambda n: f"Picture {n}")
    alt = factory.Sequence(lambda n: f"A brown field, number {n}")
    credit = "Photograph: the library"
    file = factory.LazyFunction(lambda: ContentFile(picture_bytes(), name="field.png"))
