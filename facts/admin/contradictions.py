"""The admin page of figures that contradict each other, and what can be done about them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.web.http import parse_pk
from facts.admin.forms import DistinctionForm
from facts.models import Distinction, Fact
from facts.review.contradictions import distinguish, find_contradictions, sentences_of

MOST_SHOWN = 50


class ContradictionViews:
    def get_urls(self):
        def url(route, view, name):
            guarded = never_cache(self.admin_site.admin_view(view))
            return path(route, guarded, name=f"facts_fact_{name}")

        return [
            url("contradictions/", self.contradictions_view, "contradictions"),
            url("contradictions/<int:pk>/undo/", self.undo_distinction, "undistinguish"),
            *super().get_urls(),
        ]

    def contradictions_view(self, request):
        is_decided = request.method == "POST"
        may = self.has_publish_permission if is_decided else self.has_view_permission
        if not may(request):
            raise PermissionDenied
        form = DistinctionForm(request.POST or None)
        if is_decided and form.is_valid():
            return self._told_apart(request, form)
        pairs = self._pairs(request.GET.get("pair", ""))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Figures that cannot both be right"),
            "pairs": self._sides(pairs[:MOST_SHOWN]),
            "more": max(len(pairs) - MOST_SHOWN, 0),
            "form": form,
            "may_publish": self.has_publish_permission(request),
            "distinctions": Distinction.objects.select_related(
                *("first__company", "first__metric", "second__company", "second__metric", "by")
            ).order_by("-pk")[:MOST_SHOWN],
        }
        return TemplateResponse(request, "admin/facts/fact/contradictions.html", context)

    def _pairs(self, asked):
        """All of them, or the one pair asked for by its primary keys."""
        first, _dash, second = asked.partition("-")
        pks = parse_pk(first), parse_pk(second)
        if None in pks:
            return find_contradictions()
        companies = Fact.objects.filter(pk__in=pks)
        found = find_contradictions(companies.values_list("company", flat=True))
        return [pair for pair in found if pair.pair == asked]

    def _sides(self, pairs):
        """Each pair with its two figures, their sources and the sentences that quote them."""
        sentences = sentences_of(*pairs)
        facts = Fact.objects.with_sources().in_bulk(sentences)
        for pair in pairs:
            both = (pair.first.pk, pair.second.pk)
            sides = [(facts[pk], sentences[pk]) for pk in both]
            yield {"pair": pair.pair, "fact": pair.first, "sides": sides}

    def _told_apart(self, request, form):
        first, second = form.cleaned_data["first"], form.cleaned_data["second"]
        distinguish(first, second, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Remembered: nobody is asked about these two again."))
        return HttpResponseRedirect(reverse("admin:facts_fact_contradictions"))

    def undo_distinction(self, request, pk):
        if request.method != "POST" or not self.has_publish_permission(request):
            raise PermissionDenied
        for distinction in Distinction.objects.filter(pk=pk):
            distinction.delete()
            messages.success(request, _("Forgotten: the two are compared again."))
        return HttpResponseRedirect(reverse("admin:facts_fact_contradictions"))
