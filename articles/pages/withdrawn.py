"""The answer at every address of an article that was withdrawn: that it is gone, and why."""

from http import HTTPStatus

from django.shortcuts import render

from articles.models import Article


def show_withdrawn(request, **which):
    """The page that tells so, or None if no withdrawn article fits `which`."""
    article = Article.objects.withdrawn().for_page().filter(**which).first()
    if article is None:
        return None
    notes = getattr(article, "correction_notes", None)
    context = {"article": article, "notes": notes, "meta_title": article.title}
    return render(request, "articles/article_gone.html", context, status=HTTPStatus.GONE)
