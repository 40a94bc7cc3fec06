"""The one place that knows every app's addresses."""

from functools import partial

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from articles.sitemaps import (
    ArticleSitemap,
    AuthorSitemap,
    EditionSitemap,
    SectionSitemap,
    TopicSitemap,
)
from comments.feeds import CommentFeed, KindFeed
from comments.views.reactions import react_to_comment
from companies.sitemaps import CompanySitemap, TechnologySitemap
from core.pagestore import stored_page
from corrections.reading.feeds import CorrectionFeed
from corrections.reading.history import show_history, show_profile_history
from facts.open.sitemaps import FactSitemap, MetricSitemap
from facts.reading.compare_views import compare_companies
from pages.sitemaps import PageSitemap, sitemap_index
from pages.views import serve_upload

SITEMAPS = {
    "articles": ArticleSitemap,
    "editions": EditionSitemap,
    "companies": CompanySitemap,
    "technologies": TechnologySitemap,
    "metrics": MetricSitemap,
    "facts": FactSitemap,
    "sections": SectionSitemap,
    "topics": TopicSitemap,
    "authors": AuthorSitemap,
    "pages": partial(
        PageSitemap,
        *("pages:home", "pages:about", "pages:privacy", "pages:corrections-policy"),
        *("pages:publishing-principles", "pages:sourcing", "corrections:log"),
        *("open:data", "open:metrics"),
    ),
}

stored_sitemap = stored_page(
    "articles", "authors", "topics", "companies", "technologies", "metrics", params=["p"]
)(sitemap)

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("articles.urls")),
    path("articles/<words:slug>/history/", show_history, name="article-history"),
    # Before the profiles: no company has this slug.
    path("companies/compare/", compare_companies, name="compare"),
    path("", include("facts.open.urls")),
    path("", include("companies.urls")),
    path("companies/<words:slug>/history/", show_profile_history, name="company-history"),
    path("facts/", include("facts.urls")),
    path("discussions/", include("comments.urls")),
    # Short: a page has it once for every comment.
    path("c/<slug:public_id>/", react_to_comment, name="comment-react"),
    path(
        "feeds/comments.atom",
        stored_page("comments", "articles", "companies")(CommentFeed()),
        name="comments-feed",
    ),
    path("corrections/", include("corrections.urls")),
    path(
        "feeds/corrections.atom",
        # Entries are named as their articles and profiles are called today.
        stored_page("corrections", "articles", "companies")(CorrectionFeed()),
        name="corrections-feed",
    ),
    path(
        "feeds/comments/<slug:kind>.atom",
        stored_page("comments", "articles", "companies")(KindFeed()),
        name="comments-kind-feed",
    ),
    path("audience/", include("audience.urls")),
    path("ads/", include("ads.urls")),
    path("search/", include("search.urls")),
    # Before the admin, which takes whatever begins like it.
    path("admin/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:path>", serve_upload, name="upload"),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<slug:section>.xml", stored_sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()

handler400 = "pages.errors.bad_request"
handler403 = "pages.errors.permission_denied"
handler404 = "pages.errors.page_not_found"
handler500 = "pages.errors.server_error"
