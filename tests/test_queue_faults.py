"""Workers are killed, the database refuses, mail servers hang: every task is done, once."""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property
from http.client import RemoteDisconnected

import psycopg2
import pytest

from tests import services
from tests.browser.demo_server import BASE_DIR, environment_in, free_port, serve
from tests.outside import MailServer, WebService, outsider
from tests.test_crowd_discussion import JSON, Visitor

pytestmark = [
    pytest.mark.skipif(
        "DATABASE_URL" in os.environ, reason="tries both databases itself, on servers of its own"
    ),
    pytest.mark.xdist_group("queue-faults"),
]
DATABASES = [
    "sqlite",
    pytest.param(
        "postgres", marks=pytest.mark.skipif(not services.are_there(), reason=services.NEEDED)
    ),
]
EACH, ROUNDS, OUTAGE = 300, 8, 10
TASKS = "django_tasks_database_dbtaskresult"
ENQUEUE = f"""
import datetime
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from accounts.factories import UserFactory
from articles.factories import ArticleFactory, SectionFactory
from articles.models import Article
from articles.publishing import bulk, quoting
from comments.mail.notices import send_notice
from comments.models import Comment, Commenter, Discussion, Notice
from comments.screening.akismet import Visitor
from comments.writing.checking import enqueue_check
from companies.models import Company
from core.pagestore.purging import purge
from facts import publishing
from facts.factories import FactFactory, SourceFactory
from images.factories import picture_bytes
from images.models import Picture
from search.indexing import update_entry

numbers = range({EACH})
fact = FactFactory(company__slug="spotify", metric__key="payers", amount=75_000_000)
section, before = SectionFactory(), timezone.now() - datetime.timedelta(days=1)
editor = UserFactory(is_superuser=True)


def articles(kind, body, status="published"):
    return Article.objects.bulk_create(
        Article(section=section, title=f"{{kind}} {{n}}", slug=f"{{kind}}-{{n}}", body=body,
                status=status, published_at=before, updated_at=before)
        for n in numbers
    )


quoting.rebuild([row.pk for row in articles("quoting", "It has [](fact:spotify/payers) payers.")])
articles("old", "It was.", status="draft")
with transaction.atomic():
    publishing.update(fact, by=editor, source=SourceFactory(), amount=90_000_000,
                      as_of=datetime.date(2026, 6, 30), as_of_precision="month")
    bulk.start("Archive", Article.objects.filter(slug__startswith="old-"), bulk.archive_each,
               by=editor)
    for n in numbers:
        file = ContentFile(picture_bytes(size=(64, 36)), name="field.png")
        Picture(title=f"Field {{n}}", is_decorative=True, file=file).save()
    discussion = Discussion.objects.create(article=ArticleFactory())
    people = Commenter.objects.bulk_create(
        Commenter(email=f"reader-{{n}}@example.org", name="Ada") for n in numbers
    )
    comments = Comment.objects.bulk_create(
        Comment(discussion=discussion, name="Ada", body=f"Number {{n}}.", commenter=people[n],
                email=people[n].email, state="pending", reason="checking")
        for n in numbers
    )
    companies = Company.objects.bulk_create(
        Company(name=f"Firm {{n}}", slug=f"firm-{{n}}") for n in numbers
    )
    for n in numbers:
        notice = Notice.objects.create(kind="confirm", comment=comments[n], email=people[n].email)
        send_notice.enqueue(notice.pk)
        enqueue_check(comments[n], Visitor("192.0.2.1", "Browser"))
        update_entry.enqueue("companies.Company", companies[n].pk)
        purge.enqueue([f"article:{{n + 1000}}"])
"""


def manage(env, *command):
    return subprocess.Popen([sys.executable, "manage.py", *command], cwd=BASE_DIR, env=env)


def finish(env, *command):
    assert manage(env, *command).wait() == 0


