import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from articles.publishing.comparison import compare, marked

texts = st.text(alphabet="ab <>&\"'\n.é\t", max_size=60)


def without_tags(html):
    return unescape(re.sub(r"</?(?:ins|del)>", "", html))


def without_marked(html, tag):
    return unescape(re.sub(rf"<{tag}>.*?</{tag}>", "", html, flags=re.DOTALL))


@given(texts, texts)
def test_marked_texts_read_as_they_were_written(old, new):
    old_html, new_html = marked(old, new)
    assert (without_tags(old_html), without_tags(new_html)) == (old, new)


@given(texts, texts)
def test_what_is_not_marked_is_the_same_in_both(old, new):
    old_html, new_html = marked(old, new)
    assert without_marked(old_html, "del") == without_marked(new_html, "ins")


@given(texts)
def test_equal_texts_have_no_marks(text):
    old_html, new_html = marked(text, text)
    assert old_html == new_html
    assert "<" not in old_html


@given(texts, texts)
def test_no_markup_but_the_two_marks_comes_out(old, new):
    for html in marked(old, new):
        assert "<" not in re.sub(r"</?(?:ins|del)>", "", html)


def test_one_changed_word_is_marked_alone():
    assert marked("It has 75 users.", "It has 80 users.") == (
        "It has <del>75</del> users.",
        "It has <ins>80</ins> users.",
    )


def test_long_rewritten_passage_is_marked_whole(monkeypatch):
    for most, passages in ((19 * 19, 10), (19 * 19 - 1, 1)):
        monkeypatch.setattr("core.text.comparing.MOST_COMPARED", most)
        old_html, _new_html = marked("old " * 10, "new " * 10)
        assert old_html.count("<del>") == passages


def test_little_that_changed_in_a_long_text_is_marked_alone(monkeypatch):
    monkeypatch.setattr("core.text.comparing.MOST_COMPARED", 1)
    old_html, new_html = marked("a " * 90 + "75" + " b" * 90, "a " * 90 + "80" + " b" * 90)
    assert "a <del>75</del> b" in old_html
    assert "a <ins>80</ins> b" in new_html


def test_compare_names_the_changed_fields():
    changes = compare({"title": "A", "slug": "a"}, {"title": "B", "slug": "a"})
    assert [(change.label, change.is_changed) for change in changes] == [
        ("title", True),
        ("slug", False),
    ]
