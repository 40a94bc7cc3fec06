from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten, quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.db.counting import RowCount
from core.desk import DeskInline, LongListAdmin, tell_what_follows
from core.web.http import parse_pk
from facts import publishing
from facts.admin.companies import with_quotation_counts
from facts.admin.contradictions import ContradictionViews
from facts.admin.entry import NEW_SOURCE, EntryViews
from facts.admin.exchange import ExchangeViews
from facts.admin.forms import FactForm, WrongForm
from facts.admin.proposed import Reading
from facts.exchange.proposed import Proposal
from facts.models import Fact, Reference
from facts.review.doubts import find_doubts

# The end date that the form proposes: a preference is never for good.
PREFERRED_FOR = timedelta(days=90)
PREFERENCE = ("preference_reason", "preferred_until")


class ReferenceInline(DeskInline, admin.StackedInline):
    """References of a published fact can be added, but not changed or deleted."""

    model = Reference
    extra = 0
    autocomplete_fields = ["source"]

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def has_change_permission(self, request, obj=None):
        return not (obj and obj.is_published) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return not (obj and obj.is_published) and super().has_delete_permission(request, obj)


def _reason_in(request) -> str:
    return " ".join(request.POST.get("_preference_reason", "").split())


def _typed(data) -> dict:
    """What was typed of a preference that was refused, to be shown once more."""
    return {f"_{name}": data[f"_{name}"] for name in PREFERENCE if data.get(f"_{name}")}


