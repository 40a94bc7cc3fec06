"""Whatever is sent, the answer is a page or a refusal; what is kept reads back as it was typed."""

import copy
import re
import time
import unicodedata
from urllib.parse import quote, urlencode

import pytest
from axes.models import AccessAttempt
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from comments.models import Comment, Discussion
from comments.screening.form_tokens import make_form_token
from comments.screening.lookalikes import without_unseen
from core.taskqueue.testing import tasks_run_by
from core.tests.markup import assert_safe
from core.web.http import parse_pk
from core.web.pagination import page_number, read_cursor
from tests.hostile import EVERYTHING, HOSTILE, MARKUP, sample
from tests.public import Publication

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager_tasks")]

FORM = "application/x-www-form-urlencoded"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0 (X11) Firefox/140.0"}


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture(scope="module")
def made(module_transaction):
    with override_settings(TASKS=tasks_run_by("core.taskqueue.testing.EagerBackend")):
        return Publication.make()


@pytest.fixture
def publication(made):
    return copy.deepcopy(made)


def encoded(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def form_of(**fields):
    return "&".join(f"{name}={encoded(value)}" for name, value in fields.items())


def broken(answers):
    """Those of (what was sent, response) that are no answer, short enough to be read."""
    return [
        (*where, ascii(text)[:60], response.status_code)
        for *where, text, response in answers
        if response.status_code >= 500
    ]


def test_there_are_enough_hostile_strings():
    assert len(EVERYTHING) >= 300


# Addresses.

# What only links of ours say, and what a form of the page offers.
LINKED = [
    *[("search:search", "page"), ("articles:list", "before"), ("articles:list", "after")],
    *[("companies:list", "before"), ("companies:list", "after"), ("companies:technology", "after")],
    *[("corrections:log", "before"), ("corrections:log", "article")],
    *[("open:metric", name) for name in ("before", "after", "sort", "page")],
    *[("open:company-json", "after"), ("open:metric-csv", "after")],
    *[("comments:discussion", name) for name in ("page", "sort", "kind", "thread", "reply")],
]
OFFERED = [
    *[("companies:list", name) for name in ("technology", "industry", "country", "letter")],
    *[("corrections:log", "kind"), ("corrections:log", "year")],
]
NONSENSE = ["no-such", "0", "-1", "99999999999999999999", "٣", "1.5"]


@pytest.mark.parametrize(("page", "name"), LINKED)
def test_what_no_link_of_ours_says_leads_to_no_page(client, publication, page, name):
    address = publication.addresses()[page][0]
    answers = {value: client.get(address, {name: value}).status_code for value in NONSENSE}
    assert answers == dict.fromkeys(NONSENSE, 404)


@pytest.mark.parametrize(("page", "name"), OFFERED)
def test_what_a_form_does_not_offer_is_told_in_it_and_the_rest_holds(
    client, publication, page, name
):
    address = publication.addresses()[page][0]
    rows = len(client.get(address).context["object_list"])
    for value in NONSENSE:
        response = client.get(address, {name: value})
        assert response.status_code == 200, value
        if name != "letter" or len(value) > 1:
            assert response.context["filter_form"].errors, value
            assert len(response.context["object_list"]) == rows, value


# Names that are read side by side stand together: one that is refused hides no other.
PARAMETERS = [
    ("search:search", ["q"]),
    ("search:search", ["page"]),
    ("articles:list", ["before"]),
    ("articles:list", ["after"]),
    ("companies:list", ["technology", "industry", "country", "letter"]),
    ("companies:list", ["before"]),
    ("companies:list", ["after"]),
    ("companies:technology", ["before"]),
    ("comments:discussion", ["reply"]),
    ("comments:discussion", ["before"]),
    ("comments:discussion", ["thread"]),
    ("comments:discussion", ["sort", "kind"]),
    ("comments:discussion", ["page"]),
    ("corrections:log", ["kind", "year"]),
    ("corrections:log", ["article"]),
    ("corrections:log", ["before"]),
    ("corrections:log", ["after"]),
    ("sitemap-part", ["p"]),
    ("open:metric", ["sort"]),
    ("open:metric", ["after"]),
    ("open:company-json", ["before"]),
]
READ_AS_WORDS = [["q"], ["technology", "industry", "country", "letter"]]
# The same code answers for these as for the list of all articles.
LIKE_THE_LIST = ["articles:section", "articles:topic", "articles:author", "articles:archive-year"]


# Each of the others is read by one of these, or by a field of a form, before a row is asked for.
READ_BY = [
    (parse_pk, lambda text: parse_pk(text) is None or parse_pk(text) < 2**63),
    (page_number, lambda text: is_refused(lambda: page_number(asked_for(page=text), 99))),
    (read_cursor, lambda text: is_refused(lambda: read_cursor(text))),
]


def asked_for(**parameters):
    return RequestFactory().get("/", QUERY_STRING=form_of(**parameters))


def is_refused(read):
    try:
        return read() in range(1, 100)
    except (Http404, ValueError, OverflowError):
        return True


@pytest.mark.parametrize(
    ("read", "makes_sense_of"), READ_BY, ids=[read.__name__ for read, _sense in READ_BY]
)
def test_what_reads_an_address_takes_every_hostile_string(read, makes_sense_of):
    assert [ascii(text)[:60] for text in HOSTILE if not makes_sense_of(text)] == []


@pytest.mark.parametrize(("page", "names"), PARAMETERS)
def test_hostile_parameter_breaks_no_page(client, publication, page, names):
    address = publication.addresses()[page][0].partition("?")[0]
    others = {"q": "story", "sort": "best"} if names == ["page"] else {}
    texts = HOSTILE if names in READ_AS_WORDS else sample(30, PARAMETERS.index((page, names)))
    answers = [
        (text, client.get(address, QUERY_STRING=form_of(**dict.fromkeys(names, text), **others)))
        for text in texts
    ]
    assert broken(answers) == []


def test_hostile_mark_breaks_no_list_of_articles(client, publication):
    addresses = publication.addresses()
    answers = [
        (page, text, client.get(addresses[page][0], QUERY_STRING=form_of(before=text)))
        for first, page in enumerate(LIKE_THE_LIST)
        for text in sample(16, first)
    ]
    assert broken(answers) == []


def test_unasked_hostile_parameter_breaks_no_public_page(client, publication):
    answers = [
        (address, text, client.get(f"{address}?{encoded(text)}={encoded(text)}"))
        for number, addresses in enumerate(publication.addresses().values())
        for address in addresses
        for text in sample(4, number)
    ]
    assert broken(answers) == []


PATHS = [
    "/{}",
    "/articles/{}/",
    "/companies/{}/",
    "/media/{}",
    "/articles/2026/{}/",
    "/sections/{}/",
    "/sections/{}/feeds/articles.atom",
    "/topics/{}/",
    "/authors/{}/",
    "/technologies/{}/",
    "/discussions/{}/1/",
    "/discussions/article/{}/",
    "/discussions/company/{}/form/",
    "/discussions/article/{}/mine/",
    "/discussions/comment/{}/",
    "/audience/{}/mine/",
    "/audience/{}/view.gif",
    "/audience/{}/heart/",
    "/audience/{}/seen/",
    "/ads/{}/click/",
    "/sitemap-{}.xml",
    "/companies/{}/figures.json",
    "/metrics/{}/",
    "/metrics/{}/figures.csv",
]


@pytest.mark.parametrize("path", PATHS)
def test_hostile_path_breaks_no_page(client, db, path):
    send = client.post if path.endswith(("heart/", "seen/")) else client.get
    # What the URL conf refuses is refused by the same line for every address.
    texts = HOSTILE if PATHS.index(path) < 4 else sample(30, len(path))
    answers = [(text, send(path.format(encoded(text)), headers=SAME_ORIGIN)) for text in texts]
    assert broken(answers) == []


@pytest.mark.parametrize(
    "query",
    ["%", "%zz", "%ff%fe", "q=%ff", "q=%c0%ae", "q=%ed%a0%80", "&" * 3000, "=" * 3000, "q" * 9000,
     "q=a&q=b", "q[]=a", "q[a]=b", "q=" + urlencode({"q": "é"}), "page=1&page=%00"],
)  # fmt: skip
def test_unreadable_query_breaks_no_page(client, db, query):
    assert client.get("/search/", QUERY_STRING=query).status_code < 500


def test_hostile_words_asked_for_are_shown_as_words(client, publication):
    plain = {text for text in MARKUP[::3] if text.isprintable()}
    assert len(plain) > 40
    for text in plain:
        html = client.get("/search/", {"q": text}).content.decode()
        for payload in ("<script>alert", "<script>pwned", "<img src=x", "<svg"):
            assert payload not in html.replace('<svg class="', ""), text


HEADERS = [
    *("User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Referer", "Origin", "Cookie"),
    *("If-None-Match", "If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Proto", "Range"),
    *("X-Requested-With", "Sec-Fetch-Site", "Sec-Purpose"),
]


@pytest.mark.parametrize("name", HEADERS)
def test_hostile_header_breaks_no_page(client, publication, settings, name):
    settings.TRUSTED_PROXIES = 1
    addresses = publication.addresses()
    pages = [
        *(addresses["articles:detail"][0], addresses["audience:pixel"][0]),
        *(addresses["audience:mine"][0], addresses["comments:mine"][0]),
    ]
    answers = []
    for text in sample(6, len(name)):
        value = text.replace("\r", "").replace("\n", "").encode("utf-8", "replace").decode("latin1")
        value = f"mine={value}; visitor={value}" if name == "Cookie" else value
        answers += [(page, text, client.get(page, headers={name: value})) for page in pages]
        answers += [
            ("heart", text, client.post(addresses["audience:toggle"][0], headers={name: value}))
        ]
    assert broken(answers) == []


# What readers send.


def kept(text, *, is_line=False):
    """What is kept of a text, as the form's own words promise: no control characters, no edges."""
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    text = re.sub("[\u202d\u202e]", "", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        character
        for character in text
        if character in "\t\n"
        or (unicodedata.category(character) != "Cc" and not is_noncharacter(character))
    ).strip()
    return " ".join(text.split()) if is_line else text


def is_noncharacter(character):
    return "\ufdd0" <= character <= "\ufdef" or character in "\ufffe\uffff"


def has_ink(text):
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


@pytest.fixture
def post(client, publication, settings, monkeypatch):
    """Post a comment whose form was handed out ten seconds ago."""
    settings.COMMENTS_PER_MINUTE = 0
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 10_000
    settings.COMMENTS_PER_THREAD_PER_HOUR = 0
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_MAX_LINKS = 10_000
    discussion = Discussion.objects.of(publication.article)
    now = time.time()

    def send(headers=None, **fields):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: now - 10)
            stamp = make_form_token(discussion)
        fields = {"kind": "note", "name": "Priya", "text": "A word.", "stamp": stamp} | fields
        address = discussion.get_page_url()
        return client.post(address, form_of(**fields), content_type=FORM, headers=headers)

    return send


