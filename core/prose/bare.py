"""Addresses that stand in a text as they are become links."""

import re

import regex

# It ends before what no address has as it is, so before Markdown's own marks, and before the
# punctuation of scripts that put no space after it.
_ADDRESS = regex.compile(
    r"(?P<site>https?://(?:(?P<name>[\w.-]{1,255})|\[[\da-f:.]{2,45}\])(?::\d{1,5})?)(?![\w.@-]|:[\w@])"
    r"(?:[/?#][^\s<>\"`^|{}\[\]\\“”„«»‹›，。、；：！？（）「」『』【】《》｜]{0,2000})?",
    regex.IGNORECASE,
)
_BEFORE = re.compile(r"[A-Za-z0-9_.+-]")
_NEVER_LAST = set("?!.,:;*_~'…’")


def bare_address(state, silent: bool) -> bool:
    """Inline rule, at a colon. The rules before it have left the scheme in `pending`.

    Not where a parser only skips: the words of a link hold no other link.
    """
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = next((one for one in ("https", "http") if _ends_with(state, one)), None)
    if scheme is None:
        return False
    start = state.pos - len(scheme)
    match = _ADDRESS.match(state.src, start, state.posMax)
    if match is None or not _is_site(match, state.md):
        return False
    address = trimmed(match[0])
    url = state.md.normalizeLink(address)
    if not state.md.validateLink(url):
        return False
    state.pending = state.pending[: -len(scheme)]
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def _is_site(match, markdown) -> bool:
    """It is looked at first: a long address that is none would be encoded for nothing."""
    end = (match["name"] or "").rstrip(".-_").rpartition(".")[2]
    # Where no spaces divide words, the sentence may go on behind it.
    goes_on = not end.isascii() and any(map(str.isascii, end))
    return not goes_on and markdown.validateLink(markdown.normalizeLink(trimmed(match["site"])))


def _ends_with(state, scheme) -> bool:
    start = state.pos - len(scheme)
    is_there = start >= 0 and state.src[start : state.pos].lower() == scheme
    is_pending = state.pending[-len(scheme) :].lower() == scheme
    return is_there and is_pending and (not start or not _BEFORE.match(state.src[start - 1]))


def trimmed(address: str) -> str:
    """Without what belongs to the sentence: its full stop, or a bracket opened before."""
    while address:
        is_odd = address[-1] == ")" and address.count(")") > address.count("(")
        if not is_odd and address[-1] not in _NEVER_LAST:
            return address
        address = address[:-1]
    return address
