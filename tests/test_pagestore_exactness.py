"""After any change, every stored page says what a page made anew says; and no change drops all."""

import copy
import inspect
import os
import shutil
import uuid
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.db.models import F
from django.db.models.functions import Upper
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.factories import UserFactory
from ads.factories import AdFactory
from ads.models import Ad
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article, Byline, ListEntry
from articles.pages import editions
from articles.publishing import snapshots
from audience import hearts
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from comments.writing import moderation, reactions
from comments.writing.posting import edit_comment, withdraw
from companies.factories import CompanyFactory, IndustryFactory, TechnologyFactory
from companies.merging import merge
from companies.models import Company
from core.models import Change
from core.pagestore.changes import announced
from core.tests.readers import Site
from corrections import publishing as corrections
from corrections.factories import CorrectionFactory
from corrections.models import Correction
from corrections.publishing import profiles
from facts import publishing as facts
from facts.factories import FactFactory, MetricFactory, SourceFactory, TechUseFactory
from facts.models import Fact
from facts.open import dump
from facts.review.contradictions import distinguish
from images.factories import PictureFactory, picture_bytes
from images.models import Picture
from tests.public import MACHINE, PERSONAL, WRITES, Publication
from tests.replay import Recording, Recordings

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Whoever sends credentials is answered by Django itself, of a site that has made no parts yet.
PAST_THE_STORE = {"authorization": "Basic eDp5"}


def make_world():
    """Enough rows, linked in enough ways, that a change shows on pages of other rows."""
    publication = Publication.make()
    now = timezone.now()
    world = SimpleNamespace(
        publication=publication,
        ranking=publication.edition.article.ranking,
        editor=UserFactory(is_superuser=True),
        article=publication.article,
        company=publication.company,
        section=publication.article.section,
        other_section=SectionFactory(),
        empty_section=SectionFactory(),
        topic=publication.article.topics.get(),
        author=publication.article.authors.get(),
        comment=publication.comment,
        technology=publication.technology,
        industry=IndustryFactory(),
        metric=MetricFactory(),
        source=SourceFactory(),
        ad=publication.ad,
    )
    world.child = CompanyFactory(parent=world.company, industry=world.industry)
    world.stranger = CompanyFactory(logo=PictureFactory())
    save(world.author, portrait=PictureFactory())
    save(world.ad, image=PictureFactory())
    world.fact = FactFactory(company=world.company, metric=world.metric)
    torn = CompanyFactory()
    wrong = FactFactory(company=world.company)
    world.wrong = facts.deprecate(wrong, reason="Ada misread it", by=world.editor)
    world.rivals = [FactFactory(company=torn, metric=world.metric) for _n in range(2)]
    world.today = now.date()
    address = f"fact:{world.company.slug}/{world.metric.key}"
    world.quoting = ArticleFactory(
        published_at=now - 7 * HOUR,
        section=world.other_section,
        standfirst=f"It is []({address}).",
        body=f"It was [few]({address}) and is []({address}).",
    )
    world.use = TechUseFactory(company=world.child, technology=world.technology)
    cover, shown = PictureFactory.create_batch(2)
    world.older = ArticleFactory(
        published_at=now - 5 * HOUR,
        companies=[world.child],
        cover=cover,
        body=f"![A field]({shown.file.url})",
    )
    world.shown = shown
    world.newer = ArticleFactory(published_at=now - HOUR / 2, topics=[world.topic])
    world.list = ArticleFactory(kind=Article.Kind.LIST, published_at=now - 9 * HOUR)
    world.entry = ListEntry.objects.create(article=world.list, company=world.company)
    world.unrelated = ArticleFactory(
        published_at=now - 90 * HOUR, section=world.other_section, topics=[TopicFactory()]
    )
    world.held = CommentFactory(
        discussion=world.comment.discussion, state=Comment.State.PENDING, published_at=None
    )
    world.moderator = UserFactory(is_superuser=True)
    moderation.reply(world.comment, "The desk has looked.", by=world.moderator)
    world.profile_comment = CommentFactory(
        discussion=DiscussionFactory(article=None, company=world.company)
    )
    world.addresses = {f"/companies/?industry={world.industry.slug}"}
    for name, addresses in publication.addresses().items():
        if name not in PERSONAL | WRITES | MACHINE | {"search:search", "comments:comment"}:
            world.addresses.update(addresses)
    return world


