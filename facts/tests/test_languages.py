"""Figures in texts of four languages: number, currency, date and the words beside them."""

import datetime
import gettext as catalogues
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import get_language

from articles.factories import ArticleFactory
from articles.models import Article
from companies.factories import CompanyFactory
from core.text.languages import SAID, speaking
from facts import publishing
from facts.factories import FactFactory, MetricFactory
from facts.models import Fact, Metric

LANGUAGES = ["en-gb", "de", "fr", "es"]
DAY = datetime.date(2025, 9, 30)
SPACES = re.compile("[\u00a0\u202f]")
# Kind, unit, amount, comparator and precision, and how each language says it.
FIGURES = [
    (
        ("money", "EUR", "-5300000.25", "eq", "quarter"),
        "EUR −5,300,000.25 (Q3 2025)",
        "−5.300.000,25 EUR (Q3 2025)",
        "−5 300 000,25 EUR (T3 2025)",
        "−5 300 000,25 EUR (T3 2025)",
    ),
    (
        ("money", "USD", "2500000000", "about", "year"),
        "about USD 2.5 billion (2025)",
        "etwa 2,5 Milliarden USD (2025)",
        "environ 2,5 milliards USD (2025)",
        "alrededor de 2 500 millones USD (2025)",
    ),
    (
        ("quantity", "", "1500000", "gte", "month"),
        "at least 1.5 million (September 2025)",
        "mindestens 1,5 Millionen (September 2025)",
        "au moins 1,5 million (septembre 2025)",
        "al menos 1,5 millones (septiembre de 2025)",
    ),
    (
        ("quantity", "", "1000000", "lte", "day"),
        "at most 1 million (30 September 2025)",
        "höchstens 1 Million (30. September 2025)",
        "au plus 1 million (30 septembre 2025)",
        "como máximo 1 millón (30 de septiembre de 2025)",
    ),
    (
        ("quantity", "", "3000000000000", "eq", "day"),
        "3 trillion (30 September 2025)",
        "3 Billionen (30. September 2025)",
        "3 billions (30 septembre 2025)",
        "3 billones (30 de septiembre de 2025)",
    ),
    (
        ("percent", "%", "-12.5", "about", "unknown"),
        "about −12.5 % (undated)",
        "etwa −12,5 % (undatiert)",
        "environ −12,5 % (non daté)",
        "alrededor de −12,5 % (sin fecha)",
    ),
    (
        ("permille", "", "2.5", "eq", "half"),
        "2.5 ‰ (H2 2025)",
        "2,5 ‰ (2. Halbjahr 2025)",
        "2,5 ‰ (S2 2025)",
        "2,5 ‰ (S2 2025)",
    ),
    (
        ("quantity", "", "1200000/1500000", "range", "fiscal"),
        "1.2 million to 1.5 million (FY2025 to September 2025)",
        "1,2 Millionen bis 1,5 Millionen (Geschäftsjahr 2025 bis September 2025)",
        "1,2 million à 1,5 million (exercice 2025 clos en septembre 2025)",
        "1,2 millones a 1,5 millones (ejercicio 2025 hasta septiembre de 2025)",
    ),
    (
        ("undisclosed", "", "", "eq", "year"),
        "not disclosed (2025)",
        "nicht veröffentlicht (2025)",
        "non communiqué (2025)",
        "no revelado (2025)",
    ),
    (
        ("date", "", "2006-04-23", "eq", "unknown"),
        "23 April 2006 (undated)",
        "23. April 2006 (undatiert)",
        "23 avril 2006 (non daté)",
        "23 de abril de 2006 (sin fecha)",
    ),
]


IN_EACH = [
    (language, claim, words)
    for claim, *said in FIGURES
    for language, words in zip(LANGUAGES, said, strict=True)
]


@pytest.mark.parametrize(("language", "claim", "said"), IN_EACH)
def test_figure_is_said_in_the_language_of_its_text(language, claim, said):
    kind, unit, value, comparator, precision = claim
    is_date = kind == "date"
    lower, _slash, upper = value.partition("/")
    fact = Fact(
        metric=Metric(value_type="quantity" if kind == "undisclosed" else kind, unit=unit),
        value_state="value" if value else kind,
        amount=None if is_date or not value else Decimal(lower),
        upper_amount=Decimal(upper) if upper else None,
        text=value if is_date else "",
        comparator=comparator,
        as_of=None if precision == "unknown" else DAY,
        as_of_precision=precision,
    )
    with speaking(language):
        words = f"{fact.display_value} ({fact.as_of_label})"
    assert SPACES.sub(" ", words) == said


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("de-AT", "de"),
        ("es-mx", "es-mx"),
        ("fr-Latn-CA", "fr"),
        # Ours in any country's way, and what we have no words for, is said as the interface does.
        ("en-us", "en-gb"),
        ("it", "en-gb"),
        ("ar", "en-gb"),
        ("de-Arab", "en-gb"),
        ("", "en-gb"),
        ("x-nobody", "en-gb"),
    ],
)
def test_language_of_figures_is_the_text_s_own_where_we_have_its_words(tag, spoken):
    with speaking(tag):
        assert get_language() == spoken


