"""Whatever an editor types is stored as typed or refused with a reason; it breaks no page."""

import copy
import re
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.factories import UserFactory
from accounts.models import User
from articles import publishing
from articles.factories import UPDATE, ListEntryFactory, SectionFactory
from articles.models import Article, Section, Topic
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from companies.factories import CompanyAliasFactory, IndustryFactory
from core.middleware import refuse_unreadable
from core.pagestore.checks import rooms
from facts.factories import FactFactory
from facts.models import Fact
from images.factories import PictureFactory
from tests.desk_addresses import everything
from tests.hostile import sample
from tests.public import Publication
from tests.test_hostile import FORM, broken, form_of
from tests.test_rights import CUSTOM, cases

pytestmark = pytest.mark.django_db

# More than this the server before Django refuses.
REQUEST_LINE = 4094
TYPED_INTO = {"text", "url", "email", "number", "search", "tel", "textarea"}
EDITED = [
    *("articles.Article", "articles.Author", "articles.Section", "articles.Topic"),
    *("companies.Company", "companies.Industry", "companies.Technology"),
    *("facts.Fact", "facts.Metric", "facts.Source", "facts.TechUse", "ads.Ad", "images.Picture"),
    *("comments.Comment", "accounts.User"),
]
THOROUGHLY = {"articles.Article", "companies.Company", "facts.Fact"}


class Form(HTMLParser):
    """The fields of the form with this id: `data` as a browser would send it, `typed` by hand."""

    def __init__(self, html, form_id):
        super().__init__()
        self.form_id, self.is_inside, self.open = form_id, False, None
        self.data, self.typed = {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        name = has.get("name")
        if tag == "form":
            self.is_inside = has.get("id") == self.form_id
        elif not self.is_inside or not (name or tag == "option") or "__prefix__" in (name or ""):
            return
        elif tag == "input":
            self._input(name, has.get("type", "text"), has)
        elif tag in ("textarea", "select"):
            self.open = name
            self.data[name] = [""] if tag == "textarea" else []
            self.typed += [name] if tag == "textarea" else []
        elif tag == "option" and self.open and "selected" in has:
            self.data[self.open].append(has.get("value", ""))

    def _input(self, name, kind, has):
        is_left_out = kind in ("checkbox", "radio") and "checked" not in has
        if is_left_out or kind in ("submit", "button", "file", "image"):
            return
        self.data[name] = [has.get("value", "on" if kind == "checkbox" else "")]
        self.typed += [name] if kind in TYPED_INTO else []

    def handle_data(self, data):
        if self.open in self.typed:
            self.data[self.open][0] += data

    def handle_endtag(self, tag):
        if tag in ("textarea", "select"):
            if tag == "textarea" and self.open:
                # The first line break belongs to the markup.
                self.data[self.open][0] = self.data[self.open][0].removeprefix("\n")
            self.open = None
        elif tag == "form":
            self.is_inside = False

    def filled(self, text, but):
        """The whole form with one text in every field that is typed into, `but` some."""
        fields = [
            (name, text if name in self.typed and name not in but else value)
            for name, values in self.data.items()
            for value in values
        ]
        return "&".join(form_of(**{name: value}) for name, value in fields)


@pytest.fixture
def editor(db):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(username="chief", is_superuser=True))
    return client


@pytest.fixture(scope="module")
def made(module_transaction):
    """One of every model that the desk edits."""
    publication = Publication.make()
    company = publication.company
    company.industry = IndustryFactory()
    company.save()
    CompanyAliasFactory(company=company)
    CommentFactory(discussion=DiscussionFactory(article=None, company=company))
    ListEntryFactory(article=publication.article, company=company)
    Comment.objects.update(kind="correction", course="open")
    FactFactory(company=company, metric__value_type="text", text="Some", amount=None, draft=True)
    PictureFactory()
    return publication


@pytest.fixture
def rows(made):
    return copy.deepcopy(made)


def change_form(editor, row):
    address = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    response = editor.get(address)
    assert response.status_code == 200
    return address, Form(response.text, f"{row._meta.model_name}_form")


def refused_fields(response, *, whole_rows):
    """The names that were refused: with what stood there before, the rest is stored."""
    names = set()
    form = response.context["adminform"].form
    for name in form.errors:
        names |= {name, f"{name}_0", f"{name}_1"}
    for inline in response.context["inline_admin_formsets"]:
        for one in inline.formset.forms:
            wrong = one.fields if one.errors and whole_rows else one.errors
            names |= {one.add_prefix(name) for name in wrong}
    return names


