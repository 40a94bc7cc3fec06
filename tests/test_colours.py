"""Red means wrong: no other part of the look is red, and the accent is one colour everywhere."""

import colorsys
import re

import pytest
from django.conf import settings
from django.core import mail
from PIL import Image

from core.accent import Accent, accent, accent_in
from core.letters import Letter, send

BASE_DIR = settings.BASE_DIR
COLOUR = re.compile(r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b", re.IGNORECASE)
# What was wrong or failed; what was removed from code, and from a text at the desk.
MEANT = re.compile(r"--(?:wrong|removed):[^;]*;|\bdel \{[^}]*\}")
SOURCES = [
    path
    for top in ("assets", "static", "templates")
    for path in sorted((BASE_DIR / top).rglob("*.*"))
    if path.suffix in {".css", ".svg", ".html", ".mjs", ".js"} and "vendor" not in path.parts
]
GROUNDS = {"light": ("#fbfaf6", "#f4f1e8"), "dark": ("#151411", "#1e1c18")}


def channels_of(colour):
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]


def is_red(channels):
    hue = colorsys.rgb_to_hsv(*channels)[0]
    return (hue < 25 / 360 or hue > 335 / 360) and max(channels) - min(channels) > 0.25


def luminance(colour):
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels_of(colour)
    ]
    return sum(c * weight for c, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", ["#ad2a17", "#ff8b70", "#f00", "#c0275a"])
def test_a_red_is_known(colour):
    assert is_red(channels_of(colour))


@pytest.mark.parametrize("colour", ["#17507c", "#8fc1ea", "#1c1a16", "#7a4a00", "#5f5a50"])
def test_what_is_no_red_is_none(colour):
    assert not is_red(channels_of(colour))


def test_nothing_but_what_is_wrong_is_red():
    red = {
        f"{path.relative_to(BASE_DIR)}: {colour}"
        for path in SOURCES
        for colour in COLOUR.findall(MEANT.sub("", path.read_text()))
        if is_red(channels_of(colour))
    }
    assert red == set()


def test_accent_is_readable_on_every_ground():
    for colour, grounds in zip(accent(), GROUNDS.values(), strict=True):
        assert min(contrast(colour, ground) for ground in grounds) >= 4.5
    assert contrast(accent().light, "#fff") >= 4.5, "the words of a button in a mail"


def test_icons_and_pictures_have_the_accent():
    folder = BASE_DIR / "static" / "img"
    dots = re.findall(r"\.o\{fill:(#\w+)\}", (folder / "favicon.svg").read_text())
    assert tuple(dots) == accent()
    wanted = [round(255 * channel) for channel in channels_of(accent().light)]
    pictures = [folder / name for name in ("favicon.ico", "apple-touch-icon.png", "share.png")]
    covers = sorted((BASE_DIR / "fixtures" / "demo" / "covers").glob("*.png"))
    assert covers
    for path in (*pictures, *covers):
        with Image.open(path) as image:
            colours = [rgb for _count, rgb in image.convert("RGB").getcolors(10**7)]
        assert not [rgb for rgb in colours if is_red([one / 255 for one in rgb])], path.name
        far = min(max(abs(a - b) for a, b in zip(rgb, wanted, strict=True)) for rgb in colours)
        assert far <= 6, path.name


@pytest.mark.parametrize(
    ("css", "found"),
    [
        (":root { --brand: light-dark(#17507c, #8fc1ea); }", ("#17507c", "#8fc1ea")),
        (":root{--brand:teal}", ("teal", "teal")),
        (":root { --brand: light-dark(rgb(1, 2, 3), plum); }", ("rgb(1, 2, 3)", "plum")),
    ],
)
def test_accent_is_read_as_stylesheets_write_it(css, found):
    assert accent_in(css) == Accent(*found)


def test_mail_has_the_accent():
    send(Letter(subject="Yours", lines=["There."]), "ada@example.org", message_id="1")
    [message] = mail.outbox
    html = message.alternatives[0][0]
    assert f"background: {accent().light}" in html
    assert f"a {{ color: {accent().dark}; }}" in html
