"""Which room reaches which, and which part of a room: read from the source alone, without Django.

`make check` runs it as a command; `tests/test_architecture.py` holds it and tries it on planted
code. `docs/architecture.md` tells what a room may do instead of reaching up.
"""

import ast
import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

BASE_DIR = Path(__file__).resolve().parent.parent
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
    "desk": 6,
    "corrections": 6,
    "config": 7,
    "demo": 7,
    "tests": 8,
    "bench": 8,
}
CHECKED = [room for room in ROWS if room != "tests"]

# The parts of a room, lowest first: its packages, and the modules of its root that they use. Each
# imports only from those before it. The rest of the root (apps, urls, commands) joins them; no part
# imports it.
PARTS = {
    "core": [
        *("validators", "text", "fields", "models", "db", "housekeeping", "logs", "web"),
        *("fragments", "prose", "taskqueue", "pagestore"),
    ],
    "facts": [
        *("rules", "querysets", "models", "publishing", "naked", "prose", "reading", "open"),
        *("review", "exchange", "admin"),
    ],
    "articles": [
        *("coverage", "validators", "labels", "querysets", "models", "listing"),
        *("related", "pagekeys", "housekeeping", "checks", "publishing", "pages", "admin"),
    ],
    "comments": [
        *("kinds", "querysets", "models", "subjects", "threads", "matters", "people"),
        *("mail", "screening", "forms", "feeds", "writing", "views", "admin"),
    ],
    "corrections": [
        *("durations", "differences", "querysets", "models"),
        *("publishing", "proposals", "reading", "admin"),
    ],
    "images": ["renditions", "uploads", "uses", "models", "addresses", "forms", "admin"],
    "desk": ["models", "mail", "navigation", "planner", "today", "finding"],
}
# Packages that any room may have, and that need no place among its parts.
COMMON_PACKAGES = {"management", "migrations", "models", "templatetags", "tests"}

NAMED_IMPORTS = {"get_model", "import_module", "import_string", "__import__"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
# Calls that take names of relations as strings, and as the names of keyword arguments.
JOINS = {
    "select_related", "prefetch_related", "prefetch_related_objects", "Prefetch", "values",
    "values_list", "order_by", "only", "defer", "F", "OuterRef", "Count", "Sum", "Max", "Min",
}  # fmt: skip
LOOKUPS = {"filter", "exclude", "get", "Q", "When", "get_object_or_404", "aggregate"}
ADMIN_JOINS = {"list_select_related", "search_fields", "list_filter", "ordering", "list_display"}

# Known ways round the rows, each until it is taken away. (room, what it names): why it stands.
SHOWS_FIGURES = "the list of companies shows and filters by facts, and its view stands here"
ALLOWED = {
    ("companies", "facts"): SHOWS_FIGURES,
    ("companies", "tech_uses"): SHOWS_FIGURES,
    ("companies", "uses"): SHOWS_FIGURES,
    ("facts", "uses"): "a pair that contradicts shows the sentences that quote it",
}


class Reach(NamedTuple):
    """One place where a room names something of another."""

    path: str
    line: int
    how: str
    name: str
    other: str

    @property
    def room(self):
        return self.path.split("/")[0]

    @property
    def is_wrong(self):
        return self.other != self.room and ROWS[self.other] >= ROWS[self.room]

    @property
    def is_allowed(self):
        return (self.room, self.name) in ALLOWED

    def __str__(self):
        direction = "sideways" if ROWS[self.other] == ROWS[self.room] else "upward"
        return (
            f"{self.path}:{self.line} {self.how} {self.name}: {direction}, from {self.room} "
            f"(row {ROWS[self.room]}) to {self.other} (row {ROWS[self.other]}).\n"
            f"    {REMEDIES[self.how].format(other=self.other)}"
        )


REMEDIES = {
    "imports": (
        "Move the code into {other} or a room above it, ask through the relation's related_name, "
        "or let config/ join the two (README.md, Rooms)."
    ),
    "names": (
        "A dotted or url name is an import by string: let {other} do it, or pass the value in."
    ),
    "joins": (
        "A lookup by string knows the other room's models. Put the queryset method into {other}, "
        "which may name both, and ask that through related_name."
    ),
    "borrows": (
        "This fetches a model of {other} round the imports. Put the queryset method into {other}, "
        "which may name both."
    ),
}


def source_files(root, room):
    """A room's modules but for its tests, which may use any room."""
    for path in sorted((root / room).rglob("*.py")):
        if "tests" not in path.relative_to(root).parts:
            yield path


@cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text())))