def type_everywhere(editor, row, text):
    """Type it into every field but addresses. Answers the responses and the names that took it."""
    address, form = change_form(editor, row)
    but = {"username", "slug", "key"}
    if "change_note" in form.typed:
        # What it says of the change of a profile goes on record with its kind.
        form.data["change_kind"] = ["correction"]
    button = "_publish" if isinstance(row, Article) else "_save"
    answers = []
    for attempt in range(3):
        body = f"{form.filled(text, but)}&{button}=1"
        answers.append(editor.post(address, body, content_type=FORM))
        if answers[-1].status_code != 200:
            break
        but |= refused_fields(answers[-1], whole_rows=attempt > 0)
    return answers, set(form.typed) - but


def misread(row, names, text):
    """The fields of words that hold something else than was typed into them."""
    typed = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return [
        (field.name, ascii(text)[:60], ascii(getattr(row, field.name))[:60])
        for field in row._meta.fields
        if field.name in names - SPELT_ANEW
        and field.get_internal_type() in ("CharField", "TextField")
        and unbroken(getattr(row, field.name))
        not in (unbroken(typed), f"https://{unbroken(typed)}")
    ]


def unbroken(text):
    return (text or "").replace("\r\n", "\n").strip()


def pages_that_show(row, rows):
    article, company = rows.article.get_absolute_url(), rows.company.get_absolute_url()
    feeds = ["/feeds/articles.atom", "/feeds/comments.atom"]
    named = row._meta.app_label in ("articles", "companies") and hasattr(row, "get_absolute_url")
    own = [row.get_absolute_url()] if named and row not in (rows.article, rows.company) else []
    return {
        "articles": ["/", article, *feeds, *own],
        "companies": ["/companies/", company, feeds[1], *own],
        "facts": [company, rows.technology.get_absolute_url()],
        "comments": [article, feeds[1]],
    }.get(row._meta.app_label, [article])


def row_of(label, rows):
    match label:
        case "articles.Article":
            return rows.article
        case "facts.Fact":
            return Fact.objects.get(status=Fact.Status.DRAFT)
        case "accounts.User":
            return UserFactory()
    return apps.get_model(label).objects.first()


def name_the_change(article):
    """Publish what waits for an editor to say what kind of change of live sentences it is."""
    with suppress(ValidationError):
        publishing.publish(
            Article.objects.get(pk=article.pk), by=User.objects.get(username="chief"), change=UPDATE
        )


@pytest.mark.parametrize("label", EDITED)
def test_what_an_editor_types_is_kept_or_refused_and_breaks_no_page(editor, rows, label):
    row, failed, kept = row_of(label, rows), [], 0
    texts = sample(12) if label in THOROUGHLY else sample(6, EDITED.index(label))
    for text in texts:
        answers, taken = type_everywhere(editor, row, text)
        failed += broken([(label, text, response) for response in answers])
        if label == "articles.Article":
            name_the_change(row)
        row = type(row).objects.get(pk=row.pk)
        if answers[-1].status_code == 302:
            failed += misread(row, taken, text)
            kept += bool(taken)
        failed += broken([(page, text, editor.get(page)) for page in pages_that_show(row, rows)])
    assert failed == []
    assert kept > len(texts) / 4


def test_hostile_text_has_a_preview(editor):
    address = reverse("admin:articles_article_preview_new")
    for text in sample(60):
        typed = form_of(title=text, standfirst=text, body=text, language=text, section=text)
        response = editor.post(address, typed, content_type=FORM)
        assert response.status_code == 200, ascii(text)[:60]


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_hostile_search_on_the_desk_breaks_no_list(editor, rows, model):
    address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    names = ["q", "p", "o", "e", "state"]
    answers = [
        (name, text, editor.get(address, QUERY_STRING=form_of(**{name: text[:REQUEST_LINE]})))
        for first, name in enumerate(names)
        for text in sample(6 if name == "q" else 1, first + len(address))
    ]
    assert broken(answers) == []


# No column holds the first; the second is no number.
IMPOSSIBLE = ["99999999999999999999", "x"]
DATES = ("DateField", "DateTimeField")
COUNTED = ("TOTAL", "INITIAL")
# A number in a register has one spelling, whatever was typed of its zeros and capitals.
SPELT_ANEW = {"cik", "isin", "lei", "opencorporates_id", "wikidata_id"}


def lookups(model):
    """What the address of a list may ask."""
    yield "pk__in"
    for field in model._meta.fields:
        if field.get_internal_type() in DATES:
            yield f"{field.name}__year"
        elif field.is_relation:
            yield f"{field.name}__in"
    yield from (field.name for field in model._meta.many_to_many)


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif "<" in route and "(?P" not in route:
            yield route


def page_of(model, name):
    label = model._meta.label_lower.replace(".", "_")
    with suppress(NoReverseMatch):
        return reverse(f"admin:{label}_{name}")


