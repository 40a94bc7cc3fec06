from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from articles.models import Article, Edition
from articles.pages import editions
from articles.pages.withdrawn import show_withdrawn
from core.pagestore import made_of, stored_page
from core.text.languages import speaking
from core.web.structured import absolute


@require_safe
@stored_page("companies")
def show_edition(request, slug, edition):
    """The list as it was. Of its figures only a withdrawal is news."""
    found = (
        Edition.objects.filter(
            slug=edition, article__slug=slug, article__in=Article.objects.published()
        )
        .select_related("article__section")
        .first()
    )
    if found is None:
        gone = show_withdrawn(request, slug=slug, editions__slug=edition)
        return gone or _redirect_from_former(slug, edition)
    made_of(request, f"article:{found.article_id}")
    with speaking(found.article.language):
        content = editions.thawed(found)
    title = format_html("{}, {}", content["title"], found.name)
    context = {
        **content,
        "edition": found,
        "article": found.article,
        "others": found.article.editions.exclude(pk=found.pk),
        "meta_title": title,
        "description": content["standfirst"],
        "canonical_url": absolute(found.get_absolute_url()),
    }
    return render(request, "articles/edition_detail.html", context)


def _redirect_from_former(slug, edition):
    articles = Article.objects.once_public().filter(former_slugs__slug=slug)
    found = Edition.objects.filter(slug=edition, article__in=articles).first()
    if found is None:
        raise Http404("No such edition.")
    return HttpResponsePermanentRedirect(found.get_absolute_url())
