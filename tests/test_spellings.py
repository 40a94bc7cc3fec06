"""Addresses of every model with a slug: proposed, compared without case, and kept apart."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, SectionFactory, TopicFactory
from articles.models import Article, ArticleFormerSlug, Topic
from articles.pages import editions
from articles.publishing import snapshots
from articles.tests.test_admin import admin_url, new_data, posted
from companies.factories import CompanyFactory
from companies.models import Company
from core.fields import SlugField
from core.tests.readers import Site
from core.text.slugs import fold
from core.web.addresses import SlugConverter
from facts.factories import FactFactory
from tests.hostile import sample
from tests.public import Publication

pytestmark = pytest.mark.django_db
# What the desk's form of each model needs besides a name.
REQUIRED = {
    "articles.section": {"position": 1, "rights-TOTAL_FORMS": 0, "rights-INITIAL_FORMS": 0},
    "articles.topic": {},
    "articles.author": {},
    "companies.company": {
        "description": "What it does.",
        "status": "active",
        "aliases-TOTAL_FORMS": 0,
        "aliases-INITIAL_FORMS": 0,
    },
    "companies.industry": {},
    "companies.technology": {"kind": "server"},
    "facts.metric": {
        "definition": "What is counted.",
        "value_type": "quantity",
        "period_type": "instant",
        "shelf_life_days": 365,
        "position": 1,
    },
}


@pytest.fixture
def chief(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def slugged_models():
    return {
        model._meta.label_lower: field
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, SlugField) and field.source
    }


def test_every_slug_of_the_rooms_is_one_of_ours_and_has_a_form_that_is_tried():
    others = [
        str(field)
        for model in apps.get_models()
        for field in model._meta.fields
        if field.get_internal_type() == "SlugField" and not isinstance(field, SlugField)
    ]
    assert others == []
    assert slugged_models().keys() == {*REQUIRED, "articles.article"}


@pytest.mark.parametrize("label", REQUIRED)
def test_row_saved_without_a_slug_gets_one_in_every_language_and_no_two_the_same(chief, label):
    field = slugged_models()[label]
    add = reverse(f"admin:{label.replace('.', '_')}_add")
    stored = []
    for name in ("社区 新闻", "社区！新闻", "नमस्ते", "Ёлка"):
        data = REQUIRED[label] | {field.source: name, field.name: ""}
        response = chief.post(add, data)
        assert response.status_code == 302, response.context["adminform"].form.errors
        stored.append(field.model.objects.latest("pk").serializable_value(field.name))
    assert stored == ["she-qu-xin-wen", "she-qu-xin-wen-2", "nmste", "elka"]


def test_article_saved_without_a_slug_keeps_the_proposed_one_when_it_is_published(chief):
    ArticleFormerSlug.objects.create(slug="2026-2", target=ArticleFactory())
    response = chief.post(admin_url("add"), new_data(title="２０２６", slug="", _publish=""))
    assert response.status_code == 302
    article = Article.objects.latest("pk")
    # Digits alone are a year, and the next is another article's former address.
    assert (article.slug, article.is_published) == ("2026-3", True)
    assert publishing.newest_content(article)["slug"] == "2026-3"


def test_typed_slug_may_be_unicode_and_is_stored_in_one_spelling(chief):
    chief.post(reverse("admin:articles_topic_add"), {"name": "A", "slug": "CAFE\u0301-नमस्ते"})
    topic = Topic.objects.get()
    assert topic.slug == "café-नमस्ते"
    page = chief.get(topic.get_absolute_url())
    assert page.status_code == 200
    assert (
        topic.get_absolute_url()
        == "/topics/caf%C3%A9-" + "".join(f"%{byte:02X}" for byte in "नमस्ते".encode()) + "/"
    )


def test_slugs_that_differ_in_case_or_composition_are_one(chief):
    TopicFactory(slug="red-é")
    for slug in ("RED-É", "red-e\u0301"):
        page = chief.post(reverse("admin:articles_topic_add"), {"name": "B", "slug": slug})
        assert list(page.context["adminform"].form.errors) == ["slug"]
    with pytest.raises(IntegrityError):
        TopicFactory(slug="Red-É")


def test_slug_that_is_none_is_refused_beside_its_field_and_kept_as_typed(chief):
    page = chief.post(reverse("admin:articles_topic_add"), {"name": "B", "slug": "a b/<c>"})
    assert "letters, digits, hyphens" in str(page.context["adminform"].form.errors["slug"])
    assert 'value="a b/&lt;c&gt;"' in page.text


def test_hostile_slug_is_stored_in_one_spelling_or_refused(chief):
    add, refused = reverse("admin:articles_topic_add"), 0
    for number, text in enumerate(sample(15)):
        page = chief.post(add, {"name": f"Topic {number}", "slug": text})
        assert page.status_code in (200, 302), ascii(text)
        refused += page.status_code == 200
    assert refused
    for slug in Topic.objects.values_list("slug", flat=True):
        assert slug == fold(slug) != ""


def names_of_slugged_addresses(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of_slugged_addresses(pattern, inner)
        elif any(isinstance(one, SlugConverter) for one in pattern.pattern.converters.values()):
            yield namespace + pattern.name


def test_wrong_case_redirects_at_every_address_that_has_a_slug(client):
    publication = Publication.make()
    addresses, names = publication.addresses(), set(names_of_slugged_addresses())
    assert len(names) >= 9
    for name in names:
        [address, *_others] = addresses[name]
        first, room, slug, rest = address.split("/", 3)
        wrong = "/".join([first, room, slug.upper(), rest])
        assert wrong != address
        response = client.get(wrong, {"from": 1})
        assert (response.status_code, response.get("Location")) == (301, f"{address}?from=1"), name
        assert client.get("/".join([first, room, "NO-SUCH", rest])).status_code == 404, name


def test_wrong_case_of_a_draft_and_of_a_former_address_tells_no_more_than_the_right_one(client):
    draft, live = ArticleFactory(draft=True, slug="hidden"), ArticleFactory()
    assert client.get("/articles/HIDDEN/").status_code == 404
    ArticleFormerSlug.objects.create(slug="once", target=live)
    assert client.get("/articles/ONCE/")["Location"] == live.get_absolute_url()
    assert draft.get_absolute_url() == "/articles/hidden/"


def test_companies_are_compared_whatever_the_case_of_their_slugs(client):
    CompanyFactory(slug="née", name="Née"), CompanyFactory(slug="other", name="Other")
    page = client.get(reverse("compare"), {"c": ["NE\u0301E", "Other"]})
    assert "We know no company" not in page.text
    assert "Née" in page.text


def test_edition_with_a_name_in_another_script_has_an_address(client):
    publication = Publication.make()
    edition = editions.freeze(publication.edition.article, name="२०२६ जून", by=None)
    assert edition.slug == "2026-jun"
    assert client.get(edition.get_absolute_url()).status_code == 200


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_taking_the_former_address_of_another_warns_before_it_is_taken(chief):
    other = ArticleFactory(title="The old story")
    ArticleFormerSlug.objects.create(slug="once", target=other)
    chief.post(admin_url("add"), new_data(slug="once", _save=""))
    article = Article.objects.latest("pk")
    told = messages_of(chief.get(admin_url("change", article.pk)))
    assert any("“once” was an address of “The old story”" in message for message in told)
    assert ArticleFormerSlug.objects.exists()
    posted(chief, article, title="Without", slug="another", _save="")
    told = messages_of(chief.get(admin_url("change", article.pk)))
    assert not any("was an address of" in message for message in told)


def test_own_former_address_is_taken_back_without_a_word(chief):
    article = ArticleFactory(slug="now")
    ArticleFormerSlug.objects.create(slug="once", target=article)
    posted(chief, article, slug="once", _publish="")
    told = messages_of(chief.get(admin_url("change", article.pk)))
    assert not any("was an address of" in message for message in told)


def test_company_that_takes_a_former_address_is_told_so(chief):
    company = CompanyFactory(name="Elder", slug="elder")
    company.slug = "elders"
    company.save()
    data = REQUIRED["companies.company"] | {"name": "Younger", "slug": "elder"}
    page = chief.post(reverse("admin:companies_company_add"), data, follow=True)
    assert any("“elder” was an address of “Elder”" in told for told in messages_of(page))
    assert Company.objects.get(slug="elder").name == "Younger"


@pytest.fixture
def beaten(monkeypatch):
    """A row of somebody else's comes to stand after the form has found the name to be free."""

    def beat(model, check="validate_unique"):
        original, tries = getattr(model, check), []

        def unseen(self, *args, **kwargs):
            tries.append(self)
            return None if len(tries) == 1 else original(self, *args, **kwargs)

        monkeypatch.setattr(model, check, unseen)

    return beat


