"""The desk's answers about assembled lists: what fell out, and the button that freezes them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles.pages import editions, ranking


class ListViews:
    def get_urls(self):
        view = never_cache(self.admin_site.admin_view(require_POST(self.freeze_view)))
        return [
            path("<int:pk>/freeze/", view, name="articles_article_freeze"),
            *super().get_urls(),
        ]

    def freeze_view(self, request, pk):
        article = self._article(request, pk)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        try:
            name = request.POST.get("name", "")
            edition = editions.freeze(article, name=name, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            link = format_html('<a href="{}">{}</a>', edition.get_absolute_url(), edition.name)
            messages.success(request, format_html(_("The edition is frozen: {}"), link))
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and (asked := ranking.of(obj)):
            context["list_state"] = {
                "fallen_out": ranking.fallen_out(asked, obj.entries.select_related("company")),
                "without_figure": ranking.without_figure(asked, obj),
                "may_freeze": obj.is_published and self.has_publish_permission(request),
                "edition_name": editions.default_name(),
                "editions": obj.editions.all(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
