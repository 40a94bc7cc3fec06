"""System checks: nothing that pages show is forgotten, and no key is misspelt."""

import ast
import difflib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import Error
from django.urls import get_resolver

from core.pagestore import declaring, tracking
from core.pagestore.keys import names, unknown_names


def rooms():
    """The project's own apps, whose models its pages may show."""
    return [
        app
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR) and ".venv" not in app.path
    ]


def check_models(app_configs, **kwargs):
    models = [model for room in rooms() for model in room.get_models(include_auto_created=True)]
    return [untracked(model) for model in models if not is_accounted_for(model)]


def is_accounted_for(model) -> bool:
    if owner := model._meta.auto_created:
        return model in tracking.linked or owner in tracking.unshown
    return model in tracking.tracked or model in tracking.unshown


def untracked(model):
    name, room = model.__name__, model._meta.app_config.name.replace(".", "/")
    verb = f"track_links({name}, …)" if model._meta.auto_created else f"track({name}, …)"
    return Error(
        f"Nobody says which pages show {model._meta.label}: they would stay stale.",
        hint=f"In {room}/pagekeys.py, {verb} with the keys of those pages, or on_no_page({name}).",
        obj=model,
        id="pagestore.E001",
    )


def check_keys(app_configs, **kwargs):
    # Importing every view declares its pages.
    _patterns = get_resolver().url_patterns
    used = [*declaring.declared, *(found for room in rooms() for found in keys_written_in(room))]
    return [unknown(name, place) for keys, place in used for name in unknown_names(keys)]


def unknown(name, place):
    like = difflib.get_close_matches(name, names, n=1)
    meant = f"Write {like[0]!r} if that is meant. " if like else ""
    return Error(
        f"{place}: no room declares the page key {name!r}.",
        hint=f"{meant}A new name is declared with declare() in the pagekeys.py of the room whose "
        "rows it names.",
        id="pagestore.E002",
    )


def keys_written_in(room):
    """The keys that a room's modules write out, each with its place."""
    for path in sorted(Path(room.path).rglob("*.py")):
        if "tests" in path.parts:
            continue
        source = path.read_text()
        if path.name == "pagekeys.py" or "made_of(" in source:
            yield from keys_in(ast.parse(source), path, is_whole=path.name == "pagekeys.py")


def keys_in(tree, path, *, is_whole):
    """Those that made_of() and changed() are given; of a whole pagekeys.py also "name:{…}"."""
    for node in ast.walk(tree):
        if is_whole and isinstance(node, ast.JoinedStr):
            keys = [node]
        elif isinstance(node, ast.Call) and called(node) in ("made_of", "changed"):
            keys = node.args
        else:
            continue
        if found := [key for key in map(written, keys) if key]:
            yield found, f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}"


def called(node) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def written(node) -> str:
    """A constant string; of an f-string what comes before its first value, if that is a name."""
    match node:
        case ast.Constant(value=str(key)):
            return key
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if start[
            :-1
        ].isidentifier():
            return start if start.endswith(":") else ""
    return ""
