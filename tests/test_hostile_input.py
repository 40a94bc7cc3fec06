"""Whatever stands in an address, the answer is a page or a refusal and never a failure."""

from urllib.parse import quote, urlencode

import pytest

from tests.public import Publication

pytestmark = pytest.mark.django_db

HOSTILE = [
    *("'", '"', "`", "\\", "%", "_", "*", "?", "#", "&", ";", ":", "(", ")", "^", "~", "-", "+"),
    *('"* OR NEAR(', '"', '""', '"a', "a*", "a AND", "NOT", "OR OR", "NEAR/2", "title:x", "{a b}"),
    *("a:*", "a & !", "!!", "<->", "a <-> b", "' | '", "\\'", "a' & 'b", "%%%", "__", "-a", "^a"),
    *("' OR 1=1 --", "1; DROP TABLE articles_article", "1 UNION SELECT NULL", "\\x00", "{{7*7}}"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "{% debug %}", "${jndi:ldap://x}"),
    *("../../etc/passwd", "..%2f..%2f", "%0d%0aSet-Cookie: a=b", "\r\nX: y", "\x01\x02\x1f\x7f"),
    *("\u202eRTL\u202c", "\u0000".join("ab"), "\ud800", "\ufffe\uffff", "e\u0301", "ﷺ", "👩‍👩‍👧‍👦"),
    *("0", "-1", "1e309", "NaN", "1.5", "9" * 30, "2" * 5000, "१२", "true", "null", "[]", "{}"),
    *("a" * 100_000, "<<<<" * 5_000, "(((" * 5_000, "&:" * 5_000, '" ' * 5_000, "a " * 5_000),
]
PARAMETERS = {
    "/search/": ["q", "page"],
    "/articles/": ["before", "after"],
    "/companies/": ["before", "after", "technology", "industry", "country", "letter"],
    "/technologies/": ["q", "before", "after"],
    "/sitemap-articles.xml": ["p"],
    "/": ["q"],
}
FINE = {200, 301, 302, 400, 404, 405}


def encoded(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def test_there_are_enough_hostile_strings():
    assert len(set(HOSTILE)) > 60


def test_hostile_parameter_breaks_no_page(client):
    publication = Publication.make()
    addresses = publication.addresses()
    pages = PARAMETERS | {
        addresses["articles:section"][0]: ["before", "after"],
        addresses["articles:topic"][0]: ["before", "after"],
        addresses["articles:author"][0]: ["before", "after"],
        addresses["companies:technology"][0]: ["before", "after"],
        addresses["comments:discussion"][0]: ["reply", "before", "thread"],
    }
    failed = []
    for page, names in pages.items():
        for name in names:
            for hostile in HOSTILE:
                status = client.get(f"{page}?{name}={encoded(hostile)}").status_code
                if status not in FINE:
                    failed.append((page, name, hostile[:40], status))
    assert failed == []


PATHS = [
    "/articles/{}/",
    "/articles/{}/1/",
    "/articles/2026/{}/",
    "/sections/{}/",
    "/sections/{}/feeds/articles.atom",
    "/topics/{}/",
    "/authors/{}/",
    "/companies/{}/",
    "/technologies/{}/",
    "/discussions/comment/{}/",
    "/discussions/article/{}/",
    "/discussions/company/{}/form/",
    "/audience/{}/mine/",
    "/audience/{}/view.gif",
    "/ads/{}/click/",
    "/media/{}",
    "/sitemap-{}.xml",
    "/{}",
]


def test_hostile_path_breaks_no_page(client):
    failed = []
    for path in PATHS:
        for hostile in HOSTILE:
            status = client.get(path.format(encoded(hostile))).status_code
            if status not in FINE:
                failed.append((path, hostile[:40], status))
    assert failed == []


def test_unreadable_query_string_breaks_no_page(client):
    for query in ["%", "%zz", "%ff%fe", "q=%ff", "&" * 3000, "=" * 3000, urlencode({"q": "é"})]:
        assert client.get("/search/", QUERY_STRING=query).status_code in FINE, query[:20]


def test_hostile_words_are_shown_as_words(client):
    html = client.get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
