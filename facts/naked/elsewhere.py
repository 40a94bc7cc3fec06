"""Words and patterns that make a number a figure in German, French and Spanish.

Money, shares, numbers with a scale and those in groups of three digits. What else is counted is not
looked for: no list of ours says which nouns of these languages are counted.
"""

import re
from dataclasses import dataclass

from facts.naked.patterns import ANY_DIGITS, CHANGE, CODE, EDGE, GAP, SIGN, any_of
from facts.rules.number_words import WORDS
from facts.rules.numerals import straightened

LOOKED_BACK = 40

_END = r"(?![\w/:]|[.,]\d|[-\u2010]\w)"


@dataclass(frozen=True)
class Others:
    """Regular expressions of the words of a language; `one` counts only before a scale.

    `scales` follow a number, `letters` one with the sign of a currency behind it. `link` stands
    between a scale and a coin, `to` between two numbers. `grouping` parts thousands.
    """

    number: str
    one: str
    scales: str
    letters: str
    half: str
    link: str
    coins: str
    percent: str
    to: str
    shares: str
    grouping: str
    uncounted: str
    labels: str


def _german() -> Others:
    parts = any_of(
        "ein zwei zwo drei vier fünf sechs sech sieben sieb acht neun zehn elf zwölf zwan drei und"
        " zig ßig ssig hundert tausend einhalb anderthalb"
    )
    part = r"Drittel|Viertel|Fünftel|Zehntel"
    return Others(
        number=rf"(?!(?:ein|und)(?!\w))(?:{parts}){{1,8}}",
        one=r"eine[rn]?|(?:(?:eine[rn]?|die|der) )?halbe[rn]?|mehrere[rn]?|einige[rn]?",
        scales=r"Millionen|Million|Milliarden|Milliarde|Billionen|Billion|Tausend|Mio\.?|Mrd\.?"
        r"|Bio\.|Tsd\.?",
        letters=r"Mio\.?|Mrd\.?|Tsd\.?|M|k",
        half="",
        link=r"(?:(?:Schweizer|(?:(?:kanad|austral|schwed|norweg|dän|tschech|brit|japan)isch"
        rf"|amerikanisch|chinesisch)(?:e[nr]?)?){GAP})?",
        coins=r"Euros?|Cents?|(?:US-)?Dollars?|Franken|Pfund|Yen|Yuan|Rubel|Kronen|Złoty|Zloty|Rupien"
        r"|Lira|(?:D-)?Mark|Rand|Naira|Real",
        percent=r"Basispunkten?",
        to="bis|und|oder|bis zu",
        shares=rf"(?:ein(?:em|es)?|zwei|drei|vier|neun){GAP}(?:{part})"
        r"(?= (?:de[rs]|aller|von|sein|ihr|davon))"
        r"|(?<!erste )(?<!ersten )(?<!zweite )(?<!zweiten )\bHälfte"
        r"(?= (?:de[rs](?! Zeit| Jahres| Spiels)|aller|von|sein|ihr|davon))",
        grouping=r"[.\u00a0\u202f]",
        uncounted=r"Jahren?|Tagen?|Stunden|Uhr|Mal|Metern?|Kilometern?|km",
        labels=any_of(
            "Seite Seiten Nr Nummer Version Artikel Abschnitt Kapitel Absatz Zeile Raum Zimmer"
            " Modell Telefon Tel Port Linie Straße Platz Jahr Jahre Flug"
        ),
    )


def _french() -> Others:
    words = any_of(
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
        " vingt vingts trente quarante cinquante soixante septante huitante nonante cent cents"
        " mille"
    )
    return Others(
        number=rf"(?:{words})(?:[- ](?:et[- ])?(?:{words}|une?)){{0,3}}",
        one=r"une?|(?:un )?demi|plusieurs|quelques",
        scales=r"milliards?|millions?|billions?|mille milliards|mille|Mds?|Mio|Mrd",
        letters="Mds?|Mrd|Mio|M|k",
        half=rf"(?:{GAP}et demie?)?",
        link=rf"(?:d['’]|de{GAP})?",
        coins=r"euros?|dollars?|livres sterling|francs?|centimes?|yens?|yuans?|couronnes|roubles?"
        r"|roupies?|dirhams?|dinars?|nairas?|réals|zlotys?",
        percent=r"points? de base",
        to="à|et|ou|jusqu['’]à",
        shares=rf"\b(?:un|deux|trois){GAP}(?:tiers|quarts?|cinquièmes?|dixièmes?)"
        r"(?= (?:des?|du)(?! (?:page|tour|siècle|finale|seconde)) | d['’](?!heure))"
        r"|\bmoitié(?= (?:des?(?! (?:temps|l['’]année|la nuit))|du(?! (?:temps|mois|match)))\b"
        r"| d['’](?!entre))",
        grouping=r"[.\u00a0\u202f ]",
        uncounted=r"ans?|jours|heures|fois|mètres|kilomètres|km",
        labels=any_of(
            "page pages nº n° no numéro version article section chapitre ligne salle modèle tél"
            " téléphone port rue route an année vol"
        ),
    )


