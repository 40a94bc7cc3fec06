"""How review tasks are shown: the sentences in question with the figure highlighted."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article, FactUse
from articles.querysets import HEAVY_FIELDS
from desk.models import ReviewTask
from desk.suggestions import proposed_words
from facts.models import Fact

MOST_SENTENCES = 20
MOST_BARE = 3
MOST_VERSIONS = 5
LABELS = {
    "refresh": gettext_lazy("Refresh and publish"),
    "verify": gettext_lazy("Verify today"),
    "not_same": gettext_lazy("Not the same thing"),
    "keep": gettext_lazy("Keep"),
    "snooze": gettext_lazy("Snooze"),
}


@dataclass(frozen=True)
class Place:
    """One wording of a figure in an article: its sentence in three parts and the proposed words."""

    before: str
    words: str
    after: str
    proposed: str
    more: int

    @property
    def marked(self):
        return format_html("{}<b>{}</b>{}", self.before, self.words, self.after)


def with_uses(tasks) -> list[ReviewTask]:
    """Add `.uses`, the places where its article quotes its figure, in one query for all tasks."""
    tasks = list(tasks)
    found = defaultdict(list)
    asked = [task for task in tasks if task.article_id and task.fact_id]
    if asked:
        uses = FactUse.objects.filter(
            article__in={task.article_id for task in asked},
            fact__in={task.fact_id for task in asked},
        )
        for use in uses.order_by("position"):
            found[use.article_id, use.fact_id].append(use)
    for task in tasks:
        task.uses = found[task.article_id, task.fact_id]
    return tasks


def places_of(task) -> list[Place]:
    """The distinct pinned wordings of the task's figure."""
    by_words = defaultdict(list)
    for use in task.uses:
        if use.mode == FactUse.Mode.PINNED:
            by_words[use.text].append(use)
    return [place_of(task, *uses) for uses in by_words.values()]


def place_of(task, use, *more) -> Place:
    before, words, after = use.sentence.partition(use.text)
    if not words:
        before, words, after = "", use.text, ""
    proposed = ""
    if task.other_id:
        language = (task.article or use.article).language
        proposed = proposed_words(use.text, task.fact, task.other, language)
    return Place(before, words, after, proposed, len(more))


def naked_figures_label(article) -> str:
    """“75 million, 12 % …”."""
    texts = [one["text"] for one in article.naked_figures]
    return ", ".join(texts[:MOST_BARE]) + (" …" if len(texts) > MOST_BARE else "")


def subject_of(task):
    """The company and metric, or the article, for tasks without a sentence to show."""
    if task.fact is None:
        return task.named or task.article
    scope = f" ({task.fact.scope})" if task.fact.scope else ""
    return format_html("{}: {}{}", task.fact.company, task.fact.metric, scope)


def figure_with_date(fact, sign=""):
    return format_html(
        '<span class="review-figure">{} <b>{}</b> <small>{}</small></span>',
        *(sign, fact.display_value, _("withdrawn") if fact.is_deprecated else fact.as_of_label),
    )


def day(date) -> str:
    return date_format(date, "j M Y")


def buttons(url, names):
    """Buttons in the list that submit to, or link to, the task's own page.

    Answers without input are submitted directly; the others link to the form.
    """
    link = format_html('<a class="button" href="{}">{}</a>', url, _("Refresh …"))
    button = '<button type="submit" class="button" formaction="{}" name="_{}">{}</button>'
    at_once = ((url, name, LABELS[name]) for name in names if name in ("verify", "keep"))
    return format_html(
        '<span class="review-at-once">{} {}</span>',
        link if "refresh" in names else "",
        format_html_join(" ", button, at_once),
    )


def task_context(task, places) -> dict:
    """Context of a task's page."""
    pks = [pk for pk in (task.fact_id, task.other_id) if pk]
    facts = Fact.objects.filter(pk__in=pks).with_sources().select_related("verified_by")
    by_pk = {fact.pk: fact for fact in facts}
    sentences = {}
    if pks and not places:
        for use in quoting(pks):
            sentences.setdefault(use.fact_id, []).append((use.article, place_of(task, use)))
    return {
        "task": task,
        "places": places,
        "facts": [(by_pk[pk], sentences.get(pk, ())) for pk in pks],
        # The outdated fact, already replaced by another.
        "left_behind": task.fact_id if places and task.other_id else None,
        "former": former_words(task),
        "named_url": task.named and admin_url_of(task.named),
        "bare": task.article.naked_figures if task.kind == ReviewTask.Kind.UNSOURCED else (),
        "is_open": task.state == ReviewTask.State.OPEN,
    }


def admin_url_of(row) -> str:
    return reverse(admin_urlname(row._meta, "change"), args=[row.pk])


def former_words(task):
    """What a renamed row said before, the last first; empty for other tasks."""
    if task.kind != ReviewTask.Kind.RENAMED:
        return ()
    return task.named.versions.select_related("by").order_by("-pk")[:MOST_VERSIONS]


def quoting(pks):
    """Uses of these facts in live articles."""
    uses = FactUse.objects.filter(fact__in=pks, article__status=Article.Status.PUBLISHED)
    uses = uses.select_related("article").defer(*(f"article__{name}" for name in HEAVY_FIELDS))
    return uses.order_by("-article__published_at", "position")[:MOST_SENTENCES]
