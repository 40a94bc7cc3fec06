from django.contrib import admin
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from core.db.counting import RowCount
from core.desk import LongListAdmin, VersionedAdmin
from facts.admin.forms import SourceForm
from facts.models import Fact, Source, TechUse


@admin.register(Source)
class SourceAdmin(VersionedAdmin, LongListAdmin):
    form = SourceForm
    list_display = [
        *("title", "publisher", "kind", "published_label", "fact_count", "use_count"),
        *("checked_at", "gone_since"),
    ]
    list_filter = ["kind", "published_on", ("gone_since", admin.EmptyFieldListFilter)]
    readonly_fields = ["checked_at"]
    ordering = ["publisher", "title"]
    search_fields = ["title", "publisher", "url"]

    def get_queryset(self, request):
        source = OuterRef("pk")
        facts = Fact.objects.filter(references__source=source).distinct()
        uses = TechUse.objects.filter(references__source=source).distinct()
        sources = super().get_queryset(request)
        return sources.annotate(facts=RowCount(facts), uses=RowCount(uses))

    @admin.display(description=_("published"), ordering="published_on")
    def published_label(self, source):
        return source.published_label

    @admin.display(description=_("facts"), ordering="facts")
    def fact_count(self, source):
        return source.facts

    @admin.display(description=_("technology uses"), ordering="uses")
    def use_count(self, source):
        return source.uses