def imported_names(nodes, package):
    """Every dotted name a module imports at any depth, with its line."""
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                for alias in names:
                    yield ".".join([*base, *filter(None, [module]), alias.name]), node.lineno
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
                if called(func) in NAMED_IMPORTS:
                    yield name, node.lineno


def called(func):
    return getattr(func, "attr", getattr(func, "id", None))


def imports(root, room):
    for path in source_files(root, room):
        name = path.relative_to(root)
        for imported, line in imported_names(nodes(path), name.parent.parts):
            if (other := imported.split(".")[0]) in ROWS:
                yield Reach(str(name), line, "imports", imported, other)


class Declared(NamedTuple):
    """What the models of a room call their fields; by name on the far side, the models there."""

    own: set
    reverse: dict


@cache
def declared(root, room):
    own, reverse = set(), defaultdict(set)
    for path in source_files(root, room):
        if "migrations" in path.parts:
            continue
        for node in nodes(path):
            match node:
                case ast.ClassDef():
                    own |= set(class_names(node))
                    for call in relations(node):
                        if name := reverse_name(node, call):
                            reverse[name].add(target_of(call))
                case ast.Call(func=func) if called(func) in ("annotate", "alias"):
                    own |= {keyword.arg for keyword in node.keywords}
    return Declared(own, reverse)


def class_names(node):
    for statement in node.body:
        match statement:
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def relations(node):
    for statement in node.body:
        match statement:
            case ast.Assign(value=ast.Call(func=func) as call) if called(func) in RELATIONS:
                yield call


def target_of(call):
    """The model's bare name; None for `self` and settings."""
    match call.args[:1]:
        case [ast.Name(id=name)]:
            return name
        case [ast.Constant(value=str(label))]:
            return label.split(".")[-1]


def reverse_name(node, call):
    """What lookups call the relation on the far side; None where it has no name."""
    for keyword in call.keywords:
        if keyword.arg == "related_name" and isinstance(keyword.value, ast.Constant):
            name = keyword.value.value
            return None if name.endswith("+") else name
    return node.name.lower()


@cache
def names_from_above(root, room):
    """Reverse names that rooms above declare, and which: a name of the room's own wins."""
    above, ambiguous = relations_from_above(root, room), set()
    for other in CHECKED:
        if other == room or ROWS[other] < ROWS[room]:
            names = declared(root, other)
            ambiguous |= names.own | set(names.reverse)
    return {name: other for (_, name), other in reversed(above.items()) if name not in ambiguous}


@cache
def relations_from_above(root, room):
    """By model and reverse name, the room above that declares it."""
    return {
        (target, name): other
        for other in CHECKED
        if other != room and ROWS[other] >= ROWS[room]
        for name, targets in declared(root, other).reverse.items()
        for target in targets
    }


def strings(found, assigned):
    """Constants among some nodes; in tuples, lists and variables of the module among them, too."""
    for node in found:
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner):
                yield from strings(inner, assigned)
            case ast.Starred(value=inner):
                yield from strings([inner], assigned)
            case ast.Name(id=name):
                yield from strings(assigned.get(name, ()), {})


def assignments(nodes):
    assigned = defaultdict(list)
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned[name].append(value)
    return assigned


def joined_names(nodes):
    """Each lookup path that is written as a string or a keyword, with its line."""
    assigned = assignments(nodes)
    for node in nodes:
        match node:
            case ast.Call(func=func) if called(func) in JOINS | LOOKUPS:
                if called(func) in JOINS:
                    yield from ((text, node.lineno) for text in strings(node.args, assigned))
                yield from ((keyword.arg, node.lineno) for keyword in node.keywords if keyword.arg)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in ADMIN_JOINS:
                yield from ((text, node.lineno) for text in strings([value], assigned))