def test_two_who_create_one_slug_at_the_same_instant_get_a_message(chief, beaten):
    beaten(Topic)
    TopicFactory(slug="same")
    page = chief.post(reverse("admin:articles_topic_add"), {"name": "Mine", "slug": "same"})
    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == ["slug"]
    assert 'value="Mine"' in page.text
    assert Topic.objects.count() == 1


def test_two_who_begin_one_article_at_the_same_instant_get_a_message(chief, beaten):
    beaten(Article)
    ArticleFactory(slug="same")
    page = chief.post(admin_url("add"), new_data(slug="same", body="Kept.", _publish=""))
    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == ["slug"]
    assert "Kept." in page.text
    assert Article.objects.count() == 1


def test_two_proposals_of_one_slug_at_the_same_instant_are_told_apart(chief, monkeypatch):
    TopicFactory(slug="same")
    seen = []
    original = SlugField._taken

    def unseen(self, row, candidates):
        seen.append(candidates)
        return [] if len(seen) == 1 else original(self, row, candidates)

    monkeypatch.setattr(SlugField, "_taken", unseen)
    chief.post(reverse("admin:articles_topic_add"), {"name": "Same", "slug": ""})
    assert set(Topic.objects.values_list("slug", flat=True)) == {"same", "same-2"}


