from django import template
from django.urls import reverse

from desk.navigation.sidebar import groups_for
from desk.navigation.waiting import waiting_for

register = template.Library()


@register.inclusion_tag("admin/_navigation.html", takes_context=True)
def desk_navigation(context):
    """Where this user may go, by job. Asks for the counts of what waits, in one query."""
    request = context["request"]
    return {
        "groups": groups_for(request, context["available_apps"], waiting_for(request)),
        "is_today": request.path == reverse("admin:index"),
    }
