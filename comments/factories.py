import factory
from django.utils import timezone

from comments.models import Comment, Discussion


class DiscussionFactory(factory.django.DjangoModelFactory):
    """On an article by default; pass `article=None, company=…` for a company's."""

    class Meta:
        model = Discussion

    article = factory.SubFactory("articles.factories.ArticleFactory")


class CommentFactory(factory.django.DjangoModelFactory):
    """A published note."""

    class Meta:
        model = Comment

    discussion = factory.SubFactory(DiscussionFactory)
    name = factory.Sequence("Reader {}".format)
    body = factory.Sequence("Comment number {} has something to say.".format)
    state = Comment.State.PUBLISHED
    published_at = factory.LazyAttribute(
        lambda row: timezone.now() if row.state == Comment.State.PUBLISHED else None
    )
