"""What a revision holds: an article's whole content as plain data, and the way back to rows."""

import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from articles.models import Article, Author, Byline, ListEntry, Ranking, Topic
from companies.models import Company, Industry, Technology
from companies.models.merges import survivors_of
from facts.models import Metric
from images.models import Picture

PLAIN = ("title", "slug", "standfirst", "body", "kind", "language")
KEYS = {*PLAIN, "section", "cover", "authors", "topics", "companies", "entries", "published_at"}
# How it looks where it is found and shared; texts that were saved before there was any lack it.
SHOWN_ELSEWHERE = {
    "search_title": "",
    "search_description": "",
    "share_picture": None,
    "canonical_url": "",
}
WORDS_ELSEWHERE = ("search_title", "search_description", "canonical_url")
# Texts that were saved before lists could be assembled do not say it.
OPTIONAL = {"ranking", *SHOWN_ELSEWHERE}
RANKING = ("technology", "industry", "metric", "order", "limit", "basis")
VISIBLE = ("title", "standfirst", "body", "entries")


def of(article) -> dict:
    """The live row as content."""
    return {
        **{name: getattr(article, name) for name in PLAIN},
        **{name: article.written(name) for name in article.LINES},
        "section": article.section_id,
        "cover": article.cover_id,
        **{name: getattr(article, name) for name in WORDS_ELSEWHERE},
        "share_picture": article.share_picture_id,
        "authors": list(article.bylines.values_list("author", flat=True)),
        "topics": sorted(article.topics.values_list("pk", flat=True)),
        "companies": sorted(article.companies.values_list("pk", flat=True)),
        "entries": entries_of(article),
        "published_at": write_time(article.published_at),
        "ranking": ranking_of(article),
    }


def completed(content) -> dict:
    return SHOWN_ELSEWHERE | content


def entries_of(article) -> list[dict]:
    return [
        {"company": row.company_id, "heading": row.written("heading"), "blurb": row.blurb}
        for row in article.entries.all()
    ]


def ranking_of(article) -> dict | None:
    ranking = Ranking.objects.filter(article=article).values(*RANKING).first()
    return ranking and dict(ranking)


def write_time(moment) -> str | None:
    return moment.astimezone(datetime.UTC).isoformat() if moment else None


def date_of(content):
    return parse_datetime(content["published_at"]) if content["published_at"] else None


def visible_text(content) -> tuple:
    return *(content[name] for name in VISIBLE), content.get("ranking")


def check(content):
    if content.keys() - OPTIONAL != KEYS:
        raise ValueError(f"Not an article's content: {sorted(content.keys() ^ KEYS)}")


def fill(article, content):
    """Set the article's own fields, in memory only."""
    for name in PLAIN:
        setattr(article, name, content[name])
    article.section_id = content["section"]
    article.cover = Picture.objects.filter(pk=content["cover"]).first()
    content = completed(content)
    for name in WORDS_ELSEWHERE:
        setattr(article, name, content[name])
    shared = content["share_picture"]
    article.share_picture = Picture.objects.filter(pk=shared).first() if shared else None


def apply(article, content, published_at=None, first_named_at=None):
    """Make the row and everything that hangs on it what the content says.

    Companies, topics and authors deleted since are left out.
    """
    was_written_in = article.language
    fill(article, content)
    article.published_at = published_at or date_of(content)
    is_new = article.pk is None
    if is_new:
        article.save()
    entries = existing_entries(content)
    # Its quotation marks are those of the language.
    is_as_before = was_written_in == article.language and _has_entries(article, entries)
    has_new_entries = not is_as_before and _set_entries(article, entries, first_named_at)
    named = {*content["companies"], *(entry["company"] for entry in entries)}
    article.topics.set(Topic.objects.filter(pk__in=content["topics"]))
    article.companies.set(Company.objects.filter(pk__in=survivors_of(named).values()))
    _set_ranking(article, content.get("ranking"))
    _set_authors(article, existing_authors(content))
    # What is counted, searched and listed includes what hangs on the row: it is saved last.
    if has_new_entries or not is_new:
        article.save(first_named_at=first_named_at)


def _set_authors(article, authors):
    if list(article.bylines.values_list("author", flat=True)) == [one.pk for one in authors]:
        return
    article.bylines.all().delete()
    for position, author in enumerate(authors):
        Byline.objects.create(article=article, author=author, position=position)


def _has_entries(article, entries) -> bool:
    return entries_of(article) == entries


def _set_entries(article, entries, first_named_at) -> bool:
    """Answers whether there are, or were, any."""
    if not entries and not article.entries.exists():
        return False
    article.entries.all().delete()
    for position, entry in enumerate(entries):
        company = entry["company"]
        words = {name: entry[name] for name in ("heading", "blurb")}
        row = ListEntry(article=article, company_id=company, position=position, **words)
        row.save(first_named_at=first_named_at)
    return True


def _set_ranking(article, ranking):
    if ranking is None:
        Ranking.objects.filter(article=article).delete()
        article.ranking = None
        return
    row, is_new = Ranking.objects.update_or_create(
        article=article, defaults=existing_links(ranking)
    )
    article.ranking = row
    if is_new and article.editions.exists():
        # It was assembled before, as a list of its editions says.
        row.frozen = article.editions.summary()
        row.save(update_fields=["frozen"])


def existing_links(ranking) -> dict:
    """What a ranking names, by field; what was deleted since is asked for no more."""
    links = {"technology": Technology, "industry": Industry, "metric": Metric}
    found = {
        f"{name}_id": ranking[name]
        if ranking[name] and model.objects.filter(pk=ranking[name]).exists()
        else None
        for name, model in links.items()
    }
    plain = {name: ranking[name] for name in ("order", "limit", "basis")}
    if found["metric_id"] is None and plain["order"] in ("largest", "smallest"):
        plain["order"] = Ranking.Order.NAME
    return found | plain


def existing_authors(content) -> list[Author]:
    found = Author.objects.in_bulk(content["authors"])
    return [found[pk] for pk in content["authors"] if pk in found]


def existing_entries(content) -> list[dict]:
    """Of companies that are there; one that was merged since gives its place to the other."""
    today = survivors_of(entry["company"] for entry in content["entries"])
    found = set(Company.objects.filter(pk__in=today.values()).values_list("pk", flat=True))
    placed = {}
    for entry in content["entries"]:
        if (company := today[entry["company"]]) in found:
            placed.setdefault(company, entry | {"company": company})
    return list(placed.values())


def names_of(fields) -> str:
    """Fields of a content in an editor's words."""
    called = labels()
    return ", ".join(called[name] for name in fields)


def labels() -> dict[str, str]:
    fields = (KEYS | SHOWN_ELSEWHERE.keys()) - {"entries"}
    found = {name: str(Article._meta.get_field(name).verbose_name) for name in fields}
    return found | {"entries": _("list entries"), "ranking": _("assembled from")}