# A live figure, a pinned one with a newer one, one found wrong of each kind, a hidden company.
TEXT = (
    "A [](fact:acme/profit). B [90](fact:acme/staff@{old}). C [80](fact:acme/wrong@{wrong}). "
    "D [](fact:acme/wrong). E [70](fact:gone/staff). F [](fact:gone/staff). G [](company:gone)."
)
SAID_IN_TEXT = {
    "en-gb": (
        "A EUR −5,300,000.25 (Q3 2025). B 90 (undated). C 80 (withdrawn). "
        "D (a figure found wrong). E 70 (source not shown). F (a figure no longer shown). "
        "G (a company no longer shown)."
    ),
    "de": (
        "A −5.300.000,25 EUR (Q3 2025). B 90 (undatiert). C 80 (zurückgezogen). "
        "D (eine Zahl, die falsch war). E 70 (Quelle nicht gezeigt). "
        "F (eine Zahl, die nicht mehr gezeigt wird). "
        "G (ein Unternehmen, das nicht mehr gezeigt wird)."
    ),
    "fr": (
        "A −5 300 000,25 EUR (T3 2025). B 90 (non daté). C 80 (retiré). "
        "D (un chiffre qui était faux). E 70 (source non affichée). "
        "F (un chiffre qui n’est plus affiché). G (une entreprise qui n’est plus affichée)."
    ),
    "es": (
        "A −5 300 000,25 EUR (T3 2025). B 90 (sin fecha). C 80 (retirado). "
        "D (una cifra que era errónea). E 70 (fuente no mostrada). "
        "F (una cifra que ya no se muestra). G (una empresa que ya no se muestra)."
    ),
}
NEWER = {
    "en-gb": "newer figure: 95 (30 September 2025)",
    "de": "neuere Zahl: 95 (30. September 2025)",
    "fr": "chiffre plus récent : 95 (30 septembre 2025)",
    "es": "cifra más reciente: 95 (30 de septiembre de 2025)",
}
BESIDE = {
    "en-gb": ("Figures in this story", "withdrawn: Misread.", "Sources: 2 of 6 figures"),
    "de": ("Zahlen in diesem Artikel", "zurückgezogen: Misread.", "Quellen: 2 von 6 Zahlen"),
    "fr": ("Les chiffres de cet article", "retiré : Misread.", "Sources : 2 chiffres sur 6"),
    "es": ("Las cifras de este artículo", "retirado: Misread.", "Fuentes: 2 de 6 cifras"),
}


def in_one_line(html) -> str:
    return " ".join(strip_tags(SPACES.sub(" ", html)).split())


@pytest.fixture
def make(admin_user, django_capture_on_commit_callbacks):
    """An article of that text, some time after it was written."""

    def make_article(language, **fields):
        acme, gone = CompanyFactory(slug="acme"), CompanyFactory(slug="gone")
        profit = MetricFactory(key="profit", value_type="money", unit="EUR")
        staff, failed = MetricFactory(key="staff"), MetricFactory(key="wrong")
        quarter = {"as_of": DAY, "as_of_precision": "quarter"}
        FactFactory(company=acme, metric=profit, amount=Decimal("-5300000.25"), **quarter)
        old = FactFactory(company=acme, metric=staff, amount=90)
        wrong = FactFactory(company=acme, metric=failed, amount=80)
        FactFactory(company=gone, metric=staff, amount=70)
        body = TEXT.format(old=old.public_id, wrong=wrong.public_id)
        article = ArticleFactory(language=language, body=body, **fields)
        with django_capture_on_commit_callbacks(execute=True):
            day = {"as_of": DAY, "as_of_precision": "day"}
            FactFactory(company=acme, metric=staff, amount=95, **day)
            publishing.deprecate(wrong, reason="Misread.", by=admin_user)
            gone.is_public = False
            gone.save()
        return Article.objects.get(pk=article.pk)

    return make_article


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_what_stands_beside_it_speak_one_language(client, make, language):
    article = make(language)
    page = client.get(article.get_absolute_url()).text
    prose = re.search(r'<div class="prose.*?</div>', page, re.DOTALL)[0]
    for words in re.split(r"[A-G] |[(). ]*[().]", SAID_IN_TEXT[language]):
        assert words.strip() in in_one_line(prose)
    assert NEWER[language] in in_one_line(prose)
    beside = in_one_line(page.replace(prose, ""))
    for words in BESIDE[language]:
        assert words in beside
    if language != "en-gb":
        assert '<span lang="en-gb" dir="ltr">Misread.</span>' in prose
        for words in ("undated", "withdrawn", "newer figure", "no longer shown"):
            assert words not in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_text_has_words_and_marks_wherever_the_page_has(client, make, language):
    article = make(language, standfirst="")
    assert SPACES.sub(" ", article.body_text) == SAID_IN_TEXT[language]
    # 200 letters are a summary.
    said = SAID_IN_TEXT[language][:190]
    page = SPACES.sub(" ", client.get(article.get_absolute_url()).text)
    assert f'<meta property="og:description" content="{said}' in page
    assert f'"description":"{said}' in page
    for feed in ("atom", "rss"):
        assert said in SPACES.sub(" ", client.get(f"/feeds/articles.{feed}").text)


