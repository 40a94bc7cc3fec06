"""The desk's previews, of what is saved and of what is typed. Nothing of them is stored."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import publishing
from articles.admin.forms import BLANK
from articles.admin.typed import typed_content
from articles.models import Article, default_language
from articles.pages.previews import preview_context
from core import prose
from core.moments import MomentField


class PreviewViews:
    def get_urls(self):
        def url(route, view, name, guard=require_safe):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        either = require_http_methods(["GET", "HEAD", "POST"])
        return [
            url("preview/", self.preview_new, "preview_new", require_POST),
            url("preview/frame/", self.preview_frame, "preview_frame"),
            url("<int:pk>/preview/", self.preview_page, "preview", either),
            *super().get_urls(),
        ]

    def preview_frame(self, request):
        """What the script `admin-ext/preview.js` fills with the page of what is typed."""
        self._require_writing(request)
        return TemplateResponse(request, "admin/articles/article/preview_frame.html")

    def preview_new(self, request):
        """The whole page of what is typed for an article that was never saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._typed_page(request, Article(), BLANK | {"language": default_language()})

    def preview_page(self, request, pk):
        """The whole page of what was saved; posted to, of what is typed."""
        article = self._article(request, pk)
        if request.method == "POST":
            if not self.has_change_permission(request, article):
                raise PermissionDenied
            return self._typed_page(request, article, publishing.newest_content(article))
        if "revision" in request.GET:
            [revision] = self._revisions(article, self._number(request, "revision", 0))
            return self._page_of(request, article, revision.content)
        return self._page_of(request, article, publishing.newest_content(article))

    def _typed_page(self, request, article, stored):
        if any(len(text) > prose.ARTICLE_LIMIT for text in request.POST.values()):
            return HttpResponse(_("The text is too long."), status=413)
        form = self.get_form(request, article, change=bool(article.pk))
        date_field = form.base_fields.get("published_at", MomentField())
        content = typed_content(request.POST, stored, date_field)
        return self._page_of(request, article, content, is_typed=True)

    def _page_of(self, request, article, content, **told):
        context = preview_context(article, content) | told
        context["is_framed"] = "framed" in request.POST
        response = TemplateResponse(request, "admin/articles/article/preview_page.html", context)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin"
        return response

    def _require_writing(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
