"""The one place that knows every app's addresses."""

from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path

from pages.sitemaps import PageSitemap
from pages.views import serve_upload

SITEMAPS = {"pages": PageSitemap}

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("articles.urls")),
    path("", include("companies.urls")),
    path("discussions/", include("comments.urls")),
    path("audience/", include("audience.urls")),
    path("ads/", include("ads.urls")),
    path("search/", include("search.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:path>", serve_upload),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, "sitemap-part"
    ),
]

handler400 = "pages.errors.bad_request"
handler403 = "pages.errors.permission_denied"
handler404 = "pages.errors.page_not_found"
handler500 = "pages.errors.server_error"