def every_page(world):
    """Every address that a store may keep, of every row there is."""
    found = set()
    for article in Article.objects.published():
        found.add(article.get_absolute_url())
        found.add(reverse("comments:discussion", args=["article", article.pk]))
    for company in Company.objects.all():
        found.add(company.get_absolute_url())
        found.add(reverse("comments:discussion", args=["company", company.pk]))
    for fact in Fact.objects.published():
        found.add(fact.get_absolute_url())
    for row in (world.section, world.other_section, world.topic, world.author, world.technology):
        found.add(row.get_absolute_url())
    return sorted({*found, *world.addresses})


@pytest.fixture(scope="module")
def first_look(module_transaction):
    """One world for all tests, and every page of it as it is stored. Tests take copies."""
    take_files_back()
    world, site = make_world(), Site()
    # What the world's rows announced is over, as after a commit: tests announce their own.
    announced.deliver()
    pages = every_page(world)
    for url in pages:
        site.get(url)
    return world, site, pages, recordings_of(site, pages)


def recordings_of(site, pages):
    """What each stored page is made of. It says what one rendered anew says."""
    recordings, anew = {}, Client()
    for url in filter(site.is_stored, pages):
        with Recording() as recordings[url]:
            answer = anew.get(url)
        assert answer.content == site.get(url).body, url
    return recordings


@pytest.fixture
def world(first_look):
    yield copy.deepcopy(first_look[0])
    take_files_back()


def take_files_back():
    """No transaction does, neither this module's nor another's that ran before."""
    shutil.rmtree(dump.folder(), ignore_errors=True)


@pytest.fixture
def site(first_look, db):
    site = Site()
    # On PostgreSQL what a transaction under way has logged is heard of a second time.
    for _time in range(2):
        site.store.learn()
    # Under a host that Django has not accepted yet, the first page asked for would be made anew.
    site.door.origins |= first_look[1].door.origins
    for path, (_params, pages) in first_look[1].store.paths.items():
        for query, page in pages.items():
            site.store.add(path, query, page, site.store.tick)
    for name, part in first_look[1].store.parts.parts.items():
        site.store.parts.add(name, replace(part, tick=site.store.tick))
    return site


@pytest.fixture
def pages(first_look):
    return first_look[2]


@pytest.fixture
def recordings(first_look, world):
    return Recordings(first_look[3])


def save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def publish_text(world, **content):
    article = world.article
    publishing.save_revision(article, snapshots.of(article) | content, by=world.editor)
    publishing.publish(article, by=world.editor, change=UPDATE)


def new_article(world, **values):
    return ArticleFactory(
        section=world.section, topics=[world.topic], companies=[world.company], **values
    )


def another_file():
    return ContentFile(picture_bytes(size=(64, 36)), name="field.png")


def load(row, **values):
    """As loaddata does."""
    (written,) = serializers.deserialize("json", serializers.serialize("json", [row]))
    for name, value in values.items():
        setattr(written.object, name, value)
    written.save()


