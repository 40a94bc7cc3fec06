"""Content that tries every page's layout: long words, many of everything, other directions.

`make_torture()` writes it to the database and gives the addresses that show it.
"""

from articles.factories import (
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
)
from articles.models import Article
from comments.factories import CommentFactory, DiscussionFactory
from comments.kinds import Kind
from companies.factories import CompanyFactory, TechnologyFactory
from corrections.factories import CorrectionFactory
from facts.factories import FactFactory, MetricFactory, TechUseFactory

# More than seventy letters without a place to break.
WORD = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnungsblatt"
LONG_TITLE = (
    "Why every regional savings bank that once ran its own computing centre now rents the same "
    "four machines, and who answers when they stand still"
)
UNBROKEN = "https://example.org/" + "a-path/without_any_place.to-break" * 5
CODE = "\n".join(
    f"def step_{n}(first, second, third): return first.combine(second, third, strict=True, {n=})"
    for n in range(12)
)


def make_torture() -> list[str]:
    section = SectionFactory(name="Landwirtschaftsverwaltungsmodernisierung", slug="long-section")
    for number in range(8):
        SectionFactory(name=f"A further section {number}")
    company = CompanyFactory(
        name=f"{WORD} AG", slug="long-company", description=f"{WORD} und {UNBROKEN}."
    )
    facts = _figures(company)
    technologies = _technologies(company)
    story = _story(section, company, facts)
    list_ = _list(section, company)
    rtl = _right_to_left(section)
    ArticleFactory(section=section, title=LONG_TITLE, slug="long-title")
    word = ArticleFactory(section=section, title=WORD * 2, standfirst=WORD, slug="long-word")
    ArticleFactory(section=section, title=f"{LONG_TITLE}: {WORD}", slug="both-of-them")
    _discuss(story)
    _correct(story)
    shown = [story, list_, rtl, word, company, facts[0], technologies[0]]
    return [
        "/",
        "/articles/",
        "/companies/",
        "/technologies/",
        "/corrections/",
        f"/search/?q={WORD}",
        f"/companies/compare/?c={company.slug}",
        story.authors.first().get_absolute_url(),
        *(row.get_absolute_url() for row in shown),
    ]


def _figures(company):
    long = MetricFactory(key="long", label=f"{WORD} insgesamt", definition=f"Was {WORD} zählt.")
    words = MetricFactory(in_words=True, key="words", label="Office")
    return [
        FactFactory(company=company, metric=long, scope=WORD, references__source__title=WORD),
        FactFactory(company=company, metric=words, text=f"{WORD} and {UNBROKEN}"[:190]),
        FactFactory(company=company, references__source__url=UNBROKEN),
    ]


def _technologies(company):
    rows = [TechnologyFactory(name=f"{WORD} {number}") for number in range(3)]
    for row in rows:
        TechUseFactory(company=company, technology=row, purpose=f"{WORD} and {UNBROKEN}"[:190])
    return rows


def _story(section, company, facts):
    """Twelve authors, thirty topics, twenty-five headings and footnotes, and no cover."""
    return ArticleFactory(
        section=section,
        title=f"{WORD}: {LONG_TITLE}"[:200],
        slug="torture",
        standfirst=f"{WORD} {UNBROKEN}"[:290],
        body=_body(company, facts),
        authors=[AuthorFactory(name=f"Maximiliane van der Hohenstein {n}") for n in range(12)],
        topics=[TopicFactory(name=f"A topic of some length {n}") for n in range(30)],
        companies=[company],
    )


def _body(company, facts):
    figures = " ".join(f"[{WORD}](fact:{company.slug}/{fact.metric.key})" for fact in facts)
    columns = [f"Column {number}" for number in range(14)]
    rows = [columns, ["---"] * 14, *[[f"Cell_{n}_{WORD[:20]}" for n in range(14)]] * 3]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    headings = "\n\n".join(
        f"{'#' * (2 + n % 3)} {'A heading' if n % 5 else WORD} {n}\n\nA word.[^{n}] More.[^{n}]"
        for n in range(25)
    )
    notes = "\n".join(f"[^{n}]: {UNBROKEN if n % 5 == 0 else WORD} {n}." for n in range(25))
    return "\n\n".join(
        [
            f"Es gibt {figures} und {WORD}, {UNBROKEN} and `{UNBROKEN}`.",
            f"- {WORD}\n- {UNBROKEN}\n    1. deep\n        - deeper\n            - {WORD}",
            f"> > > {WORD}",
            table,
            "| A | small one |\n|---|---|\n| 1 | 2 |",
            f"```python\n{CODE}\n```",
            f"```\n{UNBROKEN}\n```",
            headings,
            notes,
        ]
    )


def _list(section, company):
    article = ArticleFactory(
        section=section, kind=Article.Kind.LIST, title=f"Ten of {WORD}", slug="torture-list"
    )
    blurb = f"{WORD}.\n\n```\n{CODE}\n```"
    ListEntryFactory(article=article, company=company, blurb=blurb)
    for number in range(3):
        other = CompanyFactory(name=f"A company {number}")
        ListEntryFactory(article=article, company=other, heading=f"{WORD} {number}")
    return article


def _right_to_left(section):
    paragraph = "هذه فقرة طويلة عن شركة تنشر أرقامها كل ثلاثة أشهر وتذكر مصدر كل رقم منها. " * 4
    return ArticleFactory(
        section=section,
        title="لماذا تنشر الشركات أرقامها، ومن يقرأها بعد ذلك بوقت طويل",
        slug="right-to-left",
        language="ar",
        standfirst=paragraph[:200],
        body=f"{paragraph}\n\n## عنوان أول\n\n- {WORD}\n- {paragraph}\n\n```python\n{CODE}\n```\n\n"
        f"| أ | ب |\n|---|---|\n| {WORD} | {WORD} |\n\n> {paragraph}[^1]\n\n[^1]: {UNBROKEN}",
    )


def _discuss(article):
    discussion = DiscussionFactory(article=article)
    body = f"{WORD} {UNBROKEN}\n\n```\n{CODE}\n```\n\n> {WORD}"
    first = CommentFactory(discussion=discussion, name=WORD[:60], body=body)
    second = CommentFactory(discussion=discussion, thread=first, name="علي", body="تعليق قصير.")
    reply = {"discussion": discussion, "thread": first, "in_reply_to": second}
    CommentFactory(**reply, name=WORD[:60], body=body, kind=Kind.CORRECTION, quote=WORD)


def _correct(article):
    changes = [{"before": f"{WORD} {UNBROKEN}", "after": f"{UNBROKEN} {WORD}"}]
    CorrectionFactory(article=article, note=f"{WORD} {UNBROKEN}"[:300], changes=changes)
