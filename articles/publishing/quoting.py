"""Articles and the figures they quote: filled in when shown, and followed when they change."""

import re
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django_tasks import task
from modelsearch.backends import get_search_backends_with_name

from articles import coverage
from articles.models import Article, FactUse, ListEntry, PictureUse
from articles.pagekeys import keys_of_article
from articles.publishing import pictures
from articles.publishing.following import Said, follow_figures, states_since
from articles.publishing.shown import NAMED
from companies.models import Company
from core import prose
from core.pagestore import changed
from core.taskqueue.batches import perform
from core.taskqueue.models import Batch
from facts.models import FactEvent
from facts.prose.filling import Figures, quoted_in
from facts.prose.lines import pin_line
from facts.prose.naming import LinkTargets
from facts.prose.replaying import Changes

CHUNK = 200
# What a picture looks like is no part of what a text says.
PICTURES = re.compile(
    r"<p><img [^<>]*></p>\s*|<img [^<>]*>|</?fig(?:ure|caption)>\s*"
    r'|<span class="credit">[^<>]*</span>|href="[^"<>]*"'
)
PIN = re.compile(r"@([a-z0-9]+)\)")
KEPT_OF_ENTRIES = ("blurb_html", "figures", "heading", "linked")
REFRESHED = (
    *("title", "standfirst", "linked"),
    *("body", "body_html", "body_text", "figures", "naked_figures", "scanned", "word_count"),
    "updated_at",
)


def texts_of(article, entries) -> list:
    """What the texts of a page quote, in the order in which they stand on it."""
    return [
        quoted
        for row in (article, *entries)
        for quoted in (*row.quoted_in_lines(), quoted_in(row.figures))
    ]


def fill(article, entries, figures: Figures):
    """Put today's figures into the rendered texts, in memory only."""
    if not article.standfirst:
        # What summaries are made of then.
        article.body_text = figures.fill_text(
            article.body_html, quoted_in(article.figures), article.language
        )
    article.body_html = figures.fill(
        article.body_html, quoted_in(article.figures), article.language
    )
    for row in (article, *entries):
        row.fill_lines(figures, article.language)
    for entry in entries:
        entry.blurb_html = figures.fill(
            entry.blurb_html, quoted_in(entry.figures), article.language
        )


def pin_ids(content: dict) -> dict:
    """An article's content whose texts say themselves which figure each pinned link quotes."""
    targets = LinkTargets(*coverage.parts_of({**content, "kind": Article.Kind.LIST}).values())
    entries = [
        {
            **entry,
            "heading": pin_line(entry["heading"], targets),
            "blurb": targets.pin_ids(entry["blurb"]),
        }
        for entry in content["entries"]
    ]
    lines = {name: pin_line(content[name], targets) for name in Article.LINES}
    return {**content, **lines, "body": targets.pin_ids(content["body"]), "entries": entries}


def named_in(content: dict) -> set[str]:
    """The addresses of all links of ours in a content."""
    texts = coverage.parts_of(content).values()
    return {link.url for text in texts for link in prose.links(text)}


def refuse_problems(text: str, known: set[str] = frozenset(), *, is_draft=False):
    """ValidationError with every link of ours that leads nowhere or to a figure found wrong.

    What was found wrong since the text was saved, under an address `known` from there, keeps nobody
    from mending the rest of it. A draft may name what is not there yet.
    """
    problems = [
        one
        for one in LinkTargets(text).problems(text)
        if not (one.link.url in known if one.is_withdrawn else is_draft)
    ]
    if problems:
        line = gettext("Line %(line)d: %(message)s")
        raise ValidationError(
            [line % {"line": one.link.line, "message": one.message} for one in problems]
        )


def first_named_at(article) -> dict:
    """Since when the unpublished revisions have named each figure: its public id, and a time."""
    revisions = article.revisions.filter(number__gt=article.live_number or 0).order_by("number")
    first: dict = {}
    for revision in revisions:
        content = {**revision.content, "kind": Article.Kind.LIST}
        ids = set(PIN.findall("\n".join(coverage.parts_of(content).values())))
        first = {pin: first.get(pin, revision.created_at) for pin in ids}
    return first


