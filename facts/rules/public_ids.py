"""Ids of figures: short enough to be spoken, long enough to be never drawn twice, and checked.

The last of ten characters is a check character of ISO 7064's kind (a pure system, modulus 27 and
radix 2): one wrong character and two neighbours that changed places are found. Ids of the first
figures have six characters and no check; they stay valid.
"""

import secrets

# Ids are spoken and typed: no look-alike characters, and no vowels, so that none spells a word.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH, FORMER_LENGTH = 10, 6
RADIX = 2


class DrawnId(str):
    """An id that was drawn and not given: where it is taken already, another is drawn."""


def new_public_id() -> DrawnId:
    drawn = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH - 1))
    return DrawnId(drawn + check_character(drawn))


def check_character(characters: str) -> str:
    total = 0
    for character in characters:
        total = (total + ALPHABET.index(character)) * RADIX
    return ALPHABET[-total % len(ALPHABET)]


def is_possible(public_id: str) -> bool:
    """Whether a figure may have it; what is not possible was mistyped."""
    if set(public_id) - set(ALPHABET):
        return False
    if len(public_id) == LENGTH:
        return public_id[-1] == check_character(public_id[:-1])
    return len(public_id) == FORMER_LENGTH
