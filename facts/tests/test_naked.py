from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from core.prose import ARTICLE_LIMIT
from facts.naked.measuring import on_the_demo, on_unseen_prose, on_varied_prose
from facts.naked.scanning import naked_figures


def found(text, language="en"):
    return [figure.text for figure in naked_figures(text, language)]


@pytest.mark.parametrize(
    ("hit", "figure", "near_miss"),
    [
        ("It has 75 million users.", "75 million", "It has many users."),
        ("Hundreds of thousands of requests.", "Hundreds of thousands", "Request after request."),
        ("Served in 644 cities.", "644 cities", "Served in some cities."),
        ("It opened in 12 countries.", "12 countries", "It opened on 12 June."),
        ("It pays 3 engineers.", "3 engineers", "It runs Python 3 engines."),
        ("It sells in nine countries.", "nine countries", "It has nine lives."),
        ("Seventeen towns joined.", "Seventeen towns", "Seventeen years passed."),
        ("It moved 31,000 in May.", "31,000", "It moved in May 2019."),
        ("It employs 410 in town.", "410", "It turned 410."),
        ("It cost $4 billion.", "$4 billion", "It is called $HOME."),
        ("It cost USD 3.2m.", "USD 3.2m", "It trades in USD."),
        ("It cost €300.", "€300", "It cost the earth."),
        ("It cost two million naira.", "two million naira", "It took naira."),
        ("A share of 80 %.", "80 %", "A share of the pie."),
        ("A share of 80 percent.", "80 percent", "Top 80 of all time."),
        ("It sold 12 to 15 per cent more.", "12 to 15 per cent", "It sold per item."),
        ("It sold 12–15 per cent more.", "12–15 per cent", "It sold from 12–15 May."),
        ("It grew 12-15%.", "12-15%", "It grew in 2012-15."),
        ("It cost 5–6 million dollars.", "5–6 million dollars", "It won 5–6."),
        ("It cost $5-6 million.", "$5-6 million", "It won 5-6 there."),
        ("It changed by -5 %.", "-5 %", "It is in Top-5 lists."),
        ("It changed by +5 percent.", "+5 percent", "Call +5 1234."),
        ("It opened in 10–12 countries.", "10–12 countries", "It flies its 737-800 jets."),
        ("A third of them left.", "A third", "A third founder left."),
        ("Half of its shops closed.", "Half of", "The first half of its year closed."),
        ("One in four is new.", "One in four", "One in the crowd is new."),
        ("It costs twice as much.", "twice as much", "It failed twice."),
        ("Sales doubled.", "doubled", "A double room."),
        ("It answers in 380 ms.", "380 ms", "See chapter 380."),
        ("It was down for 43 minutes.", "43 minutes", "It was down for five minutes."),
        ("The largest Django site.", "largest Django", "A larger Django site."),
        ("The third most used language.", "third most used language", "It is most unusual."),
        ("The first company to land.", "first company to", "The first thing to know."),
        ("It made a record profit.", "record profit", "It keeps a record of profit."),
        ("At the end of 2021 there were 431.", "431", "At the end of 2021 it closed."),
        ("As of June 2024, 282 pay.", "282", "As of Python 3.12, threads pay."),
        ("It rents 12 and more halls.", "12 and more halls", "It runs macOS 10.15 and iOS 13."),
        ("Inflation reached 4.2 in May.", "4.2", "The library reached 1.0 in May."),
        ("It has 13 beta testers.", "13 beta testers", "The 1.3 beta already reads files."),
        ("It owns 100% of its shares.", "100%", "They are 100% confident."),
        ("It took 80% of the sales.", "80%", "It is the 80% use case."),
        ("It gave 110 percent more.", "110 percent", "He gave it 110 percent."),
        ("It has a million users.", "a million", "It has a million reasons."),
        ("The biggest bank by assets.", "biggest bank", "The biggest draws are free."),
        ("The biggest bank in Leeds.", "biggest bank", "The biggest problem in Leeds."),
        ("The most common language.", "most common language", "The most common issues."),
        ("The second-strongest party.", "second-strongest party", "His second greatest is luck."),
        ("Thousands of customers left.", "Thousands of customers", "It took thousands of hours."),
        ("It has two million users.", "two million", "It comes in two languages."),
        ("It runs two plants there.", "two plants", "The two plants run."),
        ("Sixty lawyers sued.", "Sixty lawyers", "Then a dozen lawyers sued."),
        ("If Acme shuts 300 shops, it lasts.", "300 shops", "If you send 300 letters, stop."),
        ("It sets 30 quotas.", "30 quotas", "Set it to 30 quotas."),
        ("Wages rose by a third.", "a third", "Answer within a tenth of a second."),
        ("One household in seven pays.", "One household in seven", "One mistake in Leeds."),
    ],
)
def test_figure_is_found_and_its_near_miss_is_not(hit, figure, near_miss):
    assert any(figure in one for one in found(hit)), found(hit)
    assert found(near_miss) == []


