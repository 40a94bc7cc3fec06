"""The desk's page of an article's figures: sourced, without a source, let stand and why."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from articles import checks, coverage, publishing
from articles.checks.search import look_of
from articles.models import Article, FigureDismissal
from articles.publishing import snapshots
from core import prose
from core.moments import MomentField
from core.web.http import parse_pk
from facts.models import Fact
from facts.prose.lines import as_markdown
from facts.prose.misfits import MISFIT
from facts.prose.naming import Address, LinkTargets

MOST_PARTS = 201
MOST_ROWS = 200
LONGEST_LINE = 2_000
MOST_WARNED = 10
TOLD_WITH_A_SAVE = ("unknown_link", "withdrawn_figure", "anchor", "tag")


def give_places(found: list[dict]) -> list[dict]:
    for one in found:
        one["place"] = checks.place_of(one["part"], one["line"])
    return found


def placed(found: coverage.Coverage) -> coverage.Coverage:
    """Each of its figures with the words for its place."""
    give_places(found.naked)
    return found


def typed_content(typed, language) -> dict:
    """Of a form's values what the checks ask for beside its texts; any values, never refused."""

    def keys(name):
        found = (parse_pk(one) for one in typed.getlist(name)[:MOST_ROWS])
        return [pk for pk in found if pk]

    def key(name):
        return next(iter(keys(name)), None)

    words = ("title", "standfirst", "slug", *snapshots.WORDS_ELSEWHERE)
    return {
        **{name: typed.get(name, "")[:LONGEST_LINE].replace("\0", "") for name in words},
        "body": typed.get("part", ""),
        "language": language,
        "section": key("section"),
        "cover": key("cover"),
        "share_picture": key("share_picture"),
        "published_at": snapshots.write_time(_moment(typed)),
        "authors": keys("author"),
        "topics": keys("topics"),
    }


def dates_of(texts) -> dict[str, str]:
    """Of the figures that are linked: what the link says, and the date that readers are shown."""
    targets = LinkTargets(*texts)
    links = [link for text in texts for link in prose.links(text) if link.scheme == "fact"]
    facts = {link.url: targets.fact(Address.parse(link.address)) for link in links}
    return {url: fact.as_of_label for url, fact in facts.items() if fact}


def _moment(typed):
    parts = [typed.get(f"published_at_{place}", "") for place in range(2)]
    try:
        return MomentField(required=False).clean(parts)
    except forms.ValidationError:
        return None


class DismissalForm(forms.ModelForm):
    class Meta:
        model = FigureDismissal
        fields = ["text", "sentence", "reason"]
        widgets = {"text": forms.HiddenInput, "sentence": forms.HiddenInput}
        labels = {"reason": gettext_lazy("Why it needs no source")}

    def __init__(self, *args, naked, figure=None, **kwargs):
        """`figure` is the one of the `naked` that is asked about, where that is known."""
        super().__init__(*args, **kwargs)
        self.naked = naked
        if figure and figure["kind"] == MISFIT:
            self.fields["reason"].label = _("Why the words stand")

    def clean(self):
        data = super().clean()
        for figure in self.naked:
            if (figure["text"], figure["sentence"]) == (data.get("text"), data.get("sentence")):
                self.figure = figure
                return data
        raise forms.ValidationError(
            _("This figure no longer stands in the text. Below is what does.")
        )


