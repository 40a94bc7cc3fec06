"""The spam score: a logistic regression over words and shapes, in plain Python.

A score is a probability between 0 and 1; it is deterministic for a given text and model.
`comments.spam.learning` trains and evaluates it; only `current` queries the database.
"""

import json
import math
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from comments.models import SpamModel
from core.fragments import memoized_html

BUILT_IN = Path(__file__).parent / "labelled" / "weights.json"
MOST_WEIGHTS = 4000
LONGEST = 6000
FRESH_SECONDS = 60
LEAST_TOLD = 0.05

# Invisible characters: zero-width, direction marks, variation selectors, controls. Some scripts
# need them, so they are ignored.
_UNSEEN = {
    **dict.fromkeys([0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF]),
    **dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0D, 0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]),
    **dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)]),
}
_ALIKE = str.maketrans("авеікмнорстухѕјԁԛԝαεικνορτυχ", "abeikmhopctyxsjdqwaeikvoptux")
_LEET = str.maketrans("013457", "oieast")
# Thai to Khmer and the Han scripts: written without spaces.
_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_BY_TWOS = re.compile(rf"[{_UNSPACED}]{{3}}")
_RUN = re.compile(r"([^\W\d_]|[!?.*~])\1{3}")
_PHONE = re.compile(r"\d(?:[ ().~-]{0,3}\d){8,14}")
_MONEY = re.compile(r"[$€£₹₽¥] ?\d|\d ?[$€£₹₽]")
_HANDLE = re.compile(r"(?<!\w)@\w{3}")
_TAG = re.compile(r"\[/?url|<a |&lt;a ")
_HEAD = {"name: ": "name", "quote: ": "quote", "reply: ": "reply"}

# Features other than words, with the text `why` shows for them.
SHAPES = {
    "*link": gettext_noop("a link"),
    "*links": gettext_noop("several links"),
    "*only links": gettext_noop("little but links"),
    "*shortened": gettext_noop("a shortened link"),
    "*markup": gettext_noop("link markup"),
    "*mail": gettext_noop("an e-mail address"),
    "*phone": gettext_noop("a telephone number"),
    "*handle": gettext_noop("an account name"),
    "*money": gettext_noop("an amount of money"),
    "*percent": gettext_noop("a percentage"),
    "*shouting": gettext_noop("mostly capitals"),
    "*exclaiming": gettext_noop("several exclamation marks"),
    "*asking": gettext_noop("a question mark"),
    "*repeating": gettext_noop("a character over and over"),
    "*digits": gettext_noop("many digits"),
    "*signs": gettext_noop("pictures or signs"),
    "*mixed": gettext_noop("look-alike letters"),
    "*spelled": gettext_noop("digits for letters"),
    "*spaced": gettext_noop("letters set apart"),
    "*short": gettext_noop("very short"),
    "*long": gettext_noop("long"),
    "*name phrase": gettext_noop("a phrase for a name"),
    "*name address": gettext_noop("a name with an address"),
    "*name digits": gettext_noop("a name with digits"),
    "*name in text": gettext_noop("the name again in the text"),
    "*quote": gettext_noop("a quoted passage"),
    "*reply": gettext_noop("an answer to somebody"),
}
# Without a scheme only these make an address: after a full stop a space is soon forgotten.
_ENDINGS = set(
    "biz blog buzz bet casino click club co com de dev eu fr fun ga gq icu in info io link live "
    "lol me ml mobi name net nl online org pl pro pw ru shop site space store su tk top tr tv uk "
    "us vip website win work ws xyz".split()
)
_SHORTENERS = {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "cutt.ly", "rb.gy", "ow.ly"}


def written(name, body, *, quote="", is_reply=False) -> str:
    """The text that is scored. The blank line keeps a body from posing as the header lines."""
    lines = [f"Name: {' '.join(name.split())}"]
    lines += [f"Quote: {' '.join(quote.split())}"] if quote else []
    lines += ["Reply: yes"] if is_reply else []
    return "\n".join([*lines, "", body])


def text_of(comment, *, is_reply=False) -> str:
    """`is_reply`: of a comment that is not yet in its place."""
    is_reply = is_reply or bool(comment.thread_id)
    return written(comment.name, comment.body, quote=comment.quote, is_reply=is_reply)


def _parts(text) -> dict[str, str]:
    text = text.translate(_UNSEEN)[:LONGEST]
    found = {"name": "", "quote": "", "reply": "", "body": text}
    head, blank, body = text.partition("\n\n")
    lines = head.split("\n")
    if blank and all(line.lower().startswith(tuple(_HEAD)) for line in lines):
        for line in lines:
            key, _colon, value = line.partition(": ")
            found[key.lower()] = value
        found["body"] = body
    return found


def _fold(text) -> str:
    # One ligature may become eighteen letters.
    plain = unicodedata.normalize("NFKC", text)[:LONGEST]
    return unicodedata.normalize("NFKC", plain.casefold())


