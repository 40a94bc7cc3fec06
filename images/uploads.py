"""What becomes of an uploaded picture: decoded, turned upright, stripped and written anew.

No byte of the upload is stored: neither its name nor its metadata, nor what hides behind it.
"""

import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
# A telephone's camera has 48 or 50 million. JPEG is decoded at a fraction of its size.
# (MPO is a JPEG with others behind it, as a preview or a map of depth.)
MAX_PIXELS = {"JPEG": 80_000_000, "MPO": 80_000_000}
MAX_PIXELS_WHOLE = 52_000_000
MAX_EDGE = 2560
# What a browser of today's phone or camera sends. SVG is a program, not a picture.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
EXTENSIONS = ("jpg", "jpeg", "jfif", "png", "webp", "gif", "avif")
# Once it is scaled: of anything narrower a page shows a line at best.
MIN_EDGE = 16
LOSSLESS_FORMATS = ("PNG", "GIF")
# What stored files end with.
SUFFIXES = ("png", "jpg")
# Ten of them cannot be guessed, and a page names a picture in every size that was drawn.
NAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class ReEncoded(ContentFile):
    """A file that was written here. `is_one_of_many`: of an animation its first frame is left."""

    is_one_of_many = False


def re_encode(file) -> ReEncoded:
    """The same picture as a file of our own, or a ValidationError that says what is wrong."""
    if isinstance(file, ReEncoded):
        return file
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)d MB."),
            code="too_large",
            params={"limit": MAX_BYTES // 1024**2},
        )
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            _refuse_too_many_pixels(image)
            is_one_of_many = getattr(image, "is_animated", False) and image.format != "MPO"
            written = _write(_decoded(image), lossless=image.format in LOSSLESS_FORMATS)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(MAX_PIXELS_WHOLE) from error
    except Exception as error:  # a decoder of hostile bytes may raise anything
        raise ValidationError(
            _("This is not a JPEG, PNG, WebP, AVIF or GIF picture, or the file is damaged."),
            code="invalid_image",
        ) from error
    written.is_one_of_many = is_one_of_many
    return written


def renamed(file) -> ReEncoded:
    """The same file under another name: what is drawn of it anew is in no cache."""
    suffix = file.name.rpartition(".")[2]
    with file.open() as stored:
        return ReEncoded(stored.read(), name=_new_name(suffix))


def _new_name(suffix) -> str:
    return f"{get_random_string(10, NAME_LETTERS)}.{suffix}"


def _refuse_too_many_pixels(image):
    # Only the header has been read so far: a small file may claim a picture of gigabytes.
    limit = MAX_PIXELS.get(image.format, MAX_PIXELS_WHOLE)
    if image.width * image.height > limit:
        raise _too_many_pixels(limit)


def _too_many_pixels(limit):
    return ValidationError(
        _("The picture has more than %(limit)d megapixels."),
        code="too_many_pixels",
        params={"limit": limit // 1_000_000},
    )


def _decoded(image):
    """The first frame, upright, in sRGB, no larger than pages can use."""
    profile = image.info.get("icc_profile")
    image.seek(0)
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((MAX_EDGE, MAX_EDGE))
    if min(image.size) < MIN_EDGE:
        raise ValidationError(
            _(
                "The picture is too narrow: scaled for a page, its shorter side has fewer than"
                " %(limit)d pixels."
            ),
            code="too_narrow",
            params={"limit": MIN_EDGE},
        )
    image = ImageOps.exif_transpose(image)
    image = _in_srgb(image, profile)
    image.info = {}
    return image


def _in_srgb(image, profile):
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile costs the exact colours, not the picture
    return image.convert(mode)


def _write(image, *, lossless) -> ReEncoded:
    buffer = io.BytesIO()
    if lossless or image.mode == "RGBA":
        image.save(buffer, "PNG", optimize=True)
        suffix = "png"
    else:
        image.save(buffer, "JPEG", quality=88, optimize=True, progressive=True)
        suffix = "jpg"
    return ReEncoded(buffer.getvalue(), name=_new_name(suffix))
