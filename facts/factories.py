from datetime import timedelta

import factory
from django.utils import timezone

from companies.factories import CompanyFactory, TechnologyFactory
from facts.models import (
    Fact,
    FactEvent,
    Metric,
    Reference,
    Scope,
    Source,
    TechUse,
    TechUseReference,
)

MONTH = timedelta(days=30)


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    title = factory.Sequence(lambda n: f"Source {n}")
    publisher = "A tech magazine"


class ScopeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scope
        django_get_or_create = ["name"]

    name = factory.Sequence(lambda n: f"Scope {n}")


class MetricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Metric

    key = factory.Sequence(lambda n: f"metric-{n}")
    label = factory.Sequence(lambda n: f"Metric {n}")
    definition = "What is counted, and what is not."

    class Params:
        in_words = factory.Trait(value_type=Metric.ValueType.TEXT)
        percent = factory.Trait(value_type=Metric.ValueType.PERCENT, unit="%")
        flow = factory.Trait(period_type=Metric.PeriodType.DURATION)
        money = factory.Trait(value_type=Metric.ValueType.MONEY, unit="USD")


class ReferenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reference

    fact = factory.SubFactory("facts.factories.FactFactory", references=None)
    source = factory.SubFactory(SourceFactory)
    quote = factory.Sequence("It has what is stated in passage {}.".format)


class FactFactory(factory.django.DjangoModelFactory):
    """A published fact with one reference; `draft=True` for an unpublished one,
    `references=None` for one that names no source.

    Amounts and passages are neither round nor alike, so no rule about figures minds them; two facts
    of one series contradict each other unless dates or `supersedes` tell them apart. A scope is put
    on the list of scopes.
    """

    class Meta:
        model = Fact
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=Fact.Status.DRAFT, published_at=None)
        preferred = factory.Trait(
            rank=Fact.Rank.PREFERRED,
            preferred_until=factory.LazyFunction(lambda: timezone.localdate() + MONTH),
        )

    company = factory.SubFactory(CompanyFactory)
    metric = factory.SubFactory(MetricFactory)
    amount = factory.Maybe("text", None, factory.Sequence(lambda n: 73_418_296 + 1_009 * n))
    text = ""
    status = Fact.Status.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    references = factory.RelatedFactory(ReferenceFactory, factory_related_name="fact")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if scope := kwargs.get("scope"):
            ScopeFactory(name=scope)
        fact = super()._create(model_class, *args, **kwargs)
        if fact.is_published:
            FactEvent.objects.bulk_create(events_that_tell(fact))
        return fact


def events_that_tell(fact) -> list[FactEvent]:
    """The fewest events that tell how a fact stands that no verb has published: unsaved."""
    Kind, by = FactEvent.Kind, fact.verified_by
    said = [FactEvent(fact=fact, kind=Kind.PUBLISHED, at=fact.published_at, by=by)]
    if fact.verified_at:
        said.append(FactEvent(fact=fact, kind=Kind.VERIFIED, at=fact.verified_at, by=by))
    if fact.rank == Fact.Rank.PREFERRED:
        said.append(
            FactEvent(
                fact=fact,
                kind=Kind.PREFERRED,
                at=fact.saved_at,
                until=fact.preferred_until,
                reason="Counted alike.",
            )
        )
    if fact.rank == Fact.Rank.DEPRECATED:
        said.append(
            FactEvent(
                fact=fact, kind=Kind.WITHDRAWN, at=fact.saved_at, reason=fact.deprecated_reason
            )
        )
    return said


class TechUseReferenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TechUseReference

    tech_use = factory.SubFactory("facts.factories.TechUseFactory", references=None)
    source = factory.SubFactory(SourceFactory)


class TechUseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TechUse
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    technology = factory.SubFactory(TechnologyFactory)
    purpose = factory.Sequence(lambda n: f"Purpose {n}")
    references = factory.RelatedFactory(TechUseReferenceFactory, factory_related_name="tech_use")
