from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.pages.feeds import NOT_XML, DatedByItems
from core.web.structured import absolute
from corrections.models import Correction


class CorrectionAtom(DatedByItems, Atom1Feed):
    pass


class CorrectionFeed(Feed):
    feed_type = CorrectionAtom
    title = gettext_lazy("Corrections")
    subtitle = gettext_lazy("What we got wrong, and what is right")
    item_guid_is_permalink = False

    def link(self):
        return reverse("corrections:log")

    def items(self):
        return Correction.objects.with_page().in_order()[:30]

    def item_title(self, item):
        page = str(item.subject) if item.company or item.is_of_all else item.article.headline
        words = {"kind": item.get_kind_display(), "page": page}
        return NOT_XML.sub("", _("%(kind)s: %(page)s") % words)

    def item_description(self, item):
        changes = format_html_join(
            "\n",
            "<p>{} {}</p><p>{} {}</p>",
            (
                (_("Before:"), change.before or "–", _("After:"), change.after or "–")
                for change in item.shown_changes
                if not change.redacted
            ),
        )
        credit = _("Thanks to %(name)s.") % {"name": item.credit} if item.credit else ""
        parts = format_html("<p>{} {}</p>\n{}", item.shown_note, credit, changes)
        return NOT_XML.sub("", SafeString(parts))

    def item_guid(self, item):
        return f"tag:correction-{item.pk}"

    def item_link(self, item):
        if not item.is_page_shown:
            return absolute(item.get_absolute_url())
        return absolute(f"{item.subject.get_absolute_url()}#corrections")

    def item_pubdate(self, item):
        return item.published_at

    item_updateddate = item_pubdate