class Newsroom:
    """An empty publication with mail server, Akismet and CDN of its own, and its workers."""

    def __init__(self, env, mail, akismet, cdn, server=None):
        self.env, self.mail, self.akismet, self.cdn = env, mail, akismet, cdn
        self.url = env["DATABASE_URL"]
        self.server, self.workers, self.killed = server, [], 0

    def start_worker(self):
        self.workers.append(manage(self.env, "run_worker"))

    def kill_a_worker(self, rng):
        worker = self.workers.pop(rng.randrange(len(self.workers)))
        worker.kill()
        worker.wait()
        self.killed += 1

    def stop(self):
        for worker in self.workers:
            worker.terminate()
        assert [worker.wait() for worker in self.workers] == [0] * len(self.workers)
        self.workers = []

    def sql(self, statement):
        if self.server:
            connection = psycopg2.connect(self.url)
        else:
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=60)
        with closing(connection), connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def count(self, table, condition="1 = 1"):
        return self.sql(f"SELECT COUNT(*) FROM {table} WHERE {condition}")[0][0]

    def outage(self, seconds):
        """PostgreSQL refuses connections; SQLite's file is locked by somebody else."""
        if self.server:
            self.server.stop()
            time.sleep(seconds)
            self.server.start()
        else:
            path = self.url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
                connection.execute("BEGIN EXCLUSIVE")
                time.sleep(seconds)
                connection.execute("ROLLBACK")

    def wait_until_done(self):
        """Nobody waits here for the pauses between attempts."""
        deadline = time.monotonic() + 420
        while self.count(TASKS, "status IN ('READY', 'RUNNING')"):
            assert time.monotonic() < deadline, self.sql(
                f"SELECT status, task_path, traceback FROM {TASKS} WHERE status <> 'SUCCESSFUL'"
            )
            self.sql(
                f"UPDATE {TASKS} SET run_after = '2000-01-01 00:00:00+00:00' WHERE status = 'READY'"
            )
            time.sleep(0.5)


class Databases:
    """Empty databases, migrated once for this module; each test has a copy."""

    def __init__(self, directory, stack):
        self.directory, self.stack = directory, stack

    def migrate(self, url):
        env = environment_in(self.directory) | {"DATABASE_URL": url}
        finish(env, "migrate", "--verbosity", "0")

    @cached_property
    def file(self):
        path = self.directory / "migrated.sqlite3"
        self.migrate(f"sqlite:///{path}")
        return path

    @cached_property
    def server(self):
        server = self.stack.enter_context(services.postgres())
        self.migrate(server.url)
        return server

    def copy(self, kind):
        """Its address, and the server that it is on, if it is on one."""
        name = f"room_{free_port()}"
        if kind == "postgres":
            return self.server.copy(name), self.server
        path = self.directory / name
        with closing(sqlite3.connect(self.file)) as migrated:
            migrated.execute("VACUUM INTO ?", [str(path)])
        return f"sqlite:///{path}", None


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory):
    """Make one on this kind of database: `with newsroom("sqlite") as room`."""
    with ExitStack() as stack:
        databases = Databases(tmp_path_factory.mktemp("databases"), stack)
        yield lambda kind, **environment: newsroom_on(*databases.copy(kind), **environment)


@contextmanager
def newsroom_on(url, server, **environment):
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="dateline-queue-"))
        mail = stack.enter_context(outsider(MailServer()))
        akismet = stack.enter_context(outsider(WebService()))
        cdn = stack.enter_context(outsider(WebService(b"")))
        env = environment_in(directory) | {
            "DATABASE_URL": url,
            "PORT": str(free_port()),
            "EMAIL_URL": mail.url,
            "EMAIL_TIMEOUT": "1",
            # A worker that waits for a busy machine is not dead.
            "WORKER_DEAD_AFTER": "10",
            "AKISMET_KEY": "key",
            "AKISMET_URL": akismet.url,
            "COMMENTS_MODE": "post",
            "COMMENTS_PER_MINUTE": "0",
            "COMMENTS_PER_SUBNET_PER_MINUTE": "0",
            "COMMENTS_PER_THREAD_PER_HOUR": "0",
            **environment,
        }
        room = Newsroom(env, mail, akismet, cdn, server)
        stack.callback(room.stop)
        yield room


@pytest.mark.parametrize("database", DATABASES)
def test_every_task_is_done_once_whoever_is_killed(newsroom, database):
    rng = random.Random(11)
    with newsroom(database) as room:
        room.env |= {"CDN": "http", "CDN_PURGE_URL": room.cdn.url}
        finish(room.env, "shell", "--verbosity", "0", "-c", ENQUEUE)
        room.start_worker()
        room.start_worker()
        for number in range(ROUNDS):
            if number == 2:
                room.mail.is_open.clear()
            if number == 4:
                room.mail.is_open.set()
                room.outage(OUTAGE)
            time.sleep(rng.uniform(1, 3))
            room.kill_a_worker(rng)
            room.start_worker()
        room.wait_until_done()
        assert_all_done(room)


