"""Import of figures from CSV: all of a file, or none of it.

Published facts never change: a line that contradicts one is refused, and a line that repeats one
adds at most a source.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies.models import Company
from facts import publishing
from facts.exchange.csv_lines import Line, UnusableFile
from facts.exchange.one_line import Unreadable, parse_as_of, parse_value
from facts.models import Fact, Metric, Reference, Source
from facts.models.facts import PUBLIC_ID_ALPHABET
from facts.models.sources import canonical
from facts.review.doubts import find_doubts, overrule

MOST_ERRORS = 100
STATES = ("", "draft", "published", "withdrawn")


@dataclass
class Outcome:
    """`counts` has new, published, changed (drafts), known, sources and left_out.

    If there are `errors`, as (line number, message), nothing was imported.
    """

    counts: Counter = field(default_factory=Counter)
    errors: list[tuple[int, str]] = field(default_factory=list)
    is_dry_run: bool = False

    def summary(self) -> str:
        """What the import did, or would do, in one line."""
        done = (
            ("new", _("%d new")),
            ("changed", _("%d drafts changed")),
            ("known", _("%d on record already")),
            ("left_out", _("%d withdrawn and left out")),
            ("published", _("%d published")),
            ("sources", _("%d sources named")),
        )
        said = [words % self.counts[name] for name, words in done if self.counts[name]]
        return _("Figures: %s.") % ", ".join(said)


@dataclass
class Figure:
    """A figure and all lines of the file about it."""

    line: Line
    fact: Fact
    sources: list[Line] = field(default_factory=list)


def import_facts(lines: list[Line], *, by, publish=False, reason="", dry_run=False) -> Outcome:
    """To `publish`, every figure needs a source, and a doubtful one a `reason`.

    A dry run does everything and rolls it back. Raises UnusableFile if somebody else changed the
    same figures in the meantime.
    """
    try:
        with transaction.atomic():
            outcome = _Import(lines, by=by, publish=publish, reason=reason).run()
            outcome.is_dry_run = dry_run
            transaction.set_rollback(dry_run or bool(outcome.errors))
    except IntegrityError:
        message = _("Somebody else has changed the same figures meanwhile: try again.")
        raise UnusableFile(message) from None
    outcome.errors = sorted(outcome.errors)[:MOST_ERRORS]
    return outcome


class _Import:
    def __init__(self, lines, *, by, publish, reason):
        self.lines, self.by, self.publish, self.reason = lines, by, publish, reason.strip()
        self.outcome = Outcome()
        self.record = _Record(lines)
        self.figures: dict[tuple, Figure] = {}
        self.ids: dict[str, int] = {}
        self.left_out: set[str] = set()

    def run(self) -> Outcome:
        for line in self.lines:
            self._try(line, self._gather, line)
        for figure in self._superseded_first():
            self._try(figure.line, self._apply, figure)
        return self.outcome

    def _try(self, line, step, *args):
        """Run a step; record its error with the line's number and go on with the next line."""
        try:
            step(*args)
        except Unreadable as error:
            self.outcome.errors.append((line.number, str(error)))
        except ValidationError as error:
            self.outcome.errors.append((line.number, " ".join(_messages(error))))

    def _gather(self, line):
        fact = _fact_of(line, self.record)
        figure = self.figures.setdefault(fact.identity, Figure(line, fact))
        if line["id"]:
            self._refuse_two_of_one_id(figure, line)
        if line["source_url"] or line["source_title"]:
            figure.sources.append(line)

    def _refuse_two_of_one_id(self, figure, line):
        if figure.line["id"] != line["id"]:
            message = _("Line %(line)d has the same figure under another id.")
            raise ValidationError(message % {"line": figure.line.number})
        first = self.ids.setdefault(line["id"], figure.line.number)
        if first != figure.line.number:
            message = _("Line %(line)d says something else of %(id)s.")
            raise ValidationError(message % {"line": first, "id": line["id"]})

    def _superseded_first(self):
        """The figures of the file, each after the one it supersedes."""
        waiting = {figure.line["id"]: figure for figure in self.figures.values()}
        done: set[int] = set()
        for figure in self.figures.values():
            chain = []
            while figure and id(figure) not in done:
                done.add(id(figure))
                chain.append(figure)
                figure = waiting.get(figure.line["supersedes"] or None)
            yield from reversed(chain)

    def _apply(self, figure):
        known = self.record.same_as(figure)
        counts = self.outcome.counts
        if known is None:
            if figure.line["state"] == "withdrawn":
                self.left_out.add(figure.line["id"])
                counts["left_out"] += 1
                return
            fact = self._new(figure)
            counts["new"] += 1
        elif known.identity == figure.fact.identity:
            fact = known
            counts["known"] += 1
        else:
            fact = self._changed_draft(known, figure)
            counts["changed"] += 1
        self.record.add(fact)
        for line in figure.sources:
            self._try(line, self._cite, fact, line)
        if self.publish and not fact.is_published and figure.line["state"] != "draft":
            self._publish(fact)

    def _new(self, figure):
        fact = figure.fact
        self._link(fact, figure.line)
        # Skip queries: the related rows were just loaded, and duplicates were looked for.
        fact.full_clean(exclude=["company", "metric", "supersedes", "verified_by"])
        fact.save()
        return fact

    def _changed_draft(self, known, figure):
        if known.is_published:
            message = _(
                "%(id)s is published as %(value)s (%(as_of)s): an import changes no figure."
            )
            names = {"value": known.display_value, "as_of": known.as_of_label}
            raise ValidationError(message % {"id": known.public_id, **names})
        for name in ("company", "metric", "scope", "basis", *publishing.CLAIM):
            setattr(known, name, getattr(figure.fact, name))
        self._link(known, figure.line)
        known.full_clean()
        known.save()
        return known

    def _link(self, fact, line):
        if not line["supersedes"] or line["supersedes"] in self.left_out:
            return
        fact.supersedes = self.record.by_id.get(line["supersedes"])
        if fact.supersedes is None:
            message = _("There is no figure %(id)s that it could supersede.")
            raise ValidationError(message % {"id": line["supersedes"][:40]})

    def _cite(self, fact, line):
        source = self.record.source_of(line)
        reference = Reference(
            fact=fact,
            source=source,
            quote=line["quote"],
            locator=line["locator"],
            retrieved_on=_day(line["retrieved_on"], "retrieved_on"),
        )
        for other in self.record.references_of(fact):
            if (other.source_id, other.locator) == (source.pk, reference.locator):
                if reference.quote and reference.quote != other.quote.strip():
                    raise ValidationError(_("On record this source is quoted otherwise."))
                return
        reference.clean_fields(exclude=["fact", "source"])
        reference.save()
        self.record.references_of(fact).append(reference)
        self.outcome.counts["sources"] += 1

    def _publish(self, fact):
        found = find_doubts(fact)
        if found and not self.reason:
            asked = _("Say why it is right nevertheless, or mend it:")
            raise ValidationError([asked, *(doubt.message for doubt in found)])
        self.record.add(publishing.publish(fact, by=self.by))
        overrule(fact, found, reason=self.reason, by=self.by)
        self.outcome.counts["published"] += 1


