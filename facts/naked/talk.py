"""What has the shape of a figure and states none: versions, idioms, bare superlatives, rough talk.

Each rule looks at the words around a hit. All are bounded: a hit costs a fixed number of steps.
"""

import re

from facts.naked.patterns import English, any_of

LOOKED_BACK = 40
LOOKED_AHEAD = 80
MOST_OF_AN_ORDER = 160


# Versions: 1.3 beta, the 2.0 release; “reached 1.0”, but “reached 4.2 in May”.
_VERSION = re.compile(
    r"(?:\d{1,3}\.\d{1,3}[ -](?:release|series|branch|preview|milestone|rc\d?|lts)s?"
    r"|\d{1,3}(?:\.\d{1,3})?[ -](?:alpha|beta)s?(?![ -]test))\b",
    re.IGNORECASE,
)
_FIRST_OF_MAJOR = re.compile(r"\d{1,2}\.0")

# Idioms: 100% sure, give it 110%, the 80% use case, 90% of the time; but “100% of its shares”.
_CONVICTION = re.compile(
    r"[ -](?:sure|certain|confident|convinced|positive|committed|honest|serious|agreed?|behind"
    r"|there|ready|done|of the time|of what (?:I|we|you))\b"
)
_TYPICAL = re.compile(r"[ -](?:use[ -]cases?|cases?|solutions?|rules?|approach|answers?)\b")
_DETERMINER = re.compile(r"\b(?:an?|the|that|this|my|our|your)[ -]$", re.IGNORECASE)
_GIVING = re.compile(r"\bg(?:ave|ives?|iven|iving)\b[^.;!?]{0,20}$", re.IGNORECASE)
_OF_MORE = re.compile(r" (?:more|less|of|to|back)\b")
_WHOLE = re.compile(r"(?:1\d0|200|hundred)\b")
_MANY = re.compile(
    r" (?:to one|and one|times|small|other|different|"
    + any_of("reasons ways things questions excuses pieces miles words cuts little people’s")
    + r")\b"
)
_RARE = re.compile(r"\b(?:one in|worth) $", re.IGNORECASE)

# Rough talk: thousands of hours; but “thousands of customers”.
_EFFORT = re.compile(
    r"(?:[a-z]+ of )+(?:"
    + any_of("hours minutes seconds lines emails meetings details tabs words ways questions clicks")
    + r")\b",
    re.IGNORECASE,
)
# “The two plants” were counted before; “two engineers” were two of many, “a dozen” is any dozen.
_KNOWN = re.compile(r"\b(?:the|these|those|both|other|any)[ \u00a0]$", re.IGNORECASE)
_FEW = re.compile(r"(?:two|three)\b", re.IGNORECASE)
_OF_ANYBODY = re.compile(r"\b(?:developers|engineers|members)$", re.IGNORECASE)
_DOZEN = re.compile(r"dozen\b", re.IGNORECASE)
_ONE = re.compile(r"\ba[ \u00a0]$", re.IGNORECASE)

# Orders to the reader, and worlds that are only supposed: “if a bank fails”, but “if Shell fails”.
_TOLD = re.compile(
    r"(?:^|[.!?…:]\s+)(?:Please |Then |Now )?(?:"
    + any_of(
        "Set Use Wait Retry Try Allow Keep Give Take Add Press Choose Pick Limit Divide Multiply"
        " Start Begin Aim Reserve Raise Lower Increase Reduce Leave Stop Ask Write Run Send Spend"
        " Put Check Turn Get Suppose Imagine Assume Picture"
    )
    + r"|(?:If|When|Say) (?:I|you|we|one|each|every|an?|somebody|someone|nobody))\b"
    r"(?:(?!\bthat\b)[^.!?]){0,120}$"
)
# A tenth of a second, nine out of ten times.
_OF_NOTHING = re.compile(r" (?:of an? (?:second|minute|hour|day|page|inch)|times)\b")

