"""Filters of the moderation queue."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models import Comment


class StateFilter(admin.SimpleListFilter):
    """Pending comments by default, but for those that are likely spam."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            *(("likely", _("likely spam")), ("all", _("all")), ("reported", _("reported"))),
            *Comment.State.choices[1:],
        ]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("waiting")}, *others]

    def queryset(self, request, queryset):
        match self.value():
            case "all":
                return queryset
            case "likely":
                return queryset.likely_spam()
            case "reported":
                return queryset.filter(report_count__gt=0)
            case state if state in Comment.State.values:
                return queryset.filter(state=state)
        # A search covers all states.
        if request.GET.get("q"):
            return queryset
        return queryset.to_decide().exclude(reason__in=Comment.LIKELY_SPAM)


class LinksFilter(admin.SimpleListFilter):
    title = _("links")
    parameter_name = "links"

    def lookups(self, request, model_admin):
        return [("yes", _("with links")), ("no", _("without"))]

    def queryset(self, request, queryset):
        match self.value():
            case "yes":
                return queryset.filter(link_count__gt=0)
            case "no":
                return queryset.filter(link_count=0)
        return queryset


class UnansweredFilter(admin.SimpleListFilter):
    title = _("questions")
    parameter_name = "question"

    def lookups(self, request, model_admin):
        return [("open", _("unanswered")), ("answered", _("answered"))]

    def queryset(self, request, queryset):
        if self.value() not in ("open", "answered"):
            return queryset
        is_open = Q(answered_at=None)
        questions = queryset.filter(kind=Comment.Kind.QUESTION)
        return questions.filter(is_open if self.value() == "open" else ~is_open)


FILTERS = [StateFilter, LinksFilter, UnansweredFilter]
