"""What a newcomer meets first: each missing thing gets one clear line, and nothing is set twice."""

import ast
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import django
import pytest
from django.conf import settings

from tests.browser.tools import LOOKED_AT_ONCE

pytestmark = LOOKED_AT_ONCE

BASE_DIR = settings.BASE_DIR


def run(*command, cwd=BASE_DIR, **environment):
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_refused_in_one_line(done, *words):
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr


@pytest.fixture
def clone(tmp_path):
    """A copy of what bin/setup reads, without an environment."""
    shutil.copytree(BASE_DIR / "bin", tmp_path / "bin")
    for path in BASE_DIR.glob("requirements*.txt"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture
def fake_python(tmp_path):
    def make(script):
        path = tmp_path / "fake-python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return make


def test_setup_with_an_old_python_names_its_version(clone, fake_python):
    python = fake_python('[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = run("bin/setup", "requirements.txt", cwd=clone, PYTHON=python)
    assert_refused_in_one_line(done, "3.11", "Python 3.9.2", "PYTHON=")


def test_setup_without_any_python_says_so(clone):
    done = run("bin/setup", "requirements.txt", cwd=clone, PYTHON="/nonexistent/python3")
    assert_refused_in_one_line(done, "3.11", "no python3")


def test_setup_without_venv_names_the_package(clone, fake_python):
    python = fake_python(f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    done = run("bin/setup", "requirements.txt", cwd=clone, PYTHON=python)
    assert_refused_in_one_line(done, "apt install python3-venv")
    assert not (clone / ".venv").exists()


def test_lint_runs_all_its_parts_and_names_each_that_fails(clone):
    tools = clone / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name, status in (("ruff", 1), ("python", 0), ("djlint", 1)):
        (tools / name).write_text(f"#!/bin/sh\necho $0 found something; exit {status}\n")
        (tools / name).chmod(0o755)
    done = run("bin/lint", cwd=clone)
    assert done.returncode == 1
    assert done.stdout.count("djlint found something") == 1
    assert done.stdout.endswith("Failed: style format templates\n")
    assert "make format" in done.stdout


def test_setup_that_is_done_looks_for_no_python(clone):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    wanted = run(
        "sh", "-c", "cat requirements.txt requirements-fast.txt requirements.txt | cksum", cwd=clone
    ).stdout
    (clone / ".venv" / ".installed-requirements.txt").write_text(wanted)
    command = ("bin/setup", "requirements.txt")
    done = run(*command, cwd=clone, PYTHON="/nonexistent/python3")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with (clone / "requirements.txt").open("a") as requirements:
        requirements.write("another==1.0\n")
    assert "Installing" in run(*command, cwd=clone, PIP_NO_INDEX="1", PIP_FIND_LINKS="").stdout


def test_port_that_is_taken_is_refused_and_a_free_one_is_not():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        taken = run(sys.executable, "bin/port-is-free", port)
    assert_refused_in_one_line(taken, str(port), "taken", "PORT=")
    free = run(sys.executable, "bin/port-is-free", port)
    assert (free.returncode, free.stdout, free.stderr) == (0, "", "")


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_port_that_is_no_port_is_refused(port):
    assert_refused_in_one_line(run(sys.executable, "bin/port-is-free", port), "PORT=")


def test_empty_database_url_is_one_that_is_not_set():
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATELINE_LOCAL": "1"}
    done = run(sys.executable, "manage.py", "check", DATABASE_URL="", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.parametrize("command", ["check", "migrate"])
def test_manage_without_a_secret_key_refuses_in_one_line(command):
    done = run(
        sys.executable,
        "manage.py",
        command,
        DJANGO_SETTINGS_MODULE="config.settings",
        DATELINE_LOCAL="off",
        DEBUG="off",
        SECRET_KEY="",
    )
    assert_refused_in_one_line(done, "SECRET_KEY")


@pytest.fixture
def settled(tmp_path):
    """The project where `make run` has been: a copy with a key of its own."""
    for name in ("manage.py", "config"):
        source = BASE_DIR / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    for source in BASE_DIR.glob("*/"):
        if not (tmp_path / source.name).exists() and source.name not in (".git", "var"):
            (tmp_path / source.name).symlink_to(source)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret-key").write_text("made by make run")
    return tmp_path


SAY_KEY = "from django.conf import settings; print(settings.SECRET_KEY, settings.SITE_NAME)"


def shell_of(project):
    """What a command typed by hand finds, without anything that make or the suite has set."""
    ours = ("DATELINE_LOCAL", "DEBUG", "SECRET_KEY", "SITE_NAME", "DJANGO_SETTINGS_MODULE")
    env = {key: value for key, value in os.environ.items() if key not in ours}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", SAY_KEY]
    return subprocess.run(
        command, cwd=project, env=env, capture_output=True, text=True, check=False
    )


def test_manage_by_hand_uses_the_key_of_make_run_whatever_else_env_file_says(settled):
    assert shell_of(settled).stdout == "made by make run Dateline\n"
    (settled / ".env").write_text("SITE_NAME=Ledger\n")
    assert shell_of(settled).stdout == "made by make run Ledger\n"
    (settled / ".env").write_text("SITE_NAME=Ledger\nSECRET_KEY=of the server\n")
    assert shell_of(settled).stdout == "of the server Ledger\n"


def test_manage_on_a_fresh_clone_says_what_to_do(settled):
    (settled / "var" / "secret-key").unlink()
    (settled / ".env").write_text("SITE_NAME=Ledger\n")
    assert_refused_in_one_line(shell_of(settled), "SECRET_KEY", "make run", "DATELINE_LOCAL=1")


def test_manage_with_a_python_that_lacks_django_names_make_setup(settled):
    # -S: without the environment's packages.
    done = run(sys.executable, "-S", "manage.py", "check", cwd=settled, PYTHONPATH="")
    assert_refused_in_one_line(done, "make setup", "django")


def test_gunicorn_without_a_secret_key_refuses_in_one_line():
    done = run(
        *(sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"),
        *("--bind", "127.0.0.1:0", "config.asgi:application"),
        DJANGO_SETTINGS_MODULE="config.settings",
        DATELINE_LOCAL="off",
        DEBUG="off",
        SECRET_KEY="",
    )
    assert done.returncode != 0
    assert_refused_in_one_line(done, "dateline: SECRET_KEY")


TOGETHER = [sys.executable, "bin/together"]
LASTING = f"{sys.executable} -c 'import time; print(1, flush=True); time.sleep(100)'"
STUBBORN = LASTING.replace("print", "import signal; signal.signal(15, signal.SIG_IGN); print")


def session_of(pid):
    """The processes that this one started, which have sessions of their own."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_together_told_to_stop_leaves_no_process_behind(number):
    process = subprocess.Popen([*TOGETHER, LASTING, LASTING], cwd=BASE_DIR, stdout=subprocess.PIPE)
    assert process.stdout.read(4).split() in ([b"1", b"1"], [b"11"])
    children = session_of(process.pid)
    process.send_signal(number)
    process.send_signal(number)
    assert process.wait() == 0
    assert len(children) == 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a parent's end.")
def test_together_that_is_killed_leaves_no_process_behind():
    process = subprocess.Popen([*TOGETHER, LASTING, LASTING], cwd=BASE_DIR, stdout=subprocess.PIPE)
    assert process.stdout.read(4).split() in ([b"1", b"1"], [b"11"])
    process.kill()
    # Both hold the other end of the pipe until they are gone.
    assert process.stdout.read().strip() == b""


def test_together_whose_terminal_is_closed_leaves_no_process_behind():
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [*TOGETHER, LASTING], cwd=BASE_DIR, stdin=inner, stdout=subprocess.PIPE
    )
    os.close(inner)
    assert process.stdout.read(2) == b"1\n"
    [child] = session_of(process.pid)
    os.close(terminal)
    assert process.wait() == 0
    assert not Path(f"/proc/{child}").exists()


@pytest.mark.parametrize("code", [0, 3])
def test_together_ends_all_when_one_ends(code):
    done = run(*TOGETHER, LASTING, f"{sys.executable} -c 'raise SystemExit({code})'")
    assert done.returncode == code
    assert f"ended with {code}; the rest stops too." in done.stderr


def test_together_kills_what_does_not_stop(monkeypatch):
    script = "import runpy; it = runpy.run_path('bin/together'); main = it['main'];"
    script += " main.__globals__['SECONDS'] = 0.1; main(__import__('sys').argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", script, STUBBORN], cwd=BASE_DIR, stdout=subprocess.PIPE
    )
    assert process.stdout.read(2) == b"1\n"
    process.terminate()
    assert process.wait() == 0


def test_every_requirement_is_pinned_exactly():
    lines = [
        line
        for path in BASE_DIR.glob("requirements*.txt")
        for line in path.read_text().splitlines()
        if line != "-r requirements.txt" and not line.startswith("#")
    ]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\d.]+", line)] == []


def test_django_has_the_security_fixes_we_count_on():
    assert django.VERSION[:3] >= (5, 2, 19)


def test_env_example_documents_every_variable_that_is_read():
    tree = ast.parse((BASE_DIR / "config" / "settings.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", None) == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    example = (BASE_DIR / ".env.example").read_text()
    assert {"SECRET_KEY", "DATABASE_URL"} <= read
    assert read == set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.M))


def test_make_help_lists_every_target_and_is_the_default():
    targets = re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.M)
    listed = run("make", "--no-print-directory")
    assert re.findall(r"^  make ([a-z-]+)", listed.stdout, re.M) == targets
    assert {"run", "test", "dev", "lint", "screenshots", "help"} <= set(targets)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "63072000 True True"),
        ({"HSTS_SECONDS": "300"}, "300 True True"),
        ({"HSTS_SUBDOMAINS": "off", "HSTS_PRELOAD": "off"}, "63072000 False False"),
        ({"DATELINE_LOCAL": "1"}, "0 False False"),
    ],
)
def test_hsts_follows_the_environment(environment, expected):
    names = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
    shown = ", ".join(f"settings.SECURE_HSTS_{name}" for name in names)
    server = {"DATELINE_LOCAL": "off", "DEBUG": "off", "SECRET_KEY": "of a server"}
    done = run(
        *(sys.executable, "-c", f"from config import settings; print({shown})"),
        **server | environment,
    )
    assert done.stdout == expected + "\n"
