"""PostgreSQL and Redis servers of a test's own, to be killed, held up and brought back."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import redis

from tests.browser.demo_server import free_port

PG_CTL = max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), default=None)
REDIS = shutil.which("redis-server")
NEEDED = "needs the servers of Debian's postgresql and redis-server"


def are_there() -> bool:
    return bool(PG_CTL and REDIS)


class Postgres:
    def __init__(self, directory):
        self.data, self.port = Path(directory) / "data", free_port()
        self.url = self.url_of("postgres")
        self.data.mkdir()
        if os.getuid() == 0:
            # It refuses to run as root.
            os.chmod(directory, 0o755)
            shutil.chown(self.data, "postgres")
        options = ["-A", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        self.run(PG_CTL.parent / "initdb", "-D", self.data, "-U", "dateline", *options)

    def url_of(self, name):
        return f"postgres://dateline@127.0.0.1:{self.port}/{name}"

    def copy(self, name):
        """A new database with what `url` leads to; nobody may be connected to that. Its address."""
        with closing(psycopg2.connect(self.url_of("template1"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        return self.url_of(name)

    def run(self, *command):
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*prefix, *map(str, command)]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL)

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        options += " -c fsync=off -c max_connections=100"
        log = self.data / "log"
        self.run(PG_CTL, "-D", self.data, "-l", log, "-w", "-t", 120, "-o", options, "start")

    def stop(self):
        self.run(PG_CTL, "-D", self.data, "-m", "immediate", "-w", "stop")

    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    @contextmanager
    def held_up(self):
        """It takes what is sent, and answers nothing."""
        master = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(master, signal.SIGSTOP)
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        processes = [master, *map(int, children)]
        try:
            for process in processes[1:]:
                signal_if_there(process, signal.SIGSTOP)
            yield
        finally:
            for process in reversed(processes):
                signal_if_there(process, signal.SIGCONT)


def signal_if_there(process, number):
    with suppress(ProcessLookupError):
        os.kill(process, number)


class Redis:
    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        command = [REDIS, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--dir", self.directory]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _attempt in range(600):
            try:
                if self.client().ping():
                    return
            except redis.ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("Redis does not answer.")

    def client(self):
        return redis.Redis(port=self.port)

    def kill(self):
        self.process.kill()
        self.process.wait()

    @contextmanager
    def held_up(self):
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def postgres():
    with tempfile.TemporaryDirectory(prefix="dateline-pg-") as directory:
        server = Postgres(directory)
        server.start()
        try:
            yield server
        finally:
            if server.is_running():
                server.stop()


@contextmanager
def redis_server():
    with tempfile.TemporaryDirectory(prefix="dateline-redis-") as directory:
        server = Redis(directory)
        server.start()
        try:
            yield server
        finally:
            server.kill()
