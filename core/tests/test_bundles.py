"""Readers fetch one stylesheet and one script, whatever sources they are made of."""

import os
import re
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from core.bundles import joined_sources, script_of_modules

ASSETS = settings.BASE_DIR / "assets"


@pytest.fixture
def sources(tmp_path, settings):
    """A stylesheet of two sources, of which one can be written anew."""
    assets = tmp_path / "assets"
    assets.mkdir()
    settings.ASSET_DIRS = [assets]
    settings.STATIC_BUNDLES = {"css/both.css": ["one.css", "two.css"]}
    settings.STATIC_BUNDLES_ROOT = tmp_path / "bundles"
    (assets / "one.css").write_text("p {\n  color: red;\n}\n")
    (assets / "two.css").write_text("b {\n  color: blue;\n}\n")
    finders.get_finder.cache_clear()
    yield assets
    finders.get_finder.cache_clear()


def found(path):
    with open(finders.find(path)) as file:
        return file.read()


def test_sources_are_joined_in_their_order_without_blanks(sources):
    assert found("css/both.css") == "p{color:red}b{color:blue}"


def test_sources_in_development_stay_as_they_are_written(sources, settings):
    settings.DEBUG = True
    assert found("css/both.css") == "p {\n  color: red;\n}\nb {\n  color: blue;\n}\n"


def test_changed_source_is_served_at_the_next_request(sources):
    found("css/both.css")
    (sources / "two.css").write_text("i { color: green }")
    assert found("css/both.css") == "p{color:red}i{color:green}"


def test_joined_file_is_not_written_again_while_its_sources_stay(sources):
    before = os.stat(finders.find("css/both.css"))
    assert os.stat(finders.find("css/both.css")) == before


def test_source_alone_is_no_static_file(sources):
    assert finders.find("one.css") is None
    assert finders.find("css/one.css") is None


def test_collected_files_hold_the_bundle_under_a_hashed_name(sources, settings, tmp_path):
    settings.STATICFILES_DIRS = []
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    [path] = [p for p in (settings.STATIC_ROOT / "css").iterdir() if p.suffix == ".css"]
    assert re.fullmatch(r"both\.\w{12}\.css", path.name)
    assert path.read_text() == "p{color:red}b{color:blue}"


def test_modules_become_one_strict_script_without_imports_and_exports():
    script = script_of_modules(
        [
            "export const A = 1;\nexport async function b() {}\n",
            'import {\n  A,\n  b,\n} from "./a.mjs";\nexport class C {}\nb(A);\n',
        ]
    )
    assert script == (
        '"use strict";\n{\nconst A = 1;\nasync function b() {}\nclass C {}\nb(A);\n}\n'
    )


@pytest.mark.parametrize("folder", ["css", "js"])
def test_every_source_is_in_a_bundle(folder):
    named = {name for names in settings.STATIC_BUNDLES.values() for name in names}
    there = [path for path in (ASSETS / folder).iterdir() if path.is_file()]
    assert sorted(name for name in named if name.startswith(f"{folder}/")) == sorted(
        path.relative_to(ASSETS).as_posix() for path in there
    )


NOT_IN_A_STRING = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
CROWDED = re.compile(rf"[;{{}}]{NOT_IN_A_STRING} *\S|\S *}}{NOT_IN_A_STRING}")


def lines_of(folder):
    """Every line of the sources in a folder but its comments, with where it stands."""
    for path in sorted((ASSETS / folder).iterdir()):
        if path.is_file():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if not line.startswith(("/*", "//")):
                    yield f"{path.name}:{number}", line


def test_stylesheets_have_one_declaration_a_line():
    assert [place for place, line in lines_of("css") if CROWDED.search(line)] == []


UNDERSTOOD = re.compile(
    r'import \{ \w+(, \w+)* \} from "\./[\w-]+\.mjs";'
    r"|export (async )?(function|class) \w.*|export const \w.*"
)


def test_modules_import_and_export_only_what_joining_understands():
    places = [
        f"{place} {line}"
        for place, line in lines_of("js")
        if line.startswith(("import", "export")) and not UNDERSTOOD.fullmatch(line)
    ]
    assert places == []


@pytest.mark.parametrize("path", settings.STATIC_BUNDLES)
def test_bundle_is_smaller_than_its_sources(path, settings):
    minified = joined_sources(path)
    settings.DEBUG = True
    assert 0 < len(minified) < len(joined_sources(path))