@pytest.mark.parametrize(
    "text",
    [
        "Python 3.12, HTTP/2, Django 5.2, v1.4 and Web 2.0.",
        "On 7 December 2012, at 9.30, from 10 to 5, in Q3 and in the 1980s.",
        "Call 0800 555 0142 or see page 318, version 6 or room 212.",
        "Top 10 lists, S3, EN 71, PEP 3156 and Route 27.",
        "The code is `TIMEOUT = 30 seconds` here.",
        "```\n75 million users\n```",
        "    75 million users in four spaces",
        "> We lost 4,000 customers.",
        "“We lost 4,000 customers,” she said.",
        '"We lost 4,000 customers," she said.',
        "1. The baskets.\n2. The depots.\n3. The end.",
        "See <https://example.com/75-million> or https://example.com/a?b=75%20users.",
        "He wrote.[^12]\n\n[^12]: In short.",
        "![75 million users](/a.png)",
        "| 75 million users |\n|---|\n| all |",
        "[75 million users](fact:spotify/users) and [](fact:spotify/users).",
        "He waited five minutes, two weeks, three years.",
    ],
)
def test_what_is_no_figure_or_not_the_writers_is_left_alone(text):
    assert found(text) == []


def test_words_of_ordinary_links_headings_and_cells_are_read():
    text = "## It has 644 cities\n\n[12 countries](/a)\n\n| City |\n|---|\n| 3,000 users |"
    assert found(text) == ["644 cities", "12 countries", "3,000 users"]


def test_figure_beside_a_fact_is_still_naked():
    assert found("[75 million](fact:a/b) users and 12 countries.") == ["12 countries"]


def test_figure_tells_its_sentence_line_and_kind():
    text = "One.\n\nIt grew. It has more than\n644 cities “now”. It shrank."
    (figure,) = naked_figures(text)
    assert figure.text == "more than 644 cities"
    assert figure.sentence == "It has more than 644 cities “now”."
    assert (figure.line, figure.kind) == (3, "count")


def test_sentence_shows_the_words_of_a_fact_beside():
    (figure,) = naked_figures("It has [75 million](fact:a/b) users in 12 countries.")
    assert figure.sentence == "It has 75 million users in 12 countries."


def test_languages_without_lists_are_searched_for_money_and_shares_with_a_sign():
    assert found("12 paesi, l’80 %, 300 € e EUR 1.234,50.", "it") == [
        "80 %",
        "300 €",
        "EUR 1.234,50",
    ]
    assert found("Da 12–15 %, −5 %, +5 % e 5-6 €.", "it") == ["12–15 %", "−5 %", "+5 %", "5-6 €"]
    assert found("Sono 5 miliardi, il 12 per cento.", "it") == []


