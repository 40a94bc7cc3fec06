"""Figures and companies named in prose: what readers see in their place, and the sources below.

`[75 million](fact:spotify/paid-subscribers@7kq2)` pins the words an editor wrote to one fact;
without an id it is the current one that is meant, and without words its value is shown.
"""

from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.translation import gettext as _

from companies.models import Company
from core import prose
from facts.models import Fact


def resolver_for(text: str, *, anchored: bool = True) -> "FactResolver":
    """Everything the text names, loaded in a number of queries that does not grow with it.

    A date leads to the source in the list below the text, or, not `anchored`, to the profile.
    """
    links = prose.links(text)
    named = [_Address.of(link.address) for link in links if link.scheme == "fact"]
    slugs = {link.address for link in links if link.scheme == "company"}
    return FactResolver(_facts(named), _companies(slugs), named, anchored)


@dataclass(frozen=True)
class _Address:
    company: str
    metric: str
    public_id: str

    @classmethod
    def of(cls, address):
        place, _at, public_id = address.partition("@")
        company, _slash, metric = place.partition("/")
        return cls(company, metric, public_id)


def _facts(named) -> dict:
    if not named:
        return {}
    meant = Fact.objects.filter(
        company__slug__in={address.company for address in named},
        metric__key__in={address.metric for address in named},
    ).with_sources()
    found = {}
    # The figure without a scope speaks for the whole company, so it comes last and stays.
    for fact in meant.current().order_by("-scope"):
        found[_Address(fact.company.slug, fact.metric.key, "")] = fact
    ids = {address.public_id for address in named} - {""}
    for fact in meant.published().filter(public_id__in=ids):
        found[_Address(fact.company.slug, fact.metric.key, fact.public_id)] = fact
    return found


def _companies(slugs) -> dict:
    if not slugs:
        return {}
    return {company.slug: company for company in Company.objects.visible().filter(slug__in=slugs)}


@dataclass
class FactResolver:
    """`resolve` is for `core.prose.render`.

    `sources` is made to be stored beside the rendered text: a numbered list of what the figures
    rest on, in order of first use, with the `quotes` that state them and the `figures` themselves.
    """

    facts: dict
    companies: dict
    named: list
    anchored: bool = True
    sources: list[dict] = field(default_factory=list)

    def __post_init__(self):
        self.numbers: dict[int, int] = {}
        for fact in filter(None, map(self.facts.get, dict.fromkeys(self.named))):
            for reference in fact.references.all():
                self._cite(fact, reference)

    def _cite(self, fact, reference):
        number = self.numbers.setdefault(reference.source_id, len(self.numbers) + 1)
        if number > len(self.sources):
            self.sources.append(_as_stored(reference.source, number))
        source = self.sources[number - 1]
        figure = _figure_as_stored(fact, self.numbers[fact.references.all()[0].source_id])
        if figure not in source["figures"]:
            source["figures"].append(figure)
        if reference.quote and reference.quote not in source["quotes"]:
            source["quotes"].append(reference.quote)

    def resolve(self, url: str, words: str) -> str | None:
        """HTML for one link of ours; None, the bare words, when it leads nowhere."""
        scheme, _colon, address = url.partition(":")
        if scheme == "company":
            return self._company(address, words)
        fact = self.facts.get(_Address.of(address))
        return fact and self._figure(fact, words)

    def _company(self, slug, words):
        company = self.companies.get(slug)
        return company and format_html(
            '<a href="{}">{}</a>', company.get_absolute_url(), words or company.name
        )

    def _figure(self, fact, words):
        label = _("withdrawn") if fact.is_deprecated else fact.as_of_label
        references = fact.references.all()
        if references or not self.anchored:
            target = fact.get_absolute_url()
            if self.anchored:
                target = f"#source-{self.numbers[references[0].source_id]}"
            label = format_html('<a href="{}">{}</a>', target, label)
        return format_html(
            '<data class="fact" value="{}">{}</data><sup class="as-of">{}</sup>',
            *(fact.machine_value, words or fact.display_value, label),
        )


def _figure_as_stored(fact, number) -> dict:
    """`number` is that of its first source: shown once, a figure stands there."""
    return {
        "number": number,
        "company": fact.company.name,
        "metric": fact.metric.label,
        "scope": fact.scope,
        "value": fact.display_value,
        "as_of_label": fact.as_of_label,
        "is_dated": fact.as_of is not None,
        "basis": str(fact.get_basis_display()),
        "url": fact.get_absolute_url(),
    }


def _as_stored(source, number) -> dict:
    return {
        "number": number,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url or "",
        "archive_url": source.archive_url,
        "published_on": source.published_on and source.published_on.isoformat(),
        "published_label": source.published_label if source.published_on else "",
        "quotes": [],
        "figures": [],
    }
