"""The publication as a newcomer starts it: the demo in a database of its own, behind gunicorn."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

BASE_DIR = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@contextmanager
def demo_server(**environment):
    """Serve the demo from a temporary directory; gives the address, without a slash at its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(prefix="dateline-demo-") as directory,
        empty_database(f"{directory}/demo.sqlite3", f"dateline_demo_{port}") as database_url,
    ):
        env = {
            **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
            "DATELINE_LOCAL": "1",
            "DEBUG": "off",
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": database_url,
            "CACHE_URL": f"filecache://{directory}/cache",
            "MEDIA_ROOT": f"{directory}/media",
            "STATIC_ROOT": f"{directory}/static",
            "WEB_CONCURRENCY": "2",
            **environment,
        }
        for command in (["migrate"], ["seed_demo", "--if-empty"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, "manage.py", *command, "--verbosity", "0"]
            subprocess.run(manage, cwd=BASE_DIR, env=env, check=True)
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
        gunicorn += ["--bind", f"127.0.0.1:{port}", "config.asgi:application"]
        with open(f"{directory}/log", "w+b") as log:
            server = subprocess.Popen(gunicorn, cwd=BASE_DIR, env=env, stdout=log, stderr=log)
            try:
                _wait_until_up(f"http://127.0.0.1:{port}/health/live", server, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait()
                log.seek(0)
                said = log.read().decode(errors="replace")
                if "Traceback" in said:
                    sys.stderr.write(said)


@contextmanager
def empty_database(path, name):
    """An SQLite file, or a database of its own on the server that DATABASE_URL names."""
    server_url = os.environ.get("DATABASE_URL", "")
    if not server_url.startswith("postgres"):
        yield f"sqlite:///{path}"
        return
    server = psycopg2.connect(server_url)
    server.autocommit = True
    try:
        server.cursor().execute(f"CREATE DATABASE {name}")
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        server.close()


def _wait_until_up(url, server, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=START_SECONDS).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"{url} did not answer:\n{log.read().decode(errors='replace')}")
