"""A figure and its history, for its page and as JSON and CSV."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from companies.models import CompanyVersion
from core.text.languages import isolated
from core.web.structured import absolute
from facts.models import Fact, FactEvent, MetricVersion, SourceVersion
from facts.rules.cells import safe_cell
from facts.rules.disputes import find_rivals
from facts.rules.history import last_preference
from facts.rules.precedence import is_newer, is_preferred_on, pick_shown
from facts.rules.sheets import history_points

COLUMNS = (
    *("id", "url", "company", "metric", "scope", "comparator", "value", "value_state", "unit"),
    *("as_of", "as_of_precision", "basis", "state", "reason", "supersedes", "sources"),
)


@dataclass
class Record:
    """`history` has all published figures of the same series, newest first.

    `shown` is the one that readers see now; None if all are deprecated. `rivals` are those that
    dispute this one.
    """

    fact: Fact
    history: list[Fact]
    shown: Fact | None
    rivals: list[Fact]

    @classmethod
    def load(cls, pk) -> "Record":
        """Takes three queries, and another one where figures are in dispute."""
        same = Fact.objects.get(pk=pk)
        facts = Fact.objects.published().filter(company=same.company_id, metric=same.metric_id)
        published = list(facts.with_sources().select_related("supersedes").in_order_of_trust())
        fact = next(one for one in published if one.pk == pk)
        rivals = find_rivals([fact], published).get(pk, [])
        history = [one for one in published if one.scope == fact.scope]
        shown = pick_shown(history, timezone.localdate())
        history.sort(key=lambda fact: (fact.as_of is not None, fact.as_of, fact.pk), reverse=True)
        return cls(fact, history, shown, rivals)

    @cached_property
    def events(self) -> list[FactEvent]:
        """What was done with the figure, in order."""
        return list(self.fact.events.with_names())

    @cached_property
    def renamings(self) -> list:
        """What its company, metric and sources were called while it was public, in order."""
        since = self.fact.published_at
        sources = [reference.source_id for reference in self.fact.references.all()]
        kept = [
            CompanyVersion.objects.filter(target=self.fact.company_id),
            MetricVersion.objects.filter(target=self.fact.metric_id),
            SourceVersion.objects.filter(target__in=sources),
        ]
        found = [
            version
            for versions in kept
            for version in versions.filter(until__gte=since).select_related("by")
        ]
        return sorted(found, key=lambda version: version.until)

    @property
    def points(self) -> list[Fact]:
        """The points of the chart: dated amounts that are not deprecated, oldest first."""
        return history_points(self.history)

    @property
    def successor(self) -> Fact | None:
        """The figure readers are shown instead, if it is another."""
        return self.shown if self.shown and self.shown.pk != self.fact.pk else None

    @property
    def is_outdated(self) -> bool:
        """Whether the figure shown instead is a newer one."""
        by_pk = {fact.pk: fact for fact in self.history}
        return bool(self.successor) and is_newer(self.successor, self.fact, by_pk)

    @property
    def state(self) -> str:
        """A word that `facts.rules.wording` explains; empty for what is simply shown."""
        if self.fact.is_deprecated:
            return "withdrawn"
        if self.rivals:
            return "disputed"
        if self.successor:
            return "on record"
        today = timezone.localdate()
        return "preferred" if is_preferred_on(self.fact, today) else ""

    @property
    def preference(self) -> FactEvent | None:
        """Who preferred it, until when and why, while that lasts."""
        return last_preference(self.events) if self.state == "preferred" else None

    @property
    def successors(self) -> list[Fact]:
        return [fact for fact in self.history if fact.supersedes_id == self.fact.pk]


def claim_of(fact) -> str:
    """What is claimed, in one line of plain text: “Spotify, Users: 75 million (2018)”."""
    return _("%(company)s, %(metric)s%(scope)s: %(value)s (%(as_of)s)") % {
        "company": fact.company.name,
        "metric": fact.metric.label,
        "scope": f", {fact.scope}" if fact.scope else "",
        "value": fact.display_value,
        "as_of": fact.as_of_label,
    }


def citation(fact) -> SafeString:
    """The same as HTML, with our name and the figure's address."""
    return format_html(
        _("{site}: {claim}. {url}"),
        site=settings.SITE_NAME,
        claim=isolated(claim_of(fact)),
        url=absolute(fact.get_absolute_url()),
    )


def state_of(fact) -> str:
    if not fact.is_published:
        return "draft"
    return "withdrawn" if fact.is_deprecated else "published"


def _claim(fact) -> dict:
    return {
        "id": fact.public_id,
        "url": absolute(fact.get_absolute_url()),
        "value": fact.machine_value,
        "value_state": fact.value_state,
        "display_value": fact.display_value,
        "comparator": fact.comparator,
        "as_of": fact.partial_as_of,
        "as_of_precision": fact.as_of_precision,
        "basis": fact.basis,
        "state": state_of(fact),
        "reason": fact.deprecated_reason or None,
        "supersedes": fact.supersedes.public_id if fact.supersedes else None,
        "published_at": fact.published_at.isoformat(),
        "verified_at": fact.verified_at.isoformat() if fact.is_verified else None,
        "sources": [_cited(reference) for reference in fact.references.all()],
    }


def _cited(reference) -> dict:
    source = reference.source
    return {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "archive_url": source.archive_url or None,
        "published_on": source.published_on and source.published_on.isoformat(),
        "quote": reference.quote,
        "locator": reference.locator,
        "retrieved_on": reference.retrieved_on and reference.retrieved_on.isoformat(),
    }


def _told(event) -> dict:
    return {
        "kind": event.kind,
        "at": event.at.isoformat(),
        "by": event.by_name or None,
        "reason": event.reason or None,
        "until": event.until and event.until.isoformat(),
        "other": event.other and event.other.public_id,
    }


def figure_data(fact) -> dict:
    """For JSON: values as strings of digits, dates with the precision they are known to."""
    return {
        "company": {
            "slug": fact.company.slug,
            "name": fact.company.name,
            "url": absolute(fact.company.get_absolute_url()),
        },
        "metric": {
            "key": fact.metric.key,
            "label": fact.metric.label,
            "definition": fact.metric.definition,
            "value_type": fact.metric.value_type,
            "unit": fact.metric.unit,
        },
        "scope": fact.scope,
        **_claim(fact),
    }


def as_data(record) -> dict:
    """A figure with its history, for JSON."""
    return {
        **figure_data(record.fact),
        "superseded_by": [one.public_id for one in record.successors],
        "shown": record.shown.public_id if record.shown else None,
        "events": [_told(event) for event in record.events],
        "disputed_by": [one.public_id for one in record.rivals],
        "history": [_claim(one) for one in record.history],
    }


def as_row(fact) -> dict:
    """For CSV, with cells that no spreadsheet evaluates."""
    claim = _claim(fact)
    row = {
        **{name: claim.get(name) for name in COLUMNS},
        "company": fact.company.slug,
        "metric": fact.metric.key,
        "scope": fact.scope,
        "unit": fact.metric.unit,
        "sources": " | ".join(
            " ".join(filter(None, [cited["title"], cited["url"]])) for cited in claim["sources"]
        ),
    }
    return {name: safe_cell(str(value or "")) for name, value in row.items()}
