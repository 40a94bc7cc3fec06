"""The scopes of the figures become the list of scopes, and periods end on their last day."""

from django.db import migrations

from facts.immutability import let_rewrite
from facts.rules.dating import Precision

NAMED = [Precision.MONTH, Precision.QUARTER, Precision.YEAR]


def list_scopes(apps, schema_editor):
    alias = schema_editor.connection.alias
    Fact, Scope = (apps.get_model("facts", name) for name in ("Fact", "Scope"))
    listed = {}
    names = Fact.objects.using(alias).exclude(scope="").values_list("scope", flat=True)
    for name in names.order_by("scope").distinct():
        if name.lower() not in listed:
            listed[name.lower()] = Scope.objects.using(alias).create(name=name)
    for scope in listed.values():
        _own, _comma, around = scope.name.lower().partition(", ")
        scope.parent = listed.get(around)
        scope.save()


def move_to_last_days(apps, schema_editor):
    """Where the same claim stands on that day already, both stay as they are."""
    alias = schema_editor.connection.alias
    Fact = apps.get_model("facts", "Fact")
    said = ("company", "metric", "scope", "basis", "comparator", "text", "amount", "value_state")
    for fact in Fact.objects.using(alias).filter(as_of_precision__in=NAMED).iterator():
        last = Precision(fact.as_of_precision).span(fact.as_of).last
        same = {name: getattr(fact, name) for name in said} | {"as_of": last}
        if last != fact.as_of and not Fact.objects.using(alias).filter(**same).exists():
            Fact.objects.using(alias).filter(pk=fact.pk).update(as_of=last)


def say_as_before(apps, schema_editor):
    """What the former columns cannot hold becomes the nearest that they can, or words."""
    facts = apps.get_model("facts", "Fact").objects.using(schema_editor.connection.alias)
    facts.filter(comparator="range").update(comparator="gte", upper_amount=None)
    facts.filter(basis="projected").update(basis="estimated")
    facts.filter(as_of_precision__in=["half", "fiscal"]).update(as_of_precision="day")
    # Both constraints look at the state and the text together.
    for state in ("none", "unknown", "undisclosed"):
        facts.filter(value_state=state).update(value_state="value", text=state)


class Migration(migrations.Migration):

    dependencies = [("facts", "0002_claims")]

    operations = [
        migrations.RunPython(let_rewrite, migrations.RunPython.noop),
        migrations.RunPython(list_scopes, say_as_before),
        migrations.RunPython(move_to_last_days, let_rewrite),
    ]