def _spanish() -> Others:
    unit = "dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
    words = (
        rf"(?:{unit}|sete|nove)(?:cient[oa]s)?|quinient[oa]s|cien(?:to)?|mil|diez|once|doce|trece"
        rf"|catorce|quince|veinte|(?:dieci|veinti)(?:{unit}|d[oó]s|tr[eé]s|s[eé]is|un[oa]?|ún)"
        r"|(?:trei|cuare|cincue|sese|sete|oche|nove)nta"
    )
    return Others(
        number=rf"(?=[cdmnoqstv])(?:{words})(?:(?: y)? (?:{words}|un[oa]?)){{0,2}}",
        one=r"una?|uno|medio|vari[oa]s|algun[oa]s",
        scales=r"millones|millón|billones|billón|mil millones|mil|mill\.",
        letters=r"mill\.?|MM|M|k",
        half=rf"(?:{GAP}y medi[oa])?",
        link=rf"(?:de{GAP})?",
        coins=r"euros?|dólar(?:es)?|libras|pesos?|yenes|yuanes|francos?|céntimos?|centavos?|coronas"
        r"|rublos?|rupias?|soles|bolívares|nairas|reales",
        percent=r"puntos? porcentual(?:es)?|puntos? básicos?",
        to="a|y|o|hasta",
        shares=rf"\b(?:un|dos|tres){GAP}(?:tercios?|cuartos?|quintos?|décimos?)"
        r"(?= (?:de(?! (?:hora|siglo|final))|del)\b)"
        rf"|\b(?:una?|la|dos){GAP}(?:tercera|cuarta|quinta|décima){GAP}partes?(?= del?\b)"
        r"|(?<!en la )(?<!a la )(?<!\ba )\bmitad(?= (?:de(?! (?:la noche|semana))|del"
        r"(?! (?:tiempo|camino|año|mes|siglo)))\b)",
        grouping=r"[.\u00a0\u202f]",
        uncounted=r"años?|días|horas|veces|metros|kilómetros|km",
        labels=any_of(
            "página páginas nº n° núm número versión artículo sección capítulo línea sala modelo"
            " tel teléfono puerto calle ruta año vuelo"
        ),
    )


def _rules(words: Others, code: str) -> list:
    number = rf"{EDGE}(?:{ANY_DIGITS})"
    in_words = rf"(?<![\w-])(?:{words.number})(?!\w)"
    # The second number of a range stands behind a dash.
    to = rf"(?:{GAP}?(?:(?:{words.to}){GAP}|[–-]{GAP}?)(?:{ANY_DIGITS}|{in_words}))?"
    ranged = rf"(?:{number}|{in_words}){to}"
    one = rf"(?<![\w-])(?:{words.one})[ -]"
    scale = rf"(?:{words.scales})(?!\w)"
    known = WORDS[code]
    percent = rf"(?:{known.percent}|{known.per_mille}|{words.percent})"
    grouped = rf"\d{{1,3}}(?:{words.grouping}\d{{3}}){{1,4}}(?:,\d{{1,6}})?"
    return [
        (
            "money",
            rf"(?i:(?:{ranged}(?:{GAP}?{scale})?|{one}{scale}){words.half}){GAP}?"
            rf"(?:(?i:{words.link}(?:{words.coins})){_END}|(?i:{words.letters})?{GAP}?(?:[$€£¥₦₹](?!\w)|{CODE}\b))"
            rf"|(?:{EDGE}{SIGN}|(?<!\w){CODE}){GAP}?(?:{ANY_DIGITS})"
            rf"(?:[–-](?:{ANY_DIGITS}))?(?i:{GAP}?{scale})?(?!\w)",
        ),
        (
            "percentage",
            rf"(?i:(?:(?:{CHANGE}(?:{ANY_DIGITS})|{in_words}){to}|\b(?:ein(?:em)?|uno?)){GAP}?"
            rf"(?:[%‰٪](?:ige?[mnrs]?\b)?|{percent}(?!\w)|-prozentige?[mnrs]?\b))",
        ),
        ("number", rf"(?i:(?:{ranged}{GAP}?|{one}){scale})"),
        (
            "number",
            rf"(?<!\d[ \u00a0\u202f]){EDGE}(?!0){grouped}{_END}(?!{GAP}\d)"
            rf"(?!{GAP}(?i:{words.uncounted})\b)",
        ),
        ("share", rf"(?i:{words.shares})"),
    ]


