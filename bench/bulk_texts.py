"""The words of a bulk publication, from the demo's stories, rendered as everything else is."""

import random
import re

from django.utils.text import Truncator

from articles.models import Article
from core import prose
from demo.publication import read_stories

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SENTENCE = re.compile(r"(?<=[.?!]) +(?=[A-Z])")
SYLLABLES = "ba co di fe gu ha jo ku li mo na pe ri so tu va we xi yo za".split()
COUNTRIES = "SE US GB DE FR IN BR JP NL ES IT PL CA AU NO FI DK CH AT IE".split()
FIRST = """Amber Baltic Cedar Delta Ember Falcon Granite Harbour Indigo Juniper Kestrel Lumen
Meridian Northwind Opal Prairie Quarry Raven Solstice Timber Umbra Vertex Willow Xenon Yonder
Zephyr""".split()
SECOND = """Analytics Bank Cargo Devices Energy Foods Games Health Insurance Kitchens Labs Media
Networks Optics Payments Robotics Systems Telecom Utilities Ventures""".split()
SUBJECTS = ["The payments team", "A quiet rewrite", "The second data centre", "An old scheduler"]
SUBJECTS += ["The billing system", "A new compiler", "The search cluster", "One shared database"]
VERBS = ["outlives", "replaces", "explains", "slows", "funds", "doubles", "splits", "survives"]
OBJECTS = ["its makers", "three teams", "a whole product", "the annual plan", "half the servers"]
OBJECTS += ["an acquisition", "the audit", "every forecast"]
METRICS = [
    {
        "key": key,
        "rest": {
            "label": key.replace("-", " ").capitalize(),
            "definition": "What is counted, and what is not.",
            "value_type": value_type,
            "unit": unit,
            "shelf_life_days": days,
            "position": position,
        },
    }
    for position, (key, value_type, unit, days) in enumerate(
        [
            ("employees", "quantity", "", 365),
            ("revenue", "money", "USD", 500),
            ("monthly-users", "quantity", "", 180),
            ("market-share", "percent", "%", 365),
            ("requests-per-day", "quantity", "", None),
            ("servers", "quantity", "", 400),
            ("valuation", "money", "USD", 730),
            ("pricing", "text", "", None),
        ]
    )
]


def coined(number) -> str:
    """A word that no other text has."""
    word = ""
    for _syllable in range(4):
        number, place = divmod(number, len(SYLLABLES))
        word += SYLLABLES[place]
    return word


def names(kind, total) -> list[str]:
    return [
        f"{coined(number * 7919).capitalize()} {kind} {number}" for number in range(1, total + 1)
    ]


def details(kind, place) -> dict:
    """What a row of that kind needs besides its name."""
    if kind == "technology":
        kinds = ("language", "framework", "library", "server", "runtime", "platform")
        return {"kind": kinds[place % len(kinds)], "description": "What it is, in a sentence."}
    return {"role": "Staff writer"} if kind == "author" else {}


def company_names() -> list[dict]:
    return [
        {
            "name": f"{first} {second}",
            "description": f"Makes {second.lower()} for people who have work to do.",
            "country": COUNTRIES[(row * 7 + column) % len(COUNTRIES)],
        }
        for row, first in enumerate(FIRST)
        for column, second in enumerate(SECOND)
    ]


def titles() -> list[dict]:
    places = [f"at {first} {second}" for first in FIRST for second in SECOND[::4]]
    return [
        {
            "title": f"{subject} {verb} {what} {places[number % len(places)]}",
            "standfirst": f"{subject} {verb} {what}, and what {coined(number)} has to do with it.",
        }
        for number, (subject, verb, what) in enumerate(
            (s, v, o) for s in SUBJECTS for v in VERBS for o in OBJECTS
        )
    ]


def sentences() -> list[str]:
    found = []
    for _slug, _front, body in read_stories():
        text = LINK.sub(r"\1", body)
        for line in text.split("\n"):
            if line and line[0].isalpha():
                found += [one for one in SENTENCE.split(line) if 40 < len(one) < 300]
    return found


def bodies(total, figures) -> list[dict]:
    """Articles of 600 to 850 words with headings, a coined word of their own, and figures."""
    pool, chance = sentences(), random.Random(7)  # noqa: S311 - nothing depends on it
    made = []
    for number in range(total):
        article = Article(body=_body(pool, chance, number, figures))
        article.render()
        # The article that it is given to has a title and a standfirst, too.
        article.scanned = ""
        made.append({n: getattr(article, n) for n in ("body", *Article.RENDERED_FIELDS)})
    return made


def _body(pool, chance, number, figures) -> str:
    parts, words, goal = [], 0, chance.randint(600, 780)
    while words < goal:
        if len(parts) % 4 == 3:
            parts.append(f"## {Truncator(chance.choice(pool)).words(5, truncate='')}")
        paragraph = " ".join(chance.sample(pool, 5))
        words += len(paragraph.split())
        parts.append(paragraph)
    for place, address in enumerate(chance.sample(figures, min(4, len(figures)))):
        parts[place * 2] += f" It comes to [](fact:{address})."
    return "\n\n".join(parts) + f"\n\nInside, they called it {coined(number * 31 + 5)}.\n"


def remarks() -> list[dict]:
    pool, chance = sentences(), random.Random(11)  # noqa: S311
    rows = []
    for number in range(200):
        body = " ".join(chance.sample(pool, 1 + number % 3))
        name = f"{coined(number * 401).capitalize()} {chance.choice(FIRST)}"
        rows.append({"name": name, "body": body, "body_html": prose.render_comment(body).html})
    return rows
