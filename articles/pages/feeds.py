import datetime
import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from articles.models import Article, Section
from articles.pages import ranking
from articles.pages.structured import description_of
from articles.publishing.quoting import fill, texts_of
from core.pagestore import made_of, stored_page
from core.web.structured import absolute
from facts.prose.filling import figures_of_pages

ITEMS = 30
# Characters that XML 1.0 cannot carry, whatever the escaping.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAG = re.compile(r'<[a-z][^"<>]*(?:"[^"]*"[^"<>]*)+>')
ADDRESS = re.compile(r' (href|src)="([/#?][^"]*)"')
ATOM, RSS = "application/atom+xml", "application/rss+xml"


def site_feed_urls():
    return _feed_urls(reverse("articles:feed-atom"), reverse("articles:feed-rss"))


def section_feed_urls(section):
    return _feed_urls(
        reverse("articles:section-atom", args=[section.slug]),
        reverse("articles:section-rss", args=[section.slug]),
    )


def _feed_urls(atom, rss):
    return [
        {"url": atom, "type": ATOM, "title": _("Atom feed")},
        {"url": rss, "type": RSS, "title": _("RSS feed")},
    ]


def with_absolute_addresses(html, base):
    """Our own sanitised HTML, its links fit to be read elsewhere."""

    def tag(match):
        return ADDRESS.sub(
            lambda found: (
                f' {found[1]}="{base if found[2][0] in "#?" else settings.SITE_URL}{found[2]}"'
            ),
            match[0],
        )

    return TAG.sub(tag, html)


class DatedByItems:
    """A feed without items has no date of its own: made twice it says the same."""

    def latest_post_date(self):
        return (
            super().latest_post_date()
            if self.items
            else datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        )


class AtomWithContent(DatedByItems, Atom1Feed):
    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["coauthors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class RssWithContent(DatedByItems, Rss201rev2Feed):
    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["coauthors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["content"])


class ArticleFeed(Feed):
    """The newest articles in full. Ids are made of the row, so a new slug makes no new item."""

    item_guid_is_permalink = False

    @classmethod
    def as_page(cls):
        # It names authors and topics; entries of lists name companies, and quote their figures.
        return stored_page("authors", "topics", "companies", "technologies", "metrics")(cls())

    def get_object(self, request, slug=None):
        section = get_object_or_404(Section, slug=slug) if slug else None
        made_of(request, f"section:{section.pk}" if section else "articles")
        return section

    def title(self, section):
        return f"{settings.SITE_NAME}: {section.name}" if section else settings.SITE_NAME

    def description(self, section):
        return (section and section.description) or str(settings.SITE_TAGLINE)

    subtitle = description

    def link(self, section):
        return absolute(section.get_absolute_url() if section else "/")

    def feed_url(self, section):
        is_atom = issubclass(self.feed_type, Atom1Feed)
        if section:
            name = "articles:section-atom" if is_atom else "articles:section-rss"
            return absolute(reverse(name, args=[section.slug]))
        return absolute(reverse("articles:feed-atom" if is_atom else "articles:feed-rss"))

    def feed_guid(self, section):
        return self.feed_url(section)

    def items(self, section):
        articles = section.articles if section else Article.objects
        newest = articles.published().in_order().with_bylines()
        newest = newest.select_related("ranking").prefetch_related("topics", "entries__company")
        newest = list(newest[:ITEMS])
        for article in newest:
            article.shown_entries = ranking.shown_entries(article, list(article.entries.all()))
        pages = [texts_of(article, article.shown_entries) for article in newest]
        for article, figures in zip(newest, figures_of_pages(pages), strict=True):
            fill(article, article.shown_entries, figures)
        return newest

    def item_title(self, article):
        return NOT_XML.sub("", article.headline)

    def item_description(self, article):
        return NOT_XML.sub("", description_of(article))

    def item_link(self, article):
        return absolute(article.get_absolute_url())

    def item_guid(self, article):
        host = settings.SITE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
        return f"tag:{host},{article.created_at:%Y-%m-%d}:article-{article.pk}"

    def item_pubdate(self, article):
        return article.published_at

    def item_updateddate(self, article):
        return article.changed_at

    def item_author_name(self, article):
        names = _names(article)
        return names[0] if names else settings.SITE_NAME

    def item_categories(self, article):
        return [NOT_XML.sub("", topic.name) for topic in article.topics.all()]

    def item_extra_kwargs(self, article):
        entries = format_html_join(
            "\n",
            "<h2>{}</h2>\n{}",
            (
                (str(entry), mark_safe(entry.blurb_html))  # noqa: S308 - sanitised when saved
                for entry in article.shown_entries
            ),
        )
        content = with_absolute_addresses(
            _retraction_of(article) + article.body_html + entries,
            absolute(article.get_absolute_url()),
        )
        return {"content": NOT_XML.sub("", content), "coauthors": _names(article)[1:]}


def _retraction_of(article) -> str:
    """Above the text, since programs that show feeds may cut its title."""
    if article.retracted_at is None:
        return ""
    link = f"{article.get_absolute_url()}#corrections"
    told, why = _("Retracted: nothing below stands any more."), _("Why")
    return format_html('<p><strong>{}</strong> <a href="{}">{}</a></p>\n', told, link, why)


def _names(article):
    return [NOT_XML.sub("", byline.author.name) for byline in article.bylines.all()]


class AtomFeed(ArticleFeed):
    feed_type = AtomWithContent


class RssFeed(ArticleFeed):
    feed_type = RssWithContent
