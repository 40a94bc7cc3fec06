from calendar import Calendar
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from desk.planner.entries import LABELS, days_between
from desk.planner.moving import move_article, move_change

FIRST_YEAR, LAST_YEAR = 1990, 2200
MOVES = {"article": move_article, "change": move_change}


class MoveForm(forms.Form):
    of = forms.ChoiceField(choices=[(name, name) for name in MOVES])
    pk = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    day = forms.DateField(label=_("day"))
    back_to = forms.RegexField(r"^(today|\d{4}-\d{2})$", required=False)


def week_of(user, today):
    """The days of the week that has `today` in it."""
    monday = today - timedelta(days=today.weekday())
    return days_between(user, monday, monday + timedelta(days=6))[0]


@require_safe
def show_calendar(request, site):
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    month = _month_asked(request)
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    days, is_cut = days_between(request.user, weeks[0][0], weeks[-1][-1], month.month)
    context = {
        **site.each_context(request),
        "title": _("Calendar"),
        "month": month,
        "weeks": [days[at : at + 7] for at in range(0, len(days), 7)],
        "is_cut": is_cut,
        "labels": LABELS,
        "previous": month - timedelta(days=1),
        "next": month + timedelta(days=31),
        "back_to": f"{month:%Y-%m}",
        **moved_context(request),
    }
    return TemplateResponse(request, "admin/calendar.html", context)


def _month_asked(request) -> date:
    asked = request.GET.get("month", "")
    if not asked:
        return timezone.localdate().replace(day=1)
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Http404("No such month.") from error
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise Http404("No such month.")
    return month


def moved_context(request) -> dict:
    """What was moved last, for the one click that takes it back."""
    return {"moved": request.session.pop("desk-moved", None)} if request.method == "GET" else {}


@require_POST
def move(request, site):
    """One entry to another day. What happened is told where it was moved."""
    if not request.user.has_perm("articles.publish_article"):
        raise PermissionDenied
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not moved: name an entry of the calendar, and a day."))
        return _back(form)
    of, day = form.cleaned_data["of"], form.cleaned_data["day"]
    article = get_object_or_404(Article.objects.at_hand(), pk=form.cleaned_data["pk"])
    former = article.planned.at if of == "change" and article.planned else article.published_at
    try:
        MOVES[of](article, day, by=request.user)
    except ValidationError as error:
        messages.error(request, _("Not moved: %s") % " ".join(error.messages))
    else:
        request.session["desk-moved"] = {
            "of": of,
            "pk": article.pk,
            "title": article.waiting_title or article.title,
            "from": former and timezone.localdate(former).isoformat(),
            "to": day.isoformat(),
        }
    return _back(form)


def _back(form):
    back_to = form.cleaned_data.get("back_to") or ""
    if back_to == "today":
        return HttpResponseRedirect(reverse("admin:index"))
    query = f"?month={back_to}" if back_to else ""
    return HttpResponseRedirect(f"{reverse('admin:calendar')}{query}")
