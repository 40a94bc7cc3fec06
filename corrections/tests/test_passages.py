import pytest

from articles.models import FactUse
from corrections.passages import CONTEXT, find_passage, is_about
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


def test_quote_is_about_the_figure_it_holds_or_stands_beside():
    use = FactUse(text="75 million", sentence="It had 75 million paying accounts.")
    assert is_about(use, "had 75 million paying")
    assert is_about(use, "paying accounts")
    assert not is_about(use, "It began in 2008.")
    assert not is_about(use, "")