# Superlatives.
_NO_RANK = any_of(
    "draw draws problem problems issue issues complaint complaints challenge challenges risk risks"
    " mistake mistakes question questions fear fears strength strengths weakness weaknesses concern"
    " concerns worry worries reason reasons surprise surprises change changes difference"
    " differences advantage advantages disadvantage drawback drawbacks obstacle obstacles barrier"
    " barriers hurdle hurdles lesson lessons part parts thing things mystery cause causes error"
    " errors bug bugs trick tricks way ways win wins regret regrets fan fans critic critics threat"
    " threats headache headaches temptation bottleneck bottlenecks request requests answer answers"
    " feature features case cases use uses kind kinds type types sense word words lie joke failure"
    " failures selling-point objection objections misunderstanding misconception"
)
_RANKED = any_of(
    "company companies firm firms bank banks lender maker makers manufacturer producer seller"
    " retailer supplier provider exporter importer employer employers insurer brewer broker carrier"
    " airline airlines operator publisher newspaper brand brands group chain exchange fund funds"
    " investor investors shareholder shareholders customer customers market markets economy"
    " economies city cities country countries state port ports airport airports hospital university"
    " factory plant store stores shop shops site sites network networks platform platforms service"
    " language languages database browser app apps game games product products deal merger"
    " acquisition takeover fine loss profit listing warehouse depot branch contract order office"
    " ship fleet account division segment region creditor landlord landowner"
)
_ALWAYS = re.compile(
    r"fastest|best|top"
    r"|most[ -](?:used|visited|downloaded|watched|played|read|funded|valuable|profitable)",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    rf"{English.ordinal}?(?:most[ -](?:widely|heavily) \w{{2,12}}|most[ -]\w{{2,12}}"
    rf"|{English.superlatives}|(?<=[- ])\w{{2,12}}est)",
    re.IGNORECASE,
)
_STOP = any_of("is are was were be has had have to that who which and or but with for from in of")
_WORD = rf" (?!(?:{_STOP})\b)[^\W\d_][\w’'-]{{0,24}}"
_NOUN = re.compile(_WORD)
_ORDINAL = re.compile(English.ordinal, re.IGNORECASE)
_OF_NO_RANK = re.compile(rf"(?:{_WORD}){{0,3}}? (?:{_NO_RANK})\b", re.IGNORECASE)
_OF_RANKED = re.compile(rf"(?:{_WORD}){{0,3}}? (?:{_RANKED})\b", re.IGNORECASE)
_SCOPE = re.compile(
    rf"(?:{_WORD}){{0,5}}? (?:in|of|by|among|outside|across|worldwide|nationwide|on record)\b"
    r"| there (?:is|are|was|were)\b|[^.,;:!?]{0,60}? ever\b"
)
_PLACE = re.compile(
    r"(?:\b[A-Z][\w-]*|\b(?:world|country|nation|region|industry|continent))['’]s $"
)


def is_talk(text: str, start: int, end: int, kind: str) -> bool:
    """Whether the hit is one of these."""
    hit = text[start:end]
    before = text[max(0, start - LOOKED_BACK) : start]
    after = text[end : end + LOOKED_AHEAD]
    if kind == "rank":
        return _is_bare(hit, before, text[start : end + LOOKED_AHEAD])
    if kind == "money":
        return False
    if _is_told(text, start):
        return True
    if kind == "percentage":
        return _is_idiom(hit, before, after)
    if kind == "share":
        return bool(_OF_NOTHING.match(after))
    ahead = text[start : end + LOOKED_AHEAD]
    return _is_version(ahead, hit) or _is_rough(hit, before, after)


def _is_told(text: str, start: int) -> bool:
    """Whether the hit stands in an order to the reader, or in a world that is only supposed."""
    return bool(_TOLD.search(text, max(0, start - MOST_OF_AN_ORDER), start))


def _is_version(ahead: str, hit: str) -> bool:
    return bool(_VERSION.match(ahead) or _FIRST_OF_MAJOR.fullmatch(hit))


def _is_idiom(hit: str, before: str, after: str) -> bool:
    if _CONVICTION.match(after):
        return True
    if _TYPICAL.match(after):
        return bool(_DETERMINER.search(before))
    return bool(_WHOLE.match(hit) and _GIVING.search(before) and not _OF_MORE.match(after))


def _is_rough(hit: str, before: str, after: str) -> bool:
    if _EFFORT.match(hit + after):
        return True
    if _DOZEN.match(hit):
        return bool(_ONE.search(before))
    if hit.lower().startswith(("a ", "an ")):
        return bool(_MANY.match(after) or _RARE.search(before))
    return bool(_FEW.match(hit) and (_KNOWN.search(before) or _OF_ANYBODY.search(hit)))


def _is_bare(hit: str, before: str, ahead: str) -> bool:
    """A superlative of no rank: nothing says among what it comes first."""
    superlative = _SUPERLATIVE.match(hit)
    if not superlative:
        return False
    rest = ahead[superlative.end() :]
    if _OF_NO_RANK.match(rest):
        return True
    return not (
        _ALWAYS.match(hit)
        or (_ORDINAL.match(hit) and _NOUN.match(rest))
        or _OF_RANKED.match(rest)
        or _SCOPE.match(rest)
        or _PLACE.search(before)
    )
