"""A room imports only from lower rows: not sideways, not upward, not lazily, not by name."""

import ast
import textwrap
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

ROWS = {
    "core": 0,
    "images": 1,
    "accounts": 1,
    "companies": 2,
    "facts": 3,
    "articles": 4,
    "comments": 5,
    "audience": 5,
    "ads": 5,
    "pages": 6,
    "search": 6,
    "api": 6,
    "desk": 6,
    "corrections": 6,
    "config": 7,
    "tests": 8,
    "bench": 8,
}
NAMED_IMPORTS = {"get_model", "import_module", "import_string", "__import__"}


def imported_names(tree, package):
    """Every dotted name a module imports at any depth, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                base = package[: len(package) - level + 1] if level else []
                yield ".".join([*base, *([module] if module else [])]), node.lineno
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
                if getattr(func, "attr", getattr(func, "id", None)) in NAMED_IMPORTS:
                    yield name, node.lineno


def wrong_imports(root, room):
    """Imports in a room that do not point to a lower row. Its tests may use any room."""
    for path in sorted((root / room).rglob("*.py")):
        package = path.relative_to(root).parent.parts
        if "tests" in package:
            continue
        for name, line in imported_names(ast.parse(path.read_text()), list(package)):
            other = name.split(".")[0]
            if other in ROWS and other != room and ROWS[other] >= ROWS[room]:
                yield f"{path.relative_to(root)}:{line} imports {name}"


def project_apps():
    return [
        config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
    ]


def test_every_app_of_the_project_has_a_row():
    assert {config.label for config in project_apps()} <= set(ROWS)


def test_every_package_at_the_top_has_a_row():
    packages = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")}
    assert packages <= set(ROWS)


def test_no_room_imports_sideways_or_upward():
    rooms = [room for room in ROWS if room != "tests"]
    assert [wrong for room in rooms for wrong in wrong_imports(settings.BASE_DIR, room)] == []


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
        ("title = gettext('articles.Article')", False),
    ],
)
def test_planted_import_is_caught_only_when_it_points_up(tmp_path, source, caught):
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "planted.py").write_text(textwrap.dedent(source))
    assert bool(list(wrong_imports(tmp_path, "facts"))) is caught


def test_sideways_import_is_caught(tmp_path):
    (tmp_path / "ads").mkdir()
    (tmp_path / "ads" / "planted.py").write_text("import audience")
    assert list(wrong_imports(tmp_path, "ads")) == ["ads/planted.py:1 imports audience"]
