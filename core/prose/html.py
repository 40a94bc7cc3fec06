"""What is read of HTML in Markdown: comments vanish, a few tags work, all others are text.

The rules stand where markdown-it has its own for raw HTML. They leave tokens behind which
`pair_tags` settles: a tag works where it is closed in the place in which it was opened.
"""

import re
from html import unescape

from markdown_it.token import Token

INLINE_TAGS = ("abbr", "del", "ins", "kbd", "mark", "sub", "sup")
# Deeper ones are text: every parser after this one takes time by the depth.
MAX_DEPTH = 10

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,30})(\s[^<>]{0,500})?/?>", re.IGNORECASE)
_TITLE = re.compile(r"""\btitle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_DETAILS = re.compile(r"<details(\s[^<>]{0,500})?>\s*", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary(?:\s[^<>]{0,500})?>(.*?)</summary\s*>\s*", re.IGNORECASE)
_END = re.compile(r"</details\s*>\s*", re.IGNORECASE)


def html_block(state, start: int, end: int, silent: bool) -> bool:
    """A comment over any number of lines, or a line of `details` and `summary`."""
    if state.is_code_block(start):
        return False
    at = state.bMarks[start] + state.tShift[start]
    if state.src.startswith("<!--", at):
        return _comment_block(state, start, end, silent, at)
    return _details_line(state, start, silent, state.src[at : state.eMarks[start]].rstrip())


def _comment_block(state, start, end, silent, at) -> bool:
    if "last_comment_end" not in state.env:
        state.env["last_comment_end"] = state.src.rfind("-->")
    if at > state.env["last_comment_end"]:
        return False
    close = state.src.find("-->", at + 4) + 3
    last = start
    while close > 2 and last < end and state.eMarks[last] < close:
        last += 1
        if last < end and not state.isEmpty(last) and state.sCount[last] < state.blkIndent:
            return False
    if close < 3 or last >= end:
        return False
    rest = state.src[close : state.eMarks[last]]
    if rest.strip() and last == start:
        # Words stand behind it: it is read with them.
        return False
    if silent:
        return True
    state.line = last + 1
    if rest.strip():
        state.line = last
        state.bMarks[last] = close
        state.tShift[last] = len(rest) - len(rest.lstrip())
        state.sCount[last] = state.blkIndent
    return True


def _details_line(state, line: int, silent: bool, text: str) -> bool:
    if not any(one.match(text) for one in (_DETAILS, _SUMMARY, _END)):
        return False
    if silent:
        return True
    at = 0
    for kind, pattern in (("details_open", _DETAILS), ("summary", _SUMMARY)):
        if match := pattern.match(text, at):
            _push(state, kind, match[0].rstrip(), line, match[1] or "")
            at = match.end()
    rest, closing = _closed_at_the_end(text[at:])
    if rest.strip():
        _paragraph(state.push, rest.strip(), line)
    for one in closing:
        _push(state, "details_close", one.rstrip(), line)
    state.line = line + 1
    return True


def _closed_at_the_end(text) -> tuple[str, list[str]]:
    """What stands before the closing tags that end a line, and these."""
    end, closing = len(text), []
    for found in reversed(list(_END.finditer(text))):
        if found.end() < end:
            break
        end, closing = found.start(), [*closing, found[0]]
    return text[:end], closing


def _push(state, kind, source, line, inner=""):
    token = state.push(kind, "", 0)
    token.content, token.map, token.meta = source, [line, line + 1], {"inner": inner}


def html_inline(state, silent: bool) -> bool:
    """A comment or a tag within a paragraph."""
    at = state.pos
    if state.src.startswith("<!--", at):
        close = -1
        if state.html_terminator_last("-->") > at:
            close = state.src.find("-->", at + 4, state.posMax)
        if close < 0:
            return _push_unread(state, "<!--", silent)
        state.pos = close + 3
        return True
    match = _TAG.match(state.src, at, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("tag", match[2].lower(), 0)
        token.content, token.info = match[0], match[1]
        if token.tag == "abbr" and (title := _TITLE.search(match[3] or "")):
            token.meta["title"] = unescape(title[1] or title[2] or "")
    state.pos = match.end()
    return True


def _push_unread(state, source, silent) -> bool:
    if not silent:
        state.push("tag", "", 0).content = source
    state.pos += len(source)
    return True


def pair_blocks(state) -> None:
    """Core rule, before paragraphs are parsed: `details` that are closed, with their summaries."""
    pairs = _pairs(
        state.tokens,
        lambda token: "details" if token.type == "details_open" else "",
        lambda token: "details" if token.type == "details_close" else "",
    )
    out: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type not in ("details_open", "details_close", "summary"):
            out.append(token)
        elif index in pairs:
            out.append(_details(token))
        elif token.type == "summary" and out and out[-1].tag == "details":
            out += _summary(token)
        else:
            _paragraph(_pusher(out, token.level), token.content, token.map[0])
    state.tokens = out


def _details(token) -> Token:
    nesting = 1 if token.type == "details_open" else -1
    made = Token(token.type, "details", nesting, block=True, map=token.map)
    if re.search(r"\bopen\b", token.meta["inner"], re.IGNORECASE):
        made.attrs["open"] = ""
    return made


def _summary(token) -> list[Token]:
    out: list[Token] = []
    push = _pusher(out, token.level)
    push("summary_open", "summary", 1)
    _inline(push, token.meta["inner"].strip(), token.map[0])
    push("summary_close", "summary", -1)
    return out


def _paragraph(push, source: str, line: int) -> None:
    push("paragraph_open", "p", 1).map = [line, line + 1]
    _inline(push, source, line)
    push("paragraph_close", "p", -1)


def _inline(push, source: str, line: int) -> None:
    token = push("inline", "", 0)
    token.content, token.map, token.children = source, [line, line + 1], []


def _pusher(out, level):
    def push(kind, tag, nesting):
        out.append(Token(kind, tag, nesting, level=level, block=True))
        return out[-1]

    return push


def pair_inlines(state) -> None:
    """Core rule: the tags of each paragraph that work; what others there are becomes text.

    `env["prose_tags"]` lists those, each with its line.
    """
    shown = state.env.setdefault("prose_tags", [])
    line = 1
    for token in state.tokens:
        if token.map:
            line = token.map[0] + 1
        if token.type == "inline":
            _pair_inline(token.children, shown, line)


def _pair_inline(children, shown, line) -> None:
    pairs = _pairs(
        children,
        lambda one: one.tag if one.type == "tag" and not one.info else "",
        lambda one: one.tag if one.type == "tag" and one.info else "",
    )
    for index, token in enumerate(children):
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        if token.type == "image":
            _pair_inline(token.children or (), shown, line)
        elif token.type == "tag" and index in pairs and token.tag in INLINE_TAGS:
            token.nesting = -1 if token.info else 1
            token.type, token.content = "tag_close" if token.info else "tag_open", ""
            token.attrs |= {name: token.meta.pop(name) for name in [*token.meta]}
        elif token.type == "tag":
            shown.append((token.content, line))
            # No text to the rules that turn quotation marks.
            token.type, token.tag, token.info = "shown", "", ""


def _pairs(tokens, opens, closes) -> set[int]:
    """The places of tags that are closed by one of their name within the same container."""
    found: set[int] = set()
    scopes: list[list[tuple[str, int]]] = [[]]
    for index, token in enumerate(tokens):
        if token.nesting == 1:
            scopes.append([])
        elif token.nesting == -1 and len(scopes) > 1:
            scopes.pop()
        elif name := opens(token):
            scopes[-1] = [*scopes[-1][1 - MAX_DEPTH :], (name, index)]
        elif name := closes(token):
            opened = [one for one, _ in scopes[-1]]
            if name in opened:
                last = len(opened) - 1 - opened[::-1].index(name)
                found |= {scopes[-1][last][1], index}
                del scopes[-1][last:]
    return found
