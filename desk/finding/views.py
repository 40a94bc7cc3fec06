from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk.finding.kinds import MOST_LETTERS, found_by, words_of


@require_safe
def find(request, site):
    """A page; for the script that asks while somebody types, the same as JSON."""
    asked = request.GET.get("q", "")[:MOST_LETTERS]
    groups = found_by(request, site, words_of(asked))
    if request.GET.get("as") == "json":
        found = [{"label": label, "hits": [hit.__dict__ for hit in hits]} for label, hits in groups]
        return JsonResponse({"groups": found})
    context = {**site.each_context(request), "title": _("Find"), "asked": asked, "groups": groups}
    return TemplateResponse(request, "admin/find.html", context)
