"""A room reaches only lower rows: not sideways, not upward, not lazily, not by name.

Within a room, a package imports only from the packages before it.
"""

import textwrap
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests import architecture
from tests.architecture import (
    ALLOWED,
    CHECKED,
    COMMON_PACKAGES,
    PARTS,
    ROWS,
    refused,
    refused_within,
    wrong_inner_imports,
    wrong_reaches,
)
from tests.browser.tools import LOOKED_AT_ONCE

pytestmark = LOOKED_AT_ONCE


def project_apps():
    return [
        config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
    ]


def test_every_app_of_the_project_has_a_row():
    assert {config.label for config in project_apps()} <= set(ROWS)


def test_every_package_at_the_top_has_a_row():
    packages = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")}
    assert packages <= set(ROWS)


def test_no_room_reaches_sideways_or_upward():
    assert refused() == []


def test_every_way_round_the_rows_that_is_allowed_still_occurs():
    found = {
        (reach.room, reach.name)
        for room in CHECKED
        for reach in wrong_reaches(architecture.BASE_DIR, room)
    }
    assert set(ALLOWED) - found == set(), "Take what is gone out of ALLOWED."


def test_every_package_of_a_room_has_a_place_among_its_parts():
    packages = {
        (path.parent.parent.name, path.parent.name)
        for room in CHECKED
        for path in (settings.BASE_DIR / room).glob("*/__init__.py")
        if path.parent.name not in COMMON_PACKAGES
    }
    placed = {(room, part) for room, parts in PARTS.items() for part in parts}
    assert packages - placed == set(), "Name them in PARTS, after the parts they import from."


def test_every_part_of_a_room_exists():
    missing = [
        f"{room}.{part}"
        for room, parts in PARTS.items()
        for part in parts
        if not (settings.BASE_DIR / room / part).is_dir()
        and not (settings.BASE_DIR / room / f"{part}.py").exists()
    ]
    assert missing == [], "Take what is gone out of PARTS."


def test_no_part_of_a_room_imports_a_later_one():
    assert refused_within() == []


def test_no_relation_points_sideways_or_upward():
    wrong = [
        f"{field} -> {target._meta.label}"
        for config in project_apps()
        for model in config.get_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if (target := field.related_model) and target._meta.app_label in ROWS
        if target._meta.app_label != config.label
        if ROWS[target._meta.app_label] >= ROWS[config.label]
    ]
    assert wrong == []


def test_no_migration_depends_sideways_or_upward():
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    wrong = [
        f"{room}.{name} depends on {other}"
        for (room, name), migration in loader.disk_migrations.items()
        for other, _ in migration.dependencies
        if room in ROWS and other in ROWS and other != room and ROWS[other] >= ROWS[room]
    ]
    assert wrong == []


@pytest.fixture
def plant(tmp_path):
    """Write modules into rooms of their own: `plant(facts="import articles")`."""

    def write(**sources):
        for room, source in sources.items():
            (tmp_path / room).mkdir(exist_ok=True)
            (tmp_path / room / "planted.py").write_text(textwrap.dedent(source))
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("from articles.models import Article", True),
        ("import articles.models", True),
        ("from ..articles import models", True),
        ("def later():\n    from comments import models", True),
        ("model = apps.get_model('articles', 'Article')", True),
        ("model = apps.get_model('articles.Article')", True),
        ("view = import_string('pages.views.home')", True),
        ("from config import settings", True),
        ("from core.models import Slugged", False),
        ("from companies.models import Company", False),
        ("from . import models", False),
        ("from .models import articles", False),
        ("from django.conf import settings", False),
        ("import articlesque", False),
        ("title = gettext('articles.article')", False),
        ("SHOWN_BY = {'fact': 'articles.Article'}", True),
        ("SHOWN_AT = ['articles:detail']", True),
        ("SHOWN_AT = ['companies:detail']", False),
        ("user.has_perm('articles.change_article')", False),
    ],
)
def test_planted_import_is_caught_only_when_it_points_up(plant, source, caught):
    root = plant(facts=source)
    assert bool(wrong_reaches(root, "facts")) is caught


