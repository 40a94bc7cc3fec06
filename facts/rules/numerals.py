"""The numbers that some words state, read in the language they are written in.

text2num turns words into digits; how a language groups digits, shortens “million” and says “more
than” is ours. In a language without `WORDS` nothing is read but numbers without any letter.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise, product

from text_to_num import alpha2digit

from facts.rules.number_words import AMBIGUOUS, CURRENCIES, ROUND, WORDS, Words

# A figure in words is short; what is longer is read no further.
LONGEST = 300
LOOKED_BACK = 30
SPACE = re.compile(r"[\s\u00a0\u202f\u2009]")
SPACES = re.compile(rf"{SPACE.pattern}+")
DIGITS = r"\d{1,3}(?:[ .,']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
# What follows may multiply it: a million in digits, as text2num writes it, or “bn”.
# Ordinals and the days of dates are no figures.
NUMBER = re.compile(
    rf"(?<![^\W_])({DIGITS})(?!\d|st\b|[nr]d\b|th\b|er?\b|[eè]me\b|[ºª°]|\.[ºª]|\. [a-zäöü])"
    r"(?: ?(1(?:000){1,4}|[^\W\d_]+)(?!\w)\.?)?"
)
SIGNS_BEFORE = re.compile(r"(?:(?:us)?[$€£¥₹]|(?<!\w)[a-z]{3}|[−-]) ?$")
# “More than a million”, “mehr als die Hälfte”, “plus d’un milliard”.
ARTICLE_BEFORE = re.compile(r"(?<!\w)(?:an?|the|eine?[rmns]?|d(?:ie|er|as|em)|une?|una|el|l[ae]) $")
HALF = "½"
ONE = r"(?:one|eine?[rms]?|un[eoa]?)"
# Around “to”: the sign or the name of what both numbers count.
UNIT_BEFORE_TO = r"(?: ?[%‰$€£¥₹]| (?:[a-z]{3}|euros?|dollars?|dólares))?"
SIGN_AFTER_TO = r" ?(?:(?:us|[ac])?[$€£¥₹] ?|[a-z]{3} )?"
DASH = "[-–—]"


@dataclass(frozen=True)
class Numeral:
    """`step` is the place of its last digit that counts; `bound` is more, less or about."""

    amount: Decimal
    step: Decimal
    sign: str = ""
    bound: str = ""

    def times(self, factor: int) -> "Numeral":
        return replace(self, amount=self.amount * factor, step=self.step * factor)


@dataclass(frozen=True)
class Stated:
    """What some words state: numbers, and the currencies they may mean (none where unsaid).

    `ranges` are pairs of the numbers, in each way that they can be read; `lone` are in none.
    """

    numerals: tuple[Numeral, ...] = ()
    currencies: frozenset[str] = frozenset()
    ranges: tuple[tuple[Numeral, Numeral], ...] = ()
    lone: tuple[Numeral, ...] = ()


@dataclass(frozen=True)
class Found:
    """A number where it stands, in each way it can be read; `factor` is that of its own word."""

    start: int
    end: int
    plain: Numeral
    factor: int
    readings: tuple[Numeral, ...]


def straightened(text: str) -> str:
    """As long as it was, with the spaces and apostrophes of a typewriter."""
    return SPACE.sub(" ", text).replace("’", "'")


def read(words: str, language: str) -> Stated:
    """All the numbers in the words; where one can be read in two ways, both."""
    code = language.partition("-")[0].lower()
    known = WORDS.get(code)
    text = SPACES.sub(" ", straightened(words[:LONGEST]).lower()).strip()
    if known is None:
        return _stated_alone(text)
    if _pattern(known.vague).search(text):
        return Stated()
    shares, text = _shares(text, known)
    text = _in_digits(text, known, code)
    ratios, text = _ratios(text, known)
    return _stated([*shares, *ratios], text, known)


def _stated(shares: list[Numeral], text: str, known: Words) -> Stated:
    found = [*_found(text, known)]
    pairs = [(one, other) for one, other in pairwise(found) if _is_range(text, one, other, known)]
    paired = {number.start for pair in pairs for number in pair}
    return Stated(
        (*shares, *_readings(found)),
        _currencies(text),
        tuple(ends for one, other in pairs for ends in _ends(one, other)),
        (*shares, *_readings(number for number in found if number.start not in paired)),
    )


def _readings(found):
    return (reading for number in found for reading in number.readings)


@cache
def _pattern(words: str) -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def _taken(pattern: re.Pattern, text: str, known: Words, amount_of) -> tuple[list[Numeral], str]:
    """The shares that match, in per cent or of a round number, and the text without them."""
    found = []
    for match in pattern.finditer(text):
        whole = match.groupdict().get("whole")
        amount = amount_of(match) * (Decimal(ROUND[whole]) / 100 if whole else 1)
        bound = _bound(text[: match.start()], text[match.end() :].lstrip(), known)
        found.append(Numeral(amount, amount / 10, "" if whole else "%", bound or "about"))
    return found, pattern.sub(" ", text)


def _shares(text: str, known: Words) -> tuple[list[Numeral], str]:
    """“Two thirds”, “half”, “a quarter of a million”; but “half a million” is none."""
    whole = "|".join(ROUND)
    halves = _pattern(rf"(?:{known.halves})(?! (?:an? )?(?:{whole}))")
    if _pattern(known.and_half).search(text):
        return [], text
    found, text = _taken(halves, text, known, lambda match: Decimal(50))
    for word, parts in known.denominators.items():
        numerators = "|".join(known.numerators)
        pattern = _pattern(rf"({numerators})[ -](?:{word})(?:(?: of)? an? (?P<whole>{whole}))?")
        more, text = _taken(
            pattern,
            text,
            known,
            lambda match, parts=parts: Decimal(100) * known.numerators[match[1]] / parts,
        )
        found += more
    return found, text


def _ratios(text: str, known: Words) -> tuple[list[Numeral], str]:
    """“1 in 5”."""
    pattern = _pattern(rf"([1-9]\d?) (?:{known.out_of}) ([1-9]\d{{0,2}})")
    return _taken(pattern, text, known, lambda match: Decimal(100) * int(match[1]) / int(match[2]))


def _in_digits(text: str, known: Words, code: str) -> str:
    text = _pattern(known.percent).sub(" % ", text)
    text = _pattern(known.per_mille).sub(" ‰ ", text)
    if code == "de":
        text = _pattern("anderthalb").sub(f"1 {HALF}", text)
        text = re.sub(r"(?<!\w)(\w{3,9}?)einhalb(?!\w)", rf"\1 {HALF}", text)
    text = _pattern(known.and_half).sub(HALF, text)
    text = re.sub(rf"(?<!\w)(?:{known.half})", f"{HALF} ", text)
    # One that stands alone is an article in most languages.
    counted = rf"(?:{known.out_of}) |(?:{'|'.join(known.scales)})(?!\w)"
    text = re.sub(rf"(?<!\w)(?:an?|one|eine?[rms]?|un[eoa]?) (?={counted})", "1 ", text)
    text = SPACES.sub(" ", alpha2digit(text, code, threshold=1.5))
    # But “one to three million” begins with a number.
    text = re.sub(rf"(?<!\w){ONE} (?=(?:{known.to}) \d)", "1 ", text)
    text = re.sub(rf"((?:{known.between}) ){ONE} (?=(?:{known.joined}) \d)", r"\g<1>1 ", text)
    text = re.sub(rf"(\d+?)((?:000)+) {HALF}", r"\1½ 1\2", text)
    point = known.decimal_point
    return re.sub(rf"(\d*) ?{HALF}", lambda match: f"{match[1] or 0}{point}5", text)


def _found(text: str, known: Words):
    for match in NUMBER.finditer(text):
        plain, word = _plain(match[1], known.decimal_point), match[2] or ""
        factor = int(word) if word.isdecimal() else known.scales.get(word, 0)
        before, after = text[: match.start()], text[match.end() :].lstrip()
        sign = after[0] if after[:1] in ("%", "‰") else ""
        plain = replace(plain, sign=sign, bound=_bound(before, after, known))
        readings = (plain.times(factor),) if factor else ()
        if not factor or word in AMBIGUOUS:
            readings += (plain,)
        end = match.end() if factor else match.end(1)
        yield Found(match.start(), end, plain, factor, readings)


def _is_range(text: str, first: Found, last: Found, known: Words) -> bool:
    """“1.1 to 1.5 million”, “between 12 and 15 %”; but “from 5 % to 6 million” is none."""
    if first.plain.sign not in ("", last.plain.sign):
        return False
    is_between = _before_range(known.between).search(text[: first.start][-LOOKED_BACK:])
    to = f"{known.to}|{known.joined}" if is_between else known.to
    return bool(_within_range(to).fullmatch(text[first.end : last.start]))


@cache
def _before_range(between: str) -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{between})(?: \S{{1,12}}){{0,2}} ?\S?$")


@cache
def _within_range(to: str) -> re.Pattern:
    return re.compile(rf"{UNIT_BEFORE_TO}(?: (?:{to})(?!\w)| ?{DASH}){SIGN_AFTER_TO}")


def _ends(first: Found, last: Found):
    """The first number shares what the last one has behind it, where it has nothing of its own."""
    # “Two to three million” has become “2 to 3000000”.
    factor = last.factor or int(last.plain.step)
    shared = (first.plain.times(factor),) if factor and not first.factor else ()
    bound = "about" if "about" in (first.plain.bound, last.plain.bound) else ""
    for low, high in product((*shared, *first.readings), last.readings):
        yield replace(low, sign=high.sign, bound=bound), replace(high, bound=bound)


def _stated_alone(text: str) -> Stated:
    """All languages write numbers without a letter with one of two signs before the decimals."""
    if any(map(str.isalpha, text)):
        return Stated(currencies=_currencies(text))
    one, other = (_stated([], text, WORDS[code]) for code in ("en", "de"))
    return Stated(
        one.numerals + other.numerals,
        one.currencies,
        one.ranges + other.ranges,
        one.lone + other.lone,
    )


def _plain(digits: str, point: str) -> Numeral:
    """“1,234.5”, “1.234,5”, “2.5” and “1 234”, as the language has them."""
    group = "." if point == "," else ","
    digits = digits.replace(" ", "").replace("'", "")
    # “2.5” in German: no group of thousands has as many digits. “1.000.000” in English.
    is_point = point not in digits and digits.count(group) == 1
    if digits.count(point) > 1 or (is_point and len(digits.partition(group)[2]) != 3):
        point, group = group, point
    whole, _point, decimals = digits.replace(group, "").partition(point)
    if decimals:
        return Numeral(Decimal(f"{whole}.{decimals}"), Decimal(1).scaleb(-len(decimals)))
    # 75000000 may have been “75 million”: thousands that are all zeros do not count.
    zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Numeral(Decimal(whole), Decimal(1000) ** (zeros // 3))


def _bound(before: str, after: str, known: Words) -> str:
    before = ARTICLE_BEFORE.sub("", before[-LOOKED_BACK:]).rstrip()
    # A currency may stand between: “more than €5 million”. But “mehr als” ends on none.
    unsigned = SIGNS_BEFORE.sub("", before).rstrip()
    for bound, words in (("more", known.more), ("less", known.less), ("about", known.about)):
        ends_so = re.compile(rf"(?<!\w)(?:{words})$")
        if ends_so.search(before) or ends_so.search(unsigned):
            return bound
    before = unsigned
    signs = {">": "more", "<": "less", "~": "about", "≈": "about"}
    return signs.get(before[-1:], "more" if after.startswith("+") else "")


def _currencies(text: str) -> frozenset[str]:
    found = set()
    for name, codes in CURRENCIES.items():
        if _pattern(re.escape(name)).search(text) if name.isalpha() else name in text:
            found |= codes
    return frozenset(found)
