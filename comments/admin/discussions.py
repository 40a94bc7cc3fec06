from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from comments.models import Discussion
from core.desk import KeepsRows, LongListAdmin


@admin.register(Discussion)
class DiscussionAdmin(KeepsRows, LongListAdmin):
    list_display = ["__str__", "is_open", "mode", "comment_count", "waiting_count"]
    list_filter = ["is_open", "mode"]
    search_fields = ["article__title", "company__name"]
    autocomplete_fields = ["article", "company"]
    list_select_related = ["article", "company"]
    ordering = ["-pk"]
    actions = ["close_all", "open_all"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description=_("comments"), ordering="comment_count")
    def comment_count(self, discussion):
        return discussion.comment_count

    @admin.display(description=_("waiting"), ordering="waiting_count")
    def waiting_count(self, discussion):
        return discussion.waiting_count

    def get_readonly_fields(self, request, obj=None):
        return ["article", "company"] if obj else []

    @admin.action(description=_("Close"), permissions=["change"])
    def close_all(self, request, queryset):
        self.set_open(request, queryset, False)

    @admin.action(description=_("Open"), permissions=["change"])
    def open_all(self, request, queryset):
        self.set_open(request, queryset, True)

    def set_open(self, request, queryset, is_open):
        for discussion in queryset.exclude(is_open=is_open):
            discussion.is_open = is_open
            discussion.save(update_fields=["is_open"])
            self.log_change(request, discussion, [{"changed": {"fields": [str(_("open"))]}}])