def joins(root, room):
    above = names_from_above(root, room)
    for path in source_files(root, room):
        for lookup, line in joined_names(nodes(path)):
            for part in lookup.lstrip("-^=@").split("__"):
                if part in above:
                    yield Reach(str(path.relative_to(root)), line, "joins", part, above[part])


def borrowed_names(nodes):
    """Relations whose far model is fetched through them, as (model or None, name, line)."""
    for node in nodes:
        match node:
            case ast.Attribute(
                attr="related_model",
                value=ast.Attribute(attr="rel", value=ast.Attribute(attr=name, value=base)),
            ):
                yield base.id if isinstance(base, ast.Name) else None, name, node.lineno
            case ast.Attribute(
                attr="related_model",
                value=ast.Call(
                    func=ast.Attribute(attr="get_field", value=ast.Attribute(value=base)),
                    args=[ast.Constant(value=name)],
                ),
            ):
                yield base.id if isinstance(base, ast.Name) else None, name, node.lineno


def borrowings(root, room):
    exact, by_name = relations_from_above(root, room), names_from_above(root, room)
    for path in source_files(root, room):
        for model, name, line in borrowed_names(nodes(path)):
            if other := exact.get((model, name)) or by_name.get(name):
                yield Reach(str(path.relative_to(root)), line, "borrows", name, other)


DOTTED = re.compile(rf"({'|'.join(CHECKED)})(?:\.\w+)+")
URL_NAME = re.compile(rf"({'|'.join(CHECKED)}):[a-z][\w-]*")


def is_module_or_model(name, root):
    """A path to code or a model's label; not a permission, not a file's name."""
    room, first = name.split(".")[:2]
    place = root / room / first
    return first[0].isupper() or place.exists() or place.with_suffix(".py").exists()


def registrations(root, room):
    """Names in strings: dotted paths and model labels in a registry, url names."""
    for path in source_files(root, room):
        for node in nodes(path):
            match node:
                case ast.Constant(value=str(text)) if len(text) < 100:
                    found = DOTTED.fullmatch(text) or URL_NAME.fullmatch(text)
                    if found and (":" in text or is_module_or_model(text, root)):
                        name = str(path.relative_to(root))
                        yield Reach(name, node.lineno, "names", text, found[1])


def reaches(root, room):
    for read in (imports, joins, borrowings, registrations):
        yield from read(root, room)


def wrong_reaches(root, room):
    return [reach for reach in reaches(root, room) if reach.is_wrong]


def refused(root=BASE_DIR):
    wrong = (reach for room in CHECKED for reach in wrong_reaches(root, room))
    return [reach for reach in wrong if not reach.is_allowed]


class InnerReach(NamedTuple):
    """One place where a part of a room imports another part that does not stand before it."""

    path: str
    line: int
    name: str

    def __str__(self):
        room, part, *_ = Path(self.path).with_suffix("").parts
        order = ", ".join(PARTS[room])
        return (
            f"{self.path}:{self.line} imports {self.name}: within {room}, {part} imports only from "
            f"what stands before it among {order}.\n"
            f"    Move what both need into an earlier part, or pass it in. PARTS in "
            f"tests/architecture.py has the order."
        )


def wrong_inner_imports(root, room):
    modules = {path.stem for path in (root / room).iterdir()}
    for reach in imports(root, room):
        part = Path(reach.path).with_suffix("").parts[1]
        imported = reach.name.split(".")[1:2] if reach.other == room else []
        if part not in PARTS[room] or not modules.intersection(imported):
            continue
        if not {part, *PARTS[room][: PARTS[room].index(part)]}.issuperset(imported):
            yield InnerReach(reach.path, reach.line, reach.name)


def refused_within(root=BASE_DIR):
    return [reach for room in PARTS for reach in wrong_inner_imports(root, room)]


def main():
    for reach in (found := [*refused(), *refused_within()]):
        sys.stderr.write(f"{reach}\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
