from django.contrib import admin
from django.db.models import OuterRef
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from companies.models import Company, CompanyAlias, CompanyFormerSlug, Industry, Technology
from companies.models.companies import IDENTIFIERS
from core.db.counting import RowCount
from core.desk import (
    DeskInline,
    KeepsRows,
    LongListAdmin,
    VersionedAdmin,
    tell_what_follows,
    warn_of_former_address,
)

# A profile is found by what registers call it, typed in full.
EXACTLY = [f"={name}" for name in IDENTIFIERS]
# Beyond this the desk's lists say no longer how many exactly.
COUNTED = 1000


def counted(number):
    return f"{COUNTED}+" if number == COUNTED else number


@admin.register(Industry)
class IndustryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "company_count"]
    ordering = ["name"]
    search_fields = ["name"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                companies_in_it=RowCount(Company.objects.filter(industry=OuterRef("pk")), COUNTED)
            )
        )

    @admin.display(description=_("companies"), ordering="companies_in_it")
    def company_count(self, industry):
        return counted(industry.companies_in_it)


class CompanyAliasInline(DeskInline, admin.TabularInline):
    model = CompanyAlias
    extra = 1


@admin.register(Company)
class CompanyAdmin(VersionedAdmin, KeepsRows, LongListAdmin):
    list_display = ["name", "industry", "country", "status", "fact_count", "is_public", "page"]
    list_filter = ["is_public", "status", "created_at", "industry", "country"]
    list_select_related = ["industry"]
    ordering = ["name"]
    search_fields = ["name", "legal_name", "aliases__name", "slug", *EXACTLY]
    autocomplete_fields = ["parent", "industry", "logo"]
    inlines = [CompanyAliasInline]
    readonly_fields = ["former_addresses"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "legal_name", "description", "is_public"]}),
        (
            _("Particulars"),
            {"fields": ["status", "parent", "industry", "country", "founded", "website"]},
        ),
        (_("Elsewhere"), {"fields": [*IDENTIFIERS, "logo", "former_addresses"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [*fieldsets, (_("On record"), {"fields": ["concerned", "former_words"]})]

    def get_queryset(self, request):
        facts = Company.facts.rel.related_model.objects.filter(company=OuterRef("pk"))
        return super().get_queryset(request).annotate(facts_on_record=RowCount(facts))

    def response_change(self, request, obj):
        tell_what_follows(request, obj)
        return super().response_change(request, obj)

    def save_model(self, request, obj, form, change):
        warn_of_former_address(request, obj, obj.slug)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("facts"), ordering="facts_on_record")
    def fact_count(self, company):
        return company.facts_on_record

    @admin.display(description=_("page"))
    def page(self, company):
        if not company.is_public:
            return "–"
        return format_html('<a href="{}">{}</a>', company.get_absolute_url(), _("View"))

    @admin.display(description=_("former addresses"))
    def former_addresses(self, company):
        if not company.pk:
            return "–"
        slugs = CompanyFormerSlug.objects.filter(target=company).values_list("slug", flat=True)
        return ", ".join(slugs) or "–"


@admin.register(Technology)
class TechnologyAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "use_count", "page"]
    list_filter = ["kind"]
    ordering = ["name"]
    search_fields = ["name", "description"]

    def get_queryset(self, request):
        uses = Technology.uses.rel.related_model.objects
        return (
            super()
            .get_queryset(request)
            .annotate(uses_on_record=RowCount(uses.filter(technology=OuterRef("pk")), COUNTED))
        )

    @admin.display(description=_("uses"), ordering="uses_on_record")
    def use_count(self, technology):
        return counted(technology.uses_on_record)

    @admin.display(description=_("page"))
    def page(self, technology):
        return format_html('<a href="{}">{}</a>', technology.get_absolute_url(), _("View"))
