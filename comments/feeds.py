from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.feeds import NOT_XML, DatedByItems, with_absolute_addresses
from comments.models import Comment


class CommentAtom(DatedByItems, Atom1Feed):
    pass


class CommentFeed(Feed):
    feed_type = CommentAtom
    title = gettext_lazy("Latest comments")
    subtitle = gettext_lazy("Questions, corrections, tips and notes under articles and profiles")
    link = "/"

    def items(self):
        return Comment.objects.public().with_page().order_by("-published_at", "-pk")[:30]

    def item_title(self, item):
        names = {"name": self.item_author_name(item), "page": item.discussion.subject}
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