def test_comment_of_hostile_words_reads_back_as_typed(client, post, publication):
    taken = 0
    for number, text in enumerate(HOSTILE):
        name, sentence = (kept(text[:size], is_line=True) for size in (60, 500))
        words = {"text": f"{number} {text}", "name": f"{name} x"[-60:], "quote": sentence}
        response = post(kind="correction", **words)
        if len(kept(words["text"])) > 5000:
            assert response.status_code == 422
            continue
        assert response.status_code == 303, ascii(text)[:60]
        comment = Comment.objects.latest("pk")
        assert comment.body == kept(words["text"])
        assert comment.name == kept(without_unseen(words["name"]), is_line=True)
        assert comment.quote == (sentence if has_ink(sentence) else "")
        assert_safe(comment.body_html)
        taken += 1
    assert taken > 0.8 * len(HOSTILE)
    for address in (publication.article.get_absolute_url(), "/feeds/comments.atom", "/"):
        assert client.get(address).status_code == 200


def test_hostile_links_are_kept_or_refused(post):
    for text in sample(30):
        response = post(kind="correction", link=text)
        assert response.status_code in (303, 422), ascii(text)[:60]
        Comment._base_manager.all().delete()


LIMITS = {"name": 60, "quote": 500, "value": 120, "as_of": 60, "text": 5000}


