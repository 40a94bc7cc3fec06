"""Another publication than Dateline: its name and its files, without a changed line of ours."""

import json
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.factories import UserFactory
from config.own_files import first_file, own_first
from core.letters import Letter, send
from pages import errors
from tests.public import MACHINE, WRITES, Publication

OURS, THEIRS = "Dateline", "The Ledger & Co"


@pytest.fixture(autouse=True)
def named(settings):
    settings.SITE_NAME = THEIRS
    settings.SITE_MOTTO, settings.SITE_FOOTER = "Their motto.", "Their promise."


@pytest.mark.django_db
def test_no_page_or_feed_says_our_name(client):
    said = []
    for name, addresses in Publication.make().addresses().items():
        if name in WRITES | MACHINE:
            continue
        for address in addresses:
            response = client.get(address, follow=True)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            if OURS in body.decode(errors="replace"):
                said.append(address)
    assert said == []


@pytest.mark.django_db
def test_page_says_the_name_the_motto_and_the_footer(client):
    html = client.get("/about/").content.decode()
    assert "About The Ledger &amp; Co" in html
    assert "Their motto." in html
    assert "Their promise." in html


@pytest.mark.django_db
def test_desk_and_its_login_bear_the_name():
    client = Client()
    assert "The Ledger &amp; Co desk" in client.get("/admin/login/").content.decode()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    for path in (reverse("admin:index"), reverse("admin:articles_article_add")):
        html = client.get(path).content.decode()
        assert OURS not in html, path
        assert "The Ledger &amp; Co desk" in html


@pytest.mark.parametrize("template", ["400.html", "413.html", "500.html", "503.html"])
def test_error_page_without_a_context_bears_the_name(template):
    html = errors.render_to_string(template)
    assert OURS not in html
    assert "The Ledger &amp; Co" in html


@pytest.mark.django_db
def test_error_page_with_a_context_bears_the_name(client):
    html = client.get("/nothing/").content.decode()
    assert OURS not in html
    assert "The Ledger &amp; Co" in html


def test_mail_bears_the_name():
    letter = Letter(subject="Your comment", lines=["It is there."])
    send(letter, "ada@example.org", message_id="1")
    [message] = mail.outbox
    bodies = [message.body, *(str(part[0]) for part in message.alternatives)]
    assert [body for body in bodies if OURS in body] == []


def test_mail_runs_as_the_interface_does():
    with translation.override("ar"):
        send(Letter(subject="Your comment", lines=["هنا"]), "ada@example.org", message_id="1")
    [message] = mail.outbox
    assert '<html lang="ar" dir="rtl">' in message.alternatives[0][0]


def test_folder_of_ones_own_stands_before_ours(tmp_path):
    (tmp_path / "own" / "texts").mkdir(parents=True)
    (tmp_path / "own" / "texts" / "about.md").write_text("")
    folders = own_first(tmp_path / "own", tmp_path, "texts")
    assert folders == [tmp_path / "own" / "texts", tmp_path / "texts"]
    assert own_first(tmp_path / "own", tmp_path, "static") == [tmp_path / "static"]
    assert own_first(None, tmp_path, "texts") == [tmp_path / "texts"]
    assert first_file(folders, "about.md") == folders[0] / "about.md"
    assert first_file(folders, "privacy.md") == folders[1] / "privacy.md"


LOOK = """
import json
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from core.bundles import joined_sources
from pages.texts import text_of
print(json.dumps({
    "icon": open(finders.find("img/favicon.svg")).read(),
    "masthead": get_template("includes/_masthead.html").template.source,
    "about": text_of("about").title,
    "privacy": text_of("privacy").title,
    "accents": [p for p in ("css/dateline.css", "admin-ext/desk.css")
                if "--brand:teal" in joined_sources(p)],
}))
"""


def test_files_of_ones_own_win_over_ours(tmp_path):
    own = {
        "static/img/favicon.svg": "<svg/>",
        "templates/includes/_masthead.html": "Ours no more",
        "assets/css/accent.css": ":root { --brand: teal; }",
        "texts/about.md": '+++\ntitle = "Who we are"\nstandfirst = ""\n+++\nUs.',
    }
    for name, text in own.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", LOOK],
        cwd=configured.BASE_DIR,
        env={"PATH": "", "DATELINE_LOCAL": "1", "SITE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "icon": "<svg/>",
        "masthead": "Ours no more",
        "about": "Who we are",
        "privacy": "Privacy",
        "accents": ["css/dateline.css", "admin-ext/desk.css"],
    }
