"""What is refused or held before an editor reads it: whom, and which words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from comments.models import Ban, WordRule
from core.desk import LongListAdmin


@admin.register(Ban)
class BanAdmin(LongListAdmin):
    list_display = ["who", "until", "reason", "by", "created_at"]
    list_filter = ["until"]
    list_select_related = ["by"]
    search_fields = ["email", "reason"]
    ordering = ["-pk"]
    fields = ["email", "subnet", "until", "reason"]

    @admin.display(description=_("who"))
    def who(self, ban):
        return ban.who

    def save_model(self, request, obj, form, change):
        obj.by = obj.by or request.user
        super().save_model(request, obj, form, change)


@admin.register(WordRule)
class WordRuleAdmin(LongListAdmin):
    list_display = ["phrase", "place", "effect"]
    list_filter = ["effect", "place"]
    search_fields = ["phrase"]
    ordering = ["phrase"]
