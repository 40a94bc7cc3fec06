from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("group", "may", "may_not"),
    [
        (
            "Writer",
            ["articles.add_article", "articles.change_article", "images.add_picture"],
            [
                "articles.publish_article",
                "articles.delete_article",
                "articles.change_section",
                "comments.moderate_comment",
                "facts.change_fact",
                "ads.view_ad",
                "accounts.view_user",
            ],
        ),
        (
            "Editor",
            [
                "articles.publish_article",
                "articles.change_section",
                "companies.change_company",
                "facts.change_fact",
                "comments.moderate_comment",
                "ads.change_ad",
                "audience.view_audience",
            ],
            ["accounts.view_user", "accounts.change_user", "auth.change_group"],
        ),
        (
            "Moderator",
            ["comments.moderate_comment", "comments.change_discussion"],
            ["comments.delete_comment", "articles.view_article", "articles.change_article"],
        ),
    ],
)
def test_group_may_do_its_work_and_no_more(group, may, may_not):
    user = UserFactory(groups=[group])
    assert [name for name in may if not user.has_perm(name)] == []
    assert [name for name in may_not if user.has_perm(name)] == []


def test_every_permission_that_the_migration_names_exists():
    migration = MigrationLoader(connection).get_migration("desk", "0002_groups")
    module = __import__(type(migration).__module__, fromlist=["PERMISSIONS"])
    for name, rooms in module.PERMISSIONS.items():
        permissions = Group.objects.get(name=name).permissions
        for room, codenames in rooms.items():
            held = permissions.filter(content_type__app_label=room, codename__in=codenames)
            assert set(held.values_list("codename", flat=True)) == set(codenames)


def test_groups_go_and_come_with_their_migration():
    migration = MigrationLoader(connection).get_migration("desk", "0002_groups")
    [operation] = migration.operations
    state = MigrationLoader(connection).project_state(("desk", "0002_groups"))
    # As the executor runs them, but for the schema, which SQLite changes outside transactions only.
    editor = SimpleNamespace(connection=connection)
    operation.reverse_code(state.apps, editor)
    assert not Group.objects.exists()
    operation.code(state.apps, editor)
    assert set(Group.objects.values_list("name", flat=True)) == {"Writer", "Editor", "Moderator"}
