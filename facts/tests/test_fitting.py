"""Words pinned to a figure, in four languages: what fits, and what an editor is asked about."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.languages import speaking
from facts.models import Fact, Metric
from facts.rules.fitting import do_fit
from facts.rules.number_words import WORDS
from facts.rules.numerals import read

MILLION = 10**6


def fact_of(value, comparator="eq", kind="quantity", unit=""):
    is_words = kind in ("date", "text")
    lower, _slash, upper = value.partition("/")
    return Fact(
        metric=Metric(value_type=kind, unit=unit),
        amount=None if is_words else Decimal(lower),
        upper_amount=Decimal(upper) if upper else None,
        text=value if is_words else "",
        comparator=comparator,
    )


# A figure, words that say it, and words that do not.
PAIRS = [
    # As the editor of the day wrote them.
    (("1000000", "gte"), "en", ["at least 1 million", "more than a million"], ["two billion"]),
    (("75000000",), "en", ["75 million", "75m", "seventy-five million"], ["2019", "57 million"]),
    # Rounding, and how far it may go.
    (("75200000",), "en", ["75 million", "about 80 million"], ["76 million", "80 million"]),
    (("1600000000",), "en", ["1.6 billion", "more than 1.5 billion"], ["2 billion", "1.5 billion"]),
    (("4.6", "eq", "percent"), "en", ["4.6 %", "5 per cent", "nearly 5 %"], ["4 %", "6 %"]),
    (("12",), "en", ["twelve plants", "a dozen"], ["13", "two dozen"]),
    # More and less, and what a bound does not allow.
    (("75000000",), "en", ["more than 70 million", "under 80 million"], ["more than 80 million"]),
    (("75000000",), "en", ["over 75 million"], ["more than a million", "up to a billion"]),
    # An article stands between the two, as nothing does in “more than 1 million”.
    (
        ("1200000",),
        "en",
        ["more than a million", "well over a million"],
        ["fewer than a million", "a million"],
    ),
    (("950000",), "en", ["almost a million", "a million"], ["more than a million"]),
    (("1000000", "gte"), "en", ["over a million"], ["fewer than a million", "almost a million"]),
    (("120",), "en", ["more than a hundred"], ["fewer than a hundred"]),
    (("250", "lte"), "en", ["at most 250", "up to 250"], ["more than 250"]),
    (("250", "gte"), "en", ["more than 250", "250+"], ["fewer than 250"]),
    (("80", "about", "percent"), "en", ["80 %", "about 78 %"], ["65 %"]),
    # A range: both of its ends, as their digits round them; one number may lie anywhere in it.
    (
        ("1200000/1500000", "range"),
        "en",
        [
            *("1.2 to 1.5 million", "1.2–1.5 million", "1.2 million to 1.5 million", "1.4 million"),
            *("between 1.2 and 1.5 million", "between about 1.2 and 1.5 million"),
            *("1,200,000 to 1.5 million", "1.2 to 1.5 million users in 10 to 12 countries"),
            *("1.4 million users in 10 to 12 countries", "more than 1.2 million"),
        ],
        [
            *("1.1 million", "1.1 to 1.5 million", "1.2 to 1.6 million", "1.1–1.5 million"),
            *("between 1.1 and 1.5 million", "between 1.1 million and 1.5 million"),
            *("1.2 to 1.5 billion", "1.2 to 1.5", "1.3 to 1.4 million", "1.5 to 1.8 million"),
            *("1.1 to 1.5 million users in 10 countries", "10 to 12 million"),
        ],
    ),
    (
        ("1180000/1520000", "range"),
        "en",
        ["1.2 to 1.5 million", "1.18 to 1.52 million", "about 1.1 to 1.6 million"],
        ["1.20 to 1.50 million", "1.1 to 1.6 million"],
    ),
    (
        ("2000000/3000000", "range"),
        "en",
        ["two to three million", "between two and three million", "one to watch"],
        [
            *("two to four million", "two and four million", "one to three million"),
            "between one and three million",
        ],
    ),
    (("900000/1200000", "range"), "en", ["900,000 to 1.2 million"], ["800,000 to 1.2 million"]),
    (
        ("12/15", "range", "percent"),
        "en",
        ["12 to 15 %", "12 % to 15 %", "between 12 and 15 per cent", "12-15%"],
        ["10 to 15 %", "12 to 18 per cent", "12 to 15 ‰"],
    ),
    (
        ("-5000000/-3000000", "range", "money", "EUR"),
        "en",
        ["a loss of €3 million to €5 million", "between EUR 3 million and EUR 5 million"],
        ["€2 million to €5 million", "$3 million to $5 million"],
    ),
    (
        ("1200000/1500000", "range"),
        "de",
        ["1,2 bis 1,5 Mio.", "zwischen 1,2 und 1,5 Millionen", "1,2 bis zu 1,5 Millionen"],
        [
            "1,1 bis 1,5 Mio.",
            "ein bis 1,5 Mio.",
            "zwischen 1,1 und 1,5 Millionen",
            "1,1 bis zu 1,5 Millionen",
        ],
    ),
    (
        ("1200000/1500000", "range"),
        "fr",
        ["1,2 à 1,5 million", "entre 1,2 et 1,5 million", "de 1,2 jusqu’à 1,5 million"],
        ["1,1 à 1,5 million", "entre 1,1 et 1,5 million"],
    ),
    (
        ("2000000/3000000", "range"),
        "es",
        ["de 2 a 3 millones", "entre dos y tres millones", "de dos hasta tres millones"],
        ["de 1 a 3 millones", "entre dos y cuatro millones", "de uno a tres millones"],
    ),
    (("1.2/1.5", "range"), "it", ["1,2–1,5", "1.2-1.5"], ["1,1–1,5", "1.1-1.5"]),
    # A range said of one number has it inside, no further off than “more than” may be.
    (
        ("75000000",),
        "en",
        [
            *("70 to 80 million", "between 70 and 80 million", "rose from 60 to 75 million"),
            *("75 million in 10 to 12 countries", "fell from 75 to 60 million"),
        ],
        ["76 to 80 million", "between 10 and 80 million", "70 to 800 million", "60 to 70 million"],
    ),
    (("2.5", "eq", "permille"), "de", ["2,5 ‰", "2,5 Promille"], ["2,5 %", "25 Promille"]),
    # Money: the currency, and a loss without its sign.
    (
        ("-5300000.25", "eq", "money", "EUR"),
        "en",
        ["EUR −5,300,000.25", "a loss of €5.3 million", "5.3 million euros"],
        ["$5.3 million", "£5.3 million", "EUR 5.3 billion"],
    ),
    (("40", "eq", "money", "USD"), "en", ["$40", "US$40", "40 dollars"], ["40 %", "€40"]),
    # Shares, and a unit that does not go with the metric.
    (
        ("33.4", "eq", "percent"),
        "en",
        ["a third", "one in three", "33.4 %"],
        ["two thirds", "half", "less than a third"],
    ),
    (
        ("60", "eq", "percent"),
        "en",
        ["more than half", "over half", "more than one in two"],
        ["less than half", "half", "fewer than one in two"],
    ),
    (("250000",), "en", ["a quarter of a million"], ["a quarter", "three quarters of a million"]),
    (("50",), "en", ["50", "fifty shops"], ["50 %", "$50"]),
    # One number of several is enough, and words without one are never asked about.
    (
        ("75000000",),
        "en",
        ["75 million in 190 countries", "many", "most of them", "one of the few"],
        [],
    ),
    (("3",), "en", ["the third largest", "three shops", "Q3 revenue"], ["the 5 largest"]),
    (("75000000",), "en", ["hundreds of millions", "the 30th"], []),
    (("75000000",), "de", ["Millionen Nutzer", "Hunderte Millionen", "am 30. September"], []),
    (("75000000",), "fr", ["des millions d’abonnés", "des centaines de millions"], []),
    (
        ("75000000",),
        "es",
        ["millones de usuarios", "75 millones de usuarios"],
        ["7 millones de ellos"],
    ),
    # Dates and words.
    (
        ("2006-04-23", "eq", "date"),
        "en",
        ["2006", "April 2006", "at the start"],
        ["2019", "May 2006"],
    ),
    (
        ("2006-04-23", "eq", "date"),
        "en",
        ["23 April 2006", "April 23rd", "on the 23rd of April"],
        ["24 April 2006", "April 2, 2006"],
    ),
    (("2006-04", "eq", "date"), "en", ["April 2006", "23 April 2006"], ["May 2006"]),
    (("2006", "eq", "date"), "en", ["in 2006", "April 2006"], ["1996"]),
    (("Berlin 10115", "eq", "text"), "en", ["in Berlin", "10115 Berlin"], ["since 2019"]),
    # German.
    (
        ("2500000000",),
        "de",
        ["2,5 Milliarden", "zweieinhalb Milliarden", "2,5 Mrd.", "2.500.000.000", "rund 2,4 Mrd"],
        ["2,5 Millionen", "zwei Milliarden", "2,500"],
    ),
    (("1500000", "gte"), "de", ["mehr als 1,5 Millionen", "anderthalb Millionen"], ["1,5 Mrd."]),
    (("1200000",), "de", ["mehr als eine Million", "gut 1,3 Mio."], ["weniger als 1 Million"]),
    (("60", "eq", "percent"), "de", ["mehr als die Hälfte"], ["weniger als die Hälfte"]),
    (("12.5", "eq", "percent"), "de", ["12,5 Prozent", "12,5 %"], ["125 %", "ein Drittel"]),
    (("250",), "de", ["zweihundertfünfzig Leute", "knapp 260", "eine Firma"], ["205", "über 260"]),
    (("-5300000.25", "eq", "money", "EUR"), "de", ["5,3 Mio. Euro", "5.300.000,25 €"], ["5,3 %"]),
    (("2006-03-02", "eq", "date"), "de", ["2. März 2006"], ["12. März 2006"]),
    (("2006-03", "eq", "date"), "de", ["März 2006"], ["Mai 2006"]),
    # French.
    (
        ("1500000000",),
        "fr",
        ["1,5 milliard", "un milliard et demi", "1,5 Md", "1 500 000 000", "près de 1,6 milliard"],
        ["1,5 million", "15 milliards", "près de 1,4 milliard"],
    ),
    (
        ("97",),
        "fr",
        ["quatre-vingt-dix-sept pays", "environ 100", "une entreprise"],
        ["quatre-vingts"],
    ),
    (("1200000",), "fr", ["plus d’un million"], ["moins d’un million"]),
    (("60", "eq", "percent"), "fr", ["plus de la moitié"], ["moins de la moitié"]),
    (("500000",), "fr", ["un demi-million", "plus de 400 000"], ["un million"]),
    (("20", "eq", "percent"), "fr", ["20 %", "vingt pour cent", "un sur cinq"], ["la moitié"]),
    (("75000000", "eq", "money", "EUR"), "fr", ["75 millions d’euros"], ["75 millions de dollars"]),
    # Spanish.
    (
        ("2500000000",),
        "es",
        [
            "2500 millones",
            "2.500 millones",
            "dos mil quinientos millones",
            "más de 2,4 mil millones",
        ],
        ["2,5 millones", "25 mil millones"],
    ),
    (("1500000",), "es", ["un millón y medio", "1,5 millones", "una empresa"], ["medio millón"]),
    (("60", "eq", "percent"), "es", ["más de la mitad"], ["menos de la mitad"]),
    (("35", "eq", "percent"), "es", ["treinta y cinco por ciento", "35 %"], ["53 %", "la mitad"]),
    (("66.7", "eq", "percent"), "es", ["dos tercios", "casi 67 %"], ["un tercio"]),
    (("75000000",), "en", ["75.000.000", "75,000,000"], ["7.500.000", "1.000.000,5"]),
    # A language whose words we do not read.
    (("75000000",), "it", ["settanta milioni", "75.000.000", "75 000 000", "nel 2019"], ["2019"]),
    (("1234.5",), "it", ["1.234,5", "1,234.5"], ["12.345"]),
    (("1234",), "ja", ["1,234", "1.234", "千二百三十四"], ["1,235"]),
    (("35", "eq", "percent"), "it", ["35 %", "35"], ["53 %"]),
    (("5", "eq", "money", "EUR"), "it", ["€5", "5 euro"], ["$5"]),
    (("2019",), "ar", ["٢٠١٩", "2019"], ["٢٠١٨"]),
]
CASES = [
    (figure, language, words, expected)
    for figure, language, fitting, others in PAIRS
    for expected, several in ((True, fitting), (False, others))
    for words in several
]


@pytest.mark.parametrize(("figure", "language", "words", "expected"), CASES)
def test_words_fit_their_figure_or_not(figure, language, words, expected):
    assert do_fit(words, fact_of(*figure), language) is expected


@given(
    st.decimals("-1e14", "1e14", places=2),
    st.sampled_from(["eq", "about", "gte", "lte"]),
    st.sampled_from(["quantity", "money", "percent"]),
    st.sampled_from([*sorted(WORDS), "it", "ar", "ja", "hi"]),
)
def test_what_we_would_say_of_a_figure_ourselves_always_fits(amount, comparator, kind, language):
    fact = fact_of(str(amount), comparator, kind, "EUR" if kind == "money" else "")
    with speaking(language):
        words = fact.display_value
    assert do_fit(words, fact, language)


@given(
    st.lists(st.decimals(1, "1e12", places=2), min_size=2, max_size=2, unique=True),
    st.sampled_from(["quantity", "money", "percent"]),
    st.sampled_from([*sorted(WORDS), "it", "ar", "ja", "hi"]),
)
def test_what_we_would_say_of_a_range_ourselves_always_fits(ends, kind, language):
    lower, upper = sorted(ends)
    fact = fact_of(f"{lower}/{upper}", "range", kind, "EUR" if kind == "money" else "")
    with speaking(language):
        words = fact.display_value
    assert do_fit(words, fact, language)


@given(st.text(max_size=400), st.sampled_from([*WORDS, "", "it", "de-at"]))
def test_any_words_are_read_without_an_error(words, language):
    read(words, language)
