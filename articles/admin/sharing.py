"""The desk's links to drafts, for people without an account: made, listed and revoked here."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article, ShareLink
from articles.models.sharing import DAYS
from articles.publishing import sharing
from core.db.counting import BoundedPaginator
from core.web.structured import absolute

PER_PAGE = 50
TERMS = [(1, gettext_lazy("1 day")), (7, gettext_lazy("7 days")), (30, gettext_lazy("30 days"))]


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("It ends after"),
        choices=TERMS,
        coerce=int,
        empty_value=DAYS,
        initial=DAYS,
        required=False,
    )
    number = forms.IntegerField(
        label=gettext_lazy("Always revision"),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text=gettext_lazy("Empty: whatever was saved last when somebody opens it."),
    )

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, **kwargs)
        self.article, self.revision = article, None

    def clean_number(self):
        number = self.cleaned_data["number"]
        if number is not None:
            self.revision = self.article.revisions.filter(number=number).first()
            if self.revision is None:
                raise ValidationError(_("There is no such revision."))
        return number


class ShareViews:
    def get_urls(self):
        def url(route, view, name, guard):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        both = require_http_methods(["GET", "HEAD", "POST"])
        return [
            url("shared/", self.shared_list, "shared", require_safe),
            url("<int:pk>/share/", self.share, "share", both),
            url("<int:pk>/share/<int:number>/revoke/", self.revoke, "share_revoke", require_POST),
            *super().get_urls(),
        ]

    def share(self, request, pk):
        """Asked by a script it answers with the new link alone."""
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        form = ShareForm(request.POST if request.method == "POST" else None, article=article)
        is_asked = request.headers.get("Accept", "").startswith("application/json")
        if request.method == "POST" and form.is_valid():
            try:
                link = self._make(request, article, form)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                if is_asked:
                    return JsonResponse(_as_json(link))
                self.message_user(request, _("The link is made: copy it below."), messages.SUCCESS)
                return HttpResponseRedirect(request.path)
        if request.method == "POST" and is_asked:
            problems = [text for texts in form.errors.values() for text in texts]
            return JsonResponse({"problem": " ".join(problems)}, status=400)
        links = article.share_links.with_people()[: sharing.MOST_OPEN]
        context = {"form": form, "links": _with_addresses(links, article)}
        return self._page(request, "share", article, _("Share the draft"), **context)

    def _make(self, request, article, form):
        days = form.cleaned_data["days"]
        return sharing.share(article, by=request.user, days=days, revision=form.revision)

    def revoke(self, request, pk, number):
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        link = get_object_or_404(article.share_links, pk=number)
        sharing.revoke(link, by=request.user)
        self.message_user(request, _("The link is revoked."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_share", args=[pk]))

    def shared_list(self, request):
        """All that are open, of the articles that this editor may change."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        within = self._reach(request, Article.objects.all()).order_by().values("pk")
        links = ShareLink.objects.open().filter(article__in=within, article__trashed_at=None)
        links = links.with_people().select_related("article", "created_by", "revision")
        page = BoundedPaginator(links, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Shared drafts"),
            "page": page,
            "links": _with_addresses(page),
        }
        return TemplateResponse(request, "admin/articles/article/shared.html", context)


def _with_addresses(links, article=None) -> list:
    found = list(links)
    for link in found:
        if article:
            link.article = article
        link.address = absolute(link.get_absolute_url())
    return found


def _as_json(link) -> dict:
    until = date_format(localtime(link.expires_at), "j F Y")
    return {
        "address": absolute(link.get_absolute_url()),
        "told": _("Whoever has this link reads what was saved last, until %s.") % until,
    }
