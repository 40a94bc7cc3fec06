from django.contrib import admin
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from core.db.counting import RowCount
from core.desk import VersionedAdmin
from facts.models import Fact, Metric

# The list of metrics counts facts only up to here.
COUNTED = 1000


@admin.register(Metric)
class MetricAdmin(VersionedAdmin, admin.ModelAdmin):
    list_display = ["label", "key", "value_type", "unit", "period_type"]
    list_display += ["shelf_life_days", "fact_count"]
    list_filter = ["value_type", "period_type"]
    ordering = ["position", "label"]
    search_fields = ["label", "key", "definition"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(facts_on_record=RowCount(Fact.objects.filter(metric=OuterRef("pk")), COUNTED))
        )

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        # Changing the type or unit would rewrite every published figure.
        if obj and obj.facts.on_record().exists():
            return [*fields, "key", "value_type", "unit"]
        return fields

    @admin.display(description=_("facts"), ordering="facts_on_record")
    def fact_count(self, metric):
        return f"{COUNTED}+" if metric.facts_on_record == COUNTED else metric.facts_on_record