CARD = {
    "en-gb": (
        *("at least 1.5 million", "September 2025", "As of", "Source", "self-reported"),
        *("There is a newer figure: 1.75 million (30 September 2026)", "All about this figure"),
        *("the company’s own word", "no date given", "Challenge this figure"),
    ),
    "de": (
        *("mindestens 1,5 Millionen", "September 2025", "Stand", "Quelle", "eigene Angabe"),
        *("Es gibt eine neuere Zahl: 1,75 Millionen (30. September 2026)", "Alles über diese Zahl"),
        *("das Wort des Unternehmens", "ohne Datum", "Diese Zahl anzweifeln"),
    ),
    "fr": (
        *("au moins 1,5 million", "septembre 2025", "Date", "Source", "Tout sur ce chiffre"),
        "Il existe un chiffre plus récent : 1,75 million (30 septembre 2026)",
    ),
    "es": (
        *("al menos 1,5 millones", "septiembre de 2025", "Fecha", "Fuente"),
        "Hay una cifra más reciente: 1,75 millones (30 de septiembre de 2026)",
    ),
}


@pytest.fixture
def old(db):
    """A figure that is not the newest, of words of the desk's own."""
    metric = MetricFactory(label="Payers", definition="Who pays.")
    fact = FactFactory(
        metric=metric,
        amount=1_500_000,
        comparator="gte",
        basis="self",
        as_of=DAY,
        as_of_precision="month",
    )
    later = {"as_of": DAY.replace(year=2026), "as_of_precision": "day"}
    FactFactory(company=fact.company, metric=metric, amount=1_750_000, **later)
    return fact


def card_of(client, fact, language):
    return client.get(f"{fact.get_absolute_url()}card.json", {"language": language}).json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_card_speaks_the_language_of_the_text_around_it(client, old, language):
    answer = card_of(client, old, language)
    said = in_one_line(answer["html"])
    for words in CARD[language]:
        assert words in said
    assert (answer["language"], answer["direction"]) == (language, "ltr")
    assert CARD[language][0] in SPACES.sub(" ", answer["claim"])
    ours = '<span lang="en-gb" dir="ltr">Who pays.</span>'
    assert (ours in answer["html"]) == (language != "en-gb")
    if language != "en-gb":
        for words in ("As of", "million (September", "newer figure", "self-reported", "Challenge"):
            assert words not in said


@pytest.mark.parametrize("language", ["it", "ar", "en-us", "de-Arab", "", "x-nobody", "9" * 600])
def test_card_speaks_ours_in_a_text_whose_language_it_does_not_know(client, old, language):
    answer = card_of(client, old, language)
    assert answer == card_of(client, old, "en-gb")
    assert answer["language"] == "en-gb"


def test_card_of_a_withdrawn_figure_says_so_in_the_language_of_the_text(client, old, admin_user):
    publishing.deprecate(old, reason="Misread.", by=admin_user)
    html = card_of(client, old, "de")["html"]
    assert "Diese Zahl war falsch und ist zurückgezogen." in html
    assert '<span lang="en-gb" dir="ltr">Misread.</span> Jetzt gilt:' in html
    ours = client.get(f"{old.get_absolute_url()}card.json").json()["html"]
    assert "This figure was wrong and is withdrawn." in ours
    assert "</b> Misread. What stands now:" in ours


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words", "says"),
    [("de", "2,5 Millionen", "1,5 Millionen"), ("en-us", "2.5 million", "1.5 million")],
)
def test_warning_names_the_figure_as_the_text_would_say_it(language, words, says):
    fact = FactFactory(company__slug="acme", metric__key="staff", amount=1_500_000)
    body = f"Es hat [{words}](fact:acme/staff@{fact.public_id})."
    article = ArticleFactory(language=language, body=body)
    assert [one["says"] for one in article.naked_figures if one["kind"] == "misfit"] == [says]


def folder_of(language):
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES"


def test_each_language_has_all_the_words_and_they_are_compiled():
    """`make translations` after a change of a `.po`."""
    said = set()
    for language in SAID - {"en"}:
        source = (folder_of(language) / "django.po").read_text(encoding="utf-8")
        with (folder_of(language) / "django.mo").open("rb") as file:
            compiled = catalogues.GNUTranslations(file)
        found = re.findall(
            r'(?:^msgctxt "(.*)"\n)?^msgid "(.+)"\n(?:msgid_plural "(.+)"\n)?'
            r'^msgstr(?:\[0\])? "(.+)"\n(?:msgstr\[1\] "(.+)"\n)?',
            source,
            re.MULTILINE,
        )
        for context, one, many, first, second in found:
            if many:
                told = [compiled.ngettext(one, many, count) for count in (1, 2)]
                assert told == [first, second]
            else:
                told = compiled.pgettext(context, one) if context else compiled.gettext(one)
                assert told == first.replace("\\\\", "\\")
        said.add(frozenset(row[:3] for row in found))
    assert len(said) == 1