_LANGUAGES = {"de": _german(), "fr": _french(), "es": _spanish()}
RULES = {
    code: [(kind, re.compile(pattern)) for kind, pattern in _rules(words, code)]
    for code, words in _LANGUAGES.items()
}
ABOUT = {
    code: re.compile(
        rf"(?i:(?<!\w)(?:{'|'.join((WORDS[code].more, WORDS[code].less, WORDS[code].about))})"
        rf"|[~≈<>]){GAP}?$"
    )
    for code in _LANGUAGES
}
LABELS = {
    code: re.compile(rf"(?i)(?:\b(?:{words.labels})\.?|§§?){GAP}?$")
    for code, words in _LANGUAGES.items()
}

# Idioms: 100 % sicher, sûr à 100 %, dar el 110 %; but “gibt 100 Prozent der Anteile ab”.
_SURE = {
    "de": "sicher|überzeugt|einverstanden|ehrlich|ernst|dahinter",
    "fr": "sûre?s?|certaine?s?|convaincue?s?|d'accord|honnêtes?|sérieux|sérieuses?",
    "es": "segur[oa]s?|convencid[oa]s?|de acuerdo|ciert[oa]s?|honest[oa]s?",
}
_CONVICTION = {code: re.compile(rf" (?:{words})\b", re.I) for code, words in _SURE.items()}
_CONVINCED = {
    code: re.compile(rf"\b(?:{words}) (?:zu|à|al|en un) $", re.I) for code, words in _SURE.items()
}
_GIVING = {
    "de": r"\bg[aei]be?(?:n|st|t)?\b[^.;:!?]{0,20}$",
    "fr": r"\bdonn[a-zé]{1,5}\b[^.;:!?]{0,20}$",
    "es": r"\bd(?:ar|a[ns]?|io|ieron|ando|amos|oy)\b[^.;:!?]{0,20}$",
}
_GIVING = {code: re.compile(pattern, re.I) for code, pattern in _GIVING.items()}
_GIVEN = re.compile(r" (?:ge)?geben\b", re.I)
_OF_SOMETHING = re.compile(r" (?:d'|(?:der|des|von|vom|mehr|weniger|de|du|del|más|menos)\b)", re.I)
_WHOLE = re.compile(r"(?:1\d0|200|hundert|cent|cien)\b", re.I)
_YEAR_IN_WORDS = re.compile(r"\ben (?:deux mille|dos mil)$", re.I)
# A million of them is many: eine Million Gründe, un million de fois, un millón de gracias.
_ONE = re.compile(r"(?:une?|eine[rn]?) ", re.I)
_MANY = re.compile(
    r" (?:d'|de )?(?:Mal|Gründen?|Dinge|Fragen|Ideen|Möglichkeiten|fois|raisons|choses|mercis"
    r"|questions|idées|veces|gracias|razones|cosas|preguntas|ideas)\b",
    re.I,
)


def is_name(text: str, start: int, end: int, code: str) -> bool:
    """Whether the number is one of a page, a paragraph or a year."""
    looked_at = max(0, start - LOOKED_BACK)
    is_labelled = LABELS[code].search(text[looked_at:start])
    return bool(is_labelled or _YEAR_IN_WORDS.search(straightened(text[looked_at:end])))


def is_talk(text: str, start: int, end: int, kind: str, code: str) -> bool:
    """Whether the hit is an idiom, which states no figure."""
    hit = text[start:end]
    before = straightened(text[max(0, start - LOOKED_BACK) : start])
    after = straightened(text[end : end + LOOKED_BACK])
    if kind == "number":
        return bool(_ONE.match(hit) and _MANY.match(after))
    if kind != "percentage":
        return False
    if _CONVICTION[code].match(after) or _CONVINCED[code].search(before):
        return True
    if not _WHOLE.match(hit) or _OF_SOMETHING.match(after):
        return False
    return bool(_GIVING[code].search(before) or _GIVEN.match(after))
