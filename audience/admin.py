from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audience.models import Audience, DailyViews
from core.desk import LongListAdmin


class ReadOnlyAdmin(LongListAdmin):
    """Counters are read-only in the admin."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Audience)
class AudienceAdmin(ReadOnlyAdmin):
    list_display = ["article", "views", "hearts", "published_at"]
    list_select_related = ["article"]
    list_filter = ["article__section"]
    search_fields = ["article__title"]
    ordering = ["-views", "-hearts"]

    @admin.display(description=_("published"), ordering="article__published_at")
    def published_at(self, audience):
        return audience.article.published_at


@admin.register(DailyViews)
class DailyViewsAdmin(ReadOnlyAdmin):
    list_display = ["day", "article", "views"]
    list_select_related = ["article"]
    list_filter = ["day", "article__section"]
    search_fields = ["article__title"]
    ordering = ["-day", "-views"]
