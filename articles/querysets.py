from django.apps import apps
from django.conf import settings
from django.db import models, router, transaction
from django.db.models import Count, F, Max, OuterRef, Prefetch, Q, Subquery, Value
from django.dispatch import Signal
from django.utils import timezone
from modelsearch.queryset import SearchableQuerySetMixin

from core.db.keeping import KeptQuerySet
from core.pagestore.tracking import TrackedQuerySet
from core.web.pagination import newer_than, older_than
from images.addresses import Finder
from images.models import Picture

# What no list shows; a body can be 200 kB.
HEAVY_FIELDS = (
    *("body", "body_html", "body_text", "headings", "figures", "naked_figures", "linked"),
)
# Of how many companies an article's relatives are looked for (a list can have a hundred), how many
# of each company and topic are weighed, and how many are kept: some may not be public (any more).
MOST_COMPANIES = 12
RELATED_CANDIDATES = 20
MOST_RELATED = 12
IS_WITHDRAWN = Q(status="archived", live_number__isnull=False)
# So many articles at once have their listings compared with their links.
BATCH = 500
# Sent with `articles`, the keys of those whose listings came, went or moved.
listings_changed = Signal()


class ArticleQuerySet(KeptQuerySet, SearchableQuerySetMixin, TrackedQuerySet):
    def update(self, **values):
        if not {"status", "published_at"} & values.keys():
            return super().update(**values)
        with transaction.atomic(using=router.db_for_write(self.model)):
            pks = list(self.values_list("pk", flat=True))
            count = super().update(**values)
            _listings().follow(pks)
            return count

    update.alters_data = True

    def published(self):
        """What the public may see. A time still to come keeps an article back without any job."""
        return self.filter(_is_public())

    def scheduled(self):
        return self.filter(status="published", published_at__gt=timezone.now())

    def withdrawn(self):
        """What readers have seen and is archived: its address says so, and that is all."""
        return self.filter(IS_WITHDRAWN)

    def once_public(self):
        return self.filter(_is_public() | IS_WITHDRAWN)

    def kept(self):
        return self.once_public()

    def at_hand(self):
        """What the desk works on: all but what lies in the trash."""
        return self.filter(trashed_at=None)

    def in_order(self):
        return self.order_by("-published_at", "-pk")

    def about(self, company):
        return self.filter(companies=company)

    def editable_by(self, user):
        """What a writer may edit: what carries their byline and what they began."""
        if user.has_perm("articles.publish_article"):
            return self.all()
        return self.written_by(user)

    def written_by(self, user):
        """What carries their byline and what they began, whatever their rights."""
        bylines = self.model.bylines.rel.related_model.objects
        revisions = self.model.revisions.rel.related_model.objects
        own = bylines.filter(author__user=user).order_by().values("article")
        begun = revisions.filter(number=1, author=user).order_by().values("article")
        # Both together, so that neither database begins with all articles.
        return self.filter(pk__in=own.union(begun))

    def with_bylines(self):
        bylines = self.model.bylines.rel.related_model.objects.select_related("author")
        return self.prefetch_related(Prefetch("bylines", bylines))

    def with_cards(self):
        """What a card shows of an article, but for its bylines."""
        return self.defer(*HEAVY_FIELDS).select_related("section", "cover")

    def with_card_data(self):
        return self.with_cards().with_bylines()

    def for_page(self):
        """Everything that stands in the article's own row, and in the rows that go with it."""
        own = "section", "cover", "share_picture", "ranking"
        return self.select_related(*own, *settings.ARTICLE_PAGE_ROWS).defer("body")

    def with_newest_revision(self):
        """Adds `newest_number`, of the revision saved last."""
        revisions = self.model.revisions.rel.related_model.objects
        newest = revisions.filter(article=OuterRef("pk")).order_by("-number")
        return self.annotate(newest_number=Subquery(newest.values("number")[:1]))

    def with_last_save_of(self, user):
        """Adds `last_saved_at`, of what this user saved last."""
        revisions = self.model.revisions.rel.related_model.objects
        own = revisions.filter(article=OuterRef("pk"), author=user).order_by("-number")
        return self.annotate(last_saved_at=Subquery(own.values("created_at")[:1]))

    def with_newest_review(self):
        """Adds `review_verdict` (None: never sent), `review_number` and `review_note`."""
        reviews = self.model.reviews.rel.related_model.objects
        newest = reviews.filter(article=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            review_verdict=Subquery(newest.values("verdict")[:1]),
            review_number=Subquery(newest.values("revision__number")[:1]),
            review_note=Subquery(newest.values("note")[:1]),
        )

    def in_review(self):
        return self.filter(reviews__verdict="")

    def returned(self):
        """What came back with a note and was not sent since."""
        returned = self.with_newest_review().filter(review_verdict="returned")
        is_ahead = Q(live_number=None) | Q(live_number__lt=F("review_number"))
        return returned.filter(is_ahead)

    def with_planned_change(self):
        related = self.select_related("section", "planned_change__revision")
        return related.defer("planned_change__revision__content")

    def older_than(self, article):
        """The published articles before it, the nearest first."""
        return self._beyond(older_than, article).in_order()

    def newer_than(self, article):
        return self._beyond(newer_than, article).order_by("published_at", "pk")

    def _beyond(self, place, article):
        # The place first, then the state: see core.web.pagination.paginate.
        return self.filter(place(article.published_at, article.pk or 0)).published()

    def neighbours(self, article):
        """The nearest older and the nearest newer published article, in one query."""
        # Each by its key. With the state, either database would read every article there is.
        nearest = (self.older_than(article), self.newer_than(article))
        older, newer = (Q(pk=Subquery(one.values("pk")[:1])) for one in nearest)
        return self.filter(older | newer).order_by()


