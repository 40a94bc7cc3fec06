"""How far one has to walk through the code to follow what the site does: `make journeys`.

For each journey, over the demo in a database of its own: how many files of ours run, how often one
calls into another, and how often that leads into another room. Counted is every call of a function
whose file is another than that of the nearest caller of ours, and each resumption of a generator;
the standard library, libraries and templates are passed through, tests and `bench/` do not count.

GET, stored         a page that the store holds
GET, made anew      an article that this process has never shown; it has shown two others
Publish             an edited title saved and published by the verbs that the desk's form calls
comment POST        somebody new, with an address, asks a question under an article
figure updated      a successor is published, until the store has heard of it
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

BASE_DIR = Path(__file__).resolve().parent.parent
NOT_OURS = {"tests", "bench", ".venv", "var"}
ARTICLE = "the-async-turn"
HOST = b"127.0.0.1:8000"
# Longer than a process takes to hear of a change, and than a form must be looked at.
HEARD_WITHIN, READ_FOR = 0.5, 3.5


class Journey:
    """What runs in any thread while it is followed."""

    followed = None

    def __init__(self):
        self.files, self.jumps = set(), Counter()

    @classmethod
    def profile(cls, frame, event, _argument):
        if event == "call" and cls.followed is not None:
            cls.followed.enter(frame)

    def enter(self, frame):
        entered = our_file(frame.f_code.co_filename)
        if not entered or frame.f_code.co_name == "<module>":
            return
        self.files.add(entered)
        caller = frame.f_back
        while caller and not our_file(caller.f_code.co_filename):
            caller = caller.f_back
        if caller and (left := our_file(caller.f_code.co_filename)) != entered:
            self.jumps[left, entered] += 1

    def __str__(self):
        between = sum(count for (a, b), count in self.jumps.items() if a.parts[0] != b.parts[0])
        return f"{len(self.files)} | {self.jumps.total()} | {between}"


@cache
def our_file(name):
    path = Path(name)
    if path.is_relative_to(BASE_DIR):
        path = path.relative_to(BASE_DIR)
        return path if len(path.parts) > 1 and path.parts[0] not in NOT_OURS else None
    return None


@contextmanager
def follow(name):
    Journey.followed = journey = Journey()
    yield
    Journey.followed = None
    sys.stdout.write(f"| {name} | {journey} |\n")
    if os.environ.get("JUMPS"):
        for (left, entered), count in journey.jumps.most_common():
            sys.stdout.write(f"    {count:4} {left} -> {entered}\n")


class Visitor:
    """Asks the ASGI application in this process, and keeps its cookies."""

    def __init__(self, application, loop):
        self.application, self.loop, self.cookies = application, loop, {}

    def ask(self, path, data=None):
        """The answer's status and body."""
        body = urlencode(data or {}).encode()
        messages, answer = [{"type": "http.request", "body": body}], []

        async def receive():
            return messages.pop() if messages else await asyncio.Future()

        async def send(message):
            answer.append(message)

        scope = self.scope(path, "POST" if data else "GET", len(body))
        self.loop.run_until_complete(self.application(scope, receive, send))
        for name, value in answer[0]["headers"]:
            if name.lower() == b"set-cookie":
                key, _, value = value.split(b";")[0].partition(b"=")
                self.cookies[key] = value
        return answer[0]["status"], b"".join(message["body"] for message in answer[1:])

    def scope(self, path, method, length):
        headers = [(b"host", HOST), (b"user-agent", b"journeys")]
        if self.cookies:
            headers.append((b"cookie", b"; ".join(map(b"=".join, self.cookies.items()))))
        if method == "POST":
            headers.append((b"content-type", b"application/x-www-form-urlencoded"))
            headers.append((b"content-length", str(length).encode()))
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
        }


def answered(status, answer):
    if answer[0] != status:
        sys.exit(f"journeys: {status} was expected, not {answer[0]}.")


def walk():
    threading.setprofile(Journey.profile)
    sys.setprofile(Journey.profile)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    from config.asgi import application  # isort: skip

    # Not before that has set Django up.
    from accounts.models import User
    from articles.models import Article
    from articles.publishing import snapshots, verbs
    from articles.publishing.changes import Change
    from facts import publishing as facts
    from facts.models import Fact, Source

    def read(path):
        answered(200, Visitor(application, loop).ask(path))

    article, editor = Article.objects.get(slug=ARTICLE), User.objects.get(username="editor")
    address, discussion = article.get_absolute_url(), f"/discussions/article/{article.pk}/"
    for other in Article.objects.published().exclude(pk=article.pk)[:2]:
        read(other.get_absolute_url())
    time.sleep(HEARD_WITHIN)
    with follow("GET, made anew"):
        read(address)
    with follow("GET, stored"):
        read(address)

    content = snapshots.of(article) | {"title": "An edited title"}
    with follow("Publish"):
        verbs.save_revision(article, content, by=editor)
        verbs.publish(article, by=editor, change=Change("update", "It is edited."))

    somebody = Visitor(application, loop)
    hidden = json.loads(somebody.ask(f"{discussion}form/")[1])
    time.sleep(READ_FOR)
    words = {"name": "Ann", "email": "ann@example.org", "text": "Who else does this?"}
    with follow("comment POST"):
        answered(303, somebody.ask(discussion, hidden | words | {"kind": "question"}))

    fact = Fact.objects.published().filter(uses__isnull=False, amount__isnull=False)[0]
    with follow("figure updated"):
        facts.update(fact, by=editor, source=Source.objects.first(), quote="So.", amount=987654)
        time.sleep(HEARD_WITHIN)


def environment(directory):
    return {
        "DATELINE_LOCAL": "1",
        "DEBUG": "off",
        "DATABASE_URL": f"sqlite:///{directory}/demo.sqlite3",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": f"{directory}/media",
        "STATIC_ROOT": f"{directory}/static",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def main():
    if sys.argv[1:] == ["walk"]:
        sys.stdout.write("| journey | files | jumps | between rooms |\n|---|--:|--:|--:|\n")
        walk()
        return
    with tempfile.TemporaryDirectory(prefix="dateline-journeys-") as directory:
        env = os.environ | environment(directory)
        for command in ("migrate", "seed_demo", "collectstatic --noinput"):
            run("manage.py", *command.split(), "--verbosity", "0", env=env)
        run("-m", "bench.journeys", "walk", env=env)


def run(*command, env):
    subprocess.run([sys.executable, *command], cwd=BASE_DIR, env=env, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
