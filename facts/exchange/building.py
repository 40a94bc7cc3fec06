"""Unsaved facts from the lines of a file."""

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from facts.exchange.csv_lines import Line
from facts.exchange.dates import parse_period
from facts.exchange.on_record import MOST_LETTERS, OnRecord
from facts.exchange.one_line import parse_value
from facts.models import Fact
from facts.rules.public_ids import is_possible

STATES = ("", "draft", "published", "withdrawn")


def build_fact(line: Line, record: OnRecord, decimal: str) -> Fact:
    """`decimal` is the sign before the decimals. Raises ValidationError or Unreadable."""
    _refuse_long_cells(line)
    company, metric = _company_and_metric(line, record)
    _check_state_and_unit(line, metric)
    if not line["value"]:
        raise ValidationError(_("The value is missing."))
    fact = Fact(
        company=company,
        metric=metric,
        scope=record.scope_of(line),
        basis=line["basis"] or Fact.Basis.REPORTED,
        **asdict(parse_value(line["value"], metric, decimal)),
        **parse_period(line["as_of"])._asdict(),
    )
    if line["comparator"]:
        fact.comparator = line["comparator"]
    if line["id"]:
        fact.public_id = _checked_id(line["id"], record)
    fact.clean_fields(exclude=["company", "metric", "supersedes", "verified_by"])
    return fact


def _refuse_long_cells(line):
    """What no value and no date is as long as is not read."""
    for column in ("value", "as_of"):
        if len(line[column]) > MOST_LETTERS:
            message = _("That is too long for %(column)s: %(most)d letters at most.")
            raise ValidationError(message % {"column": column, "most": MOST_LETTERS})


def _company_and_metric(line, record):
    company, metric = record.companies.get(line["company"]), record.metrics.get(line["metric"])
    if company is None:
        raise ValidationError(_("No company has the address “%s”.") % line["company"][:80])
    if metric is None:
        raise ValidationError(_("No metric has the key “%s”.") % line["metric"][:80])
    return company, metric


def _check_state_and_unit(line, metric):
    if line["state"] not in STATES:
        raise ValidationError(_("The state is draft, published or withdrawn, or empty."))
    if line["unit"] and line["unit"] != metric.unit:
        message = _("“%(metric)s” is counted in %(unit)s, not in %(other)s.")
        names = {"metric": metric, "unit": metric.unit or "–", "other": line["unit"][:40]}
        raise ValidationError(message % names)


def _checked_id(public_id, record) -> str:
    if public_id not in record.by_id and not is_possible(public_id):
        message = _("“%s” is no id of a figure, it is mistyped: leave it empty for a new one.")
        raise ValidationError(message % public_id[:40])
    return public_id