class BylineQuerySet(TrackedQuerySet):
    """Keeps the listings of the authors right, whatever is written at once."""

    def update(self, **values):
        if not {"article", "article_id", "author", "author_id"} & values.keys():
            return super().update(**values)
        with transaction.atomic(using=router.db_for_write(self.model)):
            rows = self.model.objects.filter(pk__in=list(self.values_list("pk", flat=True)))
            articles = set(rows.values_list("article", flat=True))
            count = super().update(**values)
            _listings().follow(articles.union(rows.values_list("article", flat=True)))
            return count

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic(using=router.db_for_write(self.model)):
            rows = super().bulk_create(objs, *args, **kwargs)
            _listings().follow({row.article_id for row in rows})
            return rows


class ListingQuerySet(models.QuerySet):
    """Rows that follow from articles and their links, written by `follow` alone."""

    def follow(self, articles) -> int:
        """Make the listings of these articles what they should be; answers how many were not."""
        with transaction.atomic(using=router.db_for_write(self.model), savepoint=False):
            return sum(map(self._to_write()._follow, batches(articles)))

    def follow_saved(self, article) -> int:
        """The same for an article whose whole row this transaction has just written."""
        written = [(article.pk, article.status, article.published_at)]
        return self._to_write()._follow([article.pk], written)

    def _to_write(self):
        """The database that is written, not a copy that follows it."""
        return self.using(router.db_for_write(self.model))

    def _follow(self, articles, written=None) -> int:
        wrong, missing = self._differences(articles, written)
        if wrong:
            self.filter(pk__in=[row.pk for row in wrong]).delete()
        if missing:
            self.bulk_create(missing)
        if moved := {row.article_id for row in (*wrong, *missing)}:
            listings_changed.send(self.model, articles=moved)
        return len(wrong) + len(missing)

    def count_wrong(self, articles) -> int:
        """How many listings of these articles `follow` would delete or create."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            return sum(map(len, self._to_write()._differences(articles)))

    def _differences(self, articles, written=None) -> tuple[list, list]:
        """The listings that should not be, and unsaved ones that should."""
        due = self._due(articles, written)
        wrong = [row for row in self.filter(article__in=articles) if not due.pop(row.place, 0)]
        return wrong, list(due.values())

    def _due(self, articles, written=None) -> dict:
        """The listings that these articles should have, unsaved, by what they say."""
        published = {
            pk: published_at
            for pk, status, published_at in written or self._locked(articles)
            if status == "published"
        }
        rows = [
            self.model(
                article_id=article, published_at=published[article], **{f"{name}_id": linked}
            )
            for name, article, linked in (links_of(published, self.db) if published else ())
        ]
        return {row.place: row for row in rows}

    def _locked(self, articles):
        """Whoever links or publishes the same articles meanwhile waits, and then sees all of it."""
        rows = apps.get_model("articles.Article")._base_manager.using(self.db)
        rows = rows.filter(pk__in=articles).select_for_update(no_key=True).order_by("pk")
        return rows.values_list("pk", "status", "published_at")

    def published(self):
        """What `ArticleQuerySet.published` says: only what has that status is listed at all."""
        return self.filter(published_at__lte=timezone.now())

    def that_share_most(self, article, topics, companies):
        """The keys of the listed articles that share most with this one, best first.

        Of each topic and company its newest articles are weighed, those still to come among them.
        """
        rows = [("topic", pk) for pk in topics]
        rows += [("company", pk) for pk in [*companies][:MOST_COMPANIES]]
        candidates = set()
        for name, pk in rows:
            newest = self.filter(**{name: pk}).order_by("-published_at", "-article_id")
            candidates |= set(newest.values_list("article", flat=True)[:RELATED_CANDIDATES])
        shared = self.filter(article__in=candidates - {article.pk})
        shared = shared.filter(Q(topic__in=topics) | Q(company__in=companies))
        ranked = (
            shared.order_by()
            .values("article")
            .annotate(companies=Count("company"), topics=Count("topic"), at=Max("published_at"))
        )
        ranked = ranked.order_by("-companies", "-topics", "-at", "-article")
        return list(ranked.values_list("article", flat=True)[:MOST_RELATED])

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


def _is_public() -> Q:
    return Q(status="published", published_at__lte=timezone.now())


def _listings():
    return apps.get_model("articles.Listing").objects


def links_of(articles, using=None):
    """("topic", article, its key) for every topic, author and company of the articles. One query.

    Names are of models, the others are primary keys.
    """
    article = apps.get_model("articles.Article")
    throughs = {
        "topic": article.topics.through,
        "author": article.authors.through,
        "company": article.companies.through,
    }
    first, *others = (
        through._base_manager.using(using)
        .filter(article__in=list(articles))
        .order_by()
        .values_list(Value(name, models.CharField()), "article", name)
        for name, through in throughs.items()
    )
    return first.union(*others, all=True)


def batches(keys):
    keys = sorted(set(keys))
    return [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]


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

    def follow(self, article, uses, former):
        """Make an article's rows, which were `former`, what a parse of its text found."""
        self._follow({article: uses}, former)

    def follow_all(self, uses: dict):
        """The same for many articles, in three queries."""
        self._follow(uses, self.filter(article__in=list(uses)))

    def _follow(self, uses, former):
        former = {(row.article_id, row.position): row for row in former}
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


