"""The publication as a newcomer starts it: the demo in a database of its own, behind gunicorn."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

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
        if "DATABASE_URL" in environment:
            _make_demo(env)
        else:
            made = _demo_made_once()
            shutil.copytree(made.directory, directory, dirs_exist_ok=True)
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


def _make_demo(env):
    for command in (
        ["migrate"],
        ["seed_demo", "--if-empty"],
        ["run_worker", "--until-empty"],
        ["collectstatic", "--noinput"],
    ):
        manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(manage, cwd=BASE_DIR, env=env, check=True)


@dataclass
class MadeDemo:
    directory: str
    database: str


@cache
def _demo_made_once():
    """What every demo of this process is a copy of: making one takes many seconds."""
    stack = ExitStack()
    atexit.register(stack.close)
    directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="dateline-demo-"))
    name = f"dateline_demo_{os.getpid()}_{free_port()}"
    url = stack.enter_context(database(f"{directory}/demo.sqlite3", name))
    _make_demo(environment_in(directory) | {"DATABASE_URL": url})
    return MadeDemo(directory, name)


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
    server_url = os.environ.get("DATABASE_URL", "")
    if not server_url.startswith("postgres"):
        yield f"sqlite:///{path}"
        return
    server = psycopg2.connect(server_url)
    server.autocommit = True
    try:
        server.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        server.close()


def _wait_until_up(url, server):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=START_SECONDS).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer:\n{server.said()}")
