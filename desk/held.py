"""Saving with a login that ran out: the form waits for the login, and then goes on."""

from functools import wraps

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.web.held import held_fields

PREFIX = "held"
NAMES = [f"{PREFIX}-username", f"{PREFIX}-password"]


def waits_for_login(site, view):
    """Wrap a view of the desk: what nobody logged in sends to it is held in a login form.

    Its token is looked at first, so that another site has nothing held, and nothing saved.
    """

    @wraps(view)
    def held(request, *args, **kwargs):
        if request.method == "POST" and request.user.is_anonymous and held_fields(request):
            return ask(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    @never_cache
    @sensitive_post_parameters()
    def ask(request, *args, **kwargs):
        sent = request.POST.copy()
        # The record of failed logins keeps what was sent with them: no text of anybody's.
        request.POST = QueryDict()
        form = AdminAuthenticationForm(request, sent if NAMES[0] in sent else None, prefix=PREFIX)
        has_come = form.is_valid()
        for name in NAMES:
            sent.pop(name, None)
        request.POST = sent
        if has_come:
            login(request, form.get_user())
            return view(request, *args, **kwargs)
        context = {**site.each_context(request), "form": form, "fields": held_fields(request)}
        return TemplateResponse(request, "admin/held.html", context, status=403)

    return held
