"""How many words a text has, and how long it takes to read.

Words are counted where spaces divide them. Where none do, or where one holds what elsewhere is a
phrase, letters are counted instead: as many as are read in the time of one word.
"""

import regex

WORDS_PER_MINUTE = 220
LETTERS_PER_MINUTE = {
    r"\p{Han}": 400,
    r"[\p{Hiragana}\p{Katakana}]": 500,
    r"\p{Hangul}": 500,
    # Without the vowels and tones that stand above and below their letters.
    r"[[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]&&\p{L}]": 800,
}

_LETTERS = {
    regex.compile(f"(?V1){letters}+"): WORDS_PER_MINUTE / rate
    for letters, rate in LETTERS_PER_MINUTE.items()
}
_UNDIVIDED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+"
)
# Unlike re's, its \w takes in the marks that letters bear.
_WORD = regex.compile(r"\w+(?:[-'’.,/]\w+)*")


def count_words(text: str) -> int:
    divided = len(_WORD.findall(_UNDIVIDED.sub(" ", text)))
    return divided + round(
        sum(
            sum(map(len, letters.findall(text))) * words_each
            for letters, words_each in _LETTERS.items()
        )
    )


def minutes_to_read(word_count: int) -> int:
    return max(1, round(word_count / WORDS_PER_MINUTE))
