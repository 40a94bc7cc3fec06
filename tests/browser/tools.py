"""Where the browser and the page checkers are, and what to say when one is not there."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
CHECKERS = BASE_DIR / "var" / "page-checkers" / "node_modules"
AXE = CHECKERS / "axe-core" / "axe.min.js"
VNU = CHECKERS / "vnu-jar" / "build" / "dist" / "vnu.jar"
CHROMIUM_ARGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]

# What a page looks like, weighs and needs, how a server starts, stops and reads requests, and how
# this code is built does not depend on where rows are kept.
LOOKED_AT_ONCE = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="the same on every database: runs beside SQLite"
)
SCHEMES = ["light", "dark"]


def chromium_path():
    return shutil.which("chromium") or shutil.which("chromium-browser")


FOUND = {
    "chromium (apt install chromium)": lambda: bool(chromium_path()),
    "playwright (make setup-dev)": lambda: bool(importlib.util.find_spec("playwright")),
    "axe-core (make page-checkers, needs npm)": AXE.exists,
    "java (apt install default-jre-headless)": lambda: bool(shutil.which("java")),
    "vnu-jar (make page-checkers, needs npm)": VNU.exists,
}
BROWSER_TOOLS = [line.split()[0] for line in FOUND]
# For the tests of the scripts' logic, which need no browser.
FOUND["node (apt install nodejs)"] = lambda: bool(shutil.which("node"))


def missing_tools(*names):
    """Tools that are not installed: of all, or of those whose line starts with one of the names."""
    return [
        line
        for line, is_there in FOUND.items()
        if (not names or line.split()[0] in names) and not is_there()
    ]


def require(*names):
    """Skip the running test without these tools; where CI=true is set, fail it."""
    missing = missing_tools(*names)
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def text_of(page):
    """Where an article is written: the editor, which stands over the form's own field."""
    return page.get_by_role("textbox", name="Text", exact=True)


def press_in_publish(page, name="_publish"):
    """Of the article's form: open what publishes, and press one of its buttons."""
    page.get_by_role("button", name="Publish…").click()
    page.locator(f"#desk-publish [name={name}]").click()


def choose(page, field, words):
    """Pick from one of the admin's autocompletes by typing, as an editor does."""
    page.locator(f".field-{field} .select2-selection >> visible=true").first.click()
    page.locator(".select2-search__field >> visible=true").last.fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()
