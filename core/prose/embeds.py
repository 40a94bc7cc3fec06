"""Videos of other sites: an address alone in its paragraph, of which nothing is asked unclicked.

The page has a link with where its player is; a script puts the player in its place once a reader
asks for it. `settings.EMBEDS` says whose, and the page's policy lets no other be framed.
"""

import re

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext
from markdown_it.token import Token

_ID = r"(?P<id>[A-Za-z0-9_-]{6,20})"
_END = r"(?:[/?&#][^\s]*)?"
SITES = {
    "youtube": (
        "YouTube",
        re.compile(
            rf"https://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?v=|shorts/|live/|embed/)"
            rf"|youtu\.be/|www\.youtube-nocookie\.com/embed/){_ID}{_END}"
        ),
        "/embed/",
    ),
    "vimeo": (
        "Vimeo",
        re.compile(
            rf"https://(?:(?:www\.)?vimeo\.com/|player\.vimeo\.com/video/)(?P<id>\d{{6,12}}){_END}"
        ),
        "/video/",
    ),
}


def player_of(url: str) -> tuple[str, str] | None:
    """The name of the site and the address of its player, of one that is allowed."""
    for key, origin in settings.EMBEDS.items():
        name, pattern, path = SITES[key]
        if match := pattern.fullmatch(url):
            return name, f"{origin}{path}{match['id']}"
    return None


def mark(children: list[Token]) -> None:
    """Settle a paragraph that is one link to a video, and nothing else."""
    if len(children) < 3 or children[0].type != "link_open" or children[-1].type != "link_close":
        return
    if any(child.type in ("link_open", "image") for child in children[1:]):
        return
    if found := player_of(str(children[0].attrs["href"])):
        name, player = found
        children[0].attrs |= {"class": "embed", "data-player": player}
        label = escape(gettext("Play the video from %(site)s") % {"site": name})
        host = f'<span class="embed-host">{label}</span>'
        # No part of what the text says.
        children.insert(-1, Token("resolved", "", 0, content=host, meta={"plain": ""}))
