"""What revisions hold in an editor's words, field by field: what is compared and shown."""

from dataclasses import dataclass

from django.db.models import CharField, F, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, Author, Ranking, Section, Topic
from articles.publishing import snapshots
from articles.publishing.snapshots import SHOWN_ELSEWHERE
from companies.models import Company, Industry, Technology
from core import prose
from core.prose import Block
from facts.models import Metric
from images.models import Picture

# Each with the field that it is called by.
NAMED = {
    "section": (Section, "name"),
    "authors": (Author, "name"),
    "topics": (Topic, "name"),
    "companies": (Company, "name"),
    "cover": (Picture, "title"),
    "share_picture": (Picture, "title"),
    "technology": (Technology, "name"),
    "industry": (Industry, "name"),
    "metric": (Metric, "label"),
}
# Of a ranking: the rows that it names.
LINKS = ("technology", "industry", "metric")
# In the order in which they are read.
TOP = ("title", "slug", "kind", "language", "section", "authors", "standfirst", "body", "entries")
FIELDS = (*TOP, "ranking", "topics", "companies", "cover", *SHOWN_ELSEWHERE, "published_at")


@dataclass(frozen=True)
class Field:
    """`raw` is what is stored: two that read the same may have been written otherwise."""

    name: str
    label: str
    blocks: list[Block]
    raw: object

    @property
    def is_written(self) -> bool:
        """Whether it is in the article's own language."""
        return self.name in snapshots.VISIBLE


def described(*contents, as_source=False) -> list[list[Field]]:
    """The fields of each content. However many there are, one query finds all names.

    `as_source`: texts are shown as they are stored, line by line.
    """
    contents = [snapshots.completed(one) for one in contents]
    labels, names = snapshots.labels(), _names(contents)
    return [
        [
            Field(
                name,
                labels[name],
                _blocks(name, content, names, as_source=as_source),
                content.get(name),
            )
            for name in FIELDS
        ]
        for content in contents
    ]


def _names(contents) -> dict[str, dict]:
    """By field, what is called how, of all that the contents name."""
    found = {name: {} for name in NAMED}
    queries = []
    for name, (model, label) in NAMED.items():
        if pks := {pk for content in contents for pk in _pks(name, content)}:
            rows = model._base_manager.filter(pk__in=pks).order_by()
            rows = rows.annotate(called=F(label), field=Value(name, CharField()))
            queries.append(rows.values_list("field", "pk", "called"))
    if queries:
        for name, pk, called in queries[0].union(*queries[1:], all=True):
            found[name][pk] = called
    return found


def _pks(name, content) -> list:
    if name in LINKS:
        ranking = content.get("ranking") or {}
        return [ranking[name]] if ranking.get(name) else []
    if name in ("section", "cover", "share_picture"):
        return [content[name]] if content[name] else []
    entries = [entry["company"] for entry in content["entries"]] if name == "companies" else []
    return [*content[name], *entries]


def _blocks(name, content, names, *, as_source) -> list[Block]:
    if name == "body":
        return _text(content["body"], as_source=as_source)
    if name == "entries":
        return [
            block
            for entry in content["entries"]
            for block in _entry(entry, names["companies"], as_source=as_source)
        ]
    if name == "ranking":
        return _ranking(content.get("ranking"), names)
    if name in NAMED:
        return [Block("item", text) for text in _called(names[name], _pks_of(name, content))]
    return [Block("paragraph", text) for text in [_plain(name, content)] if text]


def _pks_of(name, content) -> list:
    value = content[name]
    return value if isinstance(value, list) else [value] if value else []


def _called(names, pks) -> list[str]:
    return [names.get(pk) or _("(deleted)") for pk in pks]


def _text(text, *, as_source) -> list[Block]:
    if as_source:
        return [Block("source", line) for line in text.split("\n") if line.strip()]
    return prose.blocks(text)


def _entry(entry, companies, *, as_source):
    [company] = _called(companies, [entry["company"]])
    yield Block("entry", ": ".join(filter(None, [company, entry["heading"]])))
    yield from _text(entry["blurb"], as_source=as_source)


def _ranking(ranking, names) -> list[Block]:
    if not ranking:
        return []
    pks = {name: [ranking[name]] if ranking.get(name) else [] for name in LINKS}
    said = [text for name in LINKS for text in _called(names[name], pks[name])]
    said.append(str(dict(Ranking.Order.choices).get(ranking["order"], ranking["order"])))
    said.append(_("at most %(limit)d") % {"limit": ranking["limit"]})
    return [Block("item", text) for text in [*said, ranking["basis"]] if text]


def _plain(name, content) -> str:
    if name == "kind":
        return str(dict(Article.Kind.choices).get(content["kind"], content["kind"]))
    if name == "published_at":
        moment = snapshots.date_of(content)
        if moment is None:
            return ""
        local = timezone.localtime(moment)
        return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"
    return content[name]
