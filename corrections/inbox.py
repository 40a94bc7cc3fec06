"""Corrections proposed by readers, with the quoted passage in context and its figures."""

from collections import defaultdict
from dataclasses import dataclass, field

from articles.models import FactUse
from comments.models import Comment
from core.http import parse_pk
from corrections.passages import Passage, find_passage, is_about, is_of
from facts.models import Fact

WAITING = (Comment.Course.OPEN, Comment.Course.CHECKING)
SHOWN = (Comment.State.PENDING, Comment.State.PUBLISHED)
MOST_FIGURES = 5


@dataclass
class ProposedCorrection:
    """A proposed correction. `passage` is None if the live text does not contain the quote."""

    comment: Comment
    passage: Passage | None = None
    facts: list = field(default_factory=list)

    @property
    def article(self):
        return self.comment.discussion.article

    @property
    def subject(self):
        return self.comment.discussion.subject


def unanswered():
    """Unanswered proposed corrections, oldest first."""
    return Comment.objects.filter(
        kind=Comment.Kind.CORRECTION, course__in=WAITING, state__in=SHOWN
    ).order_by("created_at", "pk")


def with_passages(comments) -> list[ProposedCorrection]:
    """Add passages and figures to the comments, in two more queries."""
    asked = [ProposedCorrection(comment) for comment in comments]
    quoting = [one for one in asked if one.comment.quote]
    uses, sheets = _uses(quoting), _sheets(quoting)
    for one in quoting:
        quote, article = one.comment.quote, one.article
        if article:
            one.passage = find_passage(quote, text_of(article))
            facts = [use.fact for use in uses[article.pk] if is_about(use, quote)]
        else:
            company = one.comment.discussion.company_id
            facts = [fact for fact in sheets[company] if is_of(fact, quote)]
        one.facts = list(dict.fromkeys(facts))[:MOST_FIGURES]
    return asked


def text_of(article) -> str:
    return "\n\n".join((article.title, article.standfirst, article.body_text))


def _uses(asked) -> dict[int, list[FactUse]]:
    """Figure uses by article, in the order of the text."""
    found = defaultdict(list)
    articles = {one.article.pk for one in asked if one.article}
    uses = FactUse.objects.filter(article__in=articles)
    for use in uses.select_related("fact__company", "fact__metric").order_by("position"):
        found[use.article_id].append(use)
    return found


def _sheets(asked) -> dict[int, list[Fact]]:
    """Current facts by company, those that its profile shows first."""
    found = defaultdict(list)
    companies = {one.comment.discussion.company_id for one in asked if not one.article}
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
