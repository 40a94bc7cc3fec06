"""Entry of a figure from one line, with its source, and the question about doubtful ones."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.web.http import parse_pk
from facts import publishing
from facts.admin.forms import QuickForm
from facts.admin.proposed import Reading
from facts.exchange.proposed import Proposal
from facts.models import Fact, Metric
from facts.review.doubts import find_doubts, overrule

KEYS = ("company", "metric", "supersedes")
CLAIM = (*publishing.CLAIM, "scope")
NEW_SOURCE = ("new_source_url", "new_source_title", "new_source_publisher", "new_source_quote")


class EntryViews:
    def get_urls(self):
        def url(route, view, name, guard):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"facts_fact_{name}")

        return [
            url("quick/", self.quick_view, "quick", require_safe),
            url("verify/", self.verify_view, "verify", require_POST),
            *super().get_urls(),
        ]

    def quick_view(self, request):
        """Parse the line and redirect to the form for a new figure, filled in. Saves nothing."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = QuickForm(request.GET)
        if form.is_valid():
            address = reverse("admin:facts_fact_add")
            return HttpResponseRedirect(f"{address}?{urlencode(form.prefilled())}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Quick entry"),
            "quick": form,
        }
        return TemplateResponse(request, "admin/facts/fact/quick.html", context)

    def verify_view(self, request):
        """Verify a figure from its company's page, and go back there."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        fact = Fact.objects.filter(pk=parse_pk(request.POST.get("fact", ""))).first()
        if fact is None:
            return HttpResponseRedirect(reverse("admin:facts_fact_changelist"))
        try:
            publishing.verify(fact, by=request.user)
            messages.success(request, _("Verified today."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        back = reverse("admin:companies_company_change", args=[fact.company_id])
        return HttpResponseRedirect(f"{back}#figures")

    def get_changeform_initial_data(self, request):
        """What “Update figure”, quick entry and a reader's proposal pass in the query string."""
        asked = {name: parse_pk(request.GET.get(name, "")) for name in KEYS}
        initial = {name: key for name, key in asked.items() if key}
        old = Fact.objects.filter(pk=asked["supersedes"]).first()
        if old:
            names = ("company_id", "metric_id", "comparator", "scope", "basis")
            initial |= {name.removesuffix("_id"): getattr(old, name) for name in names}
        else:
            initial.pop("supersedes", None)
        if proposal := Proposal.of(request.GET):
            initial |= Reading(proposal, self._metric_of(initial)).initial
        known = (*CLAIM, *NEW_SOURCE)
        return initial | {name: request.GET[name] for name in known if name in request.GET}

    def _metric_of(self, initial) -> Metric | None:
        return Metric.objects.filter(pk=initial.get("metric")).first()

    def render_change_form(self, request, context, *args, add=False, **kwargs):
        if add and (proposal := Proposal.of(request.GET)):
            initial = self.get_changeform_initial_data(request)
            context["proposed"] = Reading(proposal, self._metric_of(initial))
        return super().render_change_form(request, context, *args, add=add, **kwargs)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        source = parse_pk(request.GET.get("source", ""))
        if proposal := Proposal.of(request.GET):
            source = source or Reading(proposal).initial.get("source")
        if request.method != "POST" and source and not obj.pk:
            quote = request.GET.get("new_source_quote", "")
            day = timezone.localdate()
            kwargs["initial"] = [{"source": source, "quote": quote, "retrieved_on": day}]
        return kwargs

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.save_new_source()
        fact = form.instance
        if not fact.is_published and "_publish" not in request.POST:
            for doubt in find_doubts(fact):
                messages.warning(request, doubt.message)

    def publish_with_reason(self, request, fact):
        """Publish, but refuse a doubtful figure without a reason; it stays a draft as typed."""
        found = find_doubts(fact)
        reason = request.POST.get("_overruling", "").strip()
        if found and not reason:
            asked = _("Saved as a draft. Say below why it is right nevertheless, or mend it:")
            raise ValidationError([asked, *(doubt.message for doubt in found)])
        fact = publishing.publish(fact, by=request.user, reason=reason)
        overrule(fact, found, reason=reason, by=request.user)
        return fact