@pytest.mark.parametrize(
    ("language", "hit", "figure", "near_miss"),
    [
        ("de", "Es sind 5 Milliarden Euro.", "5 Milliarden Euro", "Es zahlt in Euro."),
        ("de", "Es sind 5 Mrd. Euro.", "5 Mrd. Euro", "Die 5 Euro-Länder zahlen."),
        ("de", "Um 12,5 Prozent.", "12,5 Prozent", "Die Fünf-Prozent-Hürde fällt."),
        ("de", "Um 12,5 % mehr.", "12,5 %", "Am 12.5. begann es."),
        ("de", "Es sind 1.234,5 Mio. €.", "1.234,5 Mio. €", "Siehe Seite 1.234."),
        ("de", "Es kostet 1.234,50 €.", "1.234,50 €", "Seit 12.30 Uhr."),
        ("de", "Es kostet EUR 1.234,50.", "EUR 1.234,50", "Es steht in EUR da."),
        ("de", "Um 1\u202f234,5 %.", "1 234,5 %", "Version 1.234 läuft."),
        (
            "de",
            "Es kostet fünf Milliarden Dollar.",
            "fünf Milliarden Dollar",
            "Die Millionenstadt.",
        ),
        ("de", "Zwölf Prozent gingen.", "Zwölf Prozent", "Zwölf Länder gingen."),
        ("de", "Um dreiundzwanzig Prozent.", "dreiundzwanzig Prozent", "Ein Euro ist rund."),
        ("de", "Zweieinhalb Millionen kamen.", "Zweieinhalb Millionen", "Im Jahr zweitausend."),
        ("de", "Eine halbe Million Kunden.", "Eine halbe Million", "Der halbe Weg."),
        ("de", "Rund eine Million Kunden.", "Rund eine Million", "Eine Million Gründe."),
        ("de", "Von 12 bis 15 Prozent.", "12 bis 15 Prozent", "Von 1990 bis 2015."),
        ("de", "Um 12–15 %.", "12–15 %", "Um 12–15 Uhr."),
        ("de", "Um -5 %.", "-5 %", "Auf Rang-5."),
        ("de", "Es kostet € 5–6 Mio.", "€ 5–6 Mio.", "Es steht 5–6."),
        ("de", "Zwischen 5 und 6 Mio. Euro.", "5 und 6 Mio. Euro", "Zwischen 5 und 6 Uhr."),
        ("de", "Mehr als 31.000 Menschen.", "Mehr als 31.000", "Vor 31.000 Jahren."),
        ("de", "Ein 12-prozentiges Plus.", "12-prozentiges", "Sie ist 100%ig sicher."),
        ("de", "Es hält 100 Prozent der Anteile.", "100 Prozent", "Ich bin 100 % sicher."),
        ("de", "Es gibt 100 Prozent der Anteile ab.", "100 Prozent", "Er gibt 110 Prozent."),
        ("de", "Ein Drittel der Kunden ging.", "Ein Drittel", "Ein Drittel genügt."),
        ("de", "Die Hälfte der Läden.", "Hälfte", "In der ersten Hälfte des Jahres."),
        ("de", "Um 2,5 Promille.", "2,5 Promille", "Nach § 2,5 und §§ 1.234."),
        ("fr", "Il vaut 5 millions d’euros.", "5 millions d’euros", "Il paie en euros."),
        ("fr", "Il vaut 5 millions d'euros.", "5 millions d’euros", "L’euro 2024 fut beau."),
        ("fr", "Hausse de 12 pour cent.", "12 pour cent", "Il a cent raisons."),
        ("fr", "Hausse de 12,5\u202f%.", "12,5 %", "Le 12/05/2024 à 12 h."),
        ("fr", "Il vaut 1\u202f234,5\u00a0M€.", "1 234,5 M€", "Voir page 1\u202f234."),
        ("fr", "Il y a 31\u202f000 salariés.", "31 000", "Il y a 2\u202f000 ans."),
        ("fr", "Il y a 31 000 salariés.", "31 000", "Appelez le 0800 555 014."),
        ("fr", "Deux milliards de dollars.", "Deux milliards de dollars", "Deux pays."),
        ("fr", "Environ un million d’abonnés.", "Environ un million", "Un million de fois non."),
        ("fr", "Un demi-million d’euros.", "Un demi-million d’euros", "Un demi-tour."),
        ("fr", "Un million et demi d’euros.", "Un million et demi d’euros", "Une heure et demie."),
        ("fr", "Hausse de vingt et un pour cent.", "vingt et un pour cent", "Vingt et un ans."),
        ("fr", "Cinq mille salariés.", "Cinq mille", "En deux mille vingt, rien."),
        ("fr", "De 5 à 6 millions d’euros.", "5 à 6 millions d’euros", "De 5 à 6 heures."),
        ("fr", "Il détient 100 % du capital.", "100 %", "J’en suis sûr à 100 %."),
        ("fr", "Il donne 100 % de ses parts.", "100 %", "Il faut donner 110 %."),
        ("fr", "Plus d’un tiers des clients.", "Plus d’un tiers", "Un tiers est venu."),
        ("fr", "La moitié des magasins.", "moitié", "La moitié du temps, rien."),
        ("fr", "Un quart de ses clients.", "Un quart", "Un quart d’heure."),
        ("es", "Vale 3 millones de dólares.", "3 millones de dólares", "Paga en dólares."),
        ("es", "Sube un 12,5 por ciento.", "12,5 por ciento", "Lo hace por cien razones."),
        ("es", "Sube un 12,5 %.", "12,5 %", "El 12.5.2024 a las 12.30."),
        ("es", "Vale 1.234,5 millones de euros.", "1.234,5 millones de euros", "Artículo 1.234."),
        ("es", "Vale US$ 1,234.5 millones.", "US$ 1,234.5 millones", "La versión 1.234.5."),
        ("es", "Son cinco mil millones de euros.", "cinco mil millones de euros", "Mil gracias."),
        ("es", "Un millón de clientes.", "Un millón", "Un millón de gracias."),
        ("es", "Un millón y medio de euros.", "Un millón y medio de euros", "Una hora y media."),
        ("es", "El treinta y cinco por ciento.", "treinta y cinco por ciento", "Treinta y cinco."),
        ("es", "Entre 5 y 6 millones.", "5 y 6 millones", "Entre 5 y 6 horas."),
        ("es", "Más de 31.000 empleados.", "Más de 31.000", "Hace 31.000 años."),
        ("es", "Tiene el 100 % de las acciones.", "100 %", "Estoy seguro al 100 %."),
        ("es", "Da el 100 % de sus acciones.", "100 %", "Quiere dar el 110 %."),
        ("es", "Un tercio de los clientes.", "Un tercio", "Un tercio basta."),
        ("es", "La mitad de las tiendas.", "mitad", "A mitad de camino, en la mitad del año."),
        ("es", "La cuarta parte del capital.", "La cuarta parte", "Es su cuarta parte."),
    ],
)
def test_figure_of_another_language_is_found_and_its_near_miss_is_not(
    language, hit, figure, near_miss
):
    assert [" ".join(one.split()) for one in found(hit, language)] == [figure]
    assert found(near_miss, language) == []
    assert found(hit, f"{language.upper()}-CH") == found(hit, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Im Jahr 2020, am 12. März 2024, von 10 bis 5, in Q3 und im Artikel 12."),
        ("de", "Hauptstraße 5, 10115 Berlin, Tel. 0800 555 014, IP 192.168.0.1, ISBN 3-16-148410."),
        ("de", "„5 Milliarden Euro“, sagte sie. `5 Millionen` und [12,5 Prozent](fact:a/b)."),
        (
            "fr",
            "En 2020, le 12 mars à 12h30, 12, rue de Rivoli, 75001 Paris, art. 12, Python 3.12.",
        ),
        ("fr", "« 5 millions d’euros », dit-elle. Tél. 01 23 45 67 89. [12 %](fact:a/b)"),
        ("es", "En 2020, el 12 de marzo a las 12.30, calle Mayor 5, 28013 Madrid, S3 y A4."),
        ("es", "«5 millones de euros», dijo. Tel. 900 555 014. [12 por ciento](fact:a/b)"),
    ],
)
def test_what_is_no_figure_in_another_language_is_left_alone(language, text):
    assert found(text, language) == []