MODELS_ABOVE = """
class Use(models.Model):
    fact = models.ForeignKey("facts.Fact", related_name="quotations")
    by = models.ForeignKey(User, related_name="+")

class Scan(models.Model):
    fact = models.OneToOneField(Fact)
"""


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("Fact.objects.select_related('quotations__article')", "quotations"),
        ("Fact.objects.prefetch_related(Prefetch('quotations', to_attr='shown'))", "quotations"),
        ("joined = 'metric', 'quotations'\nFact.objects.select_related(*joined)", "quotations"),
        ("Fact.objects.filter(quotations__is_live=True)", "quotations"),
        ("Fact.objects.filter(Q(metric=1) | Q(scan__isnull=False))", "scan"),
        ("Company.objects.values('facts__quotations')", "quotations"),
        ("Fact.objects.order_by('-scan__at')", "scan"),
        ("class FactAdmin:\n    list_select_related = ['scan']", "scan"),
        ("Fact.quotations.rel.related_model.objects", "quotations"),
        ("Fact._meta.get_field('scan').related_model.objects", "scan"),
        ("self.model._meta.get_field('quotations').related_model", "quotations"),
        ("fact.quotations.published()", None),
        ("Fact.objects.select_related('metric')", None),
        ("Fact.references.rel.related_model", None),
        ("class Old:\n    scan = models.TextField()\nOld.objects.filter(scan='')", None),
    ],
)
def test_planted_relation_is_caught_only_when_a_room_above_declares_it(plant, source, caught):
    root = plant(facts=source, articles=MODELS_ABOVE)
    assert [reach.name for reach in wrong_reaches(root, "facts")] == ([caught] if caught else [])


def test_sideways_import_is_caught(plant):
    (reach,) = wrong_reaches(plant(ads="import audience"), "ads")
    assert str(reach).startswith("ads/planted.py:1 imports audience: sideways")


def test_upward_import_is_refused_with_the_way_out(plant):
    (reach,) = refused(plant(facts="from articles.models import Article"))
    assert "from facts (row 3) to articles (row 4)" in str(reach)
    assert "related_name" in str(reach)


@pytest.fixture
def plant_in_prose(tmp_path):
    """Write a module into `facts.prose`, in a room that has some of its parts."""

    def write(source):
        for part in ("rules", "prose", "admin"):
            (tmp_path / "facts" / part).mkdir(parents=True)
        (tmp_path / "facts" / "urls.py").write_text("from facts.admin import forms")
        (tmp_path / "facts" / "prose" / "planted.py").write_text(source)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("from facts.admin.forms import FactForm", True),
        ("from facts import admin", True),
        ("import facts.admin", True),
        ("from .. import admin", True),
        ("from ..admin import forms", True),
        ("def later():\n    from facts.admin import forms", True),
        ("form = import_string('facts.admin.forms.FactForm')", True),
        ("from facts import urls", True),
        ("from facts.rules import dating", False),
        ("from ..rules import dating", False),
        ("from facts import rules", False),
        ("from facts.prose import filling", False),
        ("from . import admin", False),
        ("from companies import admin", False),
        ("from django.contrib import admin", False),
    ],
)
def test_planted_import_within_a_room_is_caught_only_when_it_points_up(
    plant_in_prose, source, caught
):
    assert bool(list(wrong_inner_imports(plant_in_prose(source), "facts"))) is caught


def test_import_within_a_room_is_refused_with_the_way_out(plant_in_prose):
    (reach,) = wrong_inner_imports(plant_in_prose("import facts.admin"), "facts")
    assert str(reach).startswith(
        "facts/prose/planted.py:1 imports facts.admin: within facts, prose"
    )
    assert "PARTS in tests/architecture.py" in str(reach)
