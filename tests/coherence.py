"""Readers and writers in random order at running servers, and what each read must show.

A `Subject` is something that pages show and that is written over and over: it knows every state it
had, and since when it was acknowledged. A read that begins a second after must not show less.
"""

import gzip
import http.client
import json
import math
import random
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.browser.demo_server import BASE_DIR

# What only a signed-in page shows.
MARK = "Zzyxedit"
PASSWORD = "dateline-demo"
ABSENT = None
VISITORS = 8


class Subject:
    """`pattern` finds its state in a page, as a number; `addresses` are the pages that show it."""

    def __init__(self, name, pattern, addresses, *, start=0):
        self.name, self.pattern, self.addresses = name, re.compile(pattern), addresses
        self.lock = threading.Lock()
        self.states, self.since = [start], [0.0]

    @contextmanager
    def becoming(self, state, at=0.0):
        """A write under way; it stands from its end on, or from `at` if that is later."""
        self.states.append(state)
        self.since.append(math.inf)
        yield
        self.since[-1] = max(time.monotonic(), at)

    def shown_in(self, status, page) -> set:
        found = {int(number) for number in self.pattern.findall(page)} if status == 200 else set()
        return found or {ABSENT}

    def staleness(self, state, began) -> float:
        """How long before the reader came a later state had been acknowledged."""
        states, since = list(self.states), list(self.since)
        index = max(number for number, value in enumerate(states) if value == state)
        return max(0.0, began - min(since[index + 1 :], default=math.inf))


class Highest(Subject):
    """Its pages go on to show what was before."""

    def shown_in(self, status, page):
        found = super().shown_in(status, page)
        return {max(found - {ABSENT}, default=self.states[0])}


class Counted(Subject):
    """Nothing is said of none."""

    def shown_in(self, status, page):
        found = super().shown_in(status, page)
        return {0} if found == {ABSENT} and status == 200 else found


@dataclass
class Answer:
    status: int
    headers: dict
    page: str


class Browser:
    """One visitor at several servers, with open connections, cookies and kept pages."""

    def __init__(self, servers, rng, *, keeps=True):
        self.servers, self.rng, self.keeps = servers, rng, keeps
        self.connections, self.cookies, self.kept = {}, {}, {}

    def ask(self, path, method="GET", form=None, server=None, **headers):
        server = server or self.rng.choice(self.servers)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={v}" for name, v in self.cookies.items())
        body = None
        if method == "POST":
            body = urlencode(form or {})
            headers |= {"Origin": server, "Content-Type": "application/x-www-form-urlencoded"}
        etag, kept = self.kept.get((server, path), (None, None))
        if etag and method == "GET" and self.rng.random() < 0.7:
            headers["If-None-Match"] = etag
        if self.rng.random() < 0.5:
            headers["Accept-Encoding"] = "gzip"
        status, told, content = self.send(server, method, path, body, headers)
        for cookie in told.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if status == 304:
            return Answer(200, told, kept)
        if told.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        page = content.decode()
        if self.keeps and status == 200 and told.get("ETag"):
            self.kept[server, path] = told["ETag"], page
        return Answer(status, told, page)

    def send(self, server, method, path, body, headers):
        """Over the connection that stands; over a new one when it was closed while idle."""
        for is_last in (False, True):
            is_new = server not in self.connections
            if is_new:
                self.connections[server] = http.client.HTTPConnection(
                    urlsplit(server).netloc, timeout=60
                )
            connection = self.connections[server]
            try:
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                return response.status, response.headers, response.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                connection.close()
                del self.connections[server]
                if is_new or is_last:
                    raise
        raise AssertionError("unreachable")


