from django.contrib import admin
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from core.db.counting import RowCount
from core.desk import DeskInline, LongListAdmin
from facts.models import TechUse, TechUseReference


class TechUseReferenceInline(DeskInline, admin.StackedInline):
    model = TechUseReference
    extra = 0
    min_num = 1
    autocomplete_fields = ["source"]


@admin.register(TechUse)
class TechUseAdmin(LongListAdmin):
    list_display = [
        *("company", "technology", "layer", "purpose", "since", "until"),
        *("is_disputed", "reference_count"),
    ]
    list_filter = ["layer", "is_disputed", "has_ended", "technology__kind"]
    list_select_related = ["company", "technology"]
    ordering = ["company__name", "layer", "technology__name", "pk"]
    search_fields = ["company__name", "technology__name", "purpose"]
    autocomplete_fields = ["company", "technology"]
    inlines = [TechUseReferenceInline]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(sources=RowCount(TechUseReference.objects.filter(tech_use=OuterRef("pk"))))
        )

    @admin.display(description=_("sources"), ordering="sources")
    def reference_count(self, use):
        return use.sources or _("unsourced")
