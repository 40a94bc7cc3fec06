"""The one place that knows every app's addresses."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("articles.urls")),
    path("", include("companies.urls")),
    path("discussions/", include("comments.urls")),
    path("audience/", include("audience.urls")),
    path("ads/", include("ads.urls")),
    path("search/", include("search.urls")),
    path("admin/", admin.site.urls),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
