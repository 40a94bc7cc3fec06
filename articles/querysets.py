from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from modelsearch.queryset import SearchableQuerySetMixin

from core.pagestore.tracking import TrackedQuerySet
from core.pagination import newer_than, older_than

# What no list shows; a body can be 200 kB.
HEAVY_FIELDS = ("body", "body_html", "body_text", "headings", "figures", "naked_figures")
# How many of the newest articles on each of the same companies and topics are weighed, and on how
# many companies at most: a list can have a hundred.
RELATED_CANDIDATES = 10
MOST_COMPANIES = 12


class ArticleQuerySet(SearchableQuerySetMixin, TrackedQuerySet):
    def published(self):
        """What the public may see. A time still to come keeps an article back without any job."""
        return self.filter(status="published", published_at__lte=timezone.now())

    def scheduled(self):
        return self.filter(status="published", published_at__gt=timezone.now())

    def in_order(self):
        return self.order_by("-published_at", "-pk")

    def about(self, company):
        return self.filter(companies=company)

    def editable_by(self, user):
        """What a writer may edit: what carries their byline and what they began."""
        if user.has_perm("articles.publish_article"):
            return self.all()
        own = Q(bylines__author__user=user) | Q(revisions__number=1, revisions__author=user)
        return self.filter(pk__in=self.model.objects.filter(own).values("pk"))

    def with_bylines(self):
        bylines = self.model.bylines.rel.related_model.objects.select_related("author")
        return self.prefetch_related(Prefetch("bylines", bylines))

    def with_card_data(self):
        return self.defer(*HEAVY_FIELDS).select_related("section", "cover").with_bylines()

    def with_newest_revision(self):
        """Adds `newest_number` and `newest_submitted_at`, of the revision saved last."""
        revisions = self.model.revisions.rel.related_model.objects
        newest = revisions.filter(article=OuterRef("pk")).order_by("-number")
        return self.annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_submitted_at=Subquery(newest.values("submitted_at")[:1]),
        )

    def around(self, article, topics, companies):
        """One query for the neighbours in time and everything that may be related.

        Each row carries `shared_companies` and `shared_topics`. Not every one need be public: ask
        `is_published`.
        """
        place = (article.published_at, article.pk)
        # The place first, then the state: see core.pagination.paginate.
        older = self.filter(older_than(*place)).published().in_order()
        newer = self.filter(newer_than(*place)).published().order_by("published_at", "pk")
        rows = [*topics, *companies[:MOST_COMPANIES]]
        # A union of look-ups by key, and the state is asked of the few rows found: said with OR,
        # or with the state, either database reads every article there is.
        ids = self._ids(pk=Subquery(older.values("pk")[:1])).union(
            self._ids(pk=Subquery(newer.values("pk")[:1])),
            *(
                self._ids(pk__in=row.listings.newest().values("article")[:RELATED_CANDIDATES])
                for row in rows
            ),
        )
        company_count = self._sharing("companies", "company", companies)
        topic_count = self._sharing("topics", "topic", topics)
        return (
            self.filter(pk__in=ids)
            .exclude(pk=article.pk)
            .annotate(shared_companies=company_count, shared_topics=topic_count)
            .defer(*HEAVY_FIELDS)
            .select_related("section", "cover")
        )

    def _ids(self, **lookup):
        return self.filter(**lookup).order_by().values("pk")

    def _sharing(self, relation, column, rows):
        """How many of the rows an article shares."""
        count = (
            getattr(self.model, relation)
            .through.objects.filter(
                article=OuterRef("pk"), **{f"{column}__in": [row.pk for row in rows]}
            )
            .order_by()
            .values("article")
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        return models.functions.Coalesce(Subquery(count), 0, output_field=models.IntegerField())


class ListingQuerySet(models.QuerySet):
    def published(self):
        """What `ArticleQuerySet.published` says: only what has that status is listed at all."""
        return self.filter(published_at__lte=timezone.now())

    def newest(self):
        return self.published().order_by("-published_at", "-article_id")

    def with_articles(self):
        """Each with its article as a list shows it."""
        bylines = self.model.article.field.related_model.bylines.rel.related_model.objects
        return (
            self.select_related("article__section", "article__cover")
            .defer(*(f"article__{name}" for name in HEAVY_FIELDS))
            .prefetch_related(Prefetch("article__bylines", bylines.select_related("author")))
        )


class FactUseQuerySet(models.QuerySet):
    """Rows that only a parse of their articles writes."""

    def pinned(self):
        return self.filter(mode="pinned")

    def live(self):
        return self.filter(mode="live")

    def in_published_articles(self):
        """Those that the public may read, of the newest articles first."""
        shown = self.filter(article__status="published", article__published_at__lte=timezone.now())
        return shown.order_by("-article__published_at", "-article", "position")

    def follow(self, article, uses):
        """Make an article's rows match what a parse of its text found, a list of `Use`."""
        self.follow_all({article: uses})

    def follow_all(self, uses: dict):
        """The same for many articles, in three queries."""
        former = {
            (row.article_id, row.position): row for row in self.filter(article__in=list(uses))
        }
        new, kept = [], set()
        for article, found in uses.items():
            for position, use in enumerate(found):
                row = _use_row(self.model, article, position, use)
                if _says_the_same(row, former.get((article.pk, position))):
                    kept.add((article.pk, position))
                else:
                    new.append(row)
        stale = [row.pk for place, row in former.items() if place not in kept]
        if stale:
            self.filter(pk__in=stale).delete()
        if new:
            self.bulk_create(new)


def _use_row(model, article, position, use):
    quoted = use.quoted
    return model(
        article=article,
        fact_id=quoted.fact,
        mode=model.Mode.LIVE if quoted.is_live else model.Mode.PINNED,
        position=position,
        text=use.words[: model._meta.get_field("text").max_length],
        sentence=use.sentence[: model._meta.get_field("sentence").max_length],
        known_id=quoted.shown_when_written,
    )


SAID = ("fact_id", "mode", "text", "sentence", "known_id")


def _says_the_same(row, former):
    return former is not None and all(getattr(row, name) == getattr(former, name) for name in SAID)