ARTICLES = {
    "article edited": lambda w: publish_text(w, title="An edited title"),
    "article found by other words": lambda w: publish_text(
        w, search_title="Found", canonical_url="https://elsewhere.example/"
    ),
    "article edited, body alone": lambda w: publish_text(w, body="Other words than before."),
    "article moved to another section": lambda w: publish_text(w, section=w.other_section.pk),
    "article withdrawn": lambda w: corrections.withdraw(w.article, note="Gone.", by=w.editor),
    "article retracted": lambda w: corrections.publish_correction(
        w.article, kind="retraction", note="None of it.", by=w.editor
    ),
    "article published": lambda w: new_article(w),
    "article published in the past": lambda w: ArticleFactory(
        published_at=w.older.published_at + HOUR
    ),
    "article's hour moved": lambda w: save(w.newer, published_at=w.older.published_at - HOUR),
    "articles updated at once": lambda w: Article.objects.filter(
        pk__in=[w.article.pk, w.older.pk]
    ).update(title="Both have it"),
    "articles taken down at once": lambda w: Article.objects.filter(
        pk__in=[w.article.pk, w.older.pk]
    ).update(status="archived"),
    "articles updated in bulk": lambda w: Article.objects.bulk_update(
        [with_values(w.older, standfirst="Said in bulk")], ["standfirst"]
    ),
    "topic given": lambda w: w.older.topics.add(w.topic),
    "topic taken": lambda w: w.newer.topics.clear(),
    "article given to a topic": lambda w: w.topic.articles.add(w.unrelated),
    "articles of a topic set": lambda w: w.topic.articles.set([w.older]),
    "company given": lambda w: w.older.companies.add(w.stranger),
    "company taken": lambda w: w.article.companies.remove(w.company),
    "byline added": lambda w: Byline.objects.create(article=w.newer, author=w.author),
    "byline taken": lambda w: w.article.bylines.all().delete(),
    "entry rewritten": lambda w: save(w.entry, blurb="Why it stands here."),
    "entry added": lambda w: ListEntry.objects.create(article=w.list, company=w.stranger),
    "ranking asks for something else": lambda w: save(w.ranking, basis="By another rule."),
    "ranking taken away": lambda w: w.ranking.delete(),
    "company comes to match": lambda w: TechUseFactory(company=w.stranger, technology=w.technology),
    "company that matched uses it no more": lambda w: save(w.use, has_ended=True),
    "edition frozen": lambda w: editions.freeze(w.ranking.article, name="July", by=w.editor),
    "section renamed": lambda w: save(w.section, name="Another name"),
    "section renamed with others": lambda w: type(w.section).objects.bulk_update(
        [with_values(w.section, name="Another name"), w.other_section], ["name"]
    ),
    "section moved": lambda w: save(w.section, slug="elsewhere"),
    "section put last": lambda w: save(w.section, position=999),
    "section described": lambda w: save(w.section, description="What it is about."),
    "sections described": lambda w: type(w.section).objects.update(description=Upper("name")),
    "sections described in bulk": lambda w: type(w.section).objects.bulk_update(
        [with_values(w.section, description="Said in bulk.")], ["description"]
    ),
    "section saved as it was": lambda w: w.section.save(),
    "section's comments are read first": lambda w: save(w.section, comment_mode="pre"),
    "section added": lambda w: SectionFactory(),
    "section deleted": lambda w: w.empty_section.delete(),
    "sections updated": lambda w: type(w.section).objects.update(position=5),
    "sections updated to what they are": lambda w: type(w.section).objects.update(
        name=F("name"), position=F("position")
    ),
    "topic renamed": lambda w: save(w.topic, name="Another topic"),
    "author renamed": lambda w: save(w.author, name="Another Name"),
    "author's biography": lambda w: type(w.author).objects.update(bio="Has written before."),
    "author added": lambda w: AuthorFactory(),
}
COMPANIES = {
    "company renamed": lambda w: save(w.company, name="A new name"),
    "company hidden": lambda w: save(w.company, is_public=False),
    "subsidiary hidden": lambda w: save(w.child, is_public=False),
    "subsidiary sold": lambda w: save(w.child, parent=None),
    "company of a metric hidden": lambda w: save(w.publication.other, is_public=False),
    "company of a metric renamed": lambda w: save(w.publication.other, name="Another name"),
    "companies updated": lambda w: Company.objects.update(founded=1999),
    "company added": lambda w: CompanyFactory(industry=w.industry),
    "companies added in bulk": lambda w: Company.objects.bulk_create(
        [Company(name="Bulky", slug="bulky", description="Made in bulk.")]
    ),
    "alias added": lambda w: w.company.aliases.create(name="Also called this"),
    "industry renamed": lambda w: save(w.industry, name="Another trade"),
    "industry added": lambda w: IndustryFactory(),
    "industries updated": lambda w: type(w.industry).objects.update(name=Upper("name")),
    "technology renamed": lambda w: save(w.technology, name="Another language"),
    "technology described": lambda w: save(w.technology, description="It compiles."),
    "technology added": lambda w: TechnologyFactory(),
    "rows loaded from a file": lambda w: load(w.company, name="Loaded"),
}
FACTS = {
    "use added": lambda w: TechUseFactory(company=w.stranger, technology=w.technology),
    "use deleted": lambda w: w.use.delete(),
    "fact published": lambda w: FactFactory(company=w.company),
    "fact updated": lambda w: facts.update(w.fact, by=w.editor, source=w.source, amount=99),
    "fact deprecated": lambda w: facts.deprecate(w.fact, reason="It was a guess", by=w.editor),
    "reason of a figure blacked out": lambda w: facts.black_out(
        w.wrong.events.last(), instead="Redacted by the desk: A private name", by=w.editor
    ),
    "fact verified": lambda w: facts.verify(w.fact, by=w.editor),
    "fact preferred": lambda w: facts.prefer(
        w.fact, until=w.today + timedelta(days=9), by=w.editor, reason="Counted alike."
    ),
    "rival published": lambda w: FactFactory(company=w.company, metric=w.metric),
    "rivals told apart": lambda w: distinguish(*w.rivals, reason="Two teams.", by=w.editor),
    "metric adds up over a period": lambda w: save(w.metric, period_type="duration"),
    "companies merged": lambda w: merge(w.company, w.stranger, by=w.editor, reason="One."),
    "fact quoted in an article": lambda w: save(
        w.older, body=f"It has [many](fact:{w.company.slug}/{w.metric.key}@{w.fact.public_id})."
    ),
    "fact quoted in a standfirst": lambda w: save(
        w.older, standfirst=f"[So many](fact:{w.company.slug}/{w.metric.key}@{w.fact.public_id})."
    ),
    "fact quoted live in a title": lambda w: save(
        w.older, title=f"It has [](fact:{w.company.slug}/{w.metric.key})"
    ),
    "heading that quotes": lambda w: save(
        w.entry, heading=f"[So many](fact:{w.company.slug}/{w.metric.key}@{w.fact.public_id})"
    ),
    "fact quoted no more": lambda w: save(w.quoting, body="Nothing is quoted."),
    "article that quotes renamed": lambda w: save(w.quoting, title="Another title"),
    "article that quotes taken down": lambda w: publishing.withdraw(w.quoting, by=w.editor),
    "blurb that quotes rewritten": lambda w: save(
        w.entry, blurb=f"[So many](fact:{w.company.slug}/{w.metric.key}@{w.fact.public_id})."
    ),
    "source gone": lambda w: save(w.fact.references.get().source, gone_since=w.today),
    "source of a figure renamed": lambda w: save(w.fact.references.get().source, title="Other"),
    "source of a use renamed": lambda w: save(w.use.references.get().source, title="Other"),
    "sources updated": lambda w: type(w.source).objects.update(title=Upper("title")),
    "fact drafted": lambda w: FactFactory(company=w.company, draft=True),
    "metric renamed": lambda w: save(w.metric, label="Called otherwise"),
    "metric counted in per cent": lambda w: save(w.metric, value_type="percent"),
    "metric goes stale sooner": lambda w: save(w.metric, shelf_life_days=1),
    "metric of a list renamed": lambda w: save(w.ranking.metric, label="Called otherwise"),
    "metrics updated": lambda w: type(w.metric).objects.update(definition="Counted otherwise."),
    "metric's last figure withdrawn": lambda w: facts.deprecate(
        Fact.objects.get(company=w.publication.other), reason="A slip", by=w.editor
    ),
    "figure of a metric at another company": lambda w: FactFactory(
        company=w.stranger, metric=w.publication.fact.metric
    ),
    "figures written to the files": lambda w: dump.write(),
    "figure of a listed company": lambda w: FactFactory(company=w.child, metric=w.metric),
    "figure of an edition withdrawn": lambda w: facts.deprecate(
        w.publication.fact, reason="A slip", by=w.editor
    ),
}
COMMENTS = {
    "comment posted": lambda w: CommentFactory(discussion=w.comment.discussion),
    "first comment posted": lambda w: CommentFactory(discussion=DiscussionFactory(article=w.older)),
    "comment held": lambda w: CommentFactory(
        discussion=w.comment.discussion, state=Comment.State.PENDING
    ),
    "comment approved": lambda w: moderation.approve(w.held, by=w.editor),
    "comment removed": lambda w: moderation.remove(w.comment, by=w.editor),
    "comment answered": lambda w: moderation.reply(w.comment, "We looked.", by=w.editor),
    "comment changed by its author": lambda w: edit_comment(w.comment, "Said otherwise."),
    "change of a comment approved": lambda w: moderation.approve(
        edit_comment(w.comment, "Said otherwise."), by=w.editor
    ),
    "comment taken back": lambda w: withdraw(w.comment),
    "comment hearted": lambda w: reactions.toggle_heart(
        w.comment, visitor=uuid.uuid4(), subnet="a"
    ),
    "comment picked and pinned": lambda w: (
        moderation.set_picked(w.comment, True, by=w.editor),
        moderation.set_pinned(w.comment, True, by=w.editor),
    ),
    "decision undone": lambda w: (
        moderation.approve(w.held, by=w.editor),
        moderation.undo(w.held, by=w.editor),
    ),
    "comments rejected at once": lambda w: Comment.objects.update(state="rejected"),
    "comment on a profile removed": lambda w: moderation.remove(w.profile_comment, by=w.editor),
    "moderator deleted": lambda w: w.moderator.delete(),
    "discussion closed": lambda w: save(w.comment.discussion, is_open=False),
}
CORRECTIONS = {
    "article corrected": lambda w: CorrectionFactory(article=w.older),
    "slip of the pen in a profile": lambda w: profiles.keep_change(
        w.company,
        publishing.Change("minor"),
        [{"before": "It makse.", "after": "It makes."}],
        w.editor,
    ),
    "words of a correction blacked out": lambda w: corrections.redact(
        Correction.objects.get(article=w.article), 0, reason="Private", by=w.editor
    ),
}
IMAGES = {
    "cover described": lambda w: save(w.older.cover, alt="Seen otherwise"),
    "logo described": lambda w: save(w.stranger.logo, alt="Another mark"),
    "portrait described": lambda w: save(w.author.portrait, alt="Seen from the side"),
    "pictures updated": lambda w: Picture.objects.update(credit="Drawn by hand"),
    "cover replaced": lambda w: save(w.older.cover, file=another_file()),
    "logo replaced": lambda w: save(w.stranger.logo, file=another_file()),
    "portrait replaced": lambda w: save(w.author.portrait, file=another_file()),
    "picture of an ad replaced": lambda w: save(w.ad.image, file=another_file()),
    "picture of a body replaced": lambda w: save(w.shown, file=another_file()),
    "picture added": lambda w: PictureFactory(),
}
AUDIENCE = {
    "heart given": lambda w: hearts.toggle(w.article, visitor=uuid.uuid4(), subnet="a"),
}
ADS = {
    "ad added": lambda w: AdFactory(placement=Ad.Placement.BELOW),
    "ad rewritten": lambda w: save(w.ad, headline="Said otherwise"),
    "ad stopped": lambda w: Ad.objects.update(is_active=False),
    "ad bound to a section": lambda w: w.ad.sections.add(w.other_section),
}
ROOMS = {
    "articles": ARTICLES,
    "companies": COMPANIES,
    "facts": FACTS,
    "comments": COMMENTS,
    "corrections": CORRECTIONS,
    "images": IMAGES,
    "audience": AUDIENCE,
    "ads": ADS,
}
CHANGES = {name: change for changes in ROOMS.values() for name, change in changes.items()}