def sign_in(browser):
    server = browser.rng.choice(browser.servers)
    page = browser.ask("/admin/login/", server=server).page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = {"username": "editor", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.ask("/admin/login/?next=/admin/", "POST", form, server=server).status == 302


class Desk:
    """The process that changes what it is told to, one order after another."""

    def __init__(self, env):
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.pagestore_desk"],
            cwd=BASE_DIR,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *order):
        with self.lock:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Stalls(threading.Thread):
    """How late this machine wakes who sleeps: what no server can be blamed for."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = []

    def run(self):
        while True:
            asked = time.monotonic()
            time.sleep(0.01)
            late = time.monotonic() - asked - 0.01
            if late > 0.05:
                self.seen.append((asked, late))

    def between(self, start, end) -> float:
        return sum(late for at, late in list(self.seen) if start - late < at < end)


@dataclass
class Findings:
    reads: int = 0
    writes: int = 0
    stalest: float = 0.0
    faults: list = field(default_factory=list)

    def __str__(self):
        faults = "\n".join(self.faults[:20])
        return (
            f"{self.reads} reads, {self.writes} writes, stalest {self.stalest:.2f} s, "
            f"{len(self.faults)} faults\n{faults}"
        )


class Play:
    """All subjects, and those who read and write them, from one seed."""

    def __init__(self, env, servers, seed):
        self.servers, self.seed = servers, seed
        self.desk = Desk(env)
        self.stalls = Stalls()
        self.found = Findings()
        self.lock = threading.Lock()
        self.remarks, self.approved, self.commenters = [], set(), []
        # When a state may be shown at the earliest; and until when nobody else writes.
        self.hours, self.busy = {}, {}
        prepared = self.desk("prepare", MARK)
        lists = ["/", "/articles/", "/feeds/articles.atom"]
        self.stories = [
            Subject(f"story {number}", rf"Story {number} edition (\d+)", [url, *lists])
            for number, (_pk, url) in enumerate(prepared["stories"])
        ]
        self.pks = dict(zip(self.stories, [pk for pk, _url in prepared["stories"]], strict=True))
        # The last is written by readers alone: it stays where it is.
        (self.liked_pk, self.liked) = prepared["stories"][-1]
        self.stories.pop()
        self.hearts = Counted("hearts", r"(\d+) hearts?\b", [self.liked])
        self.discussion = f"/discussions/article/{self.liked_pk}/"
        self.waiting = Counted(
            "waiting", r"(\d+) comments? (?:is|are) waiting", [self.liked, self.discussion]
        )
        self.feed = Highest("comments", r"Remark (\d+) of", ["/feeds/comments.atom"])
        self.company_pk, profile = prepared["company"]
        self.firm = Subject("firm", r"Aaa firm edition (\d+)", [profile, "/companies/"])
        self.figure = Highest("figure", r"figure edition (\d+)", [profile])
        self.fact, self.first = prepared["fact"], prepared["comments"]
        self.subjects = [
            *self.stories,
            self.hearts,
            self.waiting,
            self.feed,
            self.firm,
            self.figure,
        ]

    def run(self, operations, visitors=VISITORS, pause=0):
        """`pause`: the seconds each visitor takes after each act."""
        self.settle()
        self.stalls.start()
        share = operations // visitors
        threads = [
            threading.Thread(target=self.visit, args=(f"{self.seed}-{number}", share, pause))
            for number in range(visitors)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.desk.close()
        return self.found

    def settle(self):
        """Begin with what pages say: the demo, or a play before, has left some of each."""
        time.sleep(1.1)
        browser = Browser(self.servers, random.Random(0))
        for subject in (self.hearts, self.waiting, self.feed, self.figure):
            answer = browser.ask(subject.addresses[0])
            assert answer.status == 200, answer
            (subject.states[0],) = subject.shown_in(answer.status, answer.page)

    def visit(self, seed, operations, pause):
        rng = random.Random(seed)
        reader = Browser(self.servers, rng)
        editor = None
        try:
            for number in range(operations):
                time.sleep(pause)
                chance = rng.random()
                if chance < 0.05:
                    self.write(rng)
                elif chance < 0.06:
                    editor = editor or self.sign_in(rng)
                    self.read(editor, rng, is_editor=True)
                else:
                    self.read(reader, rng)
                if number % 100 == 99:
                    reader = Browser(self.servers, rng)
        except Exception as error:
            self.fault(f"{type(error).__name__}: {error}")
            raise

    def sign_in(self, rng):
        browser = Browser(self.servers, rng, keeps=False)
        sign_in(browser)
        assert MARK in browser.ask("/admin/").page
        return browser

    # Reading

    def read(self, browser, rng, *, is_editor=False):
        subject = rng.choice(self.subjects)
        if is_editor and rng.random() < 0.3:
            browser.ask("/admin/")
        path = rng.choice(subject.addresses)
        if rng.random() < 0.1:
            path += f"?utm_source={rng.random()}"
        began = time.monotonic()
        answer = browser.ask(path)
        ended = time.monotonic()
        self.look(subject, path, answer, began, ended, bound=0.0 if is_editor else 1.0)
        if not is_editor:
            self.refuse_what_is_personal(path, answer)
        self.found.reads += 1

    def look(self, subject, path, answer, began, ended, *, bound):
        """`bound`: for how long what the page shows may have been out of date."""
        if answer.status not in (200, 404):
            return self.fault(f"{path}: {answer.status}")
        for state in subject.shown_in(answer.status, answer.page):
            if state not in subject.states:
                self.fault(f"{path} shows {state} of {subject.name}, which never was")
                continue
            stale = subject.staleness(state, began)
            self.found.stalest = max(self.found.stalest, stale)
            if stale > bound and stale > bound + self.stalls.between(began - stale, ended):
                self.fault(f"{path}: {subject.name} as of {stale:.2f} s ago ({bound=})")
            if self.is_early(subject, state, ended):
                self.fault(f"{path} shows {state} of {subject.name} before its hour")
        return None

    def is_early(self, subject, state, ended):
        moments = [at for value, at in self.hours.get(subject, []) if value == state]
        return any(ended < at - 0.01 for at in moments)

    def refuse_what_is_personal(self, path, answer):
        if answer.headers.get("Set-Cookie"):
            self.fault(f"{path} sets a cookie")
        if MARK in answer.page or "csrfmiddlewaretoken" in answer.page:
            self.fault(f"{path} is an editor's, or has a token")
        remarks = set(map(int, re.findall(r"Remark (\d+) of", answer.page)))
        if held := {number for number in remarks if number >= self.first} - self.approved:
            self.fault(f"{path} shows held comments: {held}")

    def fault(self, words):
        with self.lock:
            self.found.faults.append(words)

    # Writing

    def write(self, rng):
        subject = rng.choice([*self.subjects, *self.stories])
        if time.monotonic() < self.busy.get(subject, 0) or not subject.lock.acquire(blocking=False):
            return
        try:
            if subject in self.stories:
                self.rewrite(subject, rng)
            else:
                doors = {
                    self.hearts: self.give_heart,
                    self.waiting: self.comment,
                    self.feed: self.approve,
                    self.firm: self.rename,
                    self.figure: self.say,
                }
                doors[subject](rng)
            self.found.writes += 1
        finally:
            subject.lock.release()

    def rewrite(self, story, rng):
        pk, number = self.pks[story], len(story.states)
        title = f"{story.name.capitalize()} edition {number}"
        if story.states[-1] is ABSENT:
            pause = rng.choice([0, 1.5])
            at = time.monotonic() + pause
            if pause:
                self.hours.setdefault(story, []).append((number, at))
                self.busy[story] = at
            with story.becoming(number, at):
                self.desk("publish", pk, title, time.time() + pause if pause else None)
        elif rng.random() < 0.2:
            with story.becoming(ABSENT):
                self.desk("unpublish", pk)
        else:
            with story.becoming(number):
                self.desk(rng.choice(["publish", "save", "update", "bulk_update"]), pk, title)

    def rename(self, rng):
        number = len(self.firm.states)
        with self.firm.becoming(number):
            self.desk("rename", self.company_pk, f"Aaa firm edition {number}")

    def say(self, rng):
        number = self.figure.states[-1] + 1
        with self.figure.becoming(number):
            self.fact = self.desk("say", self.fact, f"figure edition {number}")

    def give_heart(self, rng):
        browser = Browser(self.servers, rng)
        with self.hearts.becoming(self.hearts.states[-1] + 1):
            path = f"/audience/{self.liked_pk}/heart/"
            answer = browser.ask(path, "POST", Accept="application/json")
        if answer.status != 200:
            self.fault(f"heart: {answer.status}")
        self.look_back(browser, self.hearts)

    def comment(self, rng):
        browser, number = Browser(self.servers, rng), self.first + len(self.remarks)
        server = rng.choice(self.servers)
        hidden = json.loads(browser.ask(f"{self.discussion}form/", server=server).page)
        form = {"kind": "note", "name": "Reader", "text": f"Remark {number} of many.", **hidden}
        with self.waiting.becoming(self.waiting.states[-1] + 1):
            answer = browser.ask(
                self.discussion, "POST", form, server=server, Accept="application/json"
            )
        if answer.status != 201:
            self.fault(f"comment: {answer.status}")
        self.remarks.append(number)
        self.look_back(browser, self.waiting)
        self.commenters.append((browser, number))
        browser, number = rng.choice(self.commenters)
        mine = browser.ask(f"{self.discussion}mine/")
        if re.findall(r"Remark (\d+) of", mine.page) != [str(number)] * (number in self.unseen()):
            self.fault(f"the author of {number} is shown {mine.page[:500]}")

    def unseen(self) -> set:
        return set(self.remarks) - self.approved

    def approve(self, rng):
        with self.waiting.lock:
            if not (unseen := self.unseen()):
                return
            number = min(unseen)
            self.approved.add(number)
            with (
                self.waiting.becoming(self.waiting.states[-1] - 1),
                self.feed.becoming(number),
            ):
                self.desk("approve", f"Remark {number} of")

    def look_back(self, browser, subject):
        """Whoever wrote sees it at once, at whichever server."""
        path = subject.addresses[0]
        began = time.monotonic()
        answer = browser.ask(path)
        self.look(subject, path, answer, began, time.monotonic(), bound=0.0)
