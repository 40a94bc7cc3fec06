"""The directory that all processes of one test run share: what is made once for all of them."""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

# Inherited by xdist's workers; .ci/run names one for several runs.
RUN_DIR = "TEST_RUN_DIR"


def share_a_directory(config):
    """Make it, unless there is one, and remove it at the end."""
    if RUN_DIR not in os.environ:
        os.environ[RUN_DIR] = tempfile.mkdtemp(prefix="dateline-run-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(RUN_DIR), ignore_errors=True))


@contextmanager
def run_of_its_own():
    """For a script that is no test and starts what tests start."""
    with tempfile.TemporaryDirectory(prefix="dateline-run-") as directory:
        os.environ[RUN_DIR] = directory
        yield
        del os.environ[RUN_DIR]


def run_directory() -> Path:
    return Path(os.environ[RUN_DIR])


@contextmanager
def one_at_a_time(name):
    """Who comes second finds what the first has made."""
    with (run_directory() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
