"""Which pictures an article's revisions name: kept when one is saved, and when one is planned."""

from articles.models import PlannedChange


def follow_revisions(article):
    """Keep which pictures its newest text, and one that waits for its hour, name."""
    newest = article.revisions.order_by("-number").values_list("content", flat=True)[:1]
    planned = PlannedChange.objects.filter(article=article)
    contents = [*newest, *planned.values_list("revision__content", flat=True)]
    article.picture_uses.follow_revisions(article, contents)


def follow_plan(sender, instance, raw=False, origin=None, **kwargs):
    """A plan was made, moved or taken back; one that goes with its article is of no interest."""
    if raw or (origin is not None and getattr(origin, "model", type(origin)) is not sender):
        return
    follow_revisions(instance.article)
