"""The admin page of a company, with its current figures and what can be done with them."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils import timezone

from companies.admin import CompanyAdmin
from companies.models import Company
from facts.admin.forms import QuickForm
from facts.admin.merging import MergeViews
from facts.models import Fact


def with_quotation_counts(facts):
    """Annotate `quoting`, the number of live articles that quote the fact."""
    shown = Q(uses__article__status="published", uses__article__published_at__lte=timezone.now())
    return facts.annotate(quoting=Count("uses__article", distinct=True, filter=shown))


admin.site.unregister(Company)


@admin.register(Company)
class FiguresCompanyAdmin(MergeViews, CompanyAdmin):
    change_form_template = "admin/companies/company/change_form.html"

    class Media:
        css = {"all": ["admin-ext/review.css"]}

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and obj.pk:
            may = request.user.has_perm
            current = (
                with_quotation_counts(Fact.objects.filter(company=obj.pk)).current().with_sources()
            )
            context["figures"] = current.order_by("metric__position", "metric__label", "scope")
            context["may_publish"] = may("facts.publish_fact")
            context["may_merge"] = self.has_merge_permission(request) and not obj.is_merged
            if may("facts.add_fact"):
                context["quick"] = QuickForm(initial={"company": obj.pk})
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