def follow_fact(sender, instance, raw=False, **kwargs):
    """A published figure changed: what quotes it live says something else from now on.

    So does what pins one that was withdrawn.
    """
    if raw or not instance.is_published:
        return
    company, metric = instance.company_id, instance.metric_id
    if _saying_otherwise(company, metric).exists():
        figure = f"{instance.company}, {instance.metric}"
        title = gettext("Texts that quote %(figure)s") % {"figure": figure}
        Batch.follow(instance.batch_reference, title, list_quoting, company, metric)


@task(once=True)
def list_quoting(batch_pk, company_pk, metric_pk):
    articles = Article._base_manager.filter(pk__in=_saying_otherwise(company_pk, metric_pk))
    Batch.fill(batch_pk, articles.order_by("pk").values_list("pk", "title"), refresh_each)


def _saying_otherwise(company, metric):
    """Keys of the articles whose words follow: of live figures, and of pinned ones found wrong."""
    uses = FactUse.objects.filter(fact__company=company, fact__metric=metric)
    uses = uses.filter(Q(mode=FactUse.Mode.LIVE) | Q(fact__rank="deprecated"))
    return uses.order_by().values_list("article", flat=True)


@task(queue_name="slow")
def refresh_each(batch_pk, pks):
    perform(batch_pk, pks, refresh_article)


def refresh_article(pk):
    """Render it anew, and those entries of a list that read otherwise now."""
    refresh_texts([pk])
    for entry in ListEntry.objects.filter(article=pk).select_related("article"):
        former = [getattr(entry, name) for name in KEPT_OF_ENTRIES]
        entry.render()
        if [getattr(entry, name) for name in KEPT_OF_ENTRIES] != former:
            rendered = {name: getattr(entry, name) for name in KEPT_OF_ENTRIES}
            ListEntry.objects.filter(pk=entry.pk).update(**rendered)


def notice_company(sender, instance, raw=False, **kwargs):
    """Before a save: whether a profile is opened or closed by it."""
    former = None if raw else sender.objects.filter(pk=instance.pk).values("is_public").first()
    instance._opens_or_closes = former is not None and former["is_public"] != instance.is_public
    if instance._opens_or_closes:
        settle_company(instance)


def notice_merge(sender, instance, raw=False, **kwargs):
    if not raw:
        settle_company(instance.former)
        settle_company(instance.into)


def settle_company(company):
    """What its figures, and its closing, changed in texts is kept before they read otherwise."""
    later = FactEvent.objects.filter(
        fact__company=company,
        fact__metric=OuterRef("fact__metric"),
        pk__gt=OuterRef("article__newest_event"),
    )
    uses = FactUse.objects.filter(Exists(later), fact__company=company)
    pks = set(uses.order_by().values_list("article", flat=True))
    waiting = Batch.objects.unfinished().filter(reference=company.batch_reference)
    if waiting.exists():
        pks |= set(_naming(company).values_list("pk", flat=True))
    if pks:
        refresh_texts(pks)


def follow_company(sender, instance, **kwargs):
    """A closed profile is named in no text: neither its figures nor the way to it."""
    if instance.__dict__.pop("_opens_or_closes", False):
        title = gettext("Texts that name %(company)s") % {"company": instance}
        Batch.follow(instance.batch_reference, title, list_naming, instance.pk)


@task(once=True)
def list_naming(batch_pk, company_pk):
    """What quotes a company's figures, or links its profile."""
    articles = _naming(Company.objects.get(pk=company_pk))
    Batch.fill(batch_pk, articles.order_by("pk").values_list("pk", "title"), refresh_each)


def _naming(company):
    slugs = [company.slug, *company.former_slugs.values_list("slug", flat=True)]
    links = [f"(company:{slug})" for slug in slugs]
    linking = ListEntry.objects.filter(article=OuterRef("pk"))
    return Article._base_manager.filter(
        Exists(FactUse.objects.filter(article=OuterRef("pk"), fact__company=company))
        | _any_of("body", links)
        | Exists(linking.filter(_any_of("blurb", links)))
    )


def follow_picture(sender, picture, **kwargs):
    """It has another file, or that was drawn in its sizes: texts are to name what there is."""
    if _showing(picture.pk).exists():
        title = gettext("Texts that show “%(picture)s”") % {"picture": picture}
        Batch.follow(picture.batch_reference, title, list_showing, picture.pk)


