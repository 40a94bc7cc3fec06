from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from articles import coverage
from articles.labels import minutes_label, names_label
from articles.models.taxonomy import Author, Section, Topic
from articles.querysets import ArticleQuerySet, BylineQuerySet, ListingQuerySet
from articles.validators import validate_article_slug, validate_language
from companies.models import Company
from core import prose
from core.db.keeping import Kept
from core.fields import SlugField, WebURLField
from core.models import TimeStamped
from core.validators import validate_printable
from core.web.addresses import slug_url
from facts.prose.lines import HasLines, LineLengthValidator, as_markdown, with_heading
from facts.prose.naming import FactResolver, LinkTargets, Use
from images.addresses import Finder


def default_language() -> str:
    return settings.LANGUAGE_CODE


class Article(HasLines, index.Indexed, Kept, TimeStamped):
    """The live article. What editors save is a Revision; `publishing.publish` moves this row."""

    class Kind(models.TextChoices):
        STORY = "story", _("story")
        LIST = "list", _("list")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.STORY)
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("section"),
    )
    title = models.CharField(
        _("title"), max_length=400, validators=[validate_printable, LineLengthValidator(160)]
    )
    slug = SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        source="title",
        help_text=_("The last part of the address. Changing it leaves a redirect behind."),
        validators=[validate_article_slug],
    )
    standfirst = models.TextField(
        _("standfirst"),
        max_length=1200,
        blank=True,
        validators=[validate_printable, LineLengthValidator(400)],
        help_text=_("The one or two sentences under the title."),
    )
    body = models.TextField(
        _("body"), blank=True, max_length=200_000, validators=[validate_printable]
    )
    # Of title and standfirst, where they have fact links: see `facts.prose.lines`.
    linked = models.JSONField(editable=False, default=dict, blank=True)
    body_html = models.TextField(editable=False, blank=True)
    body_text = models.TextField(editable=False, blank=True)
    headings = models.JSONField(editable=False, default=list)
    figures = models.JSONField(editable=False, default=list)
    naked_figures = models.JSONField(editable=False, default=list)
    # A digest of the texts in which they were looked for; see `articles.coverage`.
    scanned = models.CharField(max_length=32, editable=False, blank=True)
    word_count = models.PositiveIntegerField(_("words"), editable=False, default=0)
    # Of those figures that its texts name, what had happened last when they were rendered.
    newest_event = models.BigIntegerField(editable=False, null=True)
    authors = models.ManyToManyField(
        Author, through="Byline", related_name="articles", verbose_name=_("authors")
    )
    topics = models.ManyToManyField(
        Topic, blank=True, related_name="articles", verbose_name=_("topics")
    )
    companies = models.ManyToManyField(
        Company, blank=True, related_name="articles", verbose_name=_("companies")
    )
    cover = models.ForeignKey(
        "images.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("cover"),
    )
    search_title = models.CharField(
        _("title in search results"),
        max_length=160,
        blank=True,
        validators=[validate_printable],
        help_text=_("Empty: the title."),
    )
    search_description = models.CharField(
        _("description in search results"),
        max_length=400,
        blank=True,
        validators=[validate_printable],
        help_text=_("Empty: the standfirst."),
    )
    share_picture = models.ForeignKey(
        "images.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shared_articles",
        verbose_name=_("picture when shared"),
        help_text=_("Empty: the cover."),
    )
    canonical_url = WebURLField(
        _("canonical address"),
        blank=True,
        help_text=_("Of a text that appeared elsewhere first. Empty: its own address."),
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        default=default_language,
        validators=[validate_language],
        help_text=_("A language tag such as en-gb or ar; the direction of the text follows."),
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("In the future: it waits until then, and what is live stays until then."),
    )
    updated_at = models.DateTimeField(_("text last changed"), null=True, blank=True, editable=False)
    # Written with the correction that says why.
    retracted_at = models.DateTimeField(_("retracted"), null=True, blank=True, editable=False)
    # Articles on the same matters, best first; see `articles.related`.
    related_ids = models.JSONField(editable=False, default=list)
    live_number = models.PositiveIntegerField(
        _("live revision"), null=True, editable=False, help_text=_("Empty: it was never live.")
    )

    trashed_at = models.DateTimeField(
        _("in the trash since"), null=True, blank=True, editable=False
    )
    # Of the text saved last, where it is another than the one that readers see.
    waiting_title = models.CharField(max_length=400, editable=False, blank=True)

    # The keys of the pictures that its body and entries name, as they were rendered last.
    depicted = frozenset()

    LINES = ("title", "standfirst")
    RENDERED_FIELDS = (
        "body_html",
        "body_text",
        "headings",
        "figures",
        "naked_figures",
        "scanned",
        "word_count",
    )

    objects = ArticleQuerySet.as_manager()

    # search.indexing enqueues what follows a save.
    search_auto_update = False
    search_fields = [
        index.SearchField("title", boost=10),
        index.AutocompleteField("title"),
        index.SearchField("standfirst", boost=4),
        index.SearchField("body_text"),
        index.FilterField("status"),
        index.FilterField("published_at"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        permissions = [("publish_article", _("Can publish and take down articles"))]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="articles_article_latest"),
            models.Index(
                fields=["section", "status", "-published_at", "-id"],
                name="articles_article_in_section",
            ),
            models.Index(fields=["-published_at", "-id"], name="articles_article_by_date"),
            # What the desk filters by.
            models.Index(
                fields=["section", "-published_at", "-id"], name="articles_article_of_section"
            ),
            models.Index(fields=["kind", "-published_at", "-id"], name="articles_article_of_kind"),
            models.Index(
                fields=["language", "-published_at", "-id"], name="articles_article_in_language"
            ),
            # What it counts.
            models.Index(fields=["trashed_at", "language"], name="articles_article_in_trash"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="articles_article_published_has_date",
                violation_error_message=_("A published article needs a date."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(section__isnull=False),
                name="articles_article_published_has_section",
                violation_error_message=_("A published article needs a section."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return slug_url("articles:detail", self.slug)

    def save(self, *args, first_named_at=None, **kwargs):
        """`first_named_at`: since when drafts have named the figures in the text, by public id."""
        update_fields = kwargs.get("update_fields")
        if update_fields is None or {"body", *self.LINES} & set(update_fields):
            former = [] if self.pk is None else list(self.fact_uses.all())
            uses = self.render(former=former, first_named_at=first_named_at)
            if update_fields is not None:
                others = *self.LINES, "linked", "newest_event"
                kwargs["update_fields"] = {*update_fields, *self.RENDERED_FIELDS, *others}
            with transaction.atomic(savepoint=False):
                super().save(*args, **kwargs)
                self.fact_uses.follow(self, uses, former)
                self.picture_uses.follow_texts(self)
        else:
            super().save(*args, **kwargs)

    def render(self, targets=None, *, former=None, first_named_at=None) -> list[Use]:
        """Derive what is shown, quoted and counted from the body and the entries of a list.

        Readers are never rendered for. `targets` may hold what this text links to, among others;
        `former` are its rows of figures so far, and `first_named_at` is explained at `save`.
        """
        entries = self.entry_texts()
        targets = targets or LinkTargets(*self.lines(), self.body, *entries)
        known = targets, self.shown_when_written(former), first_named_at or {}, self.language
        uses = self.render_lines(targets, lambda: FactResolver(*known, is_dated=False))
        self.newest_event = targets.newest_event
        self.body = targets.pin_ids(self.body)
        resolver = FactResolver(*known)
        pictures = Finder()
        rendered = prose.render(
            self.body,
            resolve=resolver.resolve,
            find_picture=pictures.find,
            language=self.language,
        )
        self.figures = [quoted.stored() for quoted in resolver.quoted]
        self.body_html = rendered.html
        self.headings = [
            {"level": heading.level, "id": heading.id, "text": heading.text}
            for heading in rendered.headings
            if heading.level <= 3
        ]
        # The entries of a list are read, and found, like the body.
        parts, uses = [rendered], uses + resolver.uses(rendered.links)
        for text in entries:
            resolver = FactResolver(*known)
            parts.append(
                prose.render(
                    text,
                    resolve=resolver.resolve,
                    find_picture=pictures.find,
                    language=self.language,
                )
            )
            uses += resolver.uses(parts[-1].links)
        self.body_text = "\n\n".join(part.text for part in parts)
        self.word_count = sum(part.word_count for part in parts)
        self.depicted = pictures.found
        coverage.scan_changed(self, self.parts(), targets)
        return uses

    def shown_when_written(self, uses=None) -> dict:
        """Of each fact that is pinned, the key of what was shown when its words were written."""
        if uses is None:
            uses = self.fact_uses.all() if self.pk else ()
        return {use.fact_id: use.known_id for use in uses if use.mode == use.Mode.PINNED}

    def entry_texts(self) -> list[str]:
        if self.pk is None or self.kind != self.Kind.LIST:
            return []
        return [with_heading(row.written("heading"), row.blurb) for row in self.entries.all()]

    def lines(self) -> list[str]:
        """Title and standfirst as Markdown."""
        return [as_markdown(self.written(name)) for name in self.LINES]

    def parts(self) -> dict:
        """All that is looked through for figures, as `articles.coverage` names it."""
        lines = dict(zip(self.LINES, self.lines(), strict=True))
        return lines | dict(enumerate([self.body, *self.entry_texts()]))

    @property
    def is_published(self) -> bool:
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_scheduled(self) -> bool:
        return self.status == self.Status.PUBLISHED and not self.is_published

    @property
    def planned(self):
        """The change that takes the place of its live text at its hour, or None."""
        return getattr(self, "planned_change", None)

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.ARCHIVED and self.live_number is not None

    @property
    def was_public(self) -> bool:
        """Whether readers have seen it; of what is only planned nobody knows."""
        return self.is_published or self.is_withdrawn

    is_kept = was_public

    @property
    def standing(self) -> str:
        """Its state in a word, whatever its newest revision says."""
        if self.trashed_at:
            return gettext("in the trash")
        if self.is_withdrawn:
            return gettext("withdrawn")
        if self.status != self.Status.PUBLISHED:
            return self.get_status_display()
        return gettext("live") if self.is_published else gettext("scheduled")

    @property
    def has_been_live(self) -> bool:
        """Whether the row holds what was published; until then it mirrors the newest revision."""
        return self.live_number is not None or self.status in (
            self.Status.PUBLISHED,
            self.Status.ARCHIVED,
        )

    @property
    def headline(self) -> str:
        """The title for where a mark beside it would be lost: feeds, shares, tabs and machines."""
        return self._with_its_mark(self.title)

    @property
    def search_headline(self) -> str:
        return self._with_its_mark(self.search_title or self.title)

    def _with_its_mark(self, title) -> str:
        if self.retracted_at is None:
            return title
        return gettext("Retracted: %(title)s") % {"title": title}

    @property
    def changed_at(self):
        """When its text changed last, or all of it was taken back."""
        moments = self.updated_at or self.published_at, self.retracted_at
        return max(filter(None, moments))

    @property
    def reading_minutes(self) -> int:
        return prose.minutes_to_read(self.word_count)

    @property
    def reading_label(self) -> str:
        """For lists, where space is short."""
        return minutes_label(self.reading_minutes)

    @cached_property
    def byline(self) -> str:
        """Who wrote it, as a list of names: HTML."""
        return names_label([byline.author.name for byline in self.bylines.all()])


class Byline(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="bylines", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = BylineQuerySet.as_manager()

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "author"], name="articles_byline_once_per_article"
            ),
        ]

    def __str__(self):
        return str(self.author)


class Listing(models.Model):
    """A published article's place in the list of a topic, an author or a company.

    Derived from the article and its links and written with them (`articles.listing`): it holds the
    date beside what is listed, so that a list of any length is read in order from one index.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="listings")
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, null=True, db_index=False, related_name="listings"
    )
    author = models.ForeignKey(
        Author, on_delete=models.CASCADE, null=True, db_index=False, related_name="listings"
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, db_index=False, related_name="listings"
    )
    published_at = models.DateTimeField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        indexes = [
            models.Index(
                fields=["topic", "-published_at", "-article"],
                condition=Q(topic__isnull=False),
                name="articles_listing_of_topic",
            ),
            models.Index(
                fields=["author", "-published_at", "-article"],
                condition=Q(author__isnull=False),
                name="articles_listing_of_author",
            ),
            models.Index(
                fields=["company", "-published_at", "-article"],
                condition=Q(company__isnull=False),
                name="articles_listing_of_company",
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.topic or self.author or self.company}"

    @property
    def place(self) -> tuple:
        """Everything that it says."""
        links = self.topic_id, self.author_id, self.company_id
        return self.article_id, *links, self.published_at
