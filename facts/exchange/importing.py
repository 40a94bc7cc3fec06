"""Import of figures from CSV: all of a file, or none of it.

Published facts never change: a line that contradicts one is refused, and a line that repeats one
adds at most a source.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from facts import publishing
from facts.exchange import history
from facts.exchange.conflicts import rivals_in_file
from facts.exchange.csv_lines import Line, UnusableFile
from facts.exchange.dates import parse_day
from facts.exchange.gathering import Gathered, said_by
from facts.exchange.numbers import POINT
from facts.exchange.on_record import OnRecord
from facts.exchange.unreadable import Unreadable
from facts.models import Reference
from facts.review.doubts import find_doubts, overrule
from facts.rules.public_ids import is_possible

MOST_ERRORS = 100


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
            ("withdrawn", _("%d withdrawn")),
            ("sources", _("%d sources named")),
        )
        said = [words % self.counts[name] for name, words in done if self.counts[name]]
        return _("Figures: %s.") % ", ".join(said)


def import_facts(
    lines: list[Line], *, by, publish=False, reason="", decimal=POINT, dry_run=False, asked=()
) -> Outcome:
    """To `publish`, every figure needs a source, and a doubtful one a `reason`.

    Doubts by the rules of `asked` were told beforehand. `decimal` is the sign before the decimals;
    where it is empty, ambiguous numbers are refused. A dry run does everything and rolls it back.
    Raises UnusableFile if somebody else changed the same figures in the meantime.
    """
    try:
        with transaction.atomic():
            gathered = Gathered(lines, OnRecord(lines), decimal)
            options = {"by": by, "publish": publish, "reason": reason, "asked": asked}
            outcome = _Import(gathered, **options).run()
            outcome.is_dry_run = dry_run
            transaction.set_rollback(dry_run or bool(outcome.errors))
    except IntegrityError:
        message = _("Somebody else has changed the same figures meanwhile: try again.")
        raise UnusableFile(message) from None
    outcome.errors = sorted(outcome.errors)[:MOST_ERRORS]
    return outcome


class _Import:
    def __init__(self, gathered, *, by, publish, reason, asked):
        self.gathered, self.record = gathered, gathered.record
        self.by, self.publish, self.reason = by, publish, reason.strip()
        self.asked = asked
        self.outcome = Outcome()
        self.left_out: set[str] = set()

    def run(self) -> Outcome:
        self.outcome.errors += [(line.number, said) for line, said in self.gathered.errors]
        for figure in self.gathered.figures:
            self._try(figure.line, self._apply, figure)
        return self.outcome

    def _try(self, line, step, *args):
        """Run a step; record its error with the line's number and go on with the next line."""
        try:
            step(*args)
        except (Unreadable, ValidationError) as error:
            self.outcome.errors.append((line.number, said_by(error)))

    def _apply(self, figure):
        known = self.record.same_as(figure)
        counts = self.outcome.counts
        # One that was on record already may have become wrong since.
        is_clean = known is None or known.identity != figure.fact.identity
        if known is None:
            if figure.is_withdrawn and not self.publish:
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
            self._publish(figure, fact, is_clean)

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
            if not is_possible(line["supersedes"]):
                message = _("It cannot supersede %(id)s: that is no id, it is mistyped.")
            raise ValidationError(message % {"id": line["supersedes"][:40]})

    def _cite(self, fact, line):
        source = self.record.source_of(line)
        reference = Reference(
            fact=fact,
            source=source,
            quote=line["quote"],
            locator=line["locator"],
            retrieved_on=parse_day(line["retrieved_on"], "retrieved_on"),
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

    def _publish(self, figure, fact, is_clean):
        # What is known to be wrong need not be right.
        doubts = [] if figure.is_withdrawn else [*rivals_in_file(figure), *find_doubts(fact)]
        found = [doubt for doubt in doubts if doubt.rule not in self.asked]
        if found and not self.reason:
            asked = _("Say why it is right nevertheless, or mend it:")
            raise ValidationError([asked, *(doubt.message for doubt in found)])
        reason = self.reason if found else ""
        self.record.add(self._published(figure, fact, reason, is_clean))
        overrule(fact, found, reason=self.reason, by=self.by)
        self.outcome.counts["withdrawn" if figure.is_withdrawn else "published"] += 1

    def _published(self, figure, fact, reason, is_clean):
        if events := history.events_of(figure.line, by=self.by):
            return publishing.restore(fact, *events)
        # A file was read, not its sources.
        return publishing.publish(
            fact, by=self.by, reason=reason, is_verified=False, is_clean=is_clean
        )
