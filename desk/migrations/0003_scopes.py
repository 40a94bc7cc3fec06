"""Who may read and keep the metrics may read and keep the list of scopes, too."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

PERMISSIONS = {
    "Editor": ["view_scope", "add_scope", "change_scope", "delete_scope"],
    "Writer": ["view_scope"],
}


def give_permissions(apps, schema_editor):
    alias = schema_editor.connection.alias
    # Django makes them after all migrations have run; the groups need them now.
    config = apps.get_app_config("facts")
    config.models_module = True
    create_permissions(config, using=alias, apps=apps, verbosity=0)
    config.models_module = None
    Group = apps.get_model("auth", "Group")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for name, codenames in PERMISSIONS.items():
        group, _is_new = Group.objects.using(alias).get_or_create(name=name)
        chosen = permissions.filter(content_type__app_label="facts", codename__in=codenames)
        group.permissions.add(*chosen)


class Migration(migrations.Migration):

    dependencies = [("desk", "0002_groups"), ("facts", "0003_scopes_and_ends")]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
