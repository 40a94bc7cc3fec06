"""The public history of an article or a profile.

Of an article each version that readers saw, and what was said of it; of a profile each change of
its own words.
"""

from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.pages.withdrawn import show_withdrawn
from articles.publishing.changes import Kind, differences
from articles.publishing.shown import look_at_seen
from companies.former_addresses import leads_from_former_slugs
from companies.models import Company
from core.pagestore import made_of, stored_page
from core.web.addresses import slug_url
from core.web.pagination import PLACE_PARAMS, newer_than, older_than, paginate
from core.web.structured import absolute
from corrections.differences import trimmed
from corrections.models import Correction

PER_PAGE = 20
MOST_SAID = 100


@dataclass
class Step:
    """A version or, where no sentence changed, what was said of the article."""

    moment: datetime
    label: str
    note: str
    is_of_all: bool = False
    # Unsaved: its changes are shown like those of the log.
    correction: Correction = field(default_factory=Correction)


@require_safe
@stored_page(params=PLACE_PARAMS)
def show_history(request, slug):
    article = Article.objects.published().filter(slug=slug).first()
    if article is None:
        return show_withdrawn(request, slug=slug) or _redirect_from_former(slug)
    made_of(request, f"article:{article.pk}")
    page = paginate(article.versions.seen(), request, field="shown_at", per_page=PER_PAGE)
    title = _("Versions of “%(title)s”") % {"title": article.headline}
    context = {
        "article": article,
        "steps": steps_of(article, page),
        "page": page,
        "meta_title": title,
        "canonical_url": absolute(history_url(article)),
    }
    return render(request, "corrections/article_history.html", context)


@require_safe
@stored_page(params=PLACE_PARAMS)
@leads_from_former_slugs
def show_profile_history(request, slug):
    company = get_object_or_404(Company.objects.visible(), slug=slug)
    made_of(request, f"company:{company.pk}")
    changes = company.profile_changes.select_related("company")
    page = paginate(changes, request, field="changed_at", per_page=PER_PAGE)
    context = {
        "company": company,
        "steps": [_step_of_profile(change) for change in page],
        "page": page,
        "meta_title": _("Versions of the profile of %(company)s") % {"company": company.name},
        "canonical_url": absolute(slug_url("company-history", company.slug)),
    }
    return render(request, "corrections/profile_history.html", context)


def history_url(article) -> str:
    return slug_url("article-history", article.slug)


def _redirect_from_former(slug):
    target = Article.objects.once_public().filter(former_slugs__slug=slug).first()
    if target is None:
        raise Http404("No such article.")
    return HttpResponsePermanentRedirect(reverse("article-history", args=[target.slug]))


def steps_of(article, page) -> list[Step]:
    """What the page of versions shows, newest first, with what was said in between."""
    versions = list(page) or [look_at_seen(article)]
    before = [*versions[1:], _version_before(article, versions[-1])]
    steps = [_step_of(*pair) for pair in zip(versions, before, strict=True)]
    said = map(_said, _corrections_beside(article, page))
    return sorted([*steps, *said], key=attrgetter("moment"), reverse=True)


def _step_of_profile(change) -> Step:
    shown = change.as_correction()
    return Step(change.changed_at, change.get_kind_display(), shown.shown_note, correction=shown)


def _version_before(article, version):
    if version.pk is None:
        return None
    older = article.versions.filter(older_than(version.shown_at, version.pk, "shown_at"))
    return older.order_by("-shown_at", "-pk").first()


def _step_of(version, former) -> Step:
    changes = _changes_between(former, version) if former else []
    return Step(
        version.shown_at,
        version.get_change_display(),
        version.shown_note,
        version.change == Kind.RETRACTION,
        Correction(article=version.article, changes=trimmed(changes), change_count=len(changes)),
    )


def _changes_between(former, version) -> list[dict]:
    return [
        {"before": _without_blacked(one["before"], former)}
        | {"after": _without_blacked(one["after"], version)}
        for one in differences(former.sentences, version.sentences)
    ]


def _without_blacked(text, version) -> str:
    """Sentences that both versions have to hide differ all the same."""
    for sentence, shown in zip(version.sentences, version.shown_sentences, strict=True):
        text = text if sentence == shown else text.replace(sentence, shown)
    return text


def _corrections_beside(article, page):
    """Those without a changed sentence: withdrawals, retractions, and corrections of figures."""
    found = article.corrections.filter(change_count=0).in_order()
    if page.newer_url:
        newest = page.object_list[0]
        newer = article.versions.seen().filter(newer_than(newest.shown_at, newest.pk, "shown_at"))
        found = found.filter(published_at__lt=newer.order_by("shown_at", "pk").first().shown_at)
    if page.older_url:
        found = found.filter(published_at__gte=page.object_list[-1].shown_at)
    return found[:MOST_SAID]


def _said(correction) -> Step:
    return Step(
        correction.published_at,
        correction.get_kind_display(),
        correction.shown_note,
        correction.is_of_all,
        Correction(article=correction.article),
    )
