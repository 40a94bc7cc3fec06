"""All that the desk opens with, as far as somebody may see it."""

from django.utils import timezone

from articles.models import Review
from desk.navigation.waiting import oldest_of, waiting_for
from desk.planner.views import moved_context, week_of
from desk.today.drafts import drafts_of
from desk.today.happened import latest_for
from desk.today.needs import needs_of
from desk.today.numbers import charts_for, most_read, table_of


def context_of(request, site) -> dict:
    user, today = request.user, timezone.localdate()
    writes = user.has_perm("articles.view_article")
    charts = charts_for(user, today)
    rising, best = most_read(today) if user.has_perm("audience.view_audience") else ([], [])
    returned = list(Review.objects.returned_to(user).with_texts()[:20]) if writes else []
    return {
        "today": today,
        "needs": needs_of(user, waiting_for(request), oldest_of(request), returned),
        "drafts": drafts_of(user) if writes else None,
        "came_back": {review.article_id for review in returned},
        "week": week_of(user, today) if writes else None,
        "charts": charts,
        "table": table_of(charts) if charts else [],
        "rising": rising,
        "best": best,
        "events": latest_for(user, _viewable(request, site)),
        "may_write": user.has_perm("articles.add_article"),
        "may_upload": user.has_perm("images.add_picture"),
        "back_to": "today",
        **moved_context(request),
    }


def _viewable(request, site) -> set:
    return {model for model, desk in site._registry.items() if desk.has_view_permission(request)}
