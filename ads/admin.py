from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ads.models import Ad
from core.moments import BY_A_NAMED_CLOCK


@admin.register(Ad)
class AdAdmin(admin.ModelAdmin):
    formfield_overrides = BY_A_NAMED_CLOCK
    list_display = [
        "name",
        "placement",
        "sponsor",
        "is_running",
        "starts_at",
        "ends_at",
        "weight",
        "impressions",
        "clicks",
        "click_rate",
    ]
    list_filter = ["placement", "is_active", "sections"]
    search_fields = ["name", "sponsor", "headline", "text"]
    autocomplete_fields = ["image"]
    filter_horizontal = ["sections"]
    readonly_fields = ["preview", "impressions", "clicks", "click_rate"]
    date_hierarchy = "starts_at"
    fieldsets = [
        (None, {"fields": ["name", "placement", "sponsor"]}),
        (_("What readers see"), {"fields": ["headline", "text", "image", "url", "preview"]}),
        (
            _("When and where"),
            {"fields": ["is_active", "starts_at", "ends_at", "weight", "sections"]},
        ),
        (_("What came of it"), {"fields": ["impressions", "clicks", "click_rate"]}),
    ]

    def get_urls(self):
        preview = path(
            "<int:pk>/preview/",
            self.admin_site.admin_view(self.show_preview),
            name="ads_ad_preview",
        )
        return [preview, *super().get_urls()]

    def show_preview(self, request, pk):
        """The ad as readers would see it, before any of them does."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ad = get_object_or_404(Ad, pk=pk)
        return TemplateResponse(request, "ads/preview.html", {"ad": ad})

    @admin.display(description=_("running"), boolean=True)
    def is_running(self, ad):
        now = timezone.now()
        has_started = ad.starts_at is None or ad.starts_at <= now
        return ad.is_active and has_started and (ad.ends_at is None or ad.ends_at > now)

    @admin.display(description=_("clicks per 100 impressions"))
    def click_rate(self, ad):
        return f"{100 * ad.clicks / ad.impressions:.1f}" if ad.impressions else "–"

    @admin.display(description=_("preview"))
    def preview(self, ad):
        if ad.pk is None:
            return _("Save first.")
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:ads_ad_preview", args=[ad.pk]),
            _("See it on a page"),
        )