@pytest.mark.parametrize("name", LIMITS)
def test_hostile_words_alone_are_kept_or_refused_with_a_reason(post, name):
    limit = LIMITS[name]
    for text in sample(30):
        seen = without_unseen(text) if name == "name" else text
        words = kept(seen, is_line=name != "text")
        words = words if has_ink(words) else ""
        is_fit = {"name": 1, "text": 2}.get(name, 0) <= len(words) <= limit
        response = post(**{"kind": "correction", "text": f"On {len(text)}.", name: text})
        assert response.status_code == (303 if is_fit else 422), ascii(text)[:60]
        Comment._base_manager.filter(body=f"On {len(text)}.").delete()


@pytest.mark.parametrize(
    ("turn", "names"),
    [
        (0, ["kind"]),
        (1, ["email"]),
        (0, ["stamp"]),
        (1, ["parent", "homepage", "csrfmiddlewaretoken", "state"]),
    ],
)
def test_hostile_field_of_the_comment_form_breaks_nothing(post, turn, names):
    """Each text in two of them."""
    answers = [
        (text, post(**dict.fromkeys(names, text), text=f"{number}."))
        for number, text in enumerate(HOSTILE[turn::2])
    ]
    assert broken(answers) == []
    assert all(response.status_code in (200, 303, 422) for _text, response in answers)


