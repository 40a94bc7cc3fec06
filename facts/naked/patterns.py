"""Words and patterns that make a number a figure, for English and for a language without lists."""

import re

# A number: 12, 12.5, 12,000, 12 000; not the 12 of v12, 3.12.1, 12:30, 7/12 or 12-inch.
EDGE = r"(?<![\w.,:/#+\-\u2010-\u2013\ufffc])(?<![\w.]\u202f)"
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f' ]\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:[.,]\d{1,6})?"
# A change may bear its sign: +5 %, -5 %, −5 %.
CHANGE = rf"(?:{EDGE}|(?<![\w.,:/#+\-\u2010-\u2013\ufffc])[+\-\u2212])"
# The same however a language writes it: 1.234,5 and 1 234.5 as well.
ANY_DIGITS = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,6})?|\d{1,12}(?:[.,]\d{1,6})?"
_END = r"(?![\w/:]|[.,]\d|[-\u2010]\w)"
GAP = r"[ \u00a0\u202f]"
SIGN = r"(?:US|A|C|HK|NZ|S|R)?[$€£¥₦₹₽₩₺₫₴₪₱]"
CODE = r"(?:USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|CAD|AUD|BRL|NGN|PLN)"


def any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


class English:
    """The words that make a number a figure."""

    # From eleven on, a number in words is a figure before any noun; up to ten, only before
    # those in `counted`. “Ten thousand” mostly means “many”.
    small = any_of("two three four five six seven eight nine ten")
    large = any_of(
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen dozen"
    )
    tens = any_of("twenty thirty forty fifty sixty seventy eighty ninety")
    word = rf"(?:(?:{tens})(?:-(?:one|{small}))?|{large})"
    any_word = rf"(?:{word}|one|{small})"
    scale = r"(?:hundred thousand|thousand|million|billion|trillion)"
    short_scale = rf"(?:{GAP}?{scale}|{GAP}?(?:bn|mn|tn|m|k|b))\b"
    about = re.compile(
        r"(?:(?i:about|around|roughly|nearly|almost|approximately|some|only|just|under|over|"
        r"more than|less than|fewer than|at least|at most|up to|as many as|as much as|below|above"
        rf")|[~≈<>]){GAP}?$"
    )
    coins = any_of(
        "dollar dollars euro euros pound pounds cent cents pence yen yuan naira franc francs krona"
        " kronor kroner rupee rupees real reais zloty won"
    )
    units = (
        r"(?:ms|kB|KB|MB|GB|TB|PB|km|kg|kW|MW|GW|TWh|GWh|MWh|kWh|GHz|MHz|Hz|Gbps|Mbps|mph|km/h"
        r"|m²|km²|m³|°C|fps|rpm|qps|bps)"
    )
    # Plurals that date or place a thing rather than count it, and verbs that end in s.
    uncounted = any_of(
        "years months weeks days decades centuries nights weekends fortnights is was has does"
        " times degrees floors pages chapters points steps am pm as its this plus minus thus across"
        " versus yes us always perhaps besides says remains contains includes"
    )
    irregular = any_of(
        "people men women children staff percent subscribers personnel households aircraft data"
    )
    # Plurals that make a claim even after a small number in words.
    counted = any_of(
        "countries employees customers users subscribers members engineers developers stores shops"
        " offices factories warehouses plants patents markets subsidiaries investors shareholders"
        " jobs acquisitions tonnes tons barrels hectares acres"
    )
    labels = re.compile(
        r"(?i)\b(?:page|pages|chapter|version|section|article|room|model|route|vol\.?|volume|no\.?"
        r"|number|figure|table|step|rule|class|phase|level|line|port|error|code|status|issue|part"
        r"|item|question|point|standard|gate|platform|flight|paragraph|clause|aged|age"
        rf"|call|top|http|rfc|pep){GAP}$"
    )
    part = r"(?:an?|one|two|three)[- ](?:third|quarter|fifth|sixth|eighth|tenth)s?"
    ordinal = r"(?:(?:second|third|fourth|fifth|sixth|\d{1,3}(?:st|nd|rd|th))[- ])"
    superlatives = (
        r"largest|biggest|busiest|richest|youngest|oldest"
        r"|fastest[- ]growing|best[- ]selling|top[- ]selling"
    )
    # “The most valuable”: what is counted to say so.
    ranked_by = any_of(
        "used visited downloaded watched played read funded valuable profitable popular common"
        " successful expensive widely heavily"
    )
    # Nouns after which "the first … to" is a claim.
    pioneers = any_of(
        "company firm bank lender maker manufacturer carrier airline retailer broker insurer"
        " start-up startup publisher newspaper country city state university service platform"
        " product network operator"
    )
    months = (
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
        r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
    )
    # Words capitalised because they open a sentence, not because the number is part of a name.
    openers = re.compile(
        r"(?:^|.*\W)(?:About|Around|Roughly|Nearly|Almost|Approximately|Some|Only|Just|Under|Over"
        r"|More than|Less than|At least|Up to|The|Its|Their|Our|Of|With|In|At|From|To|By|For|And"
        r"|But|It|All|These|Those|Another|Today|Now|There are|There were|Then)"
    )
    as_of = re.compile(
        r"(?i)\b(?:as of|as at|(?:at|by) the (?:end|start|beginning) of|at year-end|by year-end)\b"
    )


