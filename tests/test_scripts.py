"""The logic of scripts, of readers' and of the desk's, tested by node without a browser."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings

from core.bundles import joined_sources
from tests.browser.tools import LOOKED_AT_ONCE, require

pytestmark = LOOKED_AT_ONCE
ASSETS = settings.BASE_DIR / "assets"
TESTS = sorted(ASSETS.glob("*/tests/*.test.mjs"))
SCRIPTS = [path for path in settings.STATIC_BUNDLES if path.endswith(".js")]


def node(*arguments):
    require("node")
    return subprocess.run(
        [shutil.which("node"), *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name.partition(".")[0])
def test_module_passes_the_tests_that_node_runs(path):
    done = node("--test-reporter=tap", path)
    failed = re.findall(r"^ *not ok \d+ - (.*)", done.stdout, re.MULTILINE)
    assert failed == [], done.stdout
    assert done.returncode == 0, done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize("is_development", [True, False])
@pytest.mark.parametrize("script", SCRIPTS)
def test_joined_script_is_one_that_browsers_can_read(script, is_development, settings, tmp_path):
    settings.DEBUG = is_development
    (tmp_path / "joined.js").write_text(joined_sources(script))
    done = node("--check", tmp_path / "joined.js")
    assert done.returncode == 0, done.stderr


def test_each_module_is_part_of_a_script_that_pages_load():
    joined = {name for script in SCRIPTS for name in settings.STATIC_BUNDLES[script]}
    assert {f"{path.parent.name}/{path.name}" for path in ASSETS.glob("*/*.mjs")} == joined
