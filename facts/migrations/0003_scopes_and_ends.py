"""The scopes of the figures become the list of scopes, and periods end on their last day."""

from django.db import migrations

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
    if schema_editor.connection.vendor == "postgresql":
        # It comes back when all migrations have run; SQLite has lost it with the former table.
        schema_editor.execute("DROP TRIGGER IF EXISTS facts_fact_immutable ON facts_fact")
    said = ("company", "metric", "scope", "basis", "comparator", "text", "amount", "value_state")
    for fact in Fact.objects.using(alias).filter(as_of_precision__in=NAMED).iterator():
        last = Precision(fact.as_of_precision).span(fact.as_of).last
        same = {name: getattr(fact, name) for name in said} | {"as_of": last}
        if last != fact.as_of and not Fact.objects.using(alias).filter(**same).exists():
            Fact.objects.using(alias).filter(pk=fact.pk).update(as_of=last)


class Migration(migrations.Migration):

    dependencies = [("facts", "0002_claims")]

    operations = [
        migrations.RunPython(list_scopes, migrations.RunPython.noop),
        migrations.RunPython(move_to_last_days, migrations.RunPython.noop),
    ]