def with_values(article, **values):
    for name, value in values.items():
        setattr(article, name, value)
    return article


def has_parts(url) -> bool:
    return resolve(urlsplit(url).path).view_name in ("articles:detail", "companies:detail")


def differences(site, pages, recordings):
    """Addresses whose stored page does not say what one rendered anew says, with its keys.

    What is no longer stored is what one rendered anew says, whenever it is asked for, unless it
    is put together from parts that this process has made before. What is stored still is rendered
    only if something that it reads has changed.
    """
    site.store.learn()
    wrong, another, unchanged = {}, Site(), recordings.unchanged()
    for url in pages:
        if url in unchanged if site.is_stored(url) else not has_parts(url):
            continue
        # Each reads the log: a store that has not for a while would wait for it.
        stored, anew = site.get(url), another.get(url, **PAST_THE_STORE)
        if (stored.status, stored.body) != (anew.status, anew.body):
            path, _mark, query = url.partition("?")
            wrong[url] = site.store.find(path, query).keys
    return wrong


def remedy(url, tags, room, name, logged):
    """What to declare, and in which file, so that a change is seen at an address."""
    view = inspect.unwrap(resolve(urlsplit(url).path).func)
    module = inspect.getmodule(view).__name__.replace(".", "/")
    return (
        f"{url} does not show what {room} changed ({name!r}). "
        f"The page is tagged with {sorted(tags)}, the change logged {sorted(logged)}: "
        f"name one of the page's keys in {room}/pagekeys.py, "
        f"or tag the page with one of the change's (made_of, @stored_page) in {module}.py."
    )


