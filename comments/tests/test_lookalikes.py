"""Whatever a word is disguised as, it is compared as it is read."""

from hypothesis import given
from hypothesis import strategies as st

from comments.screening.lookalikes import _looks, folds, joined, squashed, without_unseen

ALIKE = {}
for code, plain in _looks().items():
    ALIKE.setdefault(plain, []).append(chr(code))
UNSEEN = ["", "", "\u200b", "\u00ad", "\u202e", "\u2060", "\ufe0f", "\u3164", "\U000e0041"]

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)


@st.composite
def disguised(draw):
    word = draw(words)
    seen = (draw(st.sampled_from([letter, letter.upper(), *ALIKE[letter]])) for letter in word)
    return word, "".join(letter + draw(st.sampled_from(UNSEEN)) for letter in seen)


def test_table_knows_look_alikes_of_every_letter():
    assert len(_looks()) > 1000
    assert set(ALIKE) >= set("abcdefghijklnopqrstuvwxyz")


@given(disguised())
def test_disguised_word_is_read_as_the_plain_one(pair):
    word, disguise = pair
    assert word in folds(disguise)
    assert squashed(word) & squashed(disguise)


@given(words.filter(lambda word: len(word) > 2), st.sampled_from([" ", ".", "_", " - "]))
def test_letters_that_stand_apart_are_put_together(word, between):
    [folded] = folds(f"he said {between.join(word)} again")
    assert word in joined(folded)


@given(st.text())
def test_any_text_is_folded_and_what_is_unseen_goes_at_once(text):
    assert without_unseen(without_unseen(text)) == without_unseen(text)
    assert folds(text)
    assert squashed(text)


@given(st.text("абвгдежзиклмнопрстуфхцчшыьэюяαβγδεζηθικλμνξοπρστυφχψω"))
def test_capitals_are_read_as_small_letters(text):
    assert folds(text) & folds(text.upper())
