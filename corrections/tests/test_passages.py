import pytest

from articles.models import FactUse
from corrections.proposals import quoted_figures
from corrections.proposals.passages import CONTEXT, Seen, find_passage
from corrections.proposals.quoted_figures import weight_of_use
from facts.models import Fact, Metric
from tests.hostile import HOSTILE

TEXT = "It began. Spotify’s service had 75 million (June 2026) paying\naccounts – “then”. End."


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("It began.", "It began"),
        ("spotify's  service", "Spotify’s service"),
        ("had 75 million paying accounts", "had 75 million (June 2026) paying\naccounts"),
        ('accounts - "then"', "accounts – “then"),
    ],
)
def test_passage_is_found_however_it_was_copied(quote, words):
    assert find_passage(quote, TEXT).words == words


@pytest.mark.parametrize("quote", ["It began big.", "egan", "", "…", "75 million dollars"])
def test_passage_that_is_not_there_is_not_found(quote):
    assert find_passage(quote, TEXT) is None


def test_passage_stands_in_its_context():
    text = "a " * 500 + "here it is" + " z" * 500
    passage = find_passage("here it is", text)
    assert passage.before.startswith("…")
    assert passage.after.endswith("…")
    assert len(passage.before) == len(passage.after) == CONTEXT + 1
    assert find_passage("It began", TEXT).before == ""


def test_hostile_quotes_find_nothing_and_break_nothing():
    for quote in HOSTILE:
        passage = find_passage(quote[:500], TEXT)
        assert passage is None or passage.words in TEXT


PAGE = (
    '<p>It began. It had <a class="fact" href="/facts/a/"><data value="1">1.2 million</data></a>'
    '<sup class="as-of">2025</sup> <span class="newer">newer figure: <a href="/b/">1.4 '
    'million</a> (Q3 2026) <span lang="en">Misread.</span></span> accounts<br>once.</p>'
    "<p>(Or more.)</p>"
)


@pytest.mark.parametrize(
    "quote",
    [
        "It had 1.2 million accounts once.",
        "It had 1.2 million2025 newer figure: 1.4 million (Q3 2026) Misread. accounts\nonce.",
        "It had 1.2 million 2025 accounts once",
        "had 1.2 million newer figure: 1.4 million (Q3 2026) Misread. accounts once. (Or more.)",
    ],
)
def test_marks_beside_a_figure_are_no_part_of_the_passage(quote):
    passage = find_passage(quote, Seen.of_html(PAGE))
    assert " ".join(passage.words.split()).startswith(("It had 1.2 million accounts", "had 1.2"))
    around = passage.before + passage.words + passage.after
    assert [mark for mark in ("2025", "newer", "1.4", "Misread") if mark in around] == []
    assert "It began." in around


@pytest.mark.parametrize("quote", ["It had 2025 accounts", "1.2 million 2024 accounts"])
def test_marks_stand_in_for_no_words(quote):
    assert find_passage(quote, Seen.of_html(PAGE)) is None


def weigh(quote, **use):
    fact = Fact(metric=Metric(value_type="integer"), amount=9)
    return weight_of_use(FactUse(fact=fact, **use), quote)


def test_quote_is_about_the_figure_it_holds_or_stands_beside():
    use = {"text": "75 million", "sentence": "It had 75 million paying accounts."}
    assert weigh("had 75 million paying", **use) > weigh("paying accounts", **use) > 0
    assert not weigh("It began in 2008.", **use)
    assert not weigh("", **use)


@pytest.mark.parametrize(
    ("quote", "value", "says"),
    [
        ("It lost EUR −5,300,000.25 then.", "EUR −5,300,000.25", True),
        ("It lost EUR -5,300,000.25.", "EUR −5,300,000.25", True),
        ("EUR −5,300,000.25", "5", False),
        ("EUR −5,300,000.25", "0.25", False),
        ("EUR −5,300,000.25", "5,300,000.25", False),
        ("75 million", "5 million", False),
        ("7.5 %", "5 %", False),
        ("About 5.", "5", True),
        ("1\u202f234\u00a0567 users", "1 234 567", True),
        ("1 234 567 users", "234 567", False),
        ("Half of it", "", False),
    ],
)
def test_quote_says_a_value_whole_or_not_at_all(quote, value, says):
    assert bool(quoted_figures._says(quote, value)) is says
