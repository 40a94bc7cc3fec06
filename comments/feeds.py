from django.contrib.syndication.views import Feed
from django.http import Http404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.pages.feeds import NOT_XML, DatedByItems, with_absolute_addresses
from comments.models import Comment, Discussion
from comments.subjects import made_of_discussion, subject_or_404

MOST_ITEMS = 30


def feed_urls(discussion) -> list[dict[str, str]]:
    """The feeds that carry a page's comments: the page's own, the site's, and one per kind."""
    feeds = [
        (reverse("comments:atom", args=discussion.key), _("Comments on this page, Atom feed")),
        (reverse("comments-feed"), _("All comments, Atom feed")),
        *(
            (reverse("comments-kind-feed", args=[kind.value]), _kind_title(kind))
            for kind in Comment.Kind
        ),
    ]
    return [{"url": url, "type": "application/atom+xml", "title": title} for url, title in feeds]


def _kind_title(kind) -> str:
    return _("Latest comments: %s") % kind.label


class CommentAtom(DatedByItems, Atom1Feed):
    pass


class CommentFeed(Feed):
    feed_type = CommentAtom
    title = gettext_lazy("Latest comments")
    subtitle = gettext_lazy("Questions, corrections, tips and notes under articles and profiles")
    link = "/"

    def items(self):
        return Comment.objects.public().with_page().order_by("-published_at", "-pk")[:MOST_ITEMS]

    def item_title(self, item):
        names = {"name": self.item_author_name(item), "page": item.discussion.headline}
        return _("%(name)s on %(page)s") % names

    def item_description(self, item):
        return with_absolute_addresses(item.body_html, item.get_page_url())

    def item_guid(self, item):
        return f"tag:comment-{item.public_id}"

    item_guid_is_permalink = False

    def item_link(self, item):
        return item.get_page_url()

    def item_author_name(self, item):
        return NOT_XML.sub("", item.name)

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return max(item.published_at, item.resolved_at or item.published_at)


class KindFeed(CommentFeed):
    """Comments of one kind across all pages."""

    def get_object(self, request, kind):
        if kind not in Comment.Kind.values:
            raise Http404
        return Comment.Kind(kind)

    def title(self, kind):
        return _kind_title(kind)

    def items(self, kind):
        comments = Comment.objects.public().with_page().filter(kind=kind)
        return comments.order_by("-published_at", "-pk")[:MOST_ITEMS]


class DiscussionFeed(CommentFeed):
    """Comments on one page."""

    def get_object(self, request, on, pk):
        subject = subject_or_404(on, pk)
        made_of_discussion(request, on, pk, subject)
        return Discussion.objects.of(subject)

    def title(self, discussion):
        return _("Comments on %s") % NOT_XML.sub("", discussion.headline)

    def link(self, discussion):
        return discussion.get_absolute_url()

    def items(self, discussion):
        if discussion.pk is None:
            return []
        comments = discussion.comments.visible().with_page()
        return comments.order_by("-published_at", "-pk")[:MOST_ITEMS]
