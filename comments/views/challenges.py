"""The way from a figure to a correction that quotes the sentence in which it stands."""

from django.shortcuts import get_object_or_404, render
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.models import Article
from comments.forms import MOST_OF_A_QUOTE, CommentForm
from comments.models import Comment, Discussion
from comments.views.discussion import hidden_fields, identity_fields, subject_or_404
from facts.models import Fact
from facts.reading.records import claim_of


@never_cache
@require_safe
def challenge_figure(request, on, pk, public_id):
    """The form of a correction, filled in with what the page says of the figure."""
    subject = subject_or_404(on, pk)
    facts = Fact.objects.published().select_related("company", "metric")
    if on == "company":
        facts = facts.filter(company=subject)
    fact = get_object_or_404(facts, public_id=public_id)
    initial = {"kind": Comment.Kind.CORRECTION, "quote": sentence_of(fact, subject)}
    discussion = Discussion.objects.of(subject)
    context = {
        "discussion": discussion,
        "subject": subject,
        "form": CommentForm(initial=initial | identity_fields(request)),
        "hidden": hidden_fields(request, discussion),
        "fact": fact,
    }
    return render(request, "comments/challenge.html", context)


def sentence_of(fact, subject) -> str:
    """The sentence in which an article quotes it, else the claim itself, as profiles make it."""
    sentence = ""
    if isinstance(subject, Article):
        uses = subject.fact_uses.filter(fact=fact).order_by("position")
        sentence = uses.values_list("sentence", flat=True).first()
    return Truncator(sentence or claim_of(fact)).chars(MOST_OF_A_QUOTE)
