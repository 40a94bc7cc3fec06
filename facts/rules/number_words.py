"""The words around numbers that `facts.rules.numerals` reads, by language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Regular expressions of lower-case words, and what words of quantity stand for.

    A share of a whole is a numerator before a denominator; halves need none. `to` stands between
    the two ends of a range, and where `between` is before them `joined` does.
    """

    decimal_point: str
    percent: str
    per_mille: str
    half: str
    and_half: str
    scales: dict[str, int]
    numerators: dict[str, int]
    halves: str
    denominators: dict[str, int]
    out_of: str
    between: str
    joined: str
    to: str
    vague: str
    more: str
    less: str
    about: str


THOUSAND, MILLION, BILLION, TRILLION = 10**3, 10**6, 10**9, 10**12
# Of which English names a part: “half a million”, “a quarter of a million”.
ROUND = {"hundred": 100, "thousand": THOUSAND, "million": MILLION, "billion": BILLION}
ROUND |= {"trillion": TRILLION}
ENGLISH = Words(
    decimal_point=".",
    percent=r"per ?cent|percentage points?|pct",
    per_mille=r"per ?mill?e?",
    half=r"half (?:an? )?(?=hundred|thousand|million|billion|trillion)",
    and_half=r"and a half",
    scales={"k": THOUSAND, "m": MILLION, "mn": MILLION, "mln": MILLION, "bn": BILLION}
    | {"b": BILLION, "tn": TRILLION, "trillion": TRILLION, "dozen": 12},
    numerators={"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "nine": 9},
    halves=r"half",
    denominators={"thirds?": 3, "quarters?": 4, "fifths?": 5, "tenths?": 10},
    out_of=r"in|out of|of every",
    between="between",
    joined="and",
    to="to|through",
    vague=r"(?:hundreds|thousands|millions|billions|dozens|tens|scores) of|several|a few|many",
    more=r"more than|over|at least|above|exceeding|upwards of|no fewer than|beyond|past",
    less=r"less than|fewer than|under|below|nearly|almost|up to|at most|no more than|not quite",
    about=r"about|around|roughly|some|approximately|approx\.?|circa|an estimated",
)
GERMAN = Words(
    decimal_point=",",
    percent=r"prozent(?:punkten?)?",
    per_mille=r"promille",
    half=r"(?:eine[rn]? )?halbe[rn]? (?=million|milliarde|billion)",
    and_half=r"und eine? halbe?",
    scales={"tsd": THOUSAND, "mio": MILLION, "mrd": BILLION, "bio": TRILLION}
    | {"billion": TRILLION, "billionen": TRILLION, "dutzend": 12},
    numerators={"ein": 1, "einem": 1, "eines": 1, "zwei": 2, "drei": 3, "vier": 4, "neun": 9},
    halves=r"hälfte",
    denominators={"drittel": 3, "viertel": 4, "fünftel": 5, "zehntel": 10},
    out_of=r"von|aus",
    between="zwischen",
    joined="und",
    to="bis(?: zu)?",
    vague=r"(?:hundert|tausend|dutzend)e[rn]?|^(?:million|milliard)en|mehrere|einige|viele",
    more=r"mehr als|über|mindestens|wenigstens|oberhalb von",
    less=r"weniger als|unter|fast|beinahe|nahezu|knapp|bis zu|höchstens|maximal",
    about=r"etwa|rund|ungefähr|circa|ca\.?|gut|um die|schätzungsweise",
)
FRENCH = Words(
    decimal_point=",",
    percent=r"pour[ -]?cent|points? de pourcentage",
    per_mille=r"pour mille",
    half=r"(?:un )?demi[ -](?=million|milliard)",
    and_half=r"et demie?",
    scales={"k": THOUSAND, "m": MILLION, "md": BILLION, "mds": BILLION, "mrd": BILLION}
    | {"billion": TRILLION, "billions": TRILLION, "douzaine": 12},
    numerators={"un": 1, "le": 1, "deux": 2, "trois": 3, "quatre": 4, "neuf": 9},
    halves=r"moitié",
    denominators={"tiers": 3, "quarts?": 4, "cinquièmes?": 5, "dixièmes?": 10},
    out_of=r"sur",
    between="entre",
    joined="et",
    to=r"à|jusqu'à",
    vague=r"(?:centaines|milliers|dizaines) de|des (?:mill\w+)|plusieurs|quelques|beaucoup",
    more=r"plus d[e']|au moins|au-dessus d[e']|dépasse(?:nt)?",
    less=r"moins d[e']|presque|près d[e']|jusqu'à|au plus|pas tout à fait",
    about=r"environ|quelque|à peu près|autour d[e']",
)
SPANISH = Words(
    decimal_point=",",
    percent=r"por ?ciento|puntos porcentuales",
    per_mille=r"por mil",
    half=r"medi[oa] (?=mill[oó]n|billón)",
    and_half=r"y medi[oa]",
    scales={"k": THOUSAND, "m": MILLION, "mill": MILLION, "mm": MILLION}
    | {"billón": TRILLION, "billones": TRILLION, "docena": 12},
    numerators={"un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "nueve": 9},
    halves=r"mitad",
    denominators={"tercios?|tercera parte": 3, "cuartos?|cuarta parte": 4}
    | {"quintos?|quinta parte": 5, "décimos?|décima parte": 10},
    out_of=r"de cada|de",
    between="entre",
    joined="y",
    to="a|hasta",
    vague=r"(?:cientos|centenares|miles|decenas) de|^millones|vari[oa]s|algun[oa]s|much[oa]s",
    more=r"más de|al menos|por lo menos|como mínimo|por encima de|supera(?:n)?",
    less=r"menos de|casi|hasta|como máximo|a lo sumo|por debajo de",
    about=r"alrededor de|unos|unas|cerca de|aproximadamente|en torno a",
)
WORDS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}

# What a text calls a currency, and the codes it may mean.
DOLLARS = frozenset("USD CAD AUD NZD HKD SGD TWD MXN".split())
CURRENCIES = {
    "€": {"EUR"},
    "£": {"GBP"},
    "$": DOLLARS,
    "¥": {"JPY", "CNY"},
    "₹": {"INR"},
    "us$": {"USD"},
    "euro": {"EUR"},
    "euros": {"EUR"},
    "dollar": DOLLARS,
    "dollars": DOLLARS,
    "dólares": DOLLARS,
    "pounds": {"GBP"},
    "pfund": {"GBP"},
    "livres sterling": {"GBP"},
    "libras": {"GBP"},
    "yen": {"JPY"},
}
CODES = DOLLARS | frozenset("EUR GBP CHF JPY CNY INR SEK NOK DKK PLN BRL ZAR KRW TRY NGN".split())
CURRENCIES |= {code.lower(): {code} for code in CODES - {"TRY"}}

# Which may be units as well: “5 m”.
AMBIGUOUS = {"k", "m", "b", "mm"}
