"""Settling the parsed tokens: links, pictures, headings, figures and tables as we show them.

These rules run on markdown-it's tokens, after its own and before rendering.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from markdown_it.token import Token

from .addresses import is_picture, split_ours
from .allowlist import clean_inline, strip_tags
from .embeds import mark
from .headings import Headings, find_targets

# After a full stop, and whatever closes there, a sentence begins with what could begin one.
SENTENCE_END = re.compile(r"[.!?…][)\]”’\"']*\s+(?=[(\[“‘\"'A-Z\d\u00c0-\uffff])")
MOST_OF_A_SENTENCE = 600
OUR_LINK = re.compile(r"\]\(\s{0,9}<?(?:fact|company):", re.IGNORECASE)


class Shown(NamedTuple):
    """What stands in a link's place: on the page, and where there is no markup."""

    html: str
    text: str


class FoundPicture(NamedTuple):
    """Where the picture that an address means stands today, and what it says of itself."""

    url: str
    width: int
    height: int
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True)
class ProseLink:
    """A link with a scheme of ours. `position` counts them from 0, `line` the text's from 1.

    `sentence` is what a reader sees around it, cut around the link where it is very long.
    """

    scheme: str
    address: str
    words: str
    position: int
    line: int
    sentence: str = ""

    @property
    def url(self) -> str:
        return f"{self.scheme}:{self.address}"


def copied(tokens) -> list[Token]:
    """What the rules below may change, while the tokens themselves are kept for another use."""
    return [
        replace(
            token,
            attrs=dict(token.attrs),
            meta=dict(token.meta),
            children=None if token.children is None else copied(token.children),
        )
        for token in tokens
    ]


def plain_text(tokens) -> str:
    """What the tokens say, one line for each paragraph, heading and cell."""
    parts = []
    for token in tokens:
        if token.type == "inline":
            parts.append(_words(token.children or ()))
        elif token.type == "figure":
            # Without a caption it says what it would within a paragraph.
            parts.append(_words(caption_of(token)) or _words(token.children))
        elif token.type in ("fence", "code_block"):
            parts.append(token.content)
    return "\n".join(part for part in map(str.strip, parts) if part)


def settle_inlines(state) -> None:
    """Core rule: links and pictures of every paragraph, heading and cell."""
    state.env["prose_links"] = []
    line = 1
    for token, closing in pairwise(state.tokens):
        if token.map:
            line = token.map[0] + 1
        if token.type == "inline":
            token.children = _settled(token.children or [], state.env, line)
            if closing.type == "paragraph_close":
                mark(token.children)
            for image in _framed(token.children, closing):
                image.meta["caption"] = _caption(image, state, line)


def settle_blocks(state) -> None:
    """Core rule: headings without gaps and with ids, figures, header cells, numbered tables.

    A heading without words, and a paragraph without anything, makes nothing.
    """
    headings = Headings(state.env.get("part", ""))
    tables = 0
    out: list[Token] = []
    tokens = iter(enumerate(state.tokens))
    for index, token in tokens:
        if token.type == "heading_open":
            if not _settle_heading(headings, *state.tokens[index : index + 3]):
                next(tokens), next(tokens)
                continue
        elif token.type == "paragraph_open" and not state.tokens[index + 1].children:
            next(tokens), next(tokens)
            continue
        elif token.type in ("th_open", "td_open"):
            _settle_cell(*state.tokens[index : index + 3])
        elif token.type == "table_open":
            tables += 1
            token.meta["number"] = tables
        elif token.type == "paragraph_open" and (
            figures := _figures(*state.tokens[index + 1 : index + 3])
        ):
            out += figures
            next(tokens), next(tokens)
            continue
        out.append(token)
    state.tokens = out
    headings.give_ids()
    state.env["prose_headings"] = headings.contents
    state.env["prose_dead_ends"] = find_targets(out, headings)


def _words(children, key="plain") -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.meta.get(key, child.content)
        for child in children
    )


def _is_visible(words: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in words)


def _settled(children: list[Token], env: dict, line: int) -> list[Token]:
    """A link holds no other link: what `[a <https://b> c](/d)` parses to is not HTML."""
    out: list[Token] = []
    link: Token | None = None
    inner: list[Token] = []
    nested = 0
    places: list[int] = []
    first = len(env["prose_links"])
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        if child.type == "link_open" and link is None:
            link, inner = child, []
        elif child.type == "link_open":
            nested += 1
        elif child.type == "link_close" and nested:
            nested -= 1
        elif child.type == "link_close":
            out += _link(link, inner, child, env, line)
            places += [len(out)] * (len(env["prose_links"]) - first - len(places))
            link = None
        elif child.type == "image":
            (out if link is None else inner).extend(_picture(child, env, linked=link is not None))
        else:
            (out if link is None else inner).append(child)
    _give_sentences(env["prose_links"], first, out, places)
    return out


