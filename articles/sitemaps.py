from django.db.models import Exists, OuterRef

from articles.models import Article, Author, Edition, Listing, Section, Topic
from core.web.sitemaps import CanonicalSitemap, KeyedSitemap


class ArticleSitemap(KeyedSitemap):
    def items(self):
        # What says that it is found elsewhere is not offered here.
        own = Article.objects.published().filter(canonical_url="")
        return own.only("slug", "published_at", "updated_at", "retracted_at")

    def lastmod(self, article):
        return article.changed_at


class EditionSitemap(KeyedSitemap):
    def items(self):
        shown = Edition.objects.filter(article__in=Article.objects.published())
        return shown.select_related("article").only("slug", "article__slug", "frozen_at")

    def lastmod(self, edition):
        return edition.frozen_at


class SectionSitemap(CanonicalSitemap):
    def items(self):
        return Section.objects.all()


class TopicSitemap(CanonicalSitemap):
    def items(self):
        listings = Listing.objects.published().filter(topic=OuterRef("pk"))
        return Topic.objects.filter(Exists(listings)).order_by("pk")


class AuthorSitemap(CanonicalSitemap):
    def items(self):
        listings = Listing.objects.published().filter(author=OuterRef("pk"))
        return Author.objects.filter(Exists(listings)).order_by("pk")
