"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from django.utils import timezone

from articles.models import (
    Article,
    ArticleFormerSlug,
    Author,
    Autosave,
    Byline,
    Edition,
    FactUse,
    FigureDismissal,
    ListEntry,
    Listing,
    Note,
    PictureUse,
    PlannedChange,
    Ranking,
    Review,
    Revision,
    Section,
    SectionRight,
    ShareLink,
    Topic,
    Version,
)
from articles.querysets import links_of
from core.pagestore import schedule
from core.pagestore.keys import declare
from core.pagestore.tracking import on_no_page, track, track_links
from facts.prose.filling import quoted_in


def keys_of_article(article):
    """Every page that shows a published article: its own, the lists it is on, those beside it."""
    if article.status != Article.Status.PUBLISHED:
        return
    yield from (f"article:{article.pk}", f"teaser:{article.pk}", "articles")
    yield f"section:{article.section_id}"
    # Whoever follows the schedule must hear of a new hour, and of one that came to nothing.
    if article.published_at > timezone.now():
        yield schedule.SCHEDULE
    yield from (f"{name}:{pk}" for name, _article, pk in links_of([article.pk]))
    # The figures' own pages say where they are quoted.
    entries = ()
    if article.kind == Article.Kind.LIST:
        names = "article", "company", "figures", "linked"
        entries = list(ListEntry.objects.filter(article=article.pk).only(*names))
    texts = [
        quoted
        for row in (article, *entries)
        for quoted in (*row.quoted_in_lines(), quoted_in(row.figures))
    ]
    yield from (f"company:{one.company}" for text in texts for one in text)
    yield from (f"company:{entry.company_id}" for entry in entries)
    neighbours = Article.objects.neighbours(article).values_list("pk", flat=True)
    yield from (f"article:{pk}" for pk in neighbours)


def keys_of_names(row):
    """Of a topic or an author: its own page, every page that shows its name, and lists of all."""
    name = row._meta.model_name
    return {f"{name}:{row.pk}", f"{name}-name:{row.pk}", f"{name}s"}


def keys_of_bylines(articles):
    """For a page that shows these articles with their authors."""
    bylines = {byline.author_id for article in articles for byline in article.bylines.all()}
    return {f"author-name:{pk}" for pk in bylines}


def keys_of_byline(byline):
    yield from keys_of_part(byline, f"author:{byline.author_id}")


def keys_of_entry(entry):
    yield from keys_of_part(entry, f"company:{entry.company_id}")


def keys_of_part(part, key):
    if keys := set(keys_of_article(part.article)):
        yield from keys | {key}


def keys_of_links(instance, model, pks):
    """Of an article that gets topics or companies, or of one of these that gets articles."""
    if isinstance(instance, Article):
        name = model._meta.model_name
        if keys := set(keys_of_article(instance)):
            return keys | {f"{name}:{pk}" for pk in pks or ()}
        return set()
    articles = Article.objects.filter(pk__in=pks) if pks else instance.articles.all()
    return {key for article in articles for key in keys_of_article(article)}


# What the keys of an article are made of.
KEYED = ("status", "published_at", "section", "kind", "figures", "linked")


def scheduled_articles(after, until):
    waiting = Article.objects.filter(
        status=Article.Status.PUBLISHED, published_at__gt=after, published_at__lte=until
    )
    for article in waiting.only(*KEYED):
        yield article.published_at, keys_of_article(article)


def connect():
    declare("article", "articles", "teaser", "section")
    declare("author", "author-name", "authors", "topic", "topic-name", "topics")
    track(Article, keys_of_article, ignored={"live_number", "waiting_title", "trashed_at"})
    track(Byline, keys_of_byline)
    track(ListEntry, keys_of_entry)
    track_links(Article.topics.through, keys_of_links)
    track_links(Article.companies.through, keys_of_links)
    track(
        Section,
        lambda section: {f"section:{section.pk}"},
        ignored={"check_levels", "comment_mode", "four_eyes"},
        # The masthead names them, in their order.
        on_every_page={"name", "slug", "position"},
    )
    track(Topic, keys_of_names, created=False)
    track(Author, keys_of_names, created=False, ignored={"user"})
    track(Ranking, lambda ranking: set(keys_of_article(ranking.article)))
    track(Edition, lambda edition: set(keys_of_article(edition.article)))
    schedule.sources.append(scheduled_articles)
    # What stands beside a waiting article may change before its hour.
    schedule.triggers.add("articles")
    # Shown at the desk, written along with an article or a correction, or redirects, which are not
    # stored.
    on_no_page(
        *(ArticleFormerSlug, Autosave, FactUse, FigureDismissal, Listing, PictureUse),
        *(Note, PlannedChange, Review, Revision, SectionRight, ShareLink, Version),
    )
