"""What is on record already of what a file of figures mentions."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from companies.models import Company
from facts.exchange.dates import parse_as_of, parse_period
from facts.exchange.unreadable import Unreadable
from facts.models import Fact, Metric, Reference, Scope, Source
from facts.models.sources import canonical
from facts.rules.scopes import fold

# Longer ones are refused.
MOST_LETTERS = 300


class OnRecord:
    """Rows that the file may refer to, loaded in a constant number of queries.

    Of figures those alone that are of a time of which it speaks, or all of its series.
    """

    def __init__(self, lines, *, at_all_times=False):
        def named(*columns):
            return {line[name] for line in lines for name in columns if line[name]}

        self.companies = Company.objects.by_slug(named("company"))
        self.metrics = {one.key: one for one in Metric.objects.filter(key__in=named("metric"))}
        self.scopes = Scope.objects.names()
        facts = Fact.objects.select_related("company", "metric").prefetch_related("references")
        on_record = facts.filter(
            company__in=self.companies.values(), metric__in=self.metrics.values()
        )
        if not at_all_times:
            on_record = on_record.filter(_of_one_time(lines))
        self.by_id = {
            one.public_id: one for one in facts.filter(public_id__in=named("id", "supersedes"))
        }
        self.by_identity, self.by_date = {}, {}
        self._references: dict[int, list[Reference]] = {}
        for fact in on_record.order_by("pk"):
            self.add(fact)
        urls = {canonical(url) for url in named("source_url")}
        self.sources = {one.url: one for one in Source.objects.filter(url__in=urls)}
        titles = {line["source_title"] for line in lines if not line["source_url"]} - {""}
        titled = Source.objects.filter(url=None, title__in=titles)
        self.titled = {one.title.casefold(): one for one in titled}

    def add(self, fact):
        """Also once more, when it has changed. One that stands comes before one that does not."""
        self.by_id[fact.public_id] = fact
        known = self.by_identity.get(fact.identity)
        if known is None or known.pk == fact.pk or not fact.is_deprecated:
            self.by_identity[fact.identity] = fact
        key = otherwise_dated(fact)
        if not fact.is_deprecated:
            self.by_date[key] = fact
        elif key in self.by_date and self.by_date[key].pk == fact.pk:
            del self.by_date[key]

    def same_as(self, figure) -> Fact | None:
        """The fact on record that the lines are about."""
        line, fact = figure.line, figure.fact
        if line["id"] and (known := self.by_id.get(line["id"])):
            return known
        known = self.by_identity.get(fact.identity)
        if line["state"] == "withdrawn":
            # One that stands and says the same is another.
            return known if known and known.is_deprecated else None
        if known and known.is_deprecated and line["id"]:
            # It was said once more, and has an id of its own.
            known = None
        elif known and known.is_deprecated:
            message = _("This figure was withdrawn: “%(reason)s”")
            raise ValidationError(message % {"reason": known.deprecated_reason})
        other = self.by_date.get(otherwise_dated(fact))
        if known is None and other and other.pk:
            message = _("%(id)s is the same figure with the date “%(as_of)s”.")
            names = {"id": other.public_id, "as_of": other.as_of_label}
            raise ValidationError(message % names)
        return known

    def scope_of(self, line) -> str:
        """The scope's name on the list, or as it is written, which the figure then refuses."""
        return self.scopes.get(fold(line["scope"]), line["scope"])

    def references_of(self, fact) -> list[Reference]:
        if fact.pk not in self._references:
            self._references[fact.pk] = list(fact.references.all())
        return self._references[fact.pk]

    def source_of(self, line) -> Source:
        """A URL identifies a source; without a URL, its title does."""
        url, title = canonical(line["source_url"]), line["source_title"]
        known = self.sources.get(url) if url else self.titled.get(title.casefold())
        if known:
            return known
        if not title:
            raise ValidationError(_("This source is new: give its title (source_title)."))
        day, precision = parse_as_of(line["source_published"])
        source = Source(
            url=url or None,
            title=title,
            publisher=line["source_publisher"],
            published_on=day,
            published_precision=precision,
        )
        source.full_clean()
        source.save()
        if url:
            self.sources[source.url] = self.sources[url] = source
        else:
            self.titled[title.casefold()] = source
        return source


def _of_one_time(lines) -> Q:
    """Each line is compared with figures that end on its day, however their date is written."""
    days = set()
    for line in lines:
        # What cannot be read is refused, and compared with nothing.
        with suppress(Unreadable, ValidationError):
            days.add(parse_period(line["as_of"][:MOST_LETTERS]).as_of)
    dated = Q(as_of__in=days - {None})
    return dated | Q(as_of=None) if None in days else dated


def otherwise_dated(fact) -> tuple:
    """What it says, however its date is written: a sum of one period, or a value of one day."""
    return (*fact.identity[:-1], fact.period if fact.metric.is_duration else fact.as_of)