def _host(chunk) -> str:
    """The host if this looks like a URL, else "". Parsed by hand to avoid regex backtracking."""
    chunk = chunk.strip("()[]<>\"'“”«».,;:!?*_")
    _before, scheme, rest = chunk.rpartition("://")
    host = re.split(r"[/?#\]\[)(<>\"':]", rest, maxsplit=1)[0][:100]
    start, _dot, ending = host.rpartition(".")
    if "@" in host or not start or not (scheme or ending in _ENDINGS or host.startswith("www.")):
        return ""
    return host.removeprefix("www.")


def _plain(word) -> str:
    """The word without leetspeak or look-alike letters."""
    if word.isascii():
        if not word.isalpha() and re.search(r"[a-z][013457]+[a-z]", word):
            return word.translate(_LEET)
        return word
    has_latin = any("a" <= letter <= "z" for letter in word)
    plain = word.translate(_ALIKE)
    # A whole word of look-alikes is of another script by right: "сосна" is a tree.
    return plain if has_latin and plain != word else word


def _words(text, found) -> list[str]:
    """The words in order; adds features for disguised ones to `found`."""
    words, singles = [], []
    for raw in [*_WORD.findall(text), ""]:
        if len(raw) == 1 and raw.isalpha():
            singles.append(raw)
            continue
        if len(singles) > 3:
            found.add("*spaced")
            words.append("".join(singles)[:24])
        elif singles:
            words += singles
        singles = []
        word = _plain(raw)
        if word != raw:
            found.add("*spelled" if raw.isascii() else "*mixed")
        if word.isdigit():
            word = "0" * min(len(word), 9)
        if word:
            is_whole = len(word) < 25 and not _BY_TWOS.match(word)
            words += [word] if is_whole else _by_twos(word)
    return words


def _by_twos(word) -> list[str]:
    return [a + b for a, b in pairwise(word[:400])]


def _link_features(hosts, chunks, found):
    for host in hosts:
        names = host.split(".")
        found.add(f"link .{names[-1]}")
        found.add(f"link {'.'.join(names[-2:])}")
        found.update(f"link {word}" for name in names[:-1] for word in _WORD.findall(name))
        if host in _SHORTENERS:
            found.add("*shortened")
    if hosts:
        found.add("*link")
        found.update(["*links"] if len(hosts) > 2 else [])
        found.update(["*only links"] if chunks < 3 * len(hosts) else [])


def _shape_features(body, folded, words, found):
    letters = sum(map(str.isalpha, body))
    digits = sum(map(str.isdigit, body))
    signs = sum(unicodedata.category(sign) == "So" for sign in body if sign > "\u2000")
    marks = {
        "*shouting": letters > 15 and sum(map(str.isupper, body)) > 0.6 * letters,
        "*digits": digits > 0.2 * max(len(body), 50),
        "*signs": signs > 0,
        "*exclaiming": body.count("!") > 2,
        "*asking": "?" in body or "؟" in body or "？" in body,
        "*percent": "%" in body,
        "*repeating": _RUN.search(folded),
        "*phone": _PHONE.search(folded),
        "*money": _MONEY.search(folded),
        "*handle": _HANDLE.search(folded),
        "*markup": _TAG.search(folded),
        "*short": len(words) < 6,
        "*long": len(words) > 80,
    }
    found.update(mark for mark, holds in marks.items() if holds)


def _name_features(name, words, found):
    if not name:
        return
    called = _words(name, set())
    found.update(f"name {word}" for word in called)
    marks = {
        "*name phrase": len(called) > 2,
        "*name address": any(map(_host, name.split())) or "@" in name,
        "*name digits": any(map(str.isdigit, name)),
        "*name in text": len(called) > 1 and set(called) <= set(words),
    }
    found.update(mark for mark, holds in marks.items() if holds)


def features(text) -> set[str]:
    """The features of a text: words, word pairs, and shapes (which begin with a star)."""
    parts = _parts(text)
    folded, found = _fold(parts["body"]), set()
    said, hosts, chunks = [], [], folded.split()
    for chunk in chunks:
        host = _host(chunk) if "." in chunk else ""
        if host:
            hosts.append(host)
        elif "@" in chunk and "." in chunk:
            found.add("*mail")
        else:
            said.append(chunk)
    words = _words(" ".join(said), found)
    found.update(words)
    found.update(map(" ".join, pairwise(words)))
    _link_features(hosts, len(chunks), found)
    _shape_features(parts["body"], folded, words, found)
    _name_features(_fold(parts["name"]), words, found)
    found.update(f"*{part}" for part in ("quote", "reply") if parts[part])
    return found


