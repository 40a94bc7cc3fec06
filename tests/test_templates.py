"""What no template may hold: it breaks the content policy, the shared page, or the escaping."""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

from tests.browser.tools import LOOKED_AT_ONCE

pytestmark = LOOKED_AT_ONCE

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
EVERYWHERE = {
    "inline style": r"<style\b|\sstyle\s*=",
    # Settings name the files that may be included: the policy knows each by its hash.
    "inline script": (
        r"<script\b(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))"
        r"(?![^>]*>\{% include \"includes/(first_paint\.js|speculation_rules\.json)\" %\}</script>)"
    ),
    "event attribute": r"<[^>]*\son[a-z]+\s*=",
    "javascript address": r"javascript:",
    "escaping switched off": r"autoescape off|safeseq",
    # Fields that end in _html were rendered and cleaned when their row was saved.
    "unescaped value": r"\{\{(?![^}]*_html\|safe\b)[^}]*\|safe\b",
    # Templates lose their indentation (core/unindented.py), messages must not.
    "message of several lines": (
        r"\{% blocktranslate\b(?![^%]*\btrimmed\b)[^%]*%\}(?:(?!\{% endblocktranslate)[^\n])*\n"
    ),
    "third party": r"<(script|link|img|iframe|source)\b[^>]*\s(src|href|srcset)=[\"'](https?:)?//",
}
# One stored page serves every reader.
PUBLIC = {
    "personal value": r"\{[{%][^}]*(\brequest\.(user|session)\b|\bmessages\b|\bperms\b|\buser\b)",
    "token": r"csrf_token",
}


def faults(source, rules):
    return [name for name, pattern in rules.items() if re.search(pattern, source, re.IGNORECASE)]


def test_every_template_compiles():
    for path in TEMPLATES:
        get_template(str(path.relative_to(settings.BASE_DIR / "templates")))


def test_every_library_that_a_template_loads_is_used_in_it():
    libraries = engines["django"].engine.template_libraries
    unused = []
    for path in TEMPLATES:
        source = path.read_text()
        for load in re.finditer(r"{% load ([^%]+) %}", source):
            rest = source.replace(load[0], "")
            for name in load[1].split():
                tags, filters = libraries[name].tags, libraries[name].filters
                used = rf"{{% (end)?({'|'.join(tags) or '-'})\b|\|({'|'.join(filters) or '-'})\b"
                if not re.search(used, rest):
                    unused.append(f"{path.relative_to(settings.BASE_DIR)}: {name}")
    assert unused == []


def test_no_template_breaks_the_content_policy_or_the_escaping():
    assert TEMPLATES
    # A mail is read under no policy of ours, and mail programs know no other styles.
    pages = [path for path in TEMPLATES if "mail" not in path.parts]
    found = {str(path): faults(path.read_text(), EVERYWHERE) for path in pages}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_public_template_holds_anything_personal():
    public = [path for path in TEMPLATES if not {"admin", "desk", "personal"} & {*path.parts}]
    found = {str(path): faults(path.read_text(), PUBLIC) for path in public}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('<p style="color:red">', "inline style"),
        ('<p class="style">', None),
        ("<script>alert(1)</script>", "inline script"),
        ("<script src=\"{% static 'js/dateline.js' %}\"></script>", None),
        ('<script>{% include "includes/first_paint.js" %}</script>', None),
        ('<script> {% include "includes/first_paint.js" %}</script>', "inline script"),
        ('<script>{% include "includes/other.js" %}</script>', "inline script"),
        ('<script type="application/ld+json">{{ data }}</script>', None),
        ('<a href="/" onclick="x()">', "event attribute"),
        ("{{ name|safe }}", "unescaped value"),
        ("{{ article.body_html|safe }}", None),
        ('<img src="https://cdn.example/x.png">', "third party"),
        ('<a href="https://example.com/">', None),
        ("{% if user.is_staff %}", "personal value"),
        ("{{ request.user }}", "personal value"),
        ("{{ request.path }}", None),
        ("<form>{% csrf_token %}", "token"),
    ],
)
def test_planted_fault_is_found_and_its_near_miss_is_not(source, fault):
    assert faults(source, EVERYWHERE | PUBLIC) == ([fault] if fault else [])