def assert_all_done(room):
    assert room.count(TASKS, "status <> 'SUCCESSFUL'") == 0
    # Mail: everybody is told, once. A worker killed in the moment after a server took a mail tries
    # it again with the same id, which a mailbox keeps once.
    assert room.count("comments_notice", "sent_at IS NULL") == 0
    assert room.mail.recipients() == {f"reader-{number}@example.org" for number in range(EACH)}
    assert len(set(room.mail.ids())) == EACH
    assert len(room.mail.ids()) - EACH <= room.killed
    # Akismet, search and the CDN.
    assert room.count("comments_pendingcheck") == 0
    assert room.count("comments_comment", "state = 'published'") == EACH
    asked = {re.search(r"Number\+(\d+)", body)[1] for body, _keys in room.akismet.asked}
    assert len(asked) == EACH
    companies = "(SELECT id FROM django_content_type WHERE model = 'company')"
    # And the company whose figure is quoted.
    assert room.count("modelsearch_indexentry", f"content_type_id = {companies}") == EACH + 1
    # Pictures, texts that quote a figure, and what an editor did to many articles.
    assert room.count("images_picture", "has_renditions") == EACH
    followed = "slug LIKE 'quoting-%' AND body_text LIKE '%90 million%'"
    assert room.count("articles_article", followed) == EACH
    assert room.count("articles_article", "status = 'archived'") == EACH
    assert room.count("taskqueue_batchitem", "state <> 'done'") == 0
    assert room.count("taskqueue_batchitem") == 2 * EACH
    purged = {keys for _body, keys in room.cdn.asked}
    assert purged >= {f"article:{number + 1000}" for number in range(EACH)}


MAKE_ARTICLE = """
from articles.factories import ArticleFactory
from comments.models import Discussion
print(Discussion.objects.create(article=ArticleFactory()).get_page_url())
"""


def discussion_of(room):
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", MAKE_ARTICLE]
    done = subprocess.run(command, cwd=BASE_DIR, env=room.env, check=True, capture_output=True)
    return done.stdout.decode().split()[-1]


def filled_form(visitor, discussion, number):
    hidden = json.loads(visitor.get(f"{discussion}form/"))
    person = {"name": f"Reader {number}", "email": f"reader-{number}@example.org"}
    return {"kind": "note", "text": f"This is what number {number} thinks.", **hidden, **person}


@pytest.mark.parametrize("database", DATABASES)
def test_web_process_killed_before_its_answer_loses_no_task(newsroom, database):
    with newsroom(database, AKISMET_KEY="", WEB_CONCURRENCY="1") as room:
        discussion = discussion_of(room)
        finish(room.env, "run_worker", "--until-empty")
        with serve(room.env, application="tests.dying:application") as server:
            visitor = Visitor(server.address)
            form = filled_form(visitor, discussion, 1)
            with suppress(RemoteDisconnected, ConnectionResetError):
                visitor.post(discussion, JSON, **form)
                pytest.fail("The process was to be killed before it answered.")
        assert room.count("comments_comment") == 1
        assert room.mail.calls == 0
        finish(room.env, "run_worker", "--until-empty")
        assert room.mail.recipients() == {"reader-1@example.org"}
        assert len(room.mail.ids()) == 1


@pytest.mark.parametrize("database", DATABASES)
def test_fifty_comments_at_once_call_neither_mail_server_nor_akismet(newsroom, database):
    with newsroom(database) as room:
        room.mail.is_open.clear()
        room.akismet.is_open.clear()
        discussion = discussion_of(room)
        with serve(room.env) as server:
            visitors = [Visitor(server.address) for _ in range(50)]
            forms = [filled_form(one, discussion, n) for n, one in enumerate(visitors)]
            # A form that is sent within two seconds is held for that.
            time.sleep(2.1)
            answers = post_all(visitors, forms, discussion)
        assert [status for status, _said in answers] == [201] * 50
        assert all("being checked" in said for _status, said in answers)
        # No worker ran, and nobody else called.
        assert (room.mail.calls, room.akismet.calls) == (0, 0)
        assert room.count("comments_comment", "reason = 'checking'") == 50
        room.mail.is_open.set()
        room.akismet.is_open.set()
        room.start_worker()
        room.wait_until_done()
        assert len(room.mail.ids()) == len(room.mail.recipients()) == 50
        assert room.count("comments_comment", "state = 'published'") == 50


def post_all(visitors, forms, discussion):
    answers = []
    threads = [
        threading.Thread(
            target=lambda visitor, form: answers.append(visitor.post(discussion, JSON, **form)),
            args=pair,
        )
        for pair in zip(visitors, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_worker_told_to_stop_ends_what_it_can_and_leaves_nothing_claimed(newsroom):
    with newsroom("sqlite") as room:
        room.akismet.is_open.clear()
        finish(room.env, "shell", "--verbosity", "0", "-c", ENQUEUE.replace("300", "5"))
        room.start_worker()
        [worker] = room.workers
        while room.akismet.calls == 0:
            time.sleep(0.1)
        # A second signal does not wait for what hangs.
        for _ in range(2):
            worker.send_signal(signal.SIGTERM)
            time.sleep(1)
        room.stop()
        assert room.count(TASKS, "status = 'RUNNING'") == 0
        assert room.count("taskqueue_worker") == 0