def test_what_is_counted_in_other_languages_is_left_out():
    assert found("Es sind 12 Länder.", "de") == []
    assert found("Ce sont 12 pays.", "fr") == []


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_is_searched(text):
    for language in ("en", "ar", "de", "fr", "es"):
        for figure in naked_figures(text, language):
            assert 0 < len(figure.text) <= 120
            assert len(figure.sentence) <= 600
            assert 1 <= figure.line <= text.count("\n") + text.count("\r") + 1


PIECES = ["12", " ", ",", ".", "million", "$", "%", "most", "used", "of", "a", "“", "”", "\n", "as"]


@given(st.lists(st.sampled_from([*PIECES, "[x](fact:a/b)", "`", "| ", "> ", "the first", "users"])))
@settings(max_examples=200, deadline=None)
def test_any_heap_of_pieces_is_searched(pieces):
    text = " ".join(pieces)
    assert naked_figures(text) == naked_figures(text)


OTHER_PIECES = [
    "12",
    "1.234,5",
    "Mio.",
    "bis",
    "à",
    "y",
    "mil",
    "cent",
    "ein",
    "Prozent",
    "pour",
    "de",
]


@given(st.lists(st.sampled_from([*OTHER_PIECES, "dos", "cinq", "€", "%", "–", "[x](fact:a/b)"])))
@settings(max_examples=200, deadline=None)
def test_any_heap_of_pieces_of_other_languages_is_searched(pieces):
    text = " ".join(pieces)
    for language in ("de", "fr", "es"):
        for figure in naked_figures(text, language):
            assert figure.text in " ".join(text.split())


