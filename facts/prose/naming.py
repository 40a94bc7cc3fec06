"""Links to facts and companies in prose: what is stored of them when a text is saved.

`[75 million](fact:spotify/paid-subscribers@7kq2)` pins the words an editor wrote to one fact;
`[](fact:spotify/paid-subscribers)`, without words, is live and shows the current value.
`facts.prose.filling` fills in what readers see.
"""

import re
from copy import copy
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from companies.models import Company
from core import prose
from core.text.languages import speaking
from core.text.slugs import fold
from facts.models import Fact, FactEvent, Metric
from facts.prose.filling import Quoted, in_plain_text, placeholder
from facts.rules.precedence import pick_shown
from facts.rules.public_ids import is_possible

# An address without an id, but for that of a live figure: what has none is not parsed for it.
ADDRESSES = re.compile(r"(?:fact|company):([^\s()<>]+)", re.IGNORECASE)
MAYBE_UNPINNED = re.compile(r"(?<!\[\]\()fact:[\w./+%-]+(?![\w./@+%-])", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    company: str
    metric: str
    public_id: str

    @classmethod
    def parse(cls, address):
        place, _at, public_id = address.partition("@")
        company, _slash, metric = place.partition("/")
        return cls(fold(company), fold(metric), public_id.lower())

    def __str__(self):
        return f"{self.company}/{self.metric}" + (f"@{self.public_id}" if self.public_id else "")


@dataclass(frozen=True)
class Problem:
    """A link to something that does not exist or was withdrawn, with a `message` for the editor."""

    link: prose.ProseLink
    message: str
    is_withdrawn: bool = False


@dataclass(frozen=True)
class Use:
    """One quotation of a fact in a text: the fact, the words and their sentence."""

    quoted: Quoted
    words: str
    sentence: str


class LinkTargets:
    """The facts and companies that some texts link to, loaded in a constant number of queries.

    `by_pk` are all published facts that may be meant, `newest_event` what happened last to one.
    """

    def __init__(self, *texts: str):
        links = [link for text in texts for link in prose.links(text)]
        addresses = {Address.parse(link.address) for link in links if link.scheme == "fact"}
        slugs = {fold(link.address) for link in links if link.scheme == "company"}
        slugs |= {address.company for address in addresses}
        self.companies = Company.objects.by_slug(slugs)
        self._hold(self._published(addresses), timezone.localdate())
        events = [fact.newest_event for fact in self.by_pk.values()]
        self.newest_event: int | None = max(filter(None, events), default=None)

    def _hold(self, facts, day):
        self._day = day
        self.by_pk = {fact.pk: fact for fact in facts}
        self._facts: dict[tuple, list[Fact]] = {}
        self._by_id: dict[str, Fact] = {}
        for fact in self.by_pk.values():
            self._facts.setdefault((fact.company_id, fact.metric.key), []).append(fact)
            self._by_id[fact.public_id] = fact

    def with_facts(self, facts, day) -> "LinkTargets":
        """The same companies with other facts, as they stood on a day."""
        other = copy(self)
        other._hold(facts, day)
        return other

    def _published(self, addresses):
        if not addresses:
            return ()
        facts = Fact.objects.on_record().filter(
            company__in=[company.pk for company in self.companies.values()],
            metric__key__in={address.metric for address in addresses},
        )
        facts = facts.select_related("company", "metric")
        return facts.annotate(newest_event=_newest_event())

    def candidates(self, address: Address) -> list[Fact]:
        company = self.companies.get(address.company)
        return self._facts.get((company.pk, address.metric), []) if company else []

    def fact(self, address: Address) -> Fact | None:
        """The fact with this id; without an id the one shown, or the last one deprecated.

        A figure without a scope is about the whole company and goes before those with one.
        """
        candidates = self.candidates(address)
        if address.public_id:
            fact = self._by_id.get(address.public_id)
            return fact if fact in candidates else None
        if not candidates:
            return None
        scope = min(fact.scope for fact in candidates)
        candidates = [fact for fact in candidates if fact.scope == scope]
        shown = pick_shown(candidates, self._day)
        return shown or max(candidates, key=lambda fact: fact.pk)

    def stands(self, address: Address) -> bool:
        """Whether readers are shown a figure there that nobody has withdrawn."""
        fact = self.fact(address)
        return fact is not None and fact.company.is_public and not fact.is_deprecated

    def shown_in_series(self, fact: Fact, at=None) -> Fact | None:
        """What is shown, or was shown `at` some time, of the same company, metric and scope."""
        candidates = [
            one
            for one in self._facts[fact.company_id, fact.metric.key]
            if one.scope == fact.scope and (at is None or one.published_at <= at)
        ]
        return pick_shown(candidates, self._day)

    def pin_ids(self, text: str) -> str:
        """The text with each address in its own spelling, and pinned figures with their ids."""

        def change(link):
            address = own = fold(link.address)
            if link.scheme == "fact" and link.words and "@" not in own:
                fact = self.fact(Address.parse(own))
                address = f"{own}@{fact.public_id}" if fact else own
            return f"{link.scheme}:{address}" if address != link.address else None

        asks = MAYBE_UNPINNED.search(text) or any(
            one != fold(one) for one in ADDRESSES.findall(text)
        )
        return prose.rewrite_links(text, change) if asks else text

    def problems(self, text: str) -> list[Problem]:
        """What an editor has to fix before the text can be saved, in the order of the text."""
        found = [(link, self._problem(link)) for link in prose.links(text)]
        return [
            Problem(link, message, is_withdrawn=self._leads_to_a_fact(link))
            for link, message in found
            if message
        ]

    def _leads_to_a_fact(self, link) -> bool:
        return link.scheme == "fact" and self.fact(Address.parse(link.address)) is not None

    def _problem(self, link) -> str:
        if link.scheme == "company":
            if self.companies.get(fold(link.address)) is None:
                return _("There is no company “%(slug)s”.") % {"slug": link.address}
            return ""
        address = Address.parse(link.address)
        names = {"address": link.url, "slug": address.company, "metric": address.metric}
        if self.companies.get(address.company) is None:
            return _("“%(address)s”: there is no company “%(slug)s”.") % names
        fact = self.fact(address)
        if fact is None:
            return self._unknown(address, names)
        if fact.is_deprecated:
            names["reason"] = fact.deprecated_reason
            return _("“%(address)s” was found wrong: %(reason)s") % names
        return ""

    def _unknown(self, address, names) -> str:
        if not address.metric or not Metric.objects.filter(key=address.metric).exists():
            return _("“%(address)s”: there is no metric “%(metric)s”.") % names
        if address.public_id and not is_possible(address.public_id):
            return _("“%(address)s”: the id after the @ is mistyped.") % names
        if address.public_id and self.candidates(address):
            return _("“%(address)s”: none of its figures has this id.") % names
        return _("“%(address)s”: no figure of it is published.") % names


def _newest_event():
    events = FactEvent.objects.filter(fact=OuterRef("pk")).order_by("-pk")
    return Subquery(events.values("pk")[:1])


@dataclass
class FactResolver:
    """Pass `resolve` to `core.prose.render` for one text; store `quoted` beside the result.

    `shown_when_written` maps facts already quoted to the fact shown when their words were written;
    `first_named_at` maps the public ids of others to the time since when the text has named them.
    What is said of figures in plain text is said in the `language` of the text, as pages do;
    `is_dated` says whether pinned words bear their date there.
    """

    targets: LinkTargets
    shown_when_written: dict[int, int | None] = field(default_factory=dict)
    first_named_at: dict = field(default_factory=dict)
    language: str = ""
    is_dated: bool = True
    quoted: list[Quoted] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _seen: int = 0

    def resolve(self, url: str, words: str) -> str | prose.Shown | None:
        """HTML for one link; None, for the bare words, if its target does not exist."""
        place, self._seen = self._seen, self._seen + 1
        scheme, _colon, address = url.partition(":")
        if scheme == "company":
            return self._company(address, words)
        fact = self.targets.fact(Address.parse(address))
        if fact is None:
            return None
        self._places.append(place)
        return self._figure(fact, words)

    def _company(self, slug, words):
        company = self.targets.companies.get(fold(slug))
        if company is None or not company.is_public:
            return None if words or company is None else self._unnamed()
        return format_html('<a href="{}">{}</a>', company.get_absolute_url(), words or company.name)

    def _figure(self, fact, words):
        shown_then = None
        if words:
            shown = self.targets.shown_in_series(fact, self.first_named_at.get(fact.public_id))
            shown_then = self.shown_when_written.get(fact.pk, shown and shown.pk)
        place = fact.company_id, fact.metric_id, fact.scope
        self.quoted.append(Quoted(fact.pk, *place, not words, shown_then))
        return prose.Shown(
            placeholder(len(self.quoted) - 1, words), self._in_plain_text(fact, words)
        )

    def _in_plain_text(self, fact, words) -> str:
        if not words:
            fact = self.targets.shown_in_series(fact) or fact
        with speaking(self.language):
            return in_plain_text(
                fact if fact.company.is_public else None, words, is_dated=self.is_dated
            )

    def _unnamed(self) -> str:
        """Of a company whose profile is closed, where its name alone would stand."""
        with speaking(self.language):
            return escape(_("(a company no longer shown)"))

    def uses(self, links) -> list[Use]:
        """The figures among the links of the rendered text."""
        return [
            Use(quoted, links[place].words, links[place].sentence)
            for quoted, place in zip(self.quoted, self._places, strict=True)
        ]
