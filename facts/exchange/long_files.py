"""Import of files that are too long for one transaction.

A file is checked to its end before any of it is brought in, and both are done a figure at a time:
nobody else waits longer than for one figure, on SQLite for ten. For the desk tasks do it, a batch
for each. One that is killed goes on with the figures that are left; what was brought in is known
when it comes again.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from core.db.turns import in_turns
from core.taskqueue.batches import perform
from core.taskqueue.models import Batch, BatchItem
from facts.exchange import following
from facts.exchange.conflicts import rivals_in_file
from facts.exchange.csv_lines import Line, UnusableFile, read
from facts.exchange.gathering import Gathered
from facts.exchange.importing import Outcome, import_facts
from facts.exchange.on_record import OnRecord
from facts.models import FigureImport, ImportedFigure
from facts.review.doubts import COMPARING

# Up to so many lines, whoever sends them waits, and gets all of them or none.
AT_ONCE = 200
MOST_LINES = 50_000
CHUNK = 50
INSERTED_AT_ONCE = 500


@dataclass(frozen=True)
class Options:
    """As `import_facts` takes them."""

    by: object
    publish: bool = False
    reason: str = ""
    decimal: str = ""


def import_here(lines, options: Options, *, dry_run=False) -> Outcome:
    """All of it in this process. Where it is broken off it may simply be done again."""
    outcome = Outcome(is_dry_run=dry_run)
    rows = figures_of(lines, options)
    for is_check in [True] if dry_run else [True, False]:
        outcome.counts = Counter()
        for row in in_turns(rows):
            try:
                outcome.counts += bring_in_one(row, options, dry_run=is_check)
            except ValidationError as error:
                outcome.errors.append((row.number, " ".join(error.messages)))
        if outcome.errors:
            break
    outcome.errors.sort()
    return outcome


def figures_of(lines, options: Options) -> list[ImportedFigure]:
    """Unsaved, each after the one it supersedes; those with a problem first."""
    record = OnRecord(lines, at_all_times=True)
    gathered = Gathered(lines, record, options.decimal)
    rows = [ImportedFigure.of_lines([line], problem=said) for line, said in gathered.errors]
    ids = {figure.line["id"] for figure in gathered.figures} - {""}
    is_asked = options.publish and not options.reason
    compared = following.doubts_within(gathered.figures, record) if is_asked else {}
    told = _told_beforehand(gathered.figures, record, options)
    for figure in gathered.figures:
        number, doubts = figure.line.number, rivals_in_file(figure) if is_asked else []
        said = [*(doubt.message for doubt in doubts), *told[number], compared.get(number)]
        row = ImportedFigure.of_lines(
            figure.lines,
            problem=" ".join(filter(None, said)),
            follows_another=figure.line["supersedes"] in ids,
            is_compared=number in compared,
        )
        rows.append(row)
    return rows


def _told_beforehand(figures, record, options) -> dict[int, list[str]]:
    """By line, what would be found only when what it follows in the file has come in."""
    found = [following.refused_successions(figures), following.said_twice(figures, record)]
    if options.publish:
        found.append(following.preferred_twice(figures, record))
    told = defaultdict(list)
    for number, said in chain.from_iterable(one.items() for one in found):
        told[number].append(said)
    return told


def bring_in_one(row, options: Options, *, dry_run) -> Counter:
    """Raises ValidationError with all that is wrong with it."""
    if row.problem:
        raise ValidationError(row.problem)
    # What it supersedes comes with the same file, and is not there yet.
    hidden = {"supersedes"} if dry_run and row.follows_another else set()
    lines = [
        Line(number, {name: cell for name, cell in cells.items() if name not in hidden})
        for number, cells in row.lines
    ]
    try:
        # Nor is what it is compared with then.
        asked = COMPARING if dry_run and row.is_compared else ()
        outcome = import_facts(lines, dry_run=dry_run, asked=asked, **vars(options))
    except UnusableFile as error:
        raise ValidationError(str(error)) from None
    if outcome.errors:
        raise ValidationError([said for _number, said in outcome.errors])
    return outcome.counts


@transaction.atomic
def begin(text, options: Options, *, name="") -> FigureImport:
    """Let tasks check a file. Changes no figure."""
    batch = Batch.objects.create(
        title=_("Check of figures"), started_by=options.by.get_username(), is_listed=False
    )
    given = {"by": options.by, "publishes": options.publish, "reason": options.reason}
    found = FigureImport.objects.create(
        name=name[:200], text=text, decimal=options.decimal, check_batch=batch, **given
    )
    list_figures.enqueue(found.pk)
    return found


@transaction.atomic
def run(found: FigureImport) -> FigureImport:
    """Let tasks bring in what was found sound. A second time nothing happens."""
    rows = FigureImport.objects.select_for_update(of=("self",)).defer("text")
    found = rows.get(pk=found.pk)
    if found.run_batch_id is None and found.is_sound:
        title, started_by = _("Import of figures"), found.check_batch.started_by
        found.run_batch = Batch.objects.create(title=title, started_by=started_by, is_listed=False)
        found.save(update_fields=["run_batch"])
        list_import.enqueue(found.pk)
    return found


def _options(found) -> Options:
    return Options(found.by, found.publishes, found.reason, found.decimal)


@task(queue_name="slow")
def list_figures(pk):
    found = FigureImport.objects.filter(pk=pk, check_batch__is_listed=False).first()
    if found is None:
        return
    rows = figures_of(read(found.text), _options(found))
    for row in rows:
        row.file = found

    def add(rows):
        ImportedFigure.objects.bulk_create(rows)
        return [(row.pk, str(row)) for row in rows]

    _list(found.check_batch_id, rows, add, check, found)


@task(queue_name="slow")
def list_import(pk):
    found = FigureImport.objects.filter(pk=pk).defer("text").first()
    if found is not None:
        checked = BatchItem.objects.filter(batch=found.check_batch_id).order_by("pk")
        rows = list(checked.values_list("key", "label"))
        _list(found.run_batch_id, rows, list, bring_in, found)


def _list(batch_pk, rows, add, following, found):
    """Some at a time, so that nobody waits for all of them.

    `add` gives key and label of each. A task that was killed begins again; of two at once the one
    stops that finds rows of the other.
    """
    with transaction.atomic():
        if (batch := _unlisted(batch_pk)) is None:
            return
        batch.items.all().delete()
        if batch_pk == found.check_batch_id:
            found.figures.all().delete()
    for start in in_turns(range(0, len(rows), INSERTED_AT_ONCE)):
        with transaction.atomic():
            batch = _unlisted(batch_pk)
            if batch is None or batch.items.count() != start:
                return
            items = add(rows[start : start + INSERTED_AT_ONCE])
            BatchItem.objects.bulk_create(
                BatchItem(batch=batch, key=key, label=label) for key, label in items
            )
    with transaction.atomic():
        batch = _unlisted(batch_pk)
        if batch and batch.items.count() == len(rows):
            batch.is_listed = True
            batch.save(update_fields=["is_listed"])
            following.enqueue(found.pk, 0)


def _unlisted(batch_pk) -> Batch | None:
    """Locked."""
    return Batch.objects.select_for_update().filter(pk=batch_pk, is_listed=False).first()


@task(queue_name="slow")
def check(pk, after):
    """Do with each figure what its import will do, and take it back."""
    _go_on(pk, after, "check_batch_id", check, dry_run=True)


@task(queue_name="slow")
def bring_in(pk, after):
    _go_on(pk, after, "run_batch_id", bring_in, dry_run=False)


def _go_on(pk, after, batch, following, *, dry_run):
    """With the next figures, then with those after them: in order, as some supersede others."""
    found = FigureImport.objects.select_related("by").defer("text").filter(pk=pk).first()
    rows = found.figures.in_order().filter(pk__gt=after)[:CHUNK] if found else []
    if not rows:
        return
    by_pk, options = {row.pk: row for row in rows}, _options(found)

    def do(key):
        if not found.may_run():
            raise ValidationError(_("Whoever asked for it may not do it any more."))
        bring_in_one(by_pk[key], options, dry_run=dry_run)

    perform(getattr(found, batch), list(by_pk), do)
    following.enqueue(pk, max(by_pk))
