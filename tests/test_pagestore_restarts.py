"""A server that is reloaded, stopped and killed while people read and write: nothing gets lost."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.browser.demo_server import (
    BASE_DIR,
    demo_environment,
    free_port,
    gunicorn_arguments,
    serve,
)
from tests.browser.tools import LOOKED_AT_ONCE
from tests.coherence import Browser

pytestmark = [pytest.mark.xdist_group("stored-restarts"), LOOKED_AT_ONCE]

STORY = "/articles/the-quiet-language-behind-the-services-you-use/"
PATHS = [STORY, "/", "/search/?q=service", "/companies/", "/about/?utm_source=a"]
VISITORS = 4
COUNT = """
from comments.models import Comment
from audience.models import DailyViews
print(
    *Comment.objects.filter(body__startswith="Posted").values_list("body", flat=True),
    sum(DailyViews.objects.values_list("views", flat=True)),
    sep="\\n",
)
"""


@pytest.fixture(scope="module")
def environment():
    with demo_environment(
        COMMENTS_PER_MINUTE="0",
        COMMENTS_PER_SUBNET_PER_MINUTE="100000",
        COMMENTS_PER_THREAD_PER_HOUR="0",
    ) as env:
        yield env


def stored_rows(env):
    """The comments that were posted, and the views that were counted."""
    manage = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", COUNT]
    done = subprocess.run(manage, cwd=BASE_DIR, env=env, check=True, capture_output=True, text=True)
    *comments, views = done.stdout.split("\n")[:-1]
    return comments, int(views)


class Crowd:
    """Visitors with open connections, who begin anew what was closed before it was answered."""

    def __init__(self, server, name, *, is_patient=False):
        self.server, self.name, self.is_patient = server, name, is_patient
        self.is_over = threading.Event()
        self.reads, self.posted, self.faults = 0, [], []
        page = Browser([server.address], random.Random(0)).ask(STORY).page
        self.discussion = re.search(r"/discussions/article/\d+/", page)[0]
        self.threads = [
            threading.Thread(target=self.visit, args=(number,)) for number in range(VISITORS)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def visit(self, number):
        rng = random.Random(number)
        browser = Browser([self.server.address], rng, keeps=False)
        while not self.is_over.is_set():
            try:
                if rng.random() < 0.1:
                    self.post(browser, f"Posted {self.name} {number} {len(self.posted)} times.")
                else:
                    status = browser.ask(rng.choice(PATHS)).status
                    self.reads += 1
                    if status != 200:
                        self.faults.append(status)
            except OSError as error:
                if not self.is_patient:
                    self.faults.append(repr(error))
            time.sleep(0.005)

    def post(self, browser, text):
        hidden = json.loads(browser.ask(f"{self.discussion}form/").page)
        form = {"kind": "note", "name": "Reader", "text": text, **hidden}
        answer = browser.ask(self.discussion, "POST", form, Accept="application/json")
        if answer.status == 201:
            self.posted.append(text)
        else:
            self.faults.append(answer.status)

    def wait_for_more(self, reads=60):
        enough, deadline = self.reads + reads, time.monotonic() + 60
        while self.reads < enough:
            assert time.monotonic() < deadline, self.faults
            time.sleep(0.02)


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def have_all_changed(server, former):
    now = server.workers()
    return len(now) == 2 and not set(now) & set(former)


def test_reload_and_replaced_workers_lose_no_request(environment):
    with serve(environment) as server, Crowd(server, "reload") as crowd:
        crowd.wait_for_more()
        former = server.workers()
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: have_all_changed(server, former))
        crowd.wait_for_more()
        for worker in server.workers():
            os.kill(worker, signal.SIGTERM)
            wait_until(lambda gone=worker: gone not in server.workers())
            wait_until(lambda: len(server.workers()) == 2)
            crowd.wait_for_more()
    assert crowd.faults == []
    assert crowd.posted
    comments, _views = stored_rows(environment)
    assert sorted(text for text in comments if "reload" in text) == sorted(crowd.posted)


def test_killed_worker_is_replaced_and_the_others_go_on(environment):
    with serve(environment) as server, Crowd(server, "kill", is_patient=True) as crowd:
        crowd.wait_for_more()
        former = server.workers()
        os.kill(former[0], signal.SIGKILL)
        wait_until(lambda: len(server.workers()) == 2 and former[0] not in server.workers())
        assert former[1] in server.workers()
        crowd.wait_for_more()
    # Whoever was being answered by it heard nothing; nobody heard anything wrong.
    assert crowd.faults == []
    comments, _views = stored_rows(environment)
    assert set(crowd.posted) <= set(comments)


def test_stopped_server_ends_what_it_began_and_waits_for_nobody_else(environment):
    arguments = {"GUNICORN_CMD_ARGS": gunicorn_arguments("--graceful-timeout 9")}
    arguments["WEB_CONCURRENCY"] = "1"
    port, answers = free_port(), []
    _comments, before = stored_rows(environment)
    with serve(environment | arguments, port=port, application="tests.slow:application") as server:
        address = urlsplit(server.address)
        # Two who say nothing more for as long as they can: before their request, and amid it.
        idle = [socket.create_connection((address.hostname, address.port)) for _both in range(2)]
        idle[1].sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        browser = Browser([server.address], random.Random(0))
        pk = re.search(r"/audience/(\d+)/heart/", browser.ask(STORY).page)[1]
        agent = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "Sec-Fetch-Site": "same-origin"}
        assert browser.ask(f"/audience/{pk}/seen/", "POST", {"ad": "1"}, **agent).status < 300
        asking = threading.Thread(target=lambda: answers.append(browser.ask("/search/?q=slow")))
        asking.start()
        time.sleep(0.5)
        assert asking.is_alive()
        server.process.terminate()
        asking.join()
        assert server.process.wait(timeout=60) == 0
        # The last words of a worker that nobody had to kill.
        assert "Worker exiting" in server.said()
        for connection in idle:
            connection.close()
    assert [answer.status for answer in answers] == [200]
    assert "</html>" in answers[0].page
    assert stored_rows(environment)[1] == before + 1