_E = English
_NUMBER = rf"(?:{EDGE}(?:{_DIGITS}))"
# The second number of a range may stand right behind a dash; a 737-800 is no range of planes.
_TO, _TO_COUNT = (
    rf"(?:{GAP}?(?:(?:to|or|and){GAP}|{dash}{GAP}?)(?:{_DIGITS}))?" for dash in ("[–-]", "–")
)
_NUMBERS = rf"(?:{_NUMBER}{_TO})"
_COUNTED = rf"(?:{_NUMBER}{_TO_COUNT})"
_WORDS = rf"\b{_E.word}(?:{GAP}{_E.scale})?\b"
_NOUNS = (
    rf"(?:(?!(?:{_E.uncounted})\b)[^\W\d_][\w’'-]{{1,20}}{GAP}){{0,2}}?"
    rf"(?!(?:{_E.uncounted})\b)(?:[^\W\d_][\w’-]{{1,24}}(?<![su])s|{_E.irregular})\b"
)
_FREE = rf"(?:{EDGE}(?:{_DIGITS}){_END})"

# In order of priority: the first rule to match some words claims them.
_ENGLISH = [
    (
        "money",
        rf"(?i:(?:{_NUMBERS}(?:{GAP}(?:{_E.scale})\b)?|\b{_E.any_word}(?:{GAP}{_E.scale})?){GAP}"
        rf"(?:{_E.coins})\b)",
    ),
    (
        "percentage",
        rf"(?i:(?:{CHANGE}(?:{_DIGITS}){_TO}|\b{_E.any_word}\b|\bhalf an?\b){GAP}?"
        r"(?:%|‰|(?:per cent|percent|percentage points?|basis points)\b))",
    ),
    ("number", rf"(?i:(?:{_NUMBERS}|\b(?!ten\b){_E.any_word}\b){GAP}{_E.scale}\b)"),
    (
        "number",
        rf"(?i:\b(?:an?|half an?|several|a few|many){GAP}(?:{_E.scale})\b"
        rf"(?!{GAP}(?:times|and one|small)\b)"
        r"|\b(?:tens|hundreds|dozens|scores|thousands|millions|billions) of (?:thousands|millions"
        r"|billions)\b"
        rf"|\b(?:hundreds|thousands|millions|billions) of (?!(?:{_E.uncounted}|times|miles)\b)"
        rf"[^\W\d_]{{2,24}}\b)",
    ),
    (
        "multiple",
        rf"(?i:(?:{_NUMBER}(?:{GAP}?x\b|{GAP}times\b(?!{GAP}(?:a|an|per)\b))"
        rf"|\b(?:{_E.any_word}|a hundred|a thousand)"
        rf"{GAP}times(?={GAP}(?:as|more|less|larger|bigger|faster|the|what|its|that|over)\b))"
        rf"|\btwice{GAP}(?:as{GAP}\w{{2,12}}|the|what|its)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|"
        r"hundred)-?fold\b|\b(?:doubled|tripled|trebled|quadrupled|halved)\b"
        r"|\b(?:double|triple|treble|quadruple)(?= the (?:number|amount|size|rate|price|share|total"
        r"|average|level|sum)\b))",
    ),
    (
        "share",
        r"(?i:\b(?:an?|one|two|three|four|nine|seven)[- ](?:half|third|quarter|fifth|sixth|eighth"
        r"|tenth|hundredth)s?(?= of\b)|(?<!first )(?<!second )(?<!other )(?<!better )"
        r"\bhalf of (?=its|all|the|their|those|them)"
        r"|\b(?:two|three)[- ](?:thirds|quarters|fifths)\b"
        rf"|\bone [^\W\d_]{{3,20}} in (?:{_E.word}|{_E.small}|\d{{1,6}})\b"
        r"|(?<=of which )(?:(?:about|nearly|barely|almost|over|under|roughly) )?"
        rf"(?:half|{_E.part})\b|(?<= by )(?:half|{_E.part})\b"
        rf"|\b{_E.any_word} (?:in|out of) (?:{_E.word}|{_E.small})\b"
        rf"|{_NUMBER} (?:in|out of) (?!(?:19|20)\d\d)\d{{1,6}}\b)",
    ),
    ("measure", rf"{_NUMBERS}{GAP}?{_E.units}(?!\w)"),
    (
        "count",
        rf"(?i:(?:{_COUNTED}(?:{GAP}(?:{_E.scale})\b)?|{_WORDS}){_END}"
        rf"(?: of (?:them|the|its|their|those)\b|{GAP}{_NOUNS}))",
    ),
    ("count", rf"(?i:\b(?:{_E.small}){GAP}(?:[^\W\d_][\w-]{{1,20}}{GAP})?(?:{_E.counted})\b)"),
    (
        "count",
        r"(?i:(?<=employs )|(?<=employed )|(?<=totalled )|(?<=totaled )|(?<=numbered )"
        r"|(?<=reached )|(?<=stands at )|(?<=stood at )|(?<=rose to )|(?<=fell to )|(?<=grew to )"
        rf"|(?<=climbed to )|(?<=up from )|(?<=down from )){_FREE}",
    ),
    ("number", rf"{EDGE}\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,6}})?{_END}"),
    (
        "rank",
        rf"(?i:\b(?:{_E.ordinal}[^\W\d_]{{2,12}}est\b|(?:{_E.ordinal})?"
        rf"(?:(?:{_E.superlatives})\b(?! part\b)|most[ -](?:{_E.ranked_by})\b))"
        r"(?: (?!(?:is|are|was|were|has|in|of|by|at|for|to|and|there)\b)[^\W\d_][\w’-]{1,24})?)",
    ),
    (
        "rank",
        rf"(?i:\bthe (?:very |world’s |world's )?first (?:{_E.pioneers})"
        r"(?: (?!to\b)[^\W\d_][\w-]{1,24}){0,5}? to\b"
        r"|\bnumber one (?:in|for|by)\b|\b(?:market|world) leader\b"
        r"|\brecord (?:high|low|profits?|revenues?|sales|loss|losses|year|quarter|results?)\b)",
    ),
]
AS_OF = re.compile(_FREE)


