import io
import os
import re
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from images import uploads
from images.factories import PictureFactory, picture_bytes
from images.models import Picture
from images.uploads import re_encode

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# One pixel's worth of data under a header that claims 2.5 thousand million.
BOMB_HEADER = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb():
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", BOMB_HEADER)
        + png_chunk(b"IDAT", zlib.compress(b"\x00" * 100))
        + png_chunk(b"IEND", b"")
    )


def apng(*chunks):
    """A PNG that says it moves, with these chunks in place of what tells its frames apart."""
    start, rest = picture_bytes()[:33], picture_bytes()[33:]
    return start + png_chunk(b"acTL", struct.pack(">II", 2, 0)) + b"".join(chunks) + rest


FRAMELESS = [
    apng(),
    apng(png_chunk(b"fdAT", struct.pack(">I", 0) + zlib.compress(b"\0" * 100))),
    apng(png_chunk(b"fcTL", b"\0" * 26)),
    apng(png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 7, 48, 27, 0, 0, 1, 1, 0, 0))),
    apng(png_chunk(b"acTL", b"\0")),
]


def upload(content, name="picture.png"):
    return SimpleUploadedFile(name, content)


def opened(file):
    return Image.open(io.BytesIO(file.read()))


def gps_exif(orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    return exif


@pytest.mark.parametrize(
    ("format", "options", "stored"),
    [
        ("JPEG", {}, "JPEG"),
        ("PNG", {}, "PNG"),
        ("WEBP", {}, "JPEG"),
        ("GIF", {}, "PNG"),
        ("AVIF", {}, "JPEG"),
        ("AVIF", {"mode": "RGBA", "color": (1, 2, 3, 4)}, "PNG"),
        ("PNG", {"mode": "RGBA", "color": (1, 2, 3, 4)}, "PNG"),
        ("WEBP", {"mode": "RGBA", "color": (1, 2, 3, 4)}, "PNG"),
        ("JPEG", {"mode": "CMYK", "color": (1, 2, 3, 4)}, "JPEG"),
        ("PNG", {"mode": "P", "color": 3}, "PNG"),
        ("PNG", {"mode": "I;16", "color": 300}, "PNG"),
        ("PNG", {"mode": "1", "color": 1}, "PNG"),
    ],
)
def test_picture_of_every_common_kind_is_written_anew(format, options, stored):
    result = re_encode(upload(picture_bytes(format, **options)))
    image = opened(result)
    image.load()
    assert image.format == stored
    assert image.size == (48, 27)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "logo.svg"),
        (SVG, "logo.png"),
        (b"<?php system($_GET['c']); ?>", "shell.php"),
        (b"<html><script>alert(1)</script>", "page.jpg"),
        (b"GIF89a<script>alert(1)</script>", "gif.gif"),
        (b"", "empty.png"),
        (picture_bytes(size=(200, 200))[:-40], "truncated.png"),
        (picture_bytes("JPEG", size=(400, 400))[:400], "truncated.jpg"),
        (picture_bytes("TIFF"), "scan.tiff"),
        (picture_bytes("BMP"), "paint.bmp"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "figure.eps"),
    ],
)
def test_file_that_is_no_whole_picture_is_refused_in_words(content, name):
    with pytest.raises(ValidationError) as caught:
        re_encode(upload(content, name))
    assert caught.value.code == "invalid_image"


def test_picture_that_claims_too_many_pixels_is_refused_before_decoding():
    with pytest.raises(ValidationError) as caught:
        re_encode(upload(bomb()))
    assert caught.value.code == "too_many_pixels"