@pytest.mark.parametrize(
    "seed",
    [
        *(
            "1 ",
            "12,",
            "“",
            "a@",
            "as of 11 ",
            "$1 ",
            "twenty-two ",
            "12 aa bb ",
            "the first bank ",
        ),
        *("Set 12 aa ", "the biggest aa bb ", "thousands of ", "give it 100% "),
    ],
)
def test_hostile_text_of_full_length_is_searched(seed):
    naked_figures(seed * (ARTICLE_LIMIT // len(seed)))


@pytest.mark.parametrize(
    ("language", "seed"),
    [
        ("de", "einundzwanzig"),
        ("de", "12 bis zwei "),
        ("fr", "vingt et un "),
        ("fr", "12 à deux mille "),
        ("es", "dos mil y "),
        ("es", "1.234 a dos mil "),
    ],
)
def test_hostile_text_of_another_language_is_searched(language, seed):
    naked_figures(seed * (ARTICLE_LIMIT // len(seed)), language)


# A little beneath what was measured; docs/decisions.md says the figures.
def test_demo_is_measured_above_its_floor():
    measured = on_the_demo()
    assert measured.labels >= 50
    assert measured.precision >= 0.85
    assert measured.recall >= 0.9


def test_unseen_prose_is_measured_above_its_floor():
    measured = on_unseen_prose()
    assert measured.words >= 1500
    assert measured.labels >= 100
    assert measured.precision >= 0.86
    assert measured.recall >= 0.82


def test_varied_prose_is_measured_above_its_floor():
    measured = on_varied_prose()
    assert measured.labels >= 140
    assert measured.precision >= 0.9
    assert measured.recall >= 0.88


def test_command_says_every_measurement():
    out = StringIO()
    call_command("measure_naked_figures", "--demo-details", stdout=out)
    assert "unseen prose: " in out.getvalue()
    assert "varied prose: " in out.getvalue()
    assert "the demo's stories: " in out.getvalue()