class FigureViews:
    def get_urls(self):
        def url(route, view, name, guard):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"articles_article_{name}")

        page = require_http_methods(["GET", "HEAD", "POST"])
        return [
            url("coverage/", self.live_coverage, "live_coverage", require_POST),
            url("<int:pk>/figures/", self.figures, "figures", page),
            url("<int:pk>/figures/<int:number>/undo/", self.undo, "figures_undo", require_POST),
            *super().get_urls(),
        ]

    def live_coverage(self, request):
        """What stands beside the body, of what is typed. `article` may be empty for a new one."""
        self._require_writing(request)
        key, parts = request.POST.get("article", ""), request.POST.getlist("part")
        if len(parts) > MOST_PARTS or any(len(part) > prose.ARTICLE_LIMIT for part in parts):
            return HttpResponse(_("The text is too long."), status=413)
        article = self._article(request, parse_pk(key)) if key else Article()
        article.language = request.POST.get("language", "") or article.language
        lines = {name: request.POST.get(name, "") for name in Article.LINES}
        if any(len(line) > LONGEST_LINE for line in lines.values()):
            return HttpResponse(_("The text is too long."), status=413)
        texts = [part.replace("\r\n", "\n") for part in parts]
        lines = {name: as_markdown(line) for name, line in lines.items()}
        content = typed_content(request.POST, article.language)
        manuscript = checks.Manuscript(article, content, lines | dict(enumerate(texts)))
        context = self._looked_at(request, manuscript) | {
            "article": article,
            "dates": dates_of(texts),
        }
        return TemplateResponse(request, "admin/articles/article/live_coverage.html", context)

    def _looked_at(self, request, manuscript) -> dict:
        """For the panel: what is found, and the mark of whoever lets all that is asked stand."""
        results = checks.results_of(manuscript)
        return {
            "coverage": placed(manuscript.figures),
            "look": look_of(manuscript.content),
            "results": results,
            "found_count": sum(len(one.findings) for one in results),
            "doubts": checks.asked_of(results),
            "doubts_digest": checks.digest_of(results),
            "can_publish": self.has_publish_permission(request),
        }

    def figures(self, request, pk):
        article = self._article(request, pk)
        if request.method == "POST":
            if not self.has_change_permission(request, article):
                raise PermissionDenied
            with transaction.atomic():
                form = DismissalForm(request.POST, naked=self._coverage(article).naked)
                if form.is_valid():
                    reason = form.cleaned_data["reason"]
                    coverage.dismiss(article, form.figure, reason=reason, by=request.user)
                    text = _("“%(figure)s” stands without a source.")
                    text %= {"figure": form.figure["text"]}
                    self.message_user(request, text, messages.SUCCESS)
                    return self._back_to_figures(pk)
        else:
            form = None
        return self._figures_page(request, article, form)

    def undo(self, request, pk, number):
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        dismissal = get_object_or_404(article.figure_dismissals, pk=number)
        coverage.undo(dismissal)
        text = _("“%(figure)s” is asked about again.") % {"figure": dismissal.text}
        self.message_user(request, text, messages.SUCCESS)
        return self._back_to_figures(pk)

    def _figures_page(self, request, article, refused):
        found = self._coverage(article)
        ids = {link.address.rpartition("@")[2] for link in (*found.sourced, *found.fallen)}
        facts = Fact.objects.filter(public_id__in=ids).select_related("company", "metric")
        facts = {fact.public_id: fact for fact in facts}
        sourced, fallen = (
            [(link, facts.get(link.address.rpartition("@")[2])) for link in links]
            for links in (found.sourced, found.fallen)
        )
        asked = []
        for number, figure in enumerate(found.naked):
            initial = {"text": figure["text"], "sentence": figure["sentence"]}
            form = DismissalForm(
                initial=initial, naked=found.naked, figure=figure, auto_id=f"id_{number}_%s"
            )
            if refused and all(refused.data.get(name) == initial[name] for name in initial):
                form = refused
                form.auto_id = f"id_{number}_%s"
            asked.append((figure, form))
        lost = refused if refused and refused.non_field_errors() else None
        context = {"coverage": found, "sourced": sourced, "fallen": fallen}
        context |= {"asked": asked, "lost": lost}
        return self._page(request, "figures", article, _("Figures"), **context)

    def _coverage(self, article):
        """Of the newest text: that is what would be published."""
        content = publishing.newest_content(article)
        article.language = content["language"]
        return placed(coverage.coverage_of_content(article, content))

    def _back_to_figures(self, pk):
        return HttpResponseRedirect(reverse("admin:articles_article_figures", args=[pk]))

    def _warn_of_oddities(self, request, article):
        """With every save: how readers will see what may have been meant otherwise."""
        manuscript = checks.Manuscript.of(article, publishing.newest_content(article))
        found = checks.found_by(manuscript, *TOLD_WITH_A_SAVE)
        if found:
            lines = format_html_join(
                "",
                "<li>{}: <code>{}</code> {}</li>",
                ((one.place, one.text, one.message) for one in found[:MOST_WARNED]),
            )
            self.message_user(request, format_html("<ul>{}</ul>", lines), messages.WARNING)
