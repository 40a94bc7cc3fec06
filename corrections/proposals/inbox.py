"""Corrections proposed by readers, with the quoted passage in context and its figures."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, prefetch_related_objects
from django.utils.html import escape

from articles.models import Article, FactUse, ListEntry
from articles.publishing.quoting import fill, texts_of
from articles.publishing.shown import NAMED, said_beside
from comments.models import Comment
from core.web.http import parse_pk
from corrections.models import Correction
from corrections.proposals.passages import Passage, Seen, find_passage
from corrections.proposals.quoted_figures import (
    OF_ITS_SENTENCE,
    most_likely,
    weight_of_fact,
    weight_of_use,
)
from facts.exchange.proposed import Proposal
from facts.models import Fact
from facts.prose.filling import figures_of_pages

WAITING = (Comment.Course.OPEN, Comment.Course.CHECKING)
SHOWN = (Comment.State.PENDING, Comment.State.PUBLISHED)
MOST_FIGURES = 5
MOST_LOOKED_AT = 500
LIST = Article.Kind.LIST


@dataclass
class ProposedCorrection:
    """A proposed correction. `passage` is None if the live text does not contain the quote.

    `is_said`: whether the page says it, in its text or as a figure.
    """

    comment: Comment
    passage: Passage | None = None
    facts: list = field(default_factory=list)
    is_said: bool = False
    # What was corrected on its page since it was proposed, and is owed to nobody so far.
    corrected: list = field(default_factory=list)
    # Younger ones about the same sentence (`corrections.proposals.matters`).
    others: list = field(default_factory=list)

    @property
    def article(self):
        return self.comment.discussion.article

    @property
    def subject(self):
        return self.comment.discussion.subject

    @property
    def proposal_query(self) -> str:
        """What the first of the matter who gave a value, a date or a link said, for the address of
        a figure's form; it comes after a parameter."""
        language = self.article.language if self.article else ""
        for one in (self.comment, *self.others):
            said = {"value": one.proposed_value, "date": one.proposed_date}
            proposal = Proposal(one.name, **said, link=one.proposed_link, language=language)
            if proposal:
                return f"&{proposal.as_query()}"
        return ""


def unanswered():
    """Unanswered proposed corrections, oldest first."""
    return Comment.objects.filter(
        kind=Comment.Kind.CORRECTION, course__in=WAITING, state__in=SHOWN
    ).order_by("created_at", "pk")


def with_passages(comments) -> list[ProposedCorrection]:
    """Add the passages that the comments quote, in a few more queries."""
    asked = [ProposedCorrection(comment) for comment in comments]
    find_passages([one for one in asked if one.comment.quote])
    return asked


def with_figures(asked) -> list[ProposedCorrection]:
    """Add the figures that each may be about, and whether its page says it, in a few queries."""
    quoting = [one for one in asked if one.comment.quote]
    uses, companies = _uses(quoting), _companies(quoting)
    sheets = _sheets({pk for found in companies.values() for pk in found})
    for one in quoting:
        quote, language = one.comment.quote, one.article.language if one.article else ""
        quoted = uses[one.article.pk] if one.article else ()
        weights = [(use.fact, weight_of_use(use, quote, language)) for use in quoted]
        for pk in companies[one.comment.pk]:
            weights += [(fact, weight_of_fact(fact, quote, language)) for fact in sheets[pk]]
        one.facts = most_likely(weights, MOST_FIGURES)
        is_figure = any(weight >= OF_ITS_SENTENCE for _fact, weight in weights)
        one.is_said = is_figure or one.passage is not None
    return asked


def find_passages(quoting):
    """Set the passage of each in the text, or else in its page as it is shown."""
    pages = defaultdict(list)
    for one in quoting:
        pages[one.comment.discussion_id].append(one)
    for on_page in pages.values():
        _find(on_page, Seen.of_plain(text_of(on_page[0].subject)))
    _look_at_pages([one for one in quoting if one.article and one.passage is None])


def with_corrections(asked) -> list[ProposedCorrection]:
    """Add what each may have led to, in one query."""
    found = corrections_for([one.comment for one in asked])[:MOST_LOOKED_AT]
    for one in asked:
        one.corrected = [row for row in found if is_answer_to(row, one.comment)][:MOST_FIGURES]
    return asked