def test_proposal_for_a_name_that_hundreds_have_reads_none_of_them(chief):
    numbered = [f"same-{number}" for number in range(2, 300) if number != 98]
    Topic.objects.bulk_create([Topic(name=slug, slug=slug) for slug in ("same", *numbered)])
    field, asked = Topic._meta.get_field("slug"), {"of": "articles.topic", "text": "Same"}
    assert chief.get(reverse("admin:slug"), asked).json() == {"slug": "same-98"}
    TopicFactory(slug="same-98")
    with CaptureQueriesContext(connection) as queries:
        proposed = field.propose(Topic(name="Same"))
    assert re.fullmatch("same-[a-z0-9]{4}", proposed)
    assert [query["sql"] for query in queries if "LIKE" in query["sql"]] == []
    assert len(field.propose(Topic(name="word" * 100))) <= field.max_length


def test_form_asks_for_the_slug_while_the_title_is_typed(chief):
    page = chief.get(admin_url("add"))
    assert 'data-slug-url="/admin/slug/" data-slug-of="articles.article"' in page.text
    assert "admin-ext/slug" in page.text
    TopicFactory(slug="she-qu")
    asked = {"of": "articles.topic", "text": "社区"}
    assert chief.get(reverse("admin:slug"), asked).json() == {"slug": "she-qu-2"}
    for of in ("articles.nothing", "comments.comment", ""):
        assert chief.get(reverse("admin:slug"), {"of": of}).status_code == 404


def test_slug_is_proposed_to_those_alone_who_may_write(client):
    client.force_login(UserFactory(groups=["Writer"]))
    for of, status in [
        ("articles.article", 200),
        ("articles.topic", 200),
        ("articles.author", 403),
    ]:
        asked = {"of": of, "text": "Words"}
        assert client.get(reverse("admin:slug"), asked).status_code == status


@pytest.mark.parametrize("tag", ["pcm", "sa", "yo", "en-gb", "zh-Hans-CN", "ca-ES-valencia"])
def test_article_may_be_in_any_language_that_has_a_tag(chief, client, tag):
    response = chief.post(admin_url("add"), new_data(language=tag, _publish=""))
    assert response.status_code == 302
    article = Article.objects.latest("pk")
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200
    assert f'lang="{tag}"' in page.text


def test_row_written_past_the_desk_has_a_slug_as_well():
    section = SectionFactory(name="ニュース", slug="")
    assert section.slug == "niyusu"
    article = ArticleFactory(title="Same", slug="", section=section)
    assert publishing.newest_content(article)["slug"] == article.slug == "same"
    assert ArticleFactory(title="Same", slug="", section=section).slug == "same-2"
    assert snapshots.of(article)["slug"] == "same"


def test_desk_form_of_a_row_that_stands_leaves_its_slug_alone(chief):
    topic = TopicFactory(name="Before", slug="before")
    address = reverse("admin:articles_topic_change", args=[topic.pk])
    chief.post(address, {"name": "After", "slug": "before"})
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("After", "before")
    assert admin.site.is_registered(Topic)


def test_page_whose_slug_is_unicode_is_stored_and_dropped_like_any_other():
    article, site = ArticleFactory(slug="社区-é", title="As it stood"), Site()
    address, path = article.get_absolute_url(), "/articles/社区-é/"
    assert "As it stood" in site.get(address).text
    assert site.is_stored(path)
    assert site.get("/articles/社区-É/").headers["location"] == address
    assert not site.is_stored("/articles/社区-É/")
    article.title = "As it stands"
    article.save()
    assert "As it stands" in site.get(address).text


@pytest.mark.parametrize(
    ("slug", "typed"), [("red-b", "RED-B"), ("né", "ne\u0301"), ("नमस्ते", "नमस्ते"), ("社区", "社区")]
)
def test_text_names_a_company_in_any_spelling_and_keeps_its_own(slug, typed):
    company = CompanyFactory(slug=slug, name="The Firm")
    fact = FactFactory(company=company, metric__key="users")
    body = f"[The firm](company:{typed}) has [many](fact:{typed}/Users) and [](fact:{typed}/users)."
    article = ArticleFactory(body=body)
    assert article.body == (
        f"[The firm](company:{slug}) has [many](fact:{slug}/users@{fact.public_id}) "
        f"and [](fact:{slug}/users)."
    )
    assert f'href="{company.get_absolute_url()}"' in article.body_html
    assert article.fact_uses.count() == 2
