"""Which list of the desk belongs to which job. What nobody placed stands under its app."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """`of` is the label of a model, or the name of an address with the right to it.

    `waiting` names a count of `desk.navigation.waiting`; what is `lesser` is folded away.
    """

    of: str
    label: str | Promise = ""
    permission: str = ""
    waiting: str = ""
    lesser: bool = False


def lesser(*models):
    return [Place(model, lesser=True) for model in models]


GROUPS = [
    (
        _("Write"),
        [
            Place("articles.article"),
            Place(
                "admin:articles_article_reviews",
                *(_("In review"), "articles.publish_article", "in_review"),
            ),
            Place(
                "admin:calendar",
                *(_("Calendar"), "articles.view_article"),
            ),
            Place("images.picture"),
            *lesser("articles.articleformerslug"),
        ],
    ),
    (
        _("Figures"),
        [
            Place("companies.company"),
            Place("facts.fact", _("Figures")),
            Place("facts.source"),
            Place("desk.reviewtask", _("To review"), waiting="figures"),
            *lesser("facts.metric", "facts.scope", "facts.techuse"),
            *lesser("companies.industry", "companies.technology"),
        ],
    ),
    (
        _("Readers"),
        [
            Place("comments.comment", waiting="comments"),
            Place(
                "admin:corrections_inbox",
                *(_("Corrections"), "comments.moderate_comment", "corrections"),
            ),
            Place("comments.appeal", waiting="appeals"),
            Place("audience.audience", _("Audience")),
            Place("corrections.correction", _("Log of corrections"), lesser=True),
            *lesser("comments.discussion", "comments.ban", "comments.wordrule"),
            *lesser("audience.dailyviews"),
        ],
    ),
    (
        _("Publication"),
        [
            Place("articles.section"),
            Place("articles.topic"),
            Place("articles.author"),
            Place("ads.ad"),
            Place("accounts.user", _("People")),
            Place("auth.group", _("Groups and rights")),
            Place("taskqueue.queuedtask", waiting="failed"),
            *lesser("taskqueue.batch"),
            *lesser("axes.accessattempt", "axes.accesslog", "axes.accessfailurelog"),
        ],
    ),
]