def broken_pages(editor, addresses):
    return broken([(address, "", editor.get(address)) for address in addresses])


@pytest.mark.parametrize("value", [*IMPOSSIBLE, "2147483648"])
def test_impossible_value_in_an_address_breaks_no_list(editor, rows, value, caplog):
    addresses = [
        f"{page_of(model, 'changelist')}?{name}={value}"
        for model in admin.site._registry
        for name in lookups(model)
    ]
    assert len(addresses) > 60
    assert broken_pages(editor, addresses) == []
    # Anybody can type them by the thousand.
    assert not any(one.exc_info for one in caplog.records)


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_impossible_value_in_an_address_breaks_no_empty_form(editor, rows, value):
    forms = {model: page_of(model, "add") for model in admin.site._registry}
    fields = {
        model: [field.name for field in model._meta.get_fields() if field.concrete]
        for model in forms
    }
    addresses = [
        f"{address}?{'&'.join(f'{name}={value}' for name in fields[model])}"
        for model, address in forms.items()
    ]
    assert broken_pages(editor, addresses) == []


def test_possible_value_in_an_address_fills_the_empty_form(editor, rows):
    article, day = rows.article, "2026-06-01 12:30"
    form = (
        editor.get(
            reverse("admin:articles_article_add"),
            {"section": article.section_id, "cover": "x", "published_at": day, "title": "Begun"},
        )
        .context["adminform"]
        .form
    )
    assert form["section"].value() == str(article.section_id)
    assert form["title"].value() == "Begun"
    assert form["published_at"].value().strftime("%Y-%m-%d %H:%M") == day
    assert form["cover"].value() is None


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_impossible_row_in_an_address_breaks_no_page_of_the_desk(editor, rows, value):
    found = set(routes(admin.site.get_urls()))
    assert len(found) > 60
    addresses = [f"/admin/{re.sub('<[^>]*>', value, route)}" for route in sorted(found)]
    assert broken_pages(editor, addresses) == []
    assert broken([(one, "", editor.post(one, {"post": "yes"})) for one in addresses]) == []
    assert broken_pages(editor, [f"/admin/facts/fact/contradictions/?pair={value}-1"]) == []


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_impossible_value_in_a_forged_field_breaks_no_form(editor, rows, value, caplog):
    answers = []
    for model in admin.site._registry:
        if address := page_of(model, "add"):
            names = [field.name for field in model._meta.get_fields() if field.concrete]
            answers.append((address, "", editor.post(address, dict.fromkeys(names, value))))
    assert broken(answers) == []
    assert {response.status_code for _address, _text, response in answers} <= {200, 302, 403}
    assert [one.getMessage() for one in caplog.records if one.name == "core.middleware"] == []


def lists_with_actions(user):
    """(address of a list, name of one of its actions)"""
    request = RequestFactory().get("/")
    request.user = user
    for model, desk in admin.site._registry.items():
        for action in desk.get_actions(request):
            yield page_of(model, "changelist"), action


@pytest.mark.parametrize("value", [*IMPOSSIBLE, "-9223372036854775809", "a\x00", ""], ids=ascii)
def test_forged_selection_selects_nothing_and_is_no_fault(editor, rows, value, caplog):
    asked = [*lists_with_actions(User.objects.get(username="chief"))]
    assert len(asked) > 30
    wrong = []
    for address, action in asked:
        chosen = {"action": action, "_selected_action": [value] * 3, "reason": "ad"}
        for index in ({}, {"index": value}, {"index": "0"}):
            response = editor.post(address, chosen | index)
            told = [str(message) for message in get_messages(response.wsgi_request)]
            if response.status_code != 302 or "Items must be selected" not in told[-1]:
                wrong.append((address, action, index, response.status_code, told))
    assert wrong == []
    assert not any(one.exc_info for one in caplog.records)


def test_row_that_is_chosen_beside_forged_ones_is_acted_on(editor):
    """Near miss: what names a row still does, also among as many values as a form may have."""
    comment = CommentFactory(state="pending")
    chosen = [comment.pk, *(str(10**20 + number) for number in range(1500))]
    address = page_of(Comment, "changelist")
    editor.post(address, {"action": "approve_all", "_selected_action": chosen})
    comment.refresh_from_db()
    assert comment.is_published


