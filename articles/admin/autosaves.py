"""Where the desk's form keeps what is typed and not saved, and learns who else has it open.

The answers are for the script `admin-ext/autosave.js`: who is not signed in is told so (401)
instead of being led away, so that the text stays where it is.
"""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles.models import Article, Autosave
from articles.publishing import autosaving
from core.desk import answers_in_place

LONGEST = 1_000_000
MOST_HERE = 5
MOST_WAITING = 5
# Whoever typed within so many seconds is typing; a browser sends it every ten.
TYPING = 15


class AutosaveViews:
    def get_urls(self):
        def url(route, name):
            view = require_http_methods(["GET", "POST"])(self.autosave_view)
            guarded = never_cache(answers_in_place(self.admin_site, view))
            return path(route, guarded, name=f"articles_article_{name}")

        return [
            url("autosave/", "autosave_new"),
            url("<int:pk>/autosave/", "autosave"),
            *super().get_urls(),
        ]

    def autosave_view(self, request, pk=None):
        article = self._article_to_write(request, pk)
        told = {"user": request.user.pk, "name": request.user.get_username()}
        if request.method == "GET":
            return JsonResponse(told | {"token": get_token(request)} | _news(request.user, article))
        if len(request.body) > LONGEST:
            return JsonResponse({"error": _("The text is too long.")}, status=413)
        try:
            sent = _read(request.body)
            if sent.get("user") != request.user.pk:
                # Signed in as somebody else since: the text is not theirs.
                return JsonResponse(told, status=409)
            kept = _take(request.user, article, sent)
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)}, status=400)
        except IntegrityError as error:
            raise Http404("It was deleted meanwhile.") from error
        return JsonResponse(told | {"kept": kept} | _news(request.user, article))

    def _article_to_write(self, request, pk):
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        article = get_object_or_404(Article.objects.only("section"), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        article = obj if obj and obj.pk else None
        if self.has_change_permission(request, article) if article else add:
            context["autosave"] = {
                "url": _address(article),
                "kept": _kept(request, article),
                "is_new": article is None,
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _address(article) -> str:
    if article:
        return reverse("admin:articles_article_autosave", args=[article.pk])
    return reverse("admin:articles_article_autosave_new")


def _read(body) -> dict:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise ValidationError(_("That is no form."))
    return sent


def _take(user, article, sent) -> bool:
    """Whether what was sent is what is kept now."""
    if thrown := autosaving.as_copy(sent.get("thrown")):
        autosaving.throw_away(user, article, thrown)
        return True
    typed = autosaving.Typed.read(sent)
    if typed.values is None:
        autosaving.be_seen(user, article, typed.copy)
        return True
    return autosaving.keep(user, article, typed) is not None


def _news(user, article) -> dict:
    """Who else is there, and what was saved last."""
    if article is None:
        return {"people": [], "newest": None}
    now = timezone.now()
    others = Autosave.objects.here(article).exclude(editor=user)[:MOST_HERE]
    people = [
        {
            "name": one.editor.desk_name,
            "is_typing": bool(one.saved_at and (now - one.saved_at).total_seconds() < TYPING),
        }
        for one in others
    ]
    newest = article.revisions.select_related("author").defer("content").first()
    return {"people": people, "newest": newest and _saved(newest, user)}


def _saved(revision, user) -> dict:
    by = revision.author
    name = _("You, in another window,") if by == user else by.desk_name if by else _("Somebody")
    return {"number": revision.number, "by": name, "at": revision.created_at.isoformat()}


def _kept(request, article) -> dict:
    """For the form: which of the texts is put back at once, and all of them, as scripts keep them.

    An empty form stays empty: what was typed into others is offered beside it. A refused one holds
    what was sent.
    """
    if request.method == "POST":
        return {"puts_back": "", "saved_at": 0, "copies": []}
    asked = "" if article else autosaving.as_copy(request.GET.get("copy"))
    row = autosaving.kept_text(request.user, article, asked) if article or asked else None
    copies = [_as_copy(row) | {"values": row.values}] if row else []
    if article is None:
        rows = Autosave.objects.unsaved_by(request.user).filter(article=None).exclude(copy=asked)
        add = reverse("admin:articles_article_add")
        copies += [
            _as_copy(one) | {"title": one.title or "", "address": f"{add}?copy={one.copy}"}
            for one in rows[:MOST_WAITING]
        ]
    # What they typed before that is offered, and not put back over what they saved.
    saved_at = article.last_saved_at if article else None
    return {
        "puts_back": "newest" if article else asked,
        "saved_at": _moment(saved_at) if saved_at else 0,
        "copies": copies,
    }


def _as_copy(row) -> dict:
    return {"id": row.copy, "at": _moment(row.typed_at)}


def _moment(at) -> int:
    """As scripts count: in milliseconds."""
    return round(at.timestamp() * 1000)