def test_pixel_limit_refuses_one_row_more_and_admits_the_limit(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", {"JPEG": 48 * 30})
    monkeypatch.setattr(uploads, "MAX_PIXELS_WHOLE", 48 * 27)
    for format, height in (("PNG", 27), ("AVIF", 27), ("JPEG", 30)):
        assert re_encode(upload(picture_bytes(format, size=(48, height))))
        with pytest.raises(ValidationError):
            re_encode(upload(picture_bytes(format, size=(48, height + 1))))


def test_byte_limit_refuses_one_byte_more_and_admits_the_limit(monkeypatch):
    content = picture_bytes()
    monkeypatch.setattr(uploads, "MAX_BYTES", len(content))
    assert re_encode(upload(content))
    with pytest.raises(ValidationError) as caught:
        re_encode(upload(content + b"\x00"))
    assert caught.value.code == "too_large"


def test_picture_of_a_telephone_is_scaled():
    content = picture_bytes("JPEG", size=(8064, 6048), mode="L", color=99)
    assert opened(re_encode(upload(content))).size == (2560, 1920)


def test_large_picture_is_scaled_to_the_longest_edge_and_a_small_one_left():
    assert opened(re_encode(upload(picture_bytes("JPEG", size=(5120, 100))))).size == (2560, 50)
    assert opened(re_encode(upload(picture_bytes("JPEG", size=(2560, 100))))).size == (2560, 100)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_metadata_is_gone_from_what_is_stored(format):
    content = picture_bytes(format, exif=gps_exif())
    assert b"Maker of cameras" in content
    stored = re_encode(upload(content)).read()
    assert b"Maker of cameras" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()


def test_orientation_is_applied_before_it_is_stripped():
    sideways = picture_bytes("JPEG", size=(48, 27), exif=gps_exif(orientation=6))
    assert opened(re_encode(upload(sideways))).size == (27, 48)


def test_comment_and_what_hides_behind_a_picture_are_gone():
    hidden = b"<script>alert(document.domain)</script>"
    for content in (
        picture_bytes("GIF", comment=hidden) + hidden,
        picture_bytes("JPEG", comment=hidden) + hidden,
        picture_bytes("PNG") + hidden,
    ):
        assert hidden not in re_encode(upload(content)).read()


def test_first_frame_of_an_animation_stands_for_it():
    frames = [Image.new("RGB", (16, 16), color) for color in ("#ff0000", "#0000ff")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    file = re_encode(upload(buffer.getvalue(), "moving.gif"))
    assert file.is_one_of_many
    image = opened(file)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


def test_picture_of_a_telephone_with_another_behind_it_is_no_animation(monkeypatch):
    """A preview, or a map of depth. It may be as large as any JPEG."""
    first, second = (Image.new("RGB", (48, 30), color) for color in ("#ff0000", "#0000ff"))
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second])
    monkeypatch.setattr(uploads, "MAX_PIXELS_WHOLE", 48 * 27)
    file = re_encode(upload(buffer.getvalue(), "camera.jpg"))
    assert not file.is_one_of_many
    assert opened(file).getpixel((4, 4))[0] > 200


def test_broken_colour_profile_costs_no_picture():
    content = picture_bytes("JPEG", icc_profile=b"not a profile")
    image = opened(re_encode(upload(content)))
    assert "icc_profile" not in image.info


@pytest.mark.parametrize(
    "name", ["shell.php", "../../etc/passwd.png", "a\x00b.png", "x.php.png", "‮gnp.exe", "a" * 300]
)
@pytest.mark.django_db
def test_stored_name_owes_nothing_to_the_uploaded_one(name):
    file = upload(picture_bytes(), "placeholder.png")
    file._name = name
    picture = PictureFactory(file=file)
    folder, _slash, stored = picture.file.name.rpartition("/")
    assert folder.startswith("pictures/")
    assert re.fullmatch(r"[a-z0-9]{10}\.png", stored)


@pytest.mark.django_db
def test_picture_saved_again_is_not_encoded_again(monkeypatch):
    picture = PictureFactory()
    name = picture.file.name
    picture = Picture.objects.get(pk=picture.pk)
    picture.title = "Another title"
    picture.full_clean()
    picture.save()
    assert picture.file.name == name


@pytest.mark.django_db
def test_uploaded_file_and_its_renditions_can_be_read_by_the_front_server(
    settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = ContentFile(picture_bytes(size=(640, 360)), name="field.png")
    former = os.umask(0o077)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            picture = PictureFactory(file=file)
    finally:
        os.umask(former)
    paths = list(settings.MEDIA_ROOT.rglob("*"))
    assert picture.file.name in {str(path.relative_to(settings.MEDIA_ROOT)) for path in paths}
    assert {".avif", ".webp"} <= {path.suffix for path in paths}
    modes = {path.is_dir(): set() for path in paths}
    for path in [settings.MEDIA_ROOT, *paths]:
        modes[path.is_dir()].add(oct(path.stat().st_mode & 0o777))
    assert modes == {True: {"0o755"}, False: {"0o644"}}
