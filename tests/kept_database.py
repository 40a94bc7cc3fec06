"""SQLite's test database: migrated once, kept under var/, and copied for each run.

Its name is a hash of what decides about schema and reference rows, so that a change of models or
migrations makes another one; a run writes into its copy alone.
"""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connections

from tests.architecture import CHECKED, imported_names, nodes, source_files

KEPT_DIR = settings.VAR_DIR / "test-databases"
DECIDING = ("migrations", "models", "models.py", "apps.py")


def deciding_files(root):
    """Models, migrations and apps; what migrations and apps import, as triggers are made there."""
    files = {*root.glob("requirements*.txt"), *root.glob("config/settings*.py")}
    for room in CHECKED:
        for path in source_files(root, room):
            if {*DECIDING} & {*path.relative_to(root).parts}:
                files.add(path)
            if "migrations" in path.parts or path.name == "apps.py":
                files |= set(imported_files(root, path))
    return sorted(files)


def imported_files(root, path):
    for name, _line in imported_names(nodes(path), path.relative_to(root).parent.parts):
        if name.split(".")[0] in CHECKED:
            # The last part is a module, or a name in one.
            modules = (module_file(root, name), module_file(root, name.rpartition(".")[0]))
            yield from filter(None, modules)


def module_file(root, module):
    path = root.joinpath(*module.split("."))
    return next(filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py")), None)


def kept_path(root=settings.BASE_DIR) -> Path:
    digest = hashlib.sha256()
    for path in deciding_files(root):
        digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return KEPT_DIR / f"{digest.hexdigest()[:16]}.sqlite3"


def can_be_kept() -> bool:
    return list(connections) == ["default"] and connections["default"].vendor == "sqlite"


def use(kept):
    """Copy it to where this run's database stands, and connect to that."""
    connection = connections["default"]
    connection.close()
    name = connection.settings_dict["TEST"]["NAME"]
    shutil.copyfile(kept, name)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def keep(kept):
    """Copy the database of this run, as the migrations left it; earlier ones are dropped."""
    KEPT_DIR.mkdir(exist_ok=True)
    written = settings.TEST_DIR / "kept.sqlite3"
    with closing(sqlite3.connect(connections["default"].settings_dict["NAME"])) as database:
        database.execute("VACUUM INTO ?", [str(written)])
    for former in KEPT_DIR.glob("*.sqlite3"):
        former.unlink(missing_ok=True)
    # Renamed, so that a run that starts meanwhile finds a whole one.
    arriving = kept.with_suffix(f".{os.getpid()}")
    shutil.move(written, arriving)
    arriving.rename(kept)