@task(once=True)
def list_showing(batch_pk, picture_pk):
    articles = Article._base_manager.filter(pk__in=_showing(picture_pk).values("article"))
    Batch.fill(batch_pk, articles.order_by("pk").values_list("pk", "title"), refresh_each)


def _showing(picture_pk):
    return PictureUse.objects.filter(picture=picture_pk, is_shown=True)


def _any_of(name, needles) -> Q:
    return Q(*((f"{name}__contains", needle) for needle in needles), _connector=Q.OR)


def refresh_texts(pks):
    """Render anew what quotes figures live: what is searched, and the rows of what is quoted.

    Pages need no such thing, they are filled in when they are made. All that they said since the
    last time is kept. Runs again without harm.
    """
    with transaction.atomic():
        articles = _with_texts(Article._base_manager.filter(pk__in=pks).select_for_update())
        named = LinkTargets(*(text for article in articles for text in _all_texts(article)))
        said = {article.pk: _as_rendered(article) for article in articles}
        quoted = {article.pk: article.figures for article in articles}
        lines = {article.pk: article.linked for article in articles}
        former = {article: Said.by(article) for article in articles}
        since = {article: article.newest_event for article in articles}
        changes = Changes(named, min(filter(None, since.values()), default=None))
        uses = {article: article.render(named) for article in articles}
        states = {
            article: states_since(article, found, changes, since[article])
            for article, found in uses.items()
        }
        live = [article for article in articles if _as_rendered(article) != said[article.pk]]
        for article in live:
            reads_otherwise = _as_read(*_as_rendered(article)) != _as_read(*said[article.pk])
            if article.is_published and reads_otherwise:
                article.updated_at = timezone.now()
        # Not through the querysets that tell of each row: each would ask for its neighbours.
        moved = [article for article in articles if article.figures != quoted[article.pk]]
        Article._base_manager.bulk_update({*live, *moved}, REFRESHED)
        FactUse.objects.follow_all(uses)
        PictureUse.objects.follow_texts(*articles)
        seen = Article._base_manager.filter(pk__in=[one.pk for one in articles])
        seen.update(newest_event=named.newest_event)
        told = follow_figures(former, states)
        keys = {"articles", *(f"article:{article.pk}" for article in {*live, *moved, *told})}
        # Lists show titles and standfirsts, few of which quote a figure.
        keys.update(*(keys_of_article(one) for one in live if one.linked != lines[one.pk]))
        changed(*keys, by_visitor=False)
        # While the rows are locked: a task that writes one of these entries takes its turn.
        for _name, backend in get_search_backends_with_name(with_auto_update=True):
            backend.add_bulk(Article, live)


def settle(article):
    """What figures changed in a text that is about to be replaced is kept before it goes."""
    if article.is_published and article.fact_uses.exists():
        refresh_texts([article.pk])
        article.refresh_from_db()


def _with_texts(articles):
    rows = "entries", "fact_uses", "figure_dismissals"
    return list(articles.prefetch_related(*rows, *NAMED))


def _as_rendered(article) -> tuple:
    return article.body_text, article.body_html, article.linked


def _as_read(text, html, linked) -> tuple:
    return text, PICTURES.sub("", html), linked


def _all_texts(article):
    return article.parts().values()


def rebuild(pks=None) -> int:
    """Parse every text from scratch; answers how many articles quoted otherwise than recorded."""
    pks = Article._base_manager.order_by("pk").values_list("pk", flat=True) if pks is None else pks
    pks, wrong = list(pks), 0
    for start in range(0, len(pks), CHUNK):
        wrong += _rebuild_chunk(pks[start : start + CHUNK])
    return wrong


def _rebuild_chunk(pks):
    before = _recorded(pks)
    refresh_texts(pks)
    for article in Article._base_manager.filter(pk__in=pks).only("pk"):
        pictures.follow_revisions(article)
    return sum(before[pk] != after for pk, after in _recorded(pks).items())


def _recorded(pks):
    rows = defaultdict(list)
    names = ("article", "position", "fact", "mode", "text", "sentence")
    for pk, *row in (
        FactUse.objects.filter(article__in=pks).values_list(*names).order_by("position")
    ):
        rows[pk].append(row)
    return {pk: rows[pk] for pk in pks}
