import factory
from factory.django import DjangoModelFactory

from articles.factories import ArticleFactory
from desk.models import ReviewTask
from facts.factories import FactFactory


class ReviewTaskFactory(DjangoModelFactory):
    """An open task about a stale figure, or with `superseded=True` about an article's words."""

    class Meta:
        model = ReviewTask

    class Params:
        superseded = factory.Trait(
            kind=ReviewTask.Kind.SUPERSEDED,
            article=factory.SubFactory(ArticleFactory),
            other=factory.SubFactory(
                FactFactory,
                company=factory.SelfAttribute("..fact.company"),
                metric=factory.SelfAttribute("..fact.metric"),
            ),
            target=factory.LazyAttribute(
                lambda task: f"article:{task.article.pk}/fact:{task.fact.pk}"
            ),
            evidence=factory.LazyAttribute(lambda task: f"fact:{task.other.pk}"),
        )

    kind = ReviewTask.Kind.STALE
    fact = factory.SubFactory(FactFactory)
    target = factory.LazyAttribute(lambda task: f"fact:{task.fact.pk}")
    evidence = "as_of:undated"
    score = 1.0
