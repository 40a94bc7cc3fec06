"""What the documentation names is there."""

import re

import pytest
from django.conf import settings

from tests.browser.tools import LOOKED_AT_ONCE

pytestmark = LOOKED_AT_ONCE

BASE_DIR = settings.BASE_DIR
DOCUMENTS = sorted([*BASE_DIR.glob("*.md"), *BASE_DIR.glob("docs/*.md")])
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_the_documentation_exist(document):
    tops = {path.name for path in BASE_DIR.iterdir()}
    named = [name for name in PATH.findall(document.read_text()) if name.split("/")[0] in tops]
    named = [name for name in named if not name.startswith("var/")]
    missing = [name for name in named if not is_there(name)]
    assert missing == []


def is_there(name):
    return (BASE_DIR / name).exists() or (BASE_DIR / f"{name}.py").exists()


def test_files_named_in_styles_and_scripts_exist():
    sources = [p for top in ("assets", "static") for p in (BASE_DIR / top).rglob("*.*s")]
    named = re.compile(r"\b(?:assets|config|core|templates|tests)/[\w/.-]+\.\w+")
    found = {name for path in sources for name in named.findall(path.read_text())}
    assert found
    assert [name for name in sorted(found) if not is_there(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_in_the_documentation_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.M))
    code = re.findall(r"`make ([a-z][a-z-]*)", document.read_text())
    code += re.findall(r"^make ([a-z][a-z-]*)", document.read_text(), re.M)
    assert set(code) - targets == set()


def test_each_promise_of_the_record_names_tests_that_there_are():
    promises = re.findall(r"^\| [^|]* \| ([^|]*`[^|]*) \|$", read("docs/record.md"), re.M)
    said = " ".join(promises)
    tests = "".join(read(path) for path in set(PATH.findall(said)))
    named = re.findall(r"`(test_\w+)`", said)
    assert len(named) > 15
    assert [name for name in named if f"def {name}(" not in tests] == []


def read(path):
    return (BASE_DIR / path).read_text()
