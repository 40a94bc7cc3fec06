"""An article's page made of a text that readers may never have seen. Nothing is stored."""

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, ListEntry, Ranking, Section, Topic
from articles.pages import detail, ranking
from articles.publishing import snapshots
from companies.models import Company


def preview_context(article, content) -> dict:
    """The context of the public page's template. `article` is changed in memory alone."""
    snapshots.fill(article, content)
    # A text that is begun has no section yet, and no address.
    section = Section.objects.filter(pk=content["section"]).first()
    article.section = section or Section(name=_("No section yet"), slug="none")
    article.slug = article.slug or "preview"
    article.render()
    article.published_at = snapshots.date_of(content) or article.published_at or timezone.now()
    companies = Company.objects.select_related("industry")
    entries = _entries(article, content, companies)
    parts = detail.ArticleParts(
        authors=snapshots.existing_authors(content),
        topics=list(Topic.objects.filter(pk__in=content["topics"])),
        companies=[entry.company for entry in entries]
        or list(companies.filter(pk__in=content["companies"])),
        entries=entries,
    )
    asked = content.get("ranking") if article.kind == Article.Kind.LIST else None
    if asked:
        frozen = getattr(ranking.of(article), "frozen", {}) if article.pk else {}
        asked = Ranking(frozen=frozen, **snapshots.existing_links(asked))
    context = detail.preview_context(article, parts, asked)
    return context | {"is_preview": True, "canonical_url": ""}


def _entries(article, content, companies) -> list[ListEntry]:
    if article.kind != Article.Kind.LIST:
        return []
    rows = snapshots.existing_entries(content)
    wanted = companies.in_bulk([row["company"] for row in rows])
    entries = []
    for row in rows:
        company = wanted[row["company"]]
        words = {"heading": row["heading"], "blurb": row["blurb"]}
        entry = ListEntry(article=article, company=company, **words)
        entry.render()
        entries.append(entry)
    return entries