def corrections_for(comments):
    """The corrections of their pages, newest first, that no reader has proposed so far."""
    discussions = [comment.discussion for comment in comments]
    about = Q(article__in={one.article_id for one in discussions} - {None})
    about |= Q(company__in={one.company_id for one in discussions} - {None})
    since = min((comment.created_at for comment in comments), default=None)
    if since is None:
        return Correction.objects.none()
    # One that names a reader, or named one who has erased it since, is owed to nobody else.
    unowed = {"comment": None, "reported_at": None, "credit": ""}
    rows = Correction.objects.filter(about, **unowed, published_at__gte=since)
    return rows.exclude(kind=Correction.Kind.WITHDRAWAL).in_order()


def is_answer_to(correction, comment) -> bool:
    page = comment.discussion.article_id, comment.discussion.company_id
    is_later = correction.published_at >= comment.created_at
    return is_later and page == (correction.article_id, correction.company_id)


def text_of(subject) -> str:
    """What is said of it in plain words."""
    if isinstance(subject, Article):
        return "\n\n".join((subject.title, subject.standfirst, subject.body_text))
    return "\n\n".join((subject.name, subject.description))


def _look_at_pages(asked):
    """For passages that plain text does not hold: marks beside figures may be among them.

    So may what a list says beside its own words.
    """
    if not asked:
        return
    quoting = defaultdict(list)
    for one in asked:
        quoting[one.article.pk].append(one)
    articles = {pk: first.article for pk, (first, *_others) in quoting.items()}
    prefetch_related_objects(list(articles.values()), *NAMED)
    entries = {pk: list(article.entries.all()) for pk, article in articles.items()}
    texts = {pk: texts_of(article, entries[pk]) for pk, article in articles.items()}
    figures = dict(zip(texts, figures_of_pages(texts.values()), strict=True))
    for pk, article in articles.items():
        fill(article, entries[pk], figures[pk])
        parts = [f"<h2>{escape(entry.heading)}</h2>{entry.blurb_html}" for entry in entries[pk]]
        parts += [f"<p>{escape(sentence)}</p>" for sentence in said_beside(article)]
        _find(quoting[pk], Seen.of_html("".join([article.body_html, *parts])))


def _find(asked, seen):
    for one in asked:
        one.passage = find_passage(one.comment.quote, seen)


def _companies(asked) -> dict[int, list[int]]:
    """By comment, the companies whose figures its page shows: a profile's, or a list's entries."""
    lists = [one.article.pk for one in asked if one.article and one.article.kind == LIST]
    listed = defaultdict(list)
    entries = ListEntry.objects.filter(article__in=lists) if lists else ListEntry.objects.none()
    for article, company in entries.order_by("position").values_list("article", "company"):
        listed[article].append(company)
    return {
        one.comment.pk: listed[one.article.pk]
        if one.article
        else [one.comment.discussion.company_id]
        for one in asked
    }


def _uses(asked) -> dict[int, list[FactUse]]:
    """Figure uses by article, in the order of the text."""
    found = defaultdict(list)
    articles = {one.article.pk for one in asked if one.article}
    uses = FactUse.objects.filter(article__in=articles)
    for use in uses.select_related("fact__company", "fact__metric").order_by("position"):
        found[use.article_id].append(use)
    return found


def _sheets(companies) -> dict[int, list[Fact]]:
    """Current facts by company, those that its profile shows first."""
    found = defaultdict(list)
    facts = Fact.objects.standing().filter(company__in=companies)
    for fact in facts.select_related("company", "metric").in_order_of_trust():
        found[fact.company_id].append(fact)
    return found


def requested_comment(request, article) -> Comment | None:
    """The proposed correction of this article that the query string names, if any."""
    pk = parse_pk(request.GET.get("correction") or request.GET.get("comment") or "")
    if pk is None or article is None:
        return None
    comments = Comment.objects.with_page().filter(pk=pk, kind=Comment.Kind.CORRECTION)
    return comments.filter(discussion__article=article.pk).first()
