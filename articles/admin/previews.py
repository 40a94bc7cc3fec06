"""The desk's previews, of what is saved and of what is typed. Nothing of them is stored."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import publishing
from articles.models import Article
from articles.pages.previews import preview_context
from articles.publishing.quoting import fill, texts_of
from core import prose
from facts.prose.filling import figures_of


class PreviewViews:
    def get_urls(self):
        def url(route, view, name, guard=require_safe):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        return [
            url("preview/", self.live_preview, "live_preview", require_POST),
            url("preview/frame/", self.preview_frame, "preview_frame"),
            url("<int:pk>/preview/", self.preview_page, "preview"),
            *super().get_urls(),
        ]

    def live_preview(self, request):
        """What the typed Markdown looks like, by the pipeline that renders what is stored."""
        self._require_writing(request)
        body = request.POST.get("body", "")
        if len(body) > prose.ARTICLE_LIMIT:
            return HttpResponse(_("The text is too long."), status=413)
        article = Article(body=body.replace("\r\n", "\n"))
        article.language = request.POST.get("language", "") or article.language
        article.render()
        fill(article, [], figures_of(*texts_of(article, [])))
        return TemplateResponse(
            request, "admin/articles/article/_preview.html", {"article": article}
        )

    def preview_frame(self, request):
        self._require_writing(request)
        return TemplateResponse(request, "admin/articles/article/preview_frame.html")

    def preview_page(self, request, pk):
        article = self._article(request, pk)
        if "revision" in request.GET:
            [revision] = self._revisions(article, self._number(request, "revision", 0))
            content = revision.content
        else:
            content = publishing.newest_content(article)
        context = preview_context(article, content)
        response = TemplateResponse(request, "admin/articles/article/preview_page.html", context)
        response["X-Robots-Tag"] = "noindex"
        return response

    def _require_writing(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
