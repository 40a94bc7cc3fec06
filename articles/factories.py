import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from articles.models import Article, Author, Byline, ListEntry, Review, Section, Topic
from articles.publishing import snapshots
from articles.publishing.changes import Change

# What a test calls a change of a live text that it is not about.
UPDATE = Change("update", "It says something else now.")
REINSTATED = Change("reinstatement", "It stands after all.")


def named(article) -> Change:
    return REINSTATED if article.is_withdrawn else UPDATE


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    name = factory.Sequence(lambda n: f"Section {n}")
    slug = factory.Sequence(lambda n: f"section-{n}")


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    name = factory.Sequence(lambda n: f"Topic {n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = Author

    name = factory.Sequence(lambda n: f"Author {n}")
    slug = factory.Sequence(lambda n: f"author-{n}")


class ArticleFactory(DjangoModelFactory):
    """A live story an hour old. `authors`, `topics` and `companies` take lists of rows."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait()
        draft = factory.Trait(status=Article.Status.DRAFT, published_at=None)
        in_review = factory.Trait(status=Article.Status.IN_REVIEW, published_at=None)
        scheduled = factory.Trait(
            published_at=factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=1))
        )
        archived = factory.Trait(status=Article.Status.ARCHIVED)
        withdrawn = factory.Trait(status=Article.Status.ARCHIVED, live_number=1)

    section = factory.SubFactory(SectionFactory)
    title = factory.Sequence(lambda n: f"Article {n}")
    slug = factory.Sequence(lambda n: f"article-{n}")
    standfirst = "What happened, in a sentence."
    body = "The first paragraph.\n\nThe second paragraph."
    status = Article.Status.PUBLISHED
    published_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    updated_at = factory.SelfAttribute("published_at")

    @factory.post_generation
    def authors(self, create, extracted, **kwargs):
        for position, author in enumerate(extracted or ()):
            Byline.objects.create(article=self, author=author, position=position)

    @factory.post_generation
    def review(self, create, extracted, **kwargs):
        if self.status == Article.Status.IN_REVIEW:
            revision = self.revisions.create(number=1, content=snapshots.of(self))
            Review.objects.create(article=self, revision=revision)

    @factory.post_generation
    def topics(self, create, extracted, **kwargs):
        self.topics.set(extracted or ())

    @factory.post_generation
    def companies(self, create, extracted, **kwargs):
        self.companies.set(extracted or ())


class ListEntryFactory(DjangoModelFactory):
    """`company` has to be given."""

    class Meta:
        model = ListEntry

    article = factory.SubFactory(ArticleFactory, kind=Article.Kind.LIST)
    position = factory.Sequence(lambda n: n)
    blurb = "What it does."