class PictureUseQuerySet(models.QuerySet):
    """Which pictures an article names: a question about a picture reads no text."""

    def in_use(self):
        """What the article shows or is about to; what its own row names is another use."""
        return self._for_library().filter(Q(is_shown=True) | Q(is_waiting=True))

    def in_use_before(self):
        return self._for_library().filter(is_shown=False, is_waiting=False)

    def _for_library(self):
        heavy = (f"article__{name}" for name in HEAVY_FIELDS)
        rows = self.select_related("article").defer(*heavy)
        rows = rows.exclude(place="cover", article__cover=F("picture"))
        return rows.exclude(place="share", article__share_picture=F("picture"))

    def follow_texts(self, *articles):
        """What their texts show, as they were rendered last."""
        shown = {one.pk: {("text", pk) for pk in one.depicted} for one in articles}
        self._follow("is_shown", shown)

    def follow_revisions(self, article, contents):
        """What the revisions name that readers may see next."""
        pictures, named = Finder(), {"cover": set(), "share": set()}
        for content in contents:
            for text in (content["body"], *(entry["blurb"] for entry in content["entries"])):
                pictures.look_through(text)
            named["cover"].add(content["cover"])
            named["share"].add(content.get("share_picture"))
        places = {("text", pk) for pk in pictures.found}
        asked = set.union(*named.values()) - {None}
        there = set(Picture.objects.filter(pk__in=asked).values_list("pk", flat=True))
        places |= {(place, pk) for place, pks in named.items() for pk in pks & there}
        self._follow("is_waiting", {article.pk: places})

    def _follow(self, flag, places):
        """`places` are those in which the `flag` holds, by the key of their article."""
        missing = {article: set(found) for article, found in places.items()}
        moved = {True: [], False: []}
        for row in self.filter(article__in=list(places)):
            place = row.place, row.picture_id
            is_there = place in places[row.article_id]
            missing[row.article_id].discard(place)
            if getattr(row, flag) != is_there:
                moved[is_there].append(row.pk)
        for is_there, pks in moved.items():
            if pks:
                self.filter(pk__in=pks).update(**{flag: is_there})
        new = [
            self.model(article_id=article, place=place, picture_id=pk, **{flag: True})
            for article, found in missing.items()
            for place, pk in sorted(found)
        ]
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