@admin.register(Fact)
class FactAdmin(EntryViews, ExchangeViews, ContradictionViews, LongListAdmin):
    """Drafts are edited here; published facts change only through `facts.publishing`."""

    form = FactForm
    change_form_template = "admin/facts/fact/change_form.html"
    list_display = [
        "value",
        "company",
        "metric",
        "scope",
        "dated",
        "basis",
        "standing",
        "is_up_to_date",
        "reference_count",
        "verified",
        "public_page",
    ]
    list_filter = ["status", "rank", "basis", "as_of", "verified_at", "metric"]
    list_select_related = ["company", "metric"]
    list_per_page = 50
    ordering = ["-pk"]
    search_fields = ["company__name", "metric__label", "text", "scope", "public_id"]
    autocomplete_fields = ["company", "metric", "supersedes"]
    inlines = [ReferenceInline]
    actions = ["publish_selected", "verify_selected", "mark_wrong", "export_selected"]
    claim = [
        "company",
        "metric",
        ("comparator", "amount", "upper_amount", "text", "value_state"),
        ("starts_on", "as_of", "as_of_precision"),
        "scope",
        "basis",
        "supersedes",
    ]
    judgement = ["standing", "deprecated_reason", "published_at", "verified", "verified_by"]

    def get_queryset(self, request):
        references = Reference.objects.filter(fact=OuterRef("pk"))
        return super().get_queryset(request).annotate(sources=RowCount(references))

    def get_fields(self, request, obj=None):
        return [*self.claim, *self.judgement, "public_id"] if obj else self.claim

    def get_fieldsets(self, request, obj=None):
        claim = (None, {"fields": self.get_fields(request, obj)})
        if obj:
            return [claim]
        return [claim, (_("A source that is not on record yet"), {"fields": NEW_SOURCE})]

    def get_readonly_fields(self, request, obj=None):
        if obj and obj.is_published:
            return [*flatten(self.claim), *self.judgement, "public_id"]
        return [*self.judgement, "public_id"]

    def has_delete_permission(self, request, obj=None):
        return not (obj and obj.is_published) and super().has_delete_permission(request, obj)

    def has_publish_permission(self, request):
        return request.user.has_perm("facts.publish_fact")

    def get_urls(self):
        wrong = path("wrong/", self.admin_site.admin_view(self.wrong_view), name="facts_fact_wrong")
        return [wrong, *super().get_urls()]

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return self._run_chosen_verb(request, obj) or response

    def response_change(self, request, obj):
        return self._run_chosen_verb(request, obj) or super().response_change(request, obj)

    def _run_chosen_verb(self, request, fact):
        """Run the verb of the button that was pressed, after the form and references are saved."""
        verbs = {
            "_publish": (lambda: self.publish_with_reason(request, fact), _("Published.")),
            "_verify": (lambda: publishing.verify(fact, by=request.user), _("Verified today.")),
            "_prefer": (lambda: self._prefer(request, fact), _("Preferred until that day.")),
            "_unprefer": (lambda: self._unprefer(request, fact), _("The dates decide again.")),
        }
        asked = next((name for name in verbs if name in request.POST), None)
        if asked is None:
            return None
        if not self.has_publish_permission(request):
            raise PermissionDenied
        verb, done = verbs[asked]
        address = reverse("admin:facts_fact_change", args=[quote(fact.pk)])
        try:
            verb()
            messages.success(request, done)
            tell_what_follows(request, fact)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(f"{address}?{urlencode(_typed(request.POST))}")
        return HttpResponseRedirect(address)

    def _prefer(self, request, fact):
        # Date inputs always send 2026-12-31, whatever format they show.
        try:
            until = parse_date(request.POST.get("_preferred_until", ""))
        except ValueError:
            until = None
        publishing.prefer(fact, until=until, by=request.user, reason=_reason_in(request))

    def _unprefer(self, request, fact):
        publishing.end_preference(fact, by=request.user, reason=_reason_in(request))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["preferable_until"] = (timezone.localdate() + PREFERRED_FOR).isoformat()
        context["preference"] = {name: request.GET.get(f"_{name}", "") for name in PREFERENCE}
        context["may_publish"] = self.has_publish_permission(request)
        if obj and not obj.is_published:
            context["doubts"] = find_doubts(obj)
        elif obj:
            context["events"] = obj.events.with_names().prefetch_related("redactions__by")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def wrong_view(self, request):
        """Ask for the reason, which readers will see, and withdraw the figures."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        is_post = request.method == "POST"
        data = (request.POST if is_post else request.GET).copy()
        pks = [pk for pk in map(parse_pk, data.getlist("facts")) if pk is not None]
        data.setlist("facts", pks)
        form = WrongForm(data if is_post else None, initial={"facts": pks})
        if is_post and form.is_valid():
            return self._marked_wrong(request, form)
        facts = with_quotation_counts(Fact.objects.filter(pk__in=pks))
        facts = list(facts.select_related("company", "metric"))
        proposal = Proposal.of(request.GET)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("This was wrong"),
            "form": form,
            "facts": facts,
            "proposed": Reading(proposal, facts[0].metric)
            if proposal and len(facts) == 1
            else None,
        }
        return TemplateResponse(request, "admin/facts/fact/wrong.html", context)

    def _marked_wrong(self, request, form):
        facts = form.cleaned_data["facts"]
        for fact in facts:
            publishing.deprecate(fact, reason=form.cleaned_data["reason"], by=request.user)
            self.log_change(request, fact, str(_("Marked as wrong.")))
        done = ngettext("%(n)d figure is withdrawn.", "%(n)d figures are withdrawn.", len(facts))
        messages.success(request, done % {"n": len(facts)})
        tell_what_follows(request, *facts)
        return HttpResponseRedirect(self._what_is_right(request, facts))

    def _what_is_right(self, request, facts) -> str:
        """The form of the figure that a reader proposed in place of the one, or else the list."""
        proposal = Proposal.of(request.GET)
        if not proposal or len(facts) != 1 or not self.has_add_permission(request):
            return reverse("admin:facts_fact_changelist")
        [wrong] = facts
        series = {"company": wrong.company_id, "metric": wrong.metric_id, "scope": wrong.scope}
        query = f"{urlencode(series | {'basis': wrong.basis})}&{proposal.as_query()}"
        return f"{reverse('admin:facts_fact_add')}?{query}"

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        self._each(request, queryset, self._publish_undoubted)

    def _publish_undoubted(self, fact, *, by):
        if found := find_doubts(fact):
            raise ValidationError([doubt.message for doubt in found])
        return publishing.publish(fact, by=by)

    @admin.action(description=_("Verify today"), permissions=["publish"])
    def verify_selected(self, request, queryset):
        self._each(request, queryset, publishing.verify)

    @admin.action(description=_("This was wrong …"), permissions=["publish"])
    def mark_wrong(self, request, queryset):
        query = "&".join(f"facts={pk}" for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:facts_fact_wrong')}?{query}")

    def _each(self, request, queryset, verb):
        done = 0
        for fact in queryset:
            try:
                verb(fact, by=request.user)
                done += 1
            except ValidationError as error:
                messages.error(request, f"{fact}: {' '.join(error.messages)}")
        if done:
            told = ngettext("%(n)d figure: done.", "%(n)d figures: done.", done)
            messages.success(request, told % {"n": done})
            tell_what_follows(request, *queryset)

    @admin.display(description=_("value"), ordering="amount")
    def value(self, fact):
        return fact.display_value

    @admin.display(description=_("as of"), ordering="as_of")
    def dated(self, fact):
        return fact.as_of_label

    @admin.display(description=_("state"), ordering="status")
    def standing(self, fact):
        if fact.preferred_until and fact.preferred_until >= timezone.localdate():
            day = date_format(fact.preferred_until, "j F Y")
            return _("preferred until %(day)s") % {"day": day}
        return fact.get_rank_display() if fact.is_deprecated else fact.get_status_display()

    @admin.display(description=_("up to date"), boolean=True)
    def is_up_to_date(self, fact):
        return None if fact.as_of is None else not fact.is_stale

    @admin.display(description=_("verified"), ordering="verified_at")
    def verified(self, fact):
        return fact.verified_at if fact.is_verified else None

    @admin.display(description=_("sources"), ordering="sources")
    def reference_count(self, fact):
        return fact.sources or _("unsourced")

    @admin.display(description=_("page"))
    def public_page(self, fact):
        return format_html('<a href="{}">{}</a>', fact.get_absolute_url(), _("View"))