@pytest.mark.parametrize(
    "forged",
    [
        *({"form-0-id": value} for value in [*IMPOSSIBLE, "\x00", ""]),
        *({f"form-{count}_FORMS": number} for count in COUNTED for number in (-1, "x")),
        {"form-TOTAL_FORMS": 10**20},
    ],
    ids=ascii,
)
def test_forged_row_of_a_list_that_is_edited_changes_nothing_and_is_no_fault(
    editor, forged, caplog
):
    section = SectionFactory(position=3)
    counts = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1}
    data = counts | {"form-0-id": section.pk, "form-0-position": 4, "_save": "1"} | forged
    response = editor.post(page_of(Section, "changelist"), data)
    assert response.status_code == 200
    section.refresh_from_db()
    assert section.position == 3
    assert not any(one.exc_info for one in caplog.records)


def names_asked_for():
    """Of every parameter that a module of ours reads by its name."""
    by_name = re.compile(r"""\b(?:GET|POST|data)(?:\.get(?:list)?\(|\[)"(\w+)""")
    sources = (path for room in rooms() for path in Path(room.path).rglob("*.py"))
    return {name for path in sources for name in by_name.findall(path.read_text())}


@pytest.mark.parametrize("value", [IMPOSSIBLE[0], f"{10**20}-1"])
def test_impossible_parameter_breaks_no_page_of_our_own(editor, value, caplog):
    """Beside lists and forms as Django makes them."""
    names = names_asked_for()
    assert {"pair", "revision", "company", "facts", "language"} <= names
    pages = {name: page for name, _label, _what, page in cases(everything(UserFactory()))}
    addresses = [page for name, page in pages.items() if name in CUSTOM]
    assert len(addresses) > 30
    sent = dict.fromkeys(names, value)
    answers = [(page, value, editor.get(page, sent)) for page in addresses]
    answers += [(page, value, editor.post(page, sent, query_params=sent)) for page in addresses]
    assert broken(answers) == []
    assert not any(one.exc_info for one in caplog.records)


CHOOSERS = {
    "articles.Article": ["section", "cover", "topics", "companies", "bylines-0-author"],
    "companies.Company": ["parent", "industry", "logo"],
    "facts.Fact": ["references-0-source"],
    "ads.Ad": ["image", "sections"],
    "accounts.User": ["groups", "user_permissions"],
}


@pytest.mark.parametrize("label", CHOOSERS)
@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_impossible_choice_is_told_beside_its_field_and_the_rest_is_kept(
    editor, rows, label, value
):
    row = row_of(label, rows)
    address, form = change_form(editor, row)
    field = next(name for name in form.typed if not re.search("_0|date|position|-|slug", name))
    form.data |= {name: [value] for name in CHOOSERS[label]} | {field: ["Kept as typed"]}
    page = editor.post(address, form.filled("", form.typed), content_type=FORM)
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    inlines = [one for inline in page.context["inline_admin_formsets"] for one in inline.formset]
    refused = {*errors, *(one.add_prefix(name) for one in inlines for name in one.errors)}
    assert {*CHOOSERS[label]} <= refused
    assert page.context["adminform"].form[field].value() == "Kept as typed"


@pytest.mark.django_db
def test_fault_of_ours_is_not_taken_for_one_of_the_address():
    """Near miss: the same errors, raised by anything but the database layer."""
    for error in (ValueError("x"), OverflowError("x")):
        try:
            raise error
        except type(error) as raised:
            assert refuse_unreadable(None, raised) is None


@pytest.mark.parametrize("label", ["companies.Company", "facts.Fact", "facts.TechUse"])
@pytest.mark.parametrize(
    ("count", "number", "told"),
    [
        *[("TOTAL", 10**20, "at most 200 forms"), ("INITIAL", 10**20, "")],
        *[("INITIAL", -1, "ManagementForm"), ("TOTAL", -1, "ManagementForm")],
    ],
)
def test_forged_count_of_rows_is_no_work_and_no_fault(editor, rows, label, count, number, told):
    row = row_of(label, rows)
    address, form = change_form(editor, row)
    [name] = [name for name in form.data if name.endswith(f"-{count}_FORMS")]
    page = editor.post(
        address, form.filled("", form.typed) + f"&{name}={number}", content_type=FORM
    )
    assert page.status_code in (200, 302)
    assert told in page.text
    if told:
        [inline] = page.context["inline_admin_formsets"]
        assert len(inline.formset.forms) == (200 if number > 0 else 0)


@pytest.mark.parametrize("wrong", [Topic().full_clean, Topic(name="a").delete])
def test_row_of_ours_that_django_refuses_is_a_fault_of_ours(wrong):
    with pytest.raises((ValueError, ValidationError)) as raised:
        wrong()
    assert refuse_unreadable(None, raised.value) is None


def test_search_for_a_thousand_words_is_refused_in_words(editor):
    response = editor.get(reverse("admin:articles_article_changelist"), {"q": "a " * 1900})
    assert response.status_code == 200
    assert "at most 200 characters" in response.text