def _give_sentences(found: list, first: int, tokens: list[Token], places: list[int]) -> None:
    """The links of a paragraph, from the `first` on: each ends after so many tokens."""
    if not places:
        return
    parts = [_words([token], "words") for token in tokens]
    ends = [0, *accumulate(map(len, parts))]
    text = "".join(parts)
    starts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text) + 1]
    for index, place in enumerate(places, start=first):
        # The link's last character: it may end its sentence.
        at = max(ends[place] - 1, 0)
        number = bisect_right(starts, at)
        start, end = starts[number - 1], starts[number]
        if end - start > MOST_OF_A_SENTENCE:
            start = max(start, at - MOST_OF_A_SENTENCE // 2)
            end = min(end, start + MOST_OF_A_SENTENCE)
        sentence = " ".join(text[start:end].split())
        found[index] = replace(found[index], sentence=sentence)


def _link(opening: Token, inner: list[Token], closing: Token, env: dict, line: int) -> list[Token]:
    href = str(opening.attrs["href"])
    words = _words(inner).strip()
    ours = split_ours(href)
    if not ours:
        inner = inner if _is_visible(words) else [_text(href)]
        if picture := _found(href, env):
            opening.attrs["href"] = picture.url
        return [opening, *inner, closing]
    if opening.markup == "autolink":
        return inner
    found: list[ProseLink] = env["prose_links"]
    found.append(ProseLink(*ours, words=words, position=len(found), line=line))
    resolve = env.get("resolve")
    answer = resolve(found[-1].url, words) if resolve else None
    if answer is None:
        return inner
    shown = answer if isinstance(answer, Shown) else Shown(answer, strip_tags(clean_inline(answer)))
    meta = {"plain": shown.text, "words": words or shown.text}
    return [Token("resolved", "", 0, content=clean_inline(shown.html), meta=meta)]


def _found(url: str, env: dict) -> FoundPicture | None:
    find = env.get("find_picture")
    return find(url) if find else None


def _picture(image: Token, env: dict, *, linked: bool) -> list[Token]:
    """The picture itself, or a link to it where the page could not load it."""
    src = str(image.attrs["src"])
    image.content = _words(_settled(image.children or [], {"prose_links": []}, 0))
    if is_picture(src):
        if picture := _found(src, env):
            image.attrs["src"] = picture.url
            image.meta |= {"size": (picture.width, picture.height), "credit": picture.credit}
            image.meta["alt"] = image.content or picture.alt
        return [image]
    words = _text(image.content)
    if linked or split_ours(src):
        return [words]
    link = Token("link_open", "a", 1, attrs={"href": src}, meta={"instead_of": "image"})
    return _link(link, [words], Token("link_close", "a", -1), {}, 0)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def caption_of(figure: Token) -> list[Token]:
    """What stands under a picture: the words of its title, with links of ours."""
    return figure.children[0].meta.get("caption") or [_text(figure.content)]


def _caption(image: Token, state, line: int) -> list[Token] | None:
    """Its title, where that has a link of ours; else it is shown as it was written."""
    title = str(image.attrs.get("title", ""))
    if not OUR_LINK.search(title):
        return None
    [inline] = state.md.parseInline(title, {})
    return _settled(inline.children or [], state.env, line)


def _framed(children: list[Token], closing: Token) -> list[Token]:
    """The pictures of a paragraph that is nothing else: one with a title, or with a credit."""
    if closing.type != "paragraph_close":
        return []
    images = [child for child in children if child.type == "image"]
    others = [child for child in children if child.type not in ("image", "softbreak")]
    titled = any(_is_visible(str(image.attrs.get("title", ""))) for image in images)
    credited = len(images) == 1 and images[0].meta.get("credit")
    return images if (titled or credited) and not others else []


def _figures(inline: Token, closing: Token) -> list[Token]:
    """The blocks of such a paragraph."""
    return [
        Token(
            "figure",
            "figure",
            0,
            content=str(image.attrs.get("title", "")),
            children=[image],
            map=inline.map,
        )
        for image in _framed(inline.children or [], closing)
    ]


def _settle_heading(headings, opening: Token, inline: Token, closing: Token) -> bool:
    """Whether anything is left of it."""
    own_id = headings.take_own_id(inline)
    words = " ".join(_words(inline.children).split())
    if _is_visible(words):
        headings.settle(opening, closing, words, own_id)
        return True
    opening.type, closing.type = "paragraph_open", "paragraph_close"
    opening.tag = closing.tag = "p"
    return any(child.type == "image" for child in inline.children or ())


def _settle_cell(opening: Token, inline: Token, closing: Token) -> None:
    align = str(opening.attrs.pop("style", "")).removeprefix("text-align:")
    if align:
        opening.attrSet("class", f"align-{align}")
    if opening.tag == "th" and not _is_visible(_words(inline.children)):
        opening.tag = closing.tag = "td"
    elif opening.tag == "th":
        opening.attrSet("scope", "col")
