"""The desk's three groups and what each may do."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROOMS = ["images", "companies", "facts", "articles", "comments", "audience", "ads", "desk"]
APPS = [*ROOMS, "taskqueue"]

# Rooms of which a group may do everything.
WHOLE_ROOMS = {
    "Editor": ["images", "companies", "facts", "articles", "comments", "ads", "desk"],
}
PERMISSIONS = {
    "Writer": {
        "images": ["view_picture", "add_picture"],
        "companies": [
            "view_company", "view_companyalias", "view_industry", "view_technology",
        ],
        "facts": [
            "view_fact", "add_fact", "view_reference", "add_reference", "view_source",
            "add_source", "view_metric", "view_techuse", "view_techusereference",
        ],
        "articles": [
            "view_article", "add_article", "change_article", "view_revision", "add_revision",
            "view_byline", "add_byline", "change_byline", "delete_byline",
            "view_listentry", "add_listentry", "change_listentry", "delete_listentry",
            "view_section", "view_topic", "add_topic", "view_author",
        ],
        "comments": ["view_comment", "view_discussion"],
        "audience": ["view_audience", "view_dailyviews"],
    },
    "Editor": {
        "audience": ["view_audience", "view_dailyviews"],
        "taskqueue": ["view_batch", "view_queuedtask"],
    },
    "Moderator": {
        "companies": ["view_company"],
        "comments": [
            "view_comment", "add_comment", "change_comment", "moderate_comment",
            "view_discussion", "change_discussion",
            "view_ban", "add_ban", "change_ban", "delete_ban",
            "view_wordrule", "add_wordrule", "change_wordrule", "delete_wordrule",
        ],
    },
}


def make_groups(apps, schema_editor):
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, rooms in PERMISSIONS.items():
        group, _is_new = Group.objects.using(alias).get_or_create(name=name)
        permissions = Permission.objects.using(alias)
        chosen = permissions.filter(
            content_type__app_label__in=WHOLE_ROOMS.get(name, [])
        )
        for room, codenames in rooms.items():
            chosen |= permissions.filter(
                content_type__app_label=room, codename__in=codenames
            )
        # Others may have been here first: rooms of this row give theirs themselves.
        group.permissions.add(*chosen)


def make_permissions(apps, alias):
    """Django makes them after all migrations have run; the groups need them now."""
    for room in APPS:
        config = apps.get_app_config(room)
        config.models_module = True
        create_permissions(config, using=alias, apps=apps, verbosity=0)
        config.models_module = None


def remove_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=PERMISSIONS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0001_initial"),
        *[(app, "0001_initial") for app in APPS],
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
