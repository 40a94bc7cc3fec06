"""What a discussion is about: an article, or a profile, under the key that it has or once had."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from articles.models import Article
from companies.models.merges import find_profile
from core.pagestore import made_of


def subject_or_404(on, pk):
    # SQLite raises OverflowError for larger integers.
    if pk >= 2**63:
        raise Http404
    if on == "article":
        return get_object_or_404(Article.objects.published(), pk=pk)
    if (company := find_profile(pk)) is None:
        raise Http404
    return company


def made_of_discussion(request, on, pk, subject):
    """The page at this key shows the discussion of the subject, whose key may be another."""
    made_of(request, f"discussion:{on}:{subject.pk}", f"{on}:{subject.pk}", f"{on}:{pk}")