class _Record:
    """Rows that the file may refer to, loaded in a constant number of queries."""

    def __init__(self, lines):
        def named(*columns):
            return {line[name] for line in lines for name in columns if line[name]}

        self.companies = {
            one.slug: one for one in Company.objects.filter(slug__in=named("company"))
        }
        self.metrics = {one.key: one for one in Metric.objects.filter(key__in=named("metric"))}
        facts = Fact.objects.select_related("company", "metric").prefetch_related("references")
        on_record = facts.filter(
            company__in=self.companies.values(), metric__in=self.metrics.values()
        )
        self.by_id = {
            one.public_id: one for one in facts.filter(public_id__in=named("id", "supersedes"))
        }
        self.by_identity, self.by_date = {}, {}
        self._references: dict[int, list[Reference]] = {}
        for fact in on_record.order_by("pk"):
            self.add(fact)
        urls = {canonical(url) for url in named("source_url")}
        self.sources = {one.url: one for one in Source.objects.filter(url__in=urls)}
        self.titled = {
            one.title.casefold(): one
            for one in Source.objects.filter(url=None, title__in=named("source_title"))
        }

    def add(self, fact):
        self.by_id[fact.public_id] = fact
        if not fact.is_deprecated or fact.identity not in self.by_identity:
            self.by_identity[fact.identity] = fact
        if not fact.is_deprecated:
            self.by_date[(*fact.identity[:-1], fact.as_of)] = fact

    def same_as(self, figure) -> Fact | None:
        """The fact on record that the lines are about."""
        line, fact = figure.line, figure.fact
        if line["id"] and (known := self.by_id.get(line["id"])):
            return known
        known = self.by_identity.get(fact.identity)
        if known and known.is_deprecated and line["state"] != "withdrawn":
            message = _("This figure was withdrawn: “%(reason)s”")
            raise ValidationError(message % {"reason": known.deprecated_reason})
        other = self.by_date.get((*fact.identity[:-1], fact.as_of))
        if known is None and other and other.pk:
            message = _("%(id)s is the same figure with the date “%(as_of)s”.")
            names = {"id": other.public_id, "as_of": other.as_of_label}
            raise ValidationError(message % names)
        return known

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


def _fact_of(line, record) -> Fact:
    """Unsaved. Raises ValidationError or Unreadable."""
    company, metric = record.companies.get(line["company"]), record.metrics.get(line["metric"])
    if company is None:
        raise ValidationError(_("No company has the address “%s”.") % line["company"][:80])
    if metric is None:
        raise ValidationError(_("No metric has the key “%s”.") % line["metric"][:80])
    if line["state"] not in STATES:
        raise ValidationError(_("The state is draft, published or withdrawn, or empty."))
    if line["unit"] and line["unit"] != metric.unit:
        message = _("“%(metric)s” is counted in %(unit)s, not in %(other)s.")
        names = {"metric": metric, "unit": metric.unit or "–", "other": line["unit"][:40]}
        raise ValidationError(message % names)
    if not line["value"]:
        raise ValidationError(_("The value is missing."))
    comparator, amount, text = parse_value(line["value"], metric)
    as_of, precision = parse_as_of(line["as_of"])
    fact = Fact(
        company=company,
        metric=metric,
        scope=line["scope"],
        comparator=line["comparator"] or comparator,
        amount=amount,
        text=text,
        as_of=as_of,
        as_of_precision=precision,
        basis=line["basis"] or Fact.Basis.REPORTED,
    )
    if line["id"]:
        if not 6 <= len(line["id"]) <= 12 or set(line["id"]) - set(PUBLIC_ID_ALPHABET):
            message = _("“%s” is no id of a figure: leave it empty for a new one.")
            raise ValidationError(message % line["id"][:40])
        fact.public_id = line["id"]
    fact.clean_fields(exclude=["company", "metric", "supersedes", "verified_by"])
    return fact


def _day(text, column) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        message = _("“%(text)s” is no day for %(column)s: write 2026-06-30.")
        raise ValidationError(message % {"text": text[:40], "column": column}) from None


def _messages(error):
    """The messages, each prefixed with the column it is about."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message if name == "__all__" else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]
