"""The way from a figure to a correction that quotes the sentence in which it stands."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.models import FactUse
from articles.pages import ranking
from comments.forms import MOST_OF_A_QUOTE, CommentForm
from comments.matters import matter_of
from comments.models import Comment, Discussion
from comments.subjects import subject_or_404
from comments.views.discussion import hidden_fields, identity_fields
from companies.models import Company
from facts.models import Fact
from facts.reading.records import claim_of


@never_cache
@require_safe
def challenge_figure(request, on, pk, public_id):
    """The form of a correction, filled in with what the page says of the figure."""
    subject = subject_or_404(on, pk)
    facts = Fact.objects.published().select_related("company", "metric")
    fact = get_object_or_404(facts, public_id=public_id)
    uses = uses_in(subject, fact) if on == "article" else []
    if not (uses or shows_all_of(subject, fact.company)):
        raise Http404
    sentence = next((use.sentence for use in uses if use.sentence), "") or claim_of(fact)
    quote = Truncator(sentence).chars(MOST_OF_A_QUOTE)
    initial = {"kind": Comment.Kind.CORRECTION, "quote": quote}
    discussion = Discussion.objects.of(subject)
    context = {
        "discussion": discussion,
        "subject": subject,
        "form": CommentForm(initial=initial | identity_fields(request)),
        "hidden": hidden_fields(request, discussion),
        "fact": fact,
        "matter": matter_of(discussion, initial),
    }
    return render(request, "comments/challenge.html", context)


def uses_in(article, fact) -> list[FactUse]:
    """Where the article quotes the figure: first in its own right, then in reading order."""
    series = {f"fact__{name}": getattr(fact, name) for name in ("company", "metric", "scope")}
    # A live use shows whichever figure of the series is current.
    is_shown = Q(fact=fact) | Q(mode=FactUse.Mode.LIVE)
    uses = article.fact_uses.filter(is_shown, **series).order_by("position")
    return sorted(uses, key=lambda use: use.fact_id != fact.pk)


def shows_all_of(subject, company) -> bool:
    """Whether the page shows the company's figures: its profile does, and a list that has it."""
    if isinstance(subject, Company):
        return subject == company
    is_entry = subject.entries.filter(company=company).exists()
    return is_entry or company in ranking.places_of(subject)
