"""The desk's views of revisions and previews. Each asks for the right to the very article."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import publishing
from articles.models import Article, ListEntry, Ranking, Review, Topic
from articles.pages import detail, ranking
from articles.publishing import comparison, snapshots
from articles.publishing.quoting import fill, texts_of
from companies.models import Company
from core import prose
from facts.prose.filling import figures_of


def preview_context(article, content) -> dict:
    """The public page's context of a text that may never have been live. Nothing is stored."""
    snapshots.fill(article, content)
    article.render()
    article.published_at = snapshots.date_of(content) or article.published_at or timezone.now()
    companies = Company.objects.select_related("industry")
    wanted = companies.in_bulk([entry["company"] for entry in content["entries"]])
    entries = []
    if article.kind == Article.Kind.LIST:
        for row in snapshots.existing_entries(content):
            entry = ListEntry(
                article=article,
                company=wanted[row["company"]],
                heading=row["heading"],
                blurb=row["blurb"],
            )
            entry.render()
            entries.append(entry)
    parts = detail.ArticleParts(
        authors=snapshots.existing_authors(content),
        topics=list(Topic.objects.filter(pk__in=content["topics"])),
        companies=[entry.company for entry in entries]
        or list(companies.filter(pk__in=content["companies"])),
        entries=entries,
    )
    asked = content.get("ranking") if article.kind == Article.Kind.LIST else None
    if asked:
        frozen = getattr(ranking.of(article), "frozen", {})
        asked = Ranking(frozen=frozen, **snapshots.existing_links(asked))
    context = detail.preview_context(article, parts, asked)
    return context | {"is_preview": True, "canonical_url": ""}


class RevisionViews:
    def get_urls(self):
        def url(route, view, name, guard=require_safe):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        one = "<int:pk>/revisions/<int:number>/"
        return [
            url("preview/", self.live_preview, "live_preview", require_POST),
            url("preview/frame/", self.preview_frame, "preview_frame"),
            url("<int:pk>/preview/", self.preview_page, "preview"),
            url("<int:pk>/revisions/", self.revision_list, "revisions"),
            url("<int:pk>/revisions/compare/", self.compare, "compare"),
            url(one, self.revision_detail, "revision"),
            url(f"{one}restore/", self.restore, "restore", require_POST),
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
            content = self._revision(article, request.GET["revision"]).content
        else:
            content = publishing.newest_content(article)
        context = preview_context(article, content)
        response = TemplateResponse(request, "admin/articles/article/preview_page.html", context)
        response["X-Robots-Tag"] = "noindex"
        return response

    def revision_list(self, request, pk):
        article = self._article(request, pk)
        sent = Exists(Review.objects.filter(revision=OuterRef("pk")))
        revisions = article.revisions.select_related("author").annotate(was_sent=sent)
        revisions = revisions.defer("content")
        return self._page(request, "revisions", article, _("Revisions"), revisions=revisions)

    def revision_detail(self, request, pk, number):
        article = self._article(request, pk)
        revision = self._revision(article, number)
        title = _("Revision %(number)d") % {"number": revision.number}
        context = {"revision": revision, "fields": snapshots.described(revision.content)}
        context["written"] = snapshots.labels_of_words()
        return self._page(request, "revision", article, title, **context)

    def compare(self, request, pk):
        article = self._article(request, pk)
        old = self._revision(article, request.GET.get("old", ""))
        new = self._revision(article, request.GET.get("new", ""))
        changes = comparison.compare(*(snapshots.described(one.content) for one in (old, new)))
        title = _("Revisions %(old)d and %(new)d") % {"old": old.number, "new": new.number}
        context = {"old": old, "new": new, "changes": changes}
        context["written"] = snapshots.labels_of_words()
        return self._page(request, "compare", article, title, **context)

    def restore(self, request, pk, number):
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        try:
            revision = publishing.restore(self._revision(article, number), by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            text = _("Restored as revision %(number)d.") % {"number": revision.number}
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def _require_writing(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied

    def _article(self, request, pk):
        article = get_object_or_404(Article.objects.select_related("section", "cover"), pk=pk)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    def _revision(self, article, number):
        try:
            return article.revisions.select_related("author").get(number=int(number))
        except (ValueError, OverflowError, article.revisions.model.DoesNotExist) as error:
            raise Http404("No such revision.") from error

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
