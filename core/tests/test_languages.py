import pytest
from django.utils import translation

from core import prose
from core.text.languages import direction_of, has_initial, is_ours, isolated, quotes_of


@pytest.mark.parametrize(
    "tag",
    [
        *("ar", "AR-EG", "fa", "he", "ur", "ug", "yi", "dv", "ckb", "ps", "sd", "ar_SA"),
        *("az-Arab", "uz-AF", "pa-PK", "ku-IQ", "ff-Adlm", "az-arab-IR"),
    ],
)
def test_language_runs_from_right_to_left(tag):
    assert direction_of(tag) == "rtl"


@pytest.mark.parametrize(
    "tag",
    [
        *("en", "ja", "zh-Hant", "hi", "th", "pcm", "sa", "yo", "xx", "", "tlh-x-arab"),
        *("ar-Latn", "az", "uz", "pa-IN", "ku-TR", "ff", "he-Latn"),
    ],
)
def test_other_language_runs_from_left_to_right(tag):
    assert direction_of(tag) == "ltr"


@pytest.mark.parametrize(
    ("interface", "tag", "ours"),
    [
        *[("en-gb", "en", True), ("en-gb", "EN-US", True), ("en-gb", "", True)],
        *[("en-gb", "fr", False), ("ar", "ar-eg", True), ("ar", "ar-latn", False)],
    ],
)
def test_interface_speaks_a_language_in_any_countrys_way(interface, tag, ours):
    with translation.override(interface):
        assert is_ours(tag) is ours


@pytest.mark.parametrize(
    ("interface", "text", "shown"),
    [
        ("en-gb", "AT&T", "AT&amp;T"),
        ("en-gb", "AT&T شركة", "<bdi>AT&amp;T شركة</bdi>"),
        ("en-gb", "社区, 75 <b>", "社区, 75 &lt;b&gt;"),
        ("ar", "شركة, 75", "شركة, 75"),
        ("ar", "Acme", "<bdi>Acme</bdi>"),
    ],
)
def test_words_that_run_another_way_than_ours_stand_apart(interface, text, shown):
    with translation.override(interface):
        assert isolated(text) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        *[("en", "Er sagte “so ‘nicht’ da”."), ("xx", "Er sagte “so ‘nicht’ da”.")],
        *[("de", "Er sagte „so ‚nicht‘ da“."), ("de-AT", "Er sagte „so ‚nicht‘ da“.")],
        ("fr", "Er sagte «\u202fso “nicht” da\u202f»."),
        *[
            ("pl", "Er sagte „so «nicht» da”."),
            ("ru", "Er sagte «so „nicht“ da»."),
        ],
        *[("sv", "Er sagte ”so ’nicht’ da”."), ("fa", "Er sagte «so ‹nicht› da».")],
        *[("pt", "Er sagte “so ‘nicht’ da”."), ("pt-pt", "Er sagte «so “nicht” da».")],
        *[("bs", "Er sagte „so ‘nicht’ da”."), ("bs-Cyrl-BA", "Er sagte „so ‚nicht‘ da“.")],
    ],
)
def test_quotation_marks_follow_the_language(language, shown):
    text = "Er sagte \"so 'nicht' da\"."
    assert prose.render(text, language=language).text == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ja", "彼は「そうだ」と言った。"),
        ("zh", "彼は“そうだ”と言った。"),
        ("zh-TW", "彼は「そうだ」と言った。"),
    ],
)
def test_quotation_marks_stand_between_words_that_no_space_divides(language, shown):
    assert prose.render('彼は"そうだ"と言った。', language=language).text == shown


def test_quotation_marks_leave_code_and_marks_within_words_alone():
    for text in ('`"a"`', 'צה"ל', '5"', 'a"b"c'):
        assert prose.render(text, language="fr").text == text.strip("`")


def test_same_text_is_quoted_anew_for_each_language():
    texts = [prose.render('"a"', language=tag).text for tag in ("de", "en", "de")]
    assert texts == ["„a“", "“a”", "„a“"]


@pytest.mark.parametrize(
    ("text", "tag", "has"),
    [
        *[
            ("“A story", "en", True),
            ("Это", "ru", True),
            ("שלום", "he", True),
            ("社区", "zh", True),
        ],
        *[("مرحبا", "ar", False), ("नमस्ते", "hi", False), ("สวัสดี", "th", False)],
        *[("Spotify تكبر", "ar", False), ("75", "en", False), ("", "en", False)],
    ],
)
def test_initial_stands_where_letters_stand_alone(text, tag, has):
    assert has_initial(text, tag) is has


def test_every_language_has_four_marks():
    assert {len(quotes_of(tag)) for tag in ("en", "de", "fr", "ja", "ar-EG")} == {4}
