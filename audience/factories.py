import uuid

import factory
from factory.django import DjangoModelFactory

from articles.factories import ArticleFactory
from audience.models import Audience, Heart


class AudienceFactory(DjangoModelFactory):
    class Meta:
        model = Audience

    article = factory.SubFactory(ArticleFactory)


class HeartFactory(DjangoModelFactory):
    class Meta:
        model = Heart

    article = factory.SubFactory(ArticleFactory)
    visitor = factory.LazyFunction(uuid.uuid4)
    subnet = "0" * 64
