from articles.models import Article, Author, Section, Topic
from core.sitemaps import CanonicalSitemap


class ArticleSitemap(CanonicalSitemap):
    def items(self):
        return Article.objects.published().in_order().only("slug", "published_at", "updated_at")

    def lastmod(self, article):
        return article.updated_at or article.published_at


class SectionSitemap(CanonicalSitemap):
    def items(self):
        return Section.objects.all()


class TopicSitemap(CanonicalSitemap):
    def items(self):
        return Topic.objects.filter(articles__in=Article.objects.published()).distinct()


class AuthorSitemap(CanonicalSitemap):
    def items(self):
        return Author.objects.filter(articles__in=Article.objects.published()).distinct()
