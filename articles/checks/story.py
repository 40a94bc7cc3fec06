"""What stands about a text: what readers cannot do without, and what lists and searches show."""

from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from articles.models import Author, Level, Topic

# Whoever chose an hour may take a while to press the button.
LATE = timedelta(hours=1)


def _find_blanks(manuscript):
    content = manuscript.content
    if not content["title"].strip():
        yield Finding(_("It needs a title before it can be published."), part="title")
    if not content["standfirst"].strip():
        yield Finding(_("It needs a standfirst before it can be published."), part="standfirst")
    if not content["body"].strip():
        yield Finding(_("It needs a body before it can be published."), part="body")
    if content.get("section") is None:
        yield Finding(_("It needs a section before it can be published."), part="section")
    elif manuscript.section is None:
        yield Finding(_("Its section no longer exists."), part="section")
    if not Author.objects.filter(pk__in=content.get("authors") or ()).exists():
        yield Finding(_("It needs an author before it can be published."), part="authors")


def _find_no_cover(manuscript):
    if not manuscript.content.get("cover"):
        yield Finding(_("It has no cover."), part="cover")


def _find_no_topic(manuscript):
    if not Topic.objects.filter(pk__in=manuscript.content.get("topics") or ()).exists():
        yield Finding(_("It stands under no topic."), part="topics")


def _find_passed(manuscript):
    """Of what readers have never seen: its place among the others is that of its date."""
    date = parse_datetime(manuscript.content.get("published_at") or "")
    if manuscript.article.has_been_live or date is None or date > timezone.now() - LATE:
        return
    told = _("Its date has passed: readers would be told that it was published on %(day)s.")
    day = f"{timezone.localtime(date):%Y-%m-%d %H:%M}"
    yield Finding(told % {"day": day}, part="published_at")


CHECKS = [
    Check(
        "blank",
        gettext_lazy("Something that readers need"),
        gettext_lazy("Title, standfirst, text, section and author are there"),
        _find_blanks,
        Level.BLOCK,
        is_fixed=True,
    ),
    Check("cover", gettext_lazy("No cover"), gettext_lazy("A cover"), _find_no_cover, Level.OFF),
    Check("topic", gettext_lazy("No topic"), gettext_lazy("A topic"), _find_no_topic, Level.OFF),
    Check(
        "date_passed",
        gettext_lazy("A date that has passed"),
        gettext_lazy("A date that has not passed"),
        _find_passed,
    ),
]
