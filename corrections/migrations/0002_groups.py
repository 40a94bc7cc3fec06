"""Who may publish articles may publish their corrections, too."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

PERMISSIONS = {
    "Editor": ["add_correction", "view_correction", "redact_correction"],
    "Moderator": ["view_correction"],
}


def give_permissions(apps, schema_editor):
    alias = schema_editor.connection.alias
    # Django makes them after all migrations have run; the groups need them now.
    config = apps.get_app_config("corrections")
    config.models_module = True
    create_permissions(config, using=alias, apps=apps, verbosity=0)
    config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in PERMISSIONS.items():
        group, _is_new = Group.objects.using(alias).get_or_create(name=name)
        group.permissions.add(
            *Permission.objects.using(alias).filter(
                content_type__app_label="corrections", codename__in=codenames
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("corrections", "0001_initial"),
    ]

    operations = [migrations.RunPython(give_permissions, migrations.RunPython.noop)]
