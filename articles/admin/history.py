"""The desk's views of an article's versions. Each asks for the right to the very article."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import publishing
from articles.admin.standing import standing_of
from articles.models import Article, Review
from articles.publishing import comparison
from articles.publishing.describing import described
from core.web.http import parse_pk

ON_A_PAGE = 50
# What each switch of a comparison may say; the first is what it says unless asked.
SWITCHES = {
    "layout": [("side", gettext_lazy("Side by side")), ("inline", gettext_lazy("In one text"))],
    "show": [("changes", gettext_lazy("Changes only")), ("all", gettext_lazy("Whole text"))],
    "words": [("text", gettext_lazy("As it reads")), ("source", gettext_lazy("As it is written"))],
}


class HistoryViews:
    def get_urls(self):
        def url(route, view, name, guard=require_safe):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        one = "<int:pk>/revisions/<int:number>/"
        return [
            url("<int:pk>/revisions/", self.revision_list, "revisions"),
            url("<int:pk>/revisions/compare/", self.compare, "compare"),
            url(one, self.revision_detail, "revision"),
            url(f"{one}restore/", self.restore, "restore", require_POST),
            *super().get_urls(),
        ]

    def revision_list(self, request, pk):
        article = self._article(request, pk)
        newest = publishing.newest_number(article)
        asked = request.GET.get("before")
        before = newest + 1 if asked is None else parse_pk(asked)
        if before is None:
            raise Http404("No such page.")
        found = article.revisions.with_history().filter(number__lt=before)
        revisions = self._told(article, found[:ON_A_PAGE])
        context = {"revisions": revisions, "newest": newest}
        if revisions and revisions[-1].number > 1:
            context["older"] = revisions[-1].number
        if before <= newest:
            context["newer"] = before + ON_A_PAGE
        return self._page(request, "revisions", article, _("History"), **context)

    def revision_detail(self, request, pk, number):
        article = self._article(request, pk)
        [revision] = self._revisions(article, number)
        newest = publishing.newest_number(article)
        [fields] = described(revision.content)
        title = _("Revision %(number)d") % {"number": revision.number}
        context = {"revision": revision, "fields": fields, "newest": newest}
        return self._page(request, "revision", article, title, **context)

    def compare(self, request, pk):
        article = self._article(request, pk)
        newest = publishing.newest_number(article)
        new = self._number(request, "new", newest)
        old = self._number(request, "old", max(new - 1, 1))
        versions = {one.number: one for one in self._revisions(article, old, new)}
        old, new = versions[old], versions[new]
        switches = {
            name: next((way for way, _label in ways if way == request.GET.get(name)), ways[0][0])
            for name, ways in SWITCHES.items()
        }
        sides = described(old.content, new.content, as_source=switches["words"] == "source")
        changes = comparison.compare(*sides)
        title = _("Revisions %(old)d and %(new)d") % {"old": old.number, "new": new.number}
        context = {
            "old": old,
            "new": new,
            "newest": newest,
            "changes": changes,
            "changed": [change for change in changes if change.is_changed],
            "is_whole": switches["show"] == "all",
            "switches": _links(switches, old=old.number, new=new.number),
            "chosen": switches,
            "layout": switches["layout"],
        }
        return self._page(request, "compare", article, title, **context)

    def restore(self, request, pk, number):
        """The text becomes the newest one; nothing is published. `base` is what was newest."""
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        revision = get_object_or_404(article.revisions, number=number)
        before = publishing.newest_number(article)
        base = request.POST.get("base")
        try:
            restored = publishing.restore(
                revision, by=request.user, base_number=base and parse_pk(base)
            )
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        except publishing.Conflict as conflict:
            self.message_user(request, str(conflict), messages.ERROR)
        else:
            self._tell_of_restoring(request, article, revision, before, restored)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def _tell_of_restoring(self, request, article, revision, before, restored):
        if restored.number == before:
            told = _("Revision %(number)d says the same as the newest: nothing was changed.")
            self.message_user(request, told % {"number": revision.number})
            return
        words = {"number": revision.number, "new": restored.number}
        told = _("Revision %(number)d is the newest text again, as revision %(new)d.") % words
        if article.has_been_live:
            told += " " + _("Readers see it once it is published.")
        form = format_html(
            '<form method="post" action="{}" class="desk-undo">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="base" value="{}"><button type="submit">{}</button></form>',
            reverse("admin:articles_article_restore", args=[article.pk, before]),
            get_token(request),
            restored.number,
            _("Undo"),
        )
        self.message_user(request, format_html("{} {}", told, form), messages.SUCCESS)

    def _article(self, request, pk):
        rows = Article.objects.select_related("section", "cover").with_planned_change()
        article = get_object_or_404(rows, pk=pk)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    def _number(self, request, name, otherwise) -> int:
        asked = request.GET.get(name)
        number = parse_pk(asked) if asked else otherwise
        if number is None:
            raise Http404("No such version.")
        return number

    def _revisions(self, article, *numbers):
        """With all that they hold, in one query; 404 unless there are all."""
        found = article.revisions.with_history().defer(None).filter(number__in=numbers)
        versions = self._told(article, found)
        if len(versions) != len(set(numbers)):
            raise Http404("No such version.")
        return versions

    def _told(self, article, revisions):
        """Each with its standing and what was decided on it last, as a list."""
        found = list(revisions)
        reviews = Review.objects.filter(revision__in=[revision.pk for revision in found])
        decided = {one.revision_id: one for one in reviews.with_people().order_by("pk")}
        for revision in found:
            revision.standing = standing_of(revision, article)
            revision.review = decided.get(revision.pk)
        return found

    def _page(self, request, name, article, title, **context):
        return TemplateResponse(
            request,
            f"admin/articles/article/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "article": article,
                "title": title,
                "subtitle": str(article),
                "can_change": self.has_change_permission(request, article),
                **context,
            },
        )


def _links(chosen, **versions):
    """Of each switch: its ways, with the address that chooses them and whether it is chosen."""
    for name, ways in SWITCHES.items():
        yield (
            name,
            [
                (label, f"?{urlencode(versions | chosen | {name: way})}", way == chosen[name])
                for way, label in ways
            ],
        )