def _money(digits: str) -> tuple[str, str]:
    digits = rf"(?:{digits})(?:[–-](?:{digits}))?"
    return (
        "money",
        rf"(?:{EDGE}{SIGN}|(?<!\w){CODE}){GAP}?(?:{digits})(?:{_E.short_scale})?(?!\w)"
        rf"|{EDGE}(?:{digits})(?:{GAP}(?:million|billion|thousand|bn|m))?{GAP}?"
        rf"(?:[$€£¥₦₹](?!\w)|{CODE}\b)",
    )


_EVERYWHERE = [
    _money(ANY_DIGITS),
    ("percentage", rf"{CHANGE}(?:{ANY_DIGITS})(?:{GAP}?[–-]{GAP}?(?:{ANY_DIGITS}))?{GAP}?[%‰٪]"),
]
RULES = {
    "en": [(kind, re.compile(pattern)) for kind, pattern in [_money(_DIGITS), *_ENGLISH]],
    "": [(kind, re.compile(pattern)) for kind, pattern in _EVERYWHERE],
}
# Kinds whose number may be part of the name or label before it.
NAMEABLE = {"count", "number"}
YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?!\d|,\d|\.\d)")
SCALED = re.compile(rf"{_E.scale}\b")
DAY = re.compile(rf"\d{{1,2}} (?:{_E.months})\b")
