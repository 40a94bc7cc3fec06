"""What the form of an article is made of in the writing room.

Where the parts stand there is said in templates/admin/articles/article/room.
"""

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.admin.standing import standing_of
from core.moments import MomentField, MomentWidget

# There is a page of all.
MOST_REVISIONS = 8

FIELDSETS = [
    (
        None,
        {
            "fields": ["base_number", "typed_from", "title", "standfirst", "body"],
            "classes": ["room-words"],
        },
    ),
    (
        None,
        {
            "fields": [
                *("section", "kind", "topics", "companies", "cover"),
                *("language", "slug", "note"),
            ],
            "classes": ["room-story"],
        },
    ),
    (
        None,
        {
            "fields": ["search_title", "search_description", "share_picture", "canonical_url"],
            "classes": ["room-search"],
        },
    ),
    (
        _("Assembled from profiles (for lists only)"),
        {
            "fields": [
                ("ranking_technology", "ranking_industry"),
                ("ranking_metric", "ranking_order", "ranking_limit"),
                "ranking_basis",
            ],
            "classes": ["collapse", "room-ranking"],
        },
    ),
    (None, {"fields": ["published_at"], "classes": ["room-when"]}),
]


class DayAndHourWidget(MomentWidget):
    """With the browser's own calendar: it opens within a dialog, and by keyboard."""

    def __init__(self, **options):
        super().__init__(**options)
        day = {"type": "date", "aria-label": _("Day")}
        hour = {"size": 14, "placeholder": "08:00", "aria-label": _("Hour")}
        self.widgets = [forms.DateInput(day, format="%Y-%m-%d"), forms.TimeInput(hour)]


DAY_AND_HOUR = {models.DateTimeField: {"form_class": MomentField, "widget": DayAndHourWidget}}
WIDGETS = {
    "title": forms.Textarea({"rows": 1, "placeholder": _("Title")}),
    "standfirst": AdminTextareaWidget({"rows": 2, "placeholder": _("In a sentence or two")}),
    "body": AdminTextareaWidget({"placeholder": _("The text")}),
    "search_description": AdminTextareaWidget({"rows": 3}),
}


def say_the_language(form):
    """Of what is written: for the browser's spell-check, and for voices."""
    language = form["language"].value() if "language" in form.fields else None
    for name in form.fields.keys() & WIDGETS.keys():
        form.fields[name].widget.attrs["lang"] = language or settings.LANGUAGE_CODE


def recent_revisions(article):
    """The newest, each with its standing."""
    found = list(article.revisions.with_history()[:MOST_REVISIONS])
    for revision in found:
        revision.standing = standing_of(revision, article)
    return found