# Which keys a change has is the same on every database: there a few of each room is enough to see
# that what was logged is heard of.
@pytest.mark.parametrize(
    ("room", "name"),
    [
        pytest.param(room, name, id=f"{room}-{name}")
        for room, changes in ROOMS.items()
        for name in list(changes)[:: 6 if "DATABASE_URL" in os.environ else 1]
    ],
)
def test_change_is_on_every_page_that_shows_it(
    room, name, world, site, pages, recordings, django_capture_on_commit_callbacks
):
    assert sum(map(site.is_stored, pages)) > 30
    former = set(Change.objects.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[name](world)
    logged = set(Change.objects.exclude(pk__in=former).values_list("key", flat=True))
    wrong = differences(site, sorted({*pages, *every_page(world)}), recordings)
    if wrong:
        pytest.fail("\n".join(remedy(*one, room, name, logged) for one in wrong.items()), False)


def test_change_that_is_not_logged_would_be_noticed(world, site, pages, recordings, monkeypatch):
    """The positive control of the test above."""
    assert differences(site, pages, recordings) == {}
    monkeypatch.setattr("core.pagestore.tracking.changed", lambda *keys: None)
    save(world.company, name="A new name")
    save(world.newer, title="Another title")
    ArticleFactory(published_at=timezone.now(), section=world.other_section)
    wrong = differences(site, pages, recordings)
    assert wrong == differences(site, pages, Recordings({}))
    assert world.other_section.get_absolute_url() in wrong
    assert "/" in wrong
    assert len(wrong) > 3
    url = world.company.get_absolute_url()
    words = remedy(url, wrong[url], "companies", "company renamed", set())
    assert words.startswith(f"{url} does not show what companies changed ('company renamed').")
    assert f"'company:{world.company.pk}'" in words
    assert "in companies/pagekeys.py" in words
    assert words.endswith("in companies/views.py.")


@pytest.mark.parametrize(
    ("name", "staying"),
    [
        ("comment posted", ["front", "list", "older", "unrelated", "company"]),
        ("heart given", ["front", "list", "older", "unrelated", "company"]),
        ("fact published", ["list", "older", "unrelated"]),
        ("fact drafted", ["front", "list", "article", "older", "unrelated", "company"]),
        ("article edited", ["unrelated", "stranger"]),
        ("comment on a profile removed", ["front", "article", "unrelated"]),
        ("author added", ["front", "article", "unrelated"]),
        ("author renamed", ["unrelated", "company", "stranger"]),
        ("author's biography", ["unrelated", "company", "stranger"]),
        ("section described", ["front", "list", "article", "older", "unrelated", "company"]),
        ("sections described", ["front", "list", "article", "older", "unrelated", "company"]),
        ("sections described in bulk", ["front", "list", "article", "unrelated", "company"]),
        ("section saved as it was", ["front", "list", "article", "older", "unrelated", "company"]),
        ("section's comments are read first", ["front", "list", "article", "unrelated"]),
        ("sections updated to what they are", ["front", "list", "article", "unrelated"]),
        ("topic renamed", ["front", "list", "older", "unrelated", "company"]),
        ("topic given", ["unrelated", "stranger"]),
        ("ad bound to a section", ["front", "list", "company"]),
        ("article corrected", ["front", "list", "unrelated", "company"]),
        ("source gone", ["front", "list", "older", "unrelated", "stranger"]),
        ("cover described", ["unrelated", "company", "stranger"]),
        ("logo described", ["unrelated", "company", "article"]),
        ("source of a use renamed", ["front", "list", "unrelated", "company", "stranger"]),
        ("metric renamed", ["list", "older", "unrelated", "stranger"]),
        ("industry renamed", ["front", "list", "unrelated", "company", "stranger"]),
        ("industry added", ["front", "list", "article", "unrelated", "company", "stranger"]),
        ("technology renamed", ["front", "list", "unrelated", "stranger"]),
        ("technology added", ["front", "list", "article", "unrelated", "company", "stranger"]),
    ],
)
def test_change_leaves_other_pages_stored(name, staying, world, site, django_assert_num_queries):
    addresses = {"front": "/", "list": "/articles/"} | {
        key: getattr(world, key).get_absolute_url()
        for key in ("article", "older", "unrelated", "company", "stranger")
    }
    assert all(map(site.is_stored, addresses.values()))
    CHANGES[name](world)
    site.store.learn()
    assert [key for key in staying if not site.is_stored(addresses[key])] == []
    # The first request makes the host known.
    site.ask("/about/")
    with django_assert_num_queries(0):
        assert {site.ask(addresses[key]).status for key in staying} == {200}


def test_drafts_and_views_touch_no_stored_page(world, site, pages):
    before = {url for url in pages if site.is_stored(url)}
    draft = ArticleFactory(
        draft=True, section=world.section, companies=[world.company], topics=[world.topic]
    )
    save(draft, title="Another title of a draft")
    publishing.save_revision(
        world.article, snapshots.of(world.article) | {"title": "Not yet"}, by=world.editor
    )
    Ad.objects.filter(pk=world.ad.pk).count_clicks({world.ad.pk: 1})
    site.store.learn()
    assert {url for url in pages if site.is_stored(url)} == before
