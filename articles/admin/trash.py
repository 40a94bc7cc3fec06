"""The desk's trash: what nobody has read goes there for a while, and comes back with one click."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.utils import model_ngettext, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import publishing
from articles.housekeeping import DAYS_IN_TRASH
from articles.models import Article, FigureDismissal, ListEntry, Note, Review, Revision
from articles.publishing import bulk

HANGING = (Revision, Review, Note, ListEntry, FigureDismissal)


class TrashViews:
    """Deleting at the desk is moving to the trash; `articles.housekeeping` empties it."""

    def get_urls(self):
        view = never_cache(self.admin_site.admin_view(require_POST(self.put_back_view)))
        return [
            path("<int:pk>/put-back/", view, name="articles_article_put_back"),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        """Without Django's own, which deletes for good."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=_("Move to the trash"), permissions=["delete"])
    def trash_selected(self, request, queryset):
        return self._start(request, _("Move articles to the trash"), queryset, bulk.trash_each)

    @admin.action(description=_("Put back from the trash"), permissions=["delete"])
    def put_back_selected(self, request, queryset):
        title = _("Put articles back from the trash")
        return self._start(request, title, queryset, bulk.put_back_each)

    def delete_view(self, request, object_id, extra_context=None):
        if not self.has_delete_permission(request):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        if article is None:
            raise Http404("No such article.")
        if not self.has_delete_permission(request, article):
            raise PermissionDenied
        if request.method != "POST":
            context = {"hanging": self._hanging(article), "until": _gone_after(timezone.now())}
            return self._page(request, "trash", article, gettext("Move to the trash"), **context)
        publishing.trash(article, by=request.user)
        self._tell(request, article)
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))

    def _hanging(self, article) -> list[str]:
        """What goes with it, as far as people at the desk know it by name."""
        found = []
        for relation in Article._meta.related_objects:
            model = relation.related_model
            is_known = model in HANGING or self.admin_site.is_registered(model)
            if not (relation.one_to_many and is_known):
                continue
            count = model._base_manager.filter(**{relation.field.name: article}).count()
            if count:
                found.append(f"{count} {model_ngettext(model, count)}")
        return found

    def _tell(self, request, article):
        told = gettext("“%(article)s” is in the trash.") % {"article": article}
        form = format_html(
            '<form method="post" action="{}" class="desk-undo">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button type="submit">{}</button></form>',
            reverse("admin:articles_article_put_back", args=[article.pk]),
            get_token(request),
            gettext("Put it back"),
        )
        self.message_user(request, format_html("{} {}", told, form), messages.SUCCESS)

    def put_back_view(self, request, pk):
        if not self.has_delete_permission(request):
            raise PermissionDenied
        article = self._article(request, pk)
        try:
            publishing.put_back(article, by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, gettext("It is back from the trash."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.trashed_at:
            context["gone_after"] = _gone_after(obj.trashed_at)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _gone_after(trashed_at):
    return trashed_at + timedelta(days=DAYS_IN_TRASH)
