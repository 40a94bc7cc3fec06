"""What an editor is asked about before a text goes out; none of it keeps anybody from saving.

That headings leave out no level is seen to where they are rendered (`core.prose`).
"""

import re
from collections import defaultdict
from hashlib import blake2b
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from articles import coverage
from articles.models import Article, ArticleFormerSlug, Author, Section, Topic
from companies.models import Company, Technology
from core import prose
from core.text.slugs import fold
from images.addresses import Finder
from images.models import Picture

MOST_TOLD = 50
MOST_NAMED = 3
# So many different addresses of links, and of pictures, are looked up, however long a text is.
MOST_LOOKED_UP = 200
# What editors write where something is still to come.
STILL_TO_COME = re.compile(r"\b(?:TK)+\b")


def doubts_of_parts(parts) -> list[dict]:
    """Of Markdown by its place; each with its `part`, `line`, `text` and a `message`."""
    pictures: dict[str, str] = {}
    found = [
        {"part": part, "line": line, "text": text, "kind": kind}
        for part, markdown in parts.items()
        for line, kind, text in _looked_at(markdown, pictures)
    ]
    links = dict.fromkeys(one["text"] for one in found if one["kind"] == "link")
    dead = _dead([*links][:MOST_LOOKED_UP])
    found = [one for one in found if one["kind"] != "link" or one["text"] in dead]
    return [{**one, "message": _message(one["kind"])} for one in found[:MOST_TOLD]]


def doubts_of(content) -> list[dict]:
    return doubts_of_parts(coverage.parts_of(content))


def digest_of(doubts) -> str:
    """What an editor who lets them stand has seen: another doubt is asked about again."""
    seen = sorted((one["kind"], one["text"]) for one in doubts)
    return blake2b(repr(seen).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def refuse_doubts(content, let_stand=""):
    """ValidationError, but for what is let stand: the digest of all that there is."""
    doubts = doubts_of(content)
    if not doubts or let_stand == digest_of(doubts):
        return
    told = [f"“{one['text']}”: {one['message']}" for one in doubts[:MOST_NAMED]]
    if len(doubts) > MOST_NAMED:
        told.append(_("There is more to look at."))
    told.append(_("If it is meant so, tick “Publish all the same”."))
    raise ValidationError(told, code="doubts")


def _looked_at(markdown, pictures):
    """(line, kind, text); of links all that stay within the site.

    `pictures` are those that were looked up: their addresses, and what to say of one without words.
    """
    line = 1
    for token in prose.parse(markdown):
        line = token.map[0] + 1 if token.map else line
        for child in token.children or ():
            if child.type == "text":
                yield from ((line, "tk", one) for one in STILL_TO_COME.findall(child.content))
            # The page shows no other than those of the library.
            elif child.meta.get("instead_of") == "image":
                yield line, "picture", str(child.attrs["href"])
            elif child.type == "link_open" and _is_inner(href := str(child.attrs["href"])):
                yield line, "link", href
            elif child.type == "image":
                address = str(child.attrs["src"])
                if address not in pictures and len(pictures) < MOST_LOOKED_UP:
                    pictures[address] = _of_picture(address)
                kind = pictures.get(address, "")
                if kind == "picture" or (kind and not child.content.strip()):
                    yield line, kind, address


def _of_picture(address) -> str:
    finder = Finder()
    if finder.find(address) is None:
        return "picture"
    # Without words in the text it has those of the library.
    undescribed = Picture.objects.filter(pk__in=finder.found, is_decorative=False, alt="")
    return "alt" if undescribed.exists() else ""


def _is_inner(address) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.netloc:
        return parts.netloc == urlsplit(settings.SITE_URL).netloc
    return address.startswith("/")


def _dead(addresses) -> set:
    """Those of the site at which there is no page, or none that readers may see."""
    dead, named = set(), defaultdict(list)
    for address in addresses:
        path = unquote(urlsplit(address).path) or "/"
        if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
            continue
        match = _resolved(path) or _resolved(f"{path}/")
        if match is None:
            dead.add(address)
        elif match.view_name in SEEN:
            named[match.view_name].append((fold(match.kwargs["slug"]), address))
    for view, rows in named.items():
        seen = SEEN[view]({slug for slug, _address in rows})
        dead.update(address for slug, address in rows if slug not in seen)
    return dead


def _resolved(path):
    try:
        return resolve(path)
    except Resolver404:
        return None


def _seen_articles(slugs) -> set:
    now = Article.objects.published().filter(slug__in=slugs).values_list("slug", flat=True)
    targets = Article.objects.published().values("pk")
    former = ArticleFormerSlug.objects.filter(slug__in=slugs, target__in=targets)
    return {*now, *former.values_list("slug", flat=True)}


def _seen_companies(slugs) -> set:
    found = Company.objects.by_slug(slugs)
    return {slug for slug, company in found.items() if company.is_public}


def _seen_rows(rows):
    return lambda slugs: set(rows().filter(slug__in=slugs).values_list("slug", flat=True))


# What shows one row, and of which of them there is a page.
SEEN = {
    "articles:detail": _seen_articles,
    "articles:section": _seen_rows(Section.objects.all),
    "articles:topic": _seen_rows(Topic.objects.all),
    "articles:author": _seen_rows(Author.objects.all),
    "companies:detail": _seen_companies,
    "companies:technology": _seen_rows(Technology.objects.visible),
}


def _message(kind) -> str:
    return {
        "tk": _("Something is still to come here."),
        "link": _("It leads to no page of this site that readers can see."),
        "picture": _("There is no such picture in the library."),
        "alt": _("The picture has no words for those who cannot see it."),
    }[kind]
