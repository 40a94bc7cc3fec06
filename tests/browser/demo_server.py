"""The publication as a newcomer starts it: the demo in a database of its own, behind gunicorn."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from tests.shared import one_at_a_time, run_directory

BASE_DIR = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@contextmanager
def demo_server(**environment):
    """Serve the demo from a temporary directory; gives the address, without a slash at its end."""
    with demo_environment(**environment) as env, serve(env) as server:
        yield server.address


@contextmanager
def demo_environment(**environment):
    """The environment of a demo that nobody serves yet. Its database goes with it.

    A database that the caller brings is empty, and stays.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="dateline-demo-") as directory, ExitStack() as stack:
        env = environment_in(directory) | {
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
            **environment,
        }
        made = MadeDemo.of_this_run()
        made.make_once()
        shutil.copytree(made.directory, directory, dirs_exist_ok=True)
        if "DATABASE_URL" in environment:
            # Its pictures stay as they were uploaded: drawing them takes longest.
            _make_demo(env, MIGRATED, SEEDED)
        else:
            env["DATABASE_URL"] = stack.enter_context(
                database(f"{directory}/demo.sqlite3", f"dateline_demo_{port}", made.database)
            )
        yield env


def environment_in(directory):
    return {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "DATELINE_LOCAL": "1",
        "DEBUG": "off",
        "CACHE_URL": f"filecache://{directory}/cache",
        "MEDIA_ROOT": f"{directory}/media",
        "STATIC_ROOT": f"{directory}/static",
    }


MIGRATED, SEEDED = ["migrate"], ["seed_demo", "--if-empty"]
TASKS_RUN, COLLECTED = ["run_worker", "--until-empty"], ["collectstatic", "--noinput"]
BUT_PICTURES = ["shell", "-c", "from core.taskqueue.testing import run_tasks; run_tasks('default')"]


def _make_demo(env, *commands):
    for command in commands:
        manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(manage, cwd=BASE_DIR, env=env, check=True)


@dataclass
class MadeDemo:
    """What every demo of this run is a copy of: making one takes half a minute of a core's time.

    The first process that needs one makes it, the others wait for it.
    """

    run: Path

    @classmethod
    def of_this_run(cls):
        return cls(run_directory())

    @property
    def database(self):
        return f"dateline_demo_{hashlib.sha256(bytes(self.directory)).hexdigest()[:16]}"

    @property
    def directory(self):
        return self.run / f"demo-on-{'postgresql' if _is_on_server() else 'sqlite'}"

    def make_once(self):
        with one_at_a_time("demo"):
            if not self.directory.exists():
                self._make()

    def _make(self):
        arriving = self.run / "arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        arriving.mkdir()
        url = f"sqlite:///{arriving}/demo.sqlite3"
        if _is_on_server():
            url = _create_database(self.database, "template1")
        env = environment_in(arriving) | {"DATABASE_URL": url}
        # Whoever looks at pictures does so beside SQLite alone, and drawing them takes longest.
        tasks = BUT_PICTURES if _is_on_server() else TASKS_RUN
        _make_demo(env, MIGRATED, SEEDED, tasks, COLLECTED)
        arriving.rename(self.directory)

    def drop(self):
        if _is_on_server() and self.directory.exists():
            _on_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


@dataclass
class Server:
    address: str
    process: subprocess.Popen
    log: object

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def workers(self) -> list[int]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]


@contextmanager
def serve(env, *, port=None, application="config.asgi:application"):
    """The publication of `env` behind gunicorn, as it runs in life. Gives a Server."""
    port = port or env["PORT"]
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
    gunicorn += ["--bind", f"127.0.0.1:{port}", application]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(gunicorn, cwd=BASE_DIR, env=env, stdout=log, stderr=log)
        server = Server(f"http://127.0.0.1:{port}", process, log)
        try:
            _wait_until_up(f"{server.address}/health/live", server)
            yield server
        finally:
            process.terminate()
            process.wait()
            if "Traceback" in server.said():
                sys.stderr.write(server.said())


def gunicorn_arguments(*more) -> str:
    """GUNICORN_CMD_ARGS with `more`: what the whole run was started with counts as well."""
    return " ".join([os.environ.get("GUNICORN_CMD_ARGS", ""), *more])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def database(path, name, template="template1"):
    """An SQLite file, or a database of its own on the server that DATABASE_URL names.

    There it is a copy of `template`; the file is not made here.
    """
    if not _is_on_server():
        yield f"sqlite:///{path}"
        return
    yield _create_database(name, template)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _is_on_server():
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def _create_database(name, template):
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _on_server(statement):
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server:
        server.autocommit = True
        server.cursor().execute(statement)


def _wait_until_up(url, server):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=START_SECONDS).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer:\n{server.said()}")
