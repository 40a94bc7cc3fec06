import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import prose
from core.prose.rewording import Unwritable, replace_link_words


def reword(text, words, url="fact:a/b@new"):
    return replace_link_words(
        text, lambda link: (url, words) if link.address == "a/b@old" else None
    )


def test_replace_link_words_changes_those_links_and_nothing_else():
    text = (
        "> Has [more than **75** million](fact:a/b@old) and `[no](fact:a/b@old)`\n"
        "> and [one \\] more [x]](<fact:a/b@old> 'T'), [other](fact:c/d) [S](company:a).\n"
    )
    assert reword(text, "90 million") == (
        "> Has [90 million](fact:a/b@new) and `[no](fact:a/b@old)`\n"
        "> and [90 million](<fact:a/b@new> 'T'), [other](fact:c/d) [S](company:a).\n"
    )


def test_replace_link_words_shows_markup_as_written():
    words = "[90] *m* ^ `x` _y_ <b> &amp; \\1 ![i](/j) | ~~z~~"
    (link,) = prose.links(reword("[a](fact:a/b@old)", words))
    assert (link.url, link.words) == ("fact:a/b@new", words)


def test_replace_link_words_keeps_a_table_whole():
    text = "| a | b |\n|---|---|\n| [75](fact:a/b@old) | 1 |\n"
    assert prose.render(reword(text, "9|0")).html.count("<td>") == 2
    assert prose.links(reword(text, "9|0"))[0].words == "9|0"


def test_replace_link_words_puts_them_on_one_line():
    assert reword("[a](fact:a/b@old)", " 90\n\n# million ") == "[90 # million](fact:a/b@new)"


def test_replace_link_words_begins_no_footnote():
    (link,) = prose.links(reword("[a](fact:a/b@old)\n\n[^1]: Note", "^1"))
    assert link.words == "^1"


@pytest.mark.parametrize("text", ["[a][b]\n\n[b]: fact:a/b@old", "[b]\n\n[b]: fact:a/b@old"])
def test_replace_link_words_refuses_words_that_stand_away_from_their_address(text):
    with pytest.raises(Unwritable):
        reword(text, "90")


def test_replace_link_words_refuses_a_text_that_would_grow_too_long():
    text = " [75](fact:a/b@old)".rjust(prose.ARTICLE_LIMIT, "a")
    assert reword(text, "9").endswith("[9](fact:a/b@new)")
    with pytest.raises(Unwritable):
        reword(text, "900")


@given(st.text("a[]()\\`*_<&!|~^ \n\"'90#-", max_size=30), st.text(max_size=20))
def test_replace_link_words_shows_what_was_asked_or_refuses(around, words):
    words = " ".join("".join(char for char in words if char.isprintable()).split()) or "x"
    text = f"{around}[75](fact:a/b@old){around}"
    before = [link.url for link in prose.links(text)]
    try:
        after = prose.links(reword(text, words))
    except Unwritable:
        return
    assert [link.url for link in after] == [url.replace("@old", "@new") for url in before]