def test_hostile_comment_posted_by_a_script_is_answered_in_json(post):
    for text in sample(30):
        response = post(headers={"Accept": "application/json"}, text=text)
        assert response.status_code in (201, 422), ascii(text)[:60]
        assert response.json()["html"]


@pytest.mark.parametrize("body", [b"", b"%", b"\xff\xfe", b"text=%ff&name=%c0%80", b"&" * 1500])
@pytest.mark.parametrize(
    "kind", [FORM, "multipart/form-data; boundary=x", "multipart/form-data", "a"]
)
def test_unreadable_form_breaks_nothing(client, publication, body, kind):
    address = Discussion.objects.of(publication.article).get_page_url()
    assert client.post(address, body, content_type=kind).status_code < 500


def test_hostile_beacon_breaks_nothing(client, publication, settings):
    settings.VIEWS_PER_ADDRESS = 0
    address = publication.addresses()["pages:seen"][0]
    answers = []
    for number, text in enumerate(HOSTILE):
        # Another visitor each time: only the first look at a page reads the rest.
        headers = {**SAME_ORIGIN, "User-Agent": f"Firefox/{number}"}
        answers.append(
            (text, client.post(address, form_of(ad=text), content_type=FORM, headers=headers))
        )
    assert broken(answers) == []
    assert all(response.status_code == 204 for _text, response in answers)


def test_hostile_login_is_refused(client, db):
    address = reverse("admin:login")
    answers = []
    for number, text in enumerate(sample(150)):
        data = form_of(username=text, password=text, next=text)
        answers.append(
            (
                text,
                client.post(
                    address, data, FORM, REMOTE_ADDR=f"10.{number // 256}.{number % 256}.1"
                ),
            )
        )
        answers.append((text, client.get(address, QUERY_STRING=form_of(next=text))))
    assert broken(answers) == []
    assert not [text for text, response in answers if response.status_code == 302]


def test_login_with_an_endless_name_is_counted_like_any_other(client, db):
    address = reverse("admin:login")
    for _attempt in range(10):
        data = {"username": "x" * 300, "password": "wrong"}
        assert client.post(address, data).status_code == 200
    assert client.post(address, data).status_code == 429
    assert AccessAttempt.objects.get().username == "x" * 255
