"""Videos of other sites in a text: links, until a reader asks for one."""

import re

import pytest

from core import prose

PLAYER = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


def html_of(text):
    return prose.render(text).html


@pytest.mark.parametrize(
    ("text", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", PLAYER),
        ("https://youtu.be/dQw4w9WgXcQ?t=42", PLAYER),
        ("<https://www.youtube.com/shorts/dQw4w9WgXcQ>", PLAYER),
        ("[The launch](https://youtu.be/dQw4w9WgXcQ)", PLAYER),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871"),
    ],
)
def test_address_alone_is_a_video_that_waits_for_a_click(text, player):
    html = html_of(text)
    assert f'data-player="{player}"' in html
    assert html.startswith('<p><a href="https://')
    assert 'class="embed"' in html
    assert "Play the video from " in html
    assert "<iframe" not in html
    assert "src=" not in html


def test_what_the_text_says_is_the_same_with_and_without_a_player(settings):
    text = "[The launch](https://youtu.be/dQw4w9WgXcQ)"
    with_player = prose.render(text).text
    settings.EMBEDS = {}
    assert "data-player" not in html_of(text)
    assert prose.render(text).text == with_player == "The launch"


@pytest.mark.parametrize(
    "text",
    [
        "See https://youtu.be/dQw4w9WgXcQ there",
        "- https://youtu.be/dQw4w9WgXcQ and more",
        "https://youtu.be/dQw4w9WgXcQ https://youtu.be/dQw4w9WgXcQ",
        "# https://youtu.be/dQw4w9WgXcQ",
        "`https://youtu.be/dQw4w9WgXcQ`",
        "http://youtu.be/dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/?https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be@evil.example/dQw4w9WgXcQ",
        "https://youtu.be/../evil",
        "https://www.youtube.com/playlist?list=dQw4w9WgXcQ",
        "https://vimeo.com/about-us",
        "https://x.example/video/76979871",
        '<a href="https://youtu.be/dQw4w9WgXcQ" data-player="https://evil.example/">x</a>',
        "[x](javascript:alert`1`)",
    ],
)
def test_nothing_else_is_played(text):
    html = html_of(text)
    assert not re.search(r"<a [^>]*data-player", html)
    assert "iframe" not in html


def test_words_of_a_video_cannot_leave_their_place():
    html = html_of('[<b onclick="x">](https://youtu.be/dQw4w9WgXcQ?a="><script>alert(1)</script>)')
    assert "<script" not in html
    assert "<b " not in html
    html = html_of('[x"y](https://youtu.be/dQw4w9WgXcQ#"onload="z)')
    assert 'onload="' not in html


def test_comment_has_no_player():
    assert "data-player" not in prose.render_comment("https://youtu.be/dQw4w9WgXcQ").html
