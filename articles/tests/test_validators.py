"""Language tags: whatever RFC 5646 calls well-formed, and nothing else."""

import pytest
from django.core.exceptions import ValidationError

from articles.validators import validate_language

TAKEN = [
    *("en", "EN-gb", "pcm", "sa", "yo", "zh-Hans-CN", "es-419", "ca-ES-valencia", "sl-rozaj-biske"),
    *("de-1996", "zh-yue-Hant", "ar-u-nu-latn", "en-x-desk", "x-house", "i-klingon"),
]
REFUSED = [
    *("", "e", "english language", "en_GB", "en-", "-en", "en--gb", "12", "en-gb-", "en-12"),
    *("x", "en-x", "en-u", "toolonglang", "en-toolongpart", "ａｒ", "en\n", "<b>"),
]


@pytest.mark.parametrize("tag", TAKEN)
def test_well_formed_tag_is_taken(tag):
    validate_language(tag)


@pytest.mark.parametrize("tag", REFUSED)
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValidationError):
        validate_language(tag)
