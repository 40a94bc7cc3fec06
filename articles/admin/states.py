"""In what state an article is: a filter of the desk's list, and a word beside each."""

from django.contrib import admin
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import scheduling
from articles.models import Article, Review

MOST_SHOWN = 80


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("draft", gettext_lazy("draft")),
            ("review", gettext_lazy("in review")),
            ("returned", gettext_lazy("returned with a note")),
            ("scheduled", gettext_lazy("scheduled")),
            ("live", gettext_lazy("live")),
            ("planned", gettext_lazy("live with a scheduled change")),
            ("changed", gettext_lazy("live with unpublished changes")),
            ("archived", gettext_lazy("archived")),
            ("withdrawn", gettext_lazy("withdrawn")),
            ("trash", gettext_lazy("in the trash")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "trash":
            return queryset.exclude(trashed_at=None)
        queryset = queryset.at_hand()
        match self.value():
            case "scheduled":
                return queryset.scheduled()
            case "live":
                return queryset.published()
            case "planned":
                return queryset.filter(planned_change__isnull=False)
            case "changed":
                return queryset.published().filter(~Q(newest_number=F("live_number")))
            case "draft":
                return queryset.filter(status=Article.Status.DRAFT)
            case "archived":
                return queryset.filter(status=Article.Status.ARCHIVED, live_number=None)
            case "withdrawn":
                return queryset.withdrawn()
            case "review":
                return queryset.in_review()
            case "returned":
                return queryset.returned()
        return queryset


def words_for(article) -> str:
    """It was read `with_newest_revision`, `with_newest_review` and `with_planned_change`."""
    if article.trashed_at:
        return _("in the trash")
    if article.is_scheduled:
        return scheduling.state(article)
    if article.is_withdrawn:
        return _("withdrawn")
    if not article.is_published:
        return _words_for_unseen(article)
    if article.planned:
        return scheduling.planned_state(article)
    return _words_for_live(article)


def _words_for_unseen(article) -> str:
    if article.status != article.Status.DRAFT:
        text = article.get_status_display()
        return _and_newer(article, text) if article.review_verdict == "" else text
    return _decided(article) or article.get_status_display()


def _words_for_live(article) -> str:
    if article.newest_number in (None, article.live_number):
        return _("live")
    if article.review_verdict == "":
        return _and_newer(article, _("live, changes in review"))
    if (article.review_number or 0) <= article.live_number:
        return _("live with unpublished changes")
    words = _decided(article)
    return _("live, changes %(decided)s") % {"decided": words} if words else ""


def _and_newer(article, text) -> str:
    if article.newest_number in (None, article.review_number):
        return text
    numbers = {"sent": article.review_number, "newest": article.newest_number, "state": text}
    return _("%(state)s: revision %(sent)d; revision %(newest)d is newer") % numbers


def _decided(article) -> str:
    if article.review_verdict == Review.Verdict.RETURNED:
        note = Truncator(" ".join(article.review_note.split())).chars(MOST_SHOWN)
        return _("returned: “%(note)s”") % {"note": note}
    is_newest = article.review_number == article.newest_number
    is_approved = article.review_verdict == Review.Verdict.APPROVED and is_newest
    return _("approved") if is_approved else ""