class Scorer:
    """Weights by feature, in log-odds; positive ones indicate spam."""

    # Caps how much honest words can offset an advertisement.
    MOST_HONESTY = 6.0

    def __init__(self, weights: dict[str, float], bias: float):
        self.weights, self.bias = weights, bias

    def score(self, text: str) -> float:
        moves = [self.weights.get(feature, 0.0) for feature in sorted(features(text))]
        against = sum(move for move in moves if move > 0)
        honest = sum(move for move in moves if move < 0)
        return _probability(self.bias + against + max(honest, -self.MOST_HONESTY))

    def why(self, text: str, most: int = 5) -> list[tuple[str, float]]:
        """The features that moved the score most, as text with their weights, strongest first."""
        moves = [(name, self.weights.get(name, 0.0)) for name in features(text)]
        moves = [move for move in moves if abs(move[1]) >= LEAST_TOLD]
        moves.sort(key=lambda move: (-abs(move[1]), move[0]))
        return [(in_words(name), weight) for name, weight in moves[:most]]

    @classmethod
    def train(cls, examples: Iterable[tuple[str, bool]]) -> "Scorer":
        """Train on (text, is_spam) pairs, deterministically.

        Repeated examples weigh more, but features of a single distinct text are dropped.
        """
        times = Counter((text, bool(is_spam)) for text, is_spam in examples)
        rows = [(features(text), is_spam) for text, is_spam in times]
        if len({is_spam for _features, is_spam in rows}) < 2:
            raise ValueError("learning needs both spam and honest comments")
        vocabulary = _telling(rows, times.values())
        known = [(sorted(found & vocabulary), is_spam) for found, is_spam in rows]
        counted = zip(known, times.values(), strict=True)
        weights, bias = _descend([row for row, count in counted for _ in range(count)])
        kept = {name: round(weight, 3) for name, weight in weights.items() if abs(weight) > 0.01}
        return cls(kept, round(bias, 3))

    def to_json(self) -> dict:
        return {"bias": self.bias, "weights": dict(sorted(self.weights.items()))}

    @classmethod
    def from_json(cls, stored: dict) -> "Scorer":
        return cls(stored["weights"], stored["bias"])


def in_words(feature) -> str:
    """A feature as a moderator reads it."""
    if feature in SHAPES:
        return _(SHAPES[feature])
    if feature.startswith("link "):
        return _("a link with “%(word)s”") % {"word": feature.removeprefix("link ")}
    if feature.startswith("name "):
        return _("“%(word)s” in the name") % {"word": feature.removeprefix("name ")}
    return _("“%(word)s”") % {"word": feature}


def _probability(log_odds) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _telling(rows, times) -> set[str]:
    """The features that separate the classes best, without those seen only once."""
    spam, honest, met = Counter(), Counter(), Counter()
    for (found, is_spam), count in zip(rows, times, strict=True):
        met.update(found)
        (spam if is_spam else honest).update(dict.fromkeys(found, count))
    spams = sum(is_spam for _found, is_spam in rows)
    honests = len(rows) - spams

    def worth(name):
        gap = abs(spam[name] / spams - honest[name] / honests)
        return (-gap / math.sqrt(spam[name] + honest[name]), name)

    often = [name for name, count in met.items() if count > 1]
    # Names as such are no evidence: count only words that texts use as well.
    often = [name for name in often if name.removeprefix("name ") in met]
    return set(sorted(often, key=worth)[:MOST_WEIGHTS])


def _descend(rows, rounds=8, rate=0.4, decay=0.002) -> tuple[dict[str, float], float]:
    """AdaGrad on the logistic loss, with both classes weighted equally."""
    weights, slopes = {}, {}
    bias, bias_slope = 0.0, 1.0
    spams = sum(is_spam for _names, is_spam in rows)
    shares = {True: len(rows) / 2 / spams, False: len(rows) / 2 / (len(rows) - spams)}
    random = Random(1)  # noqa: S311  for an order that is mixed and always the same
    order = list(range(len(rows)))
    for _round in range(rounds):
        order.sort(key=lambda _at: random.random())
        for names, is_spam in map(rows.__getitem__, order):
            total = bias + sum(weights.get(name, 0.0) for name in names)
            slope = (_probability(total) - is_spam) * shares[is_spam]
            bias_slope += slope * slope
            bias -= rate * slope / math.sqrt(bias_slope)
            for name in names:
                weight = weights.get(name, 0.0)
                step = slope + decay * weight
                squares = slopes.get(name, 1.0) + step * step
                slopes[name] = squares
                weights[name] = weight - rate * step / math.sqrt(squares)
    return weights, bias


@cache
def built_in() -> Scorer:
    """The initial model, trained on `comments.spam.labelled` alone."""
    return Scorer.from_json(json.loads(BUILT_IN.read_text(encoding="utf-8")))


@memoized_html(4)
def _newest(_minute) -> Scorer:
    stored = SpamModel.objects.values_list("weights", flat=True).first()
    return Scorer.from_json(stored) if stored else built_in()


def current() -> Scorer:
    """The current model. A newly trained one is picked up within a minute."""
    return _newest(int(time.monotonic() // FRESH_SECONDS))
