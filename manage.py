#!/usr/bin/env python
import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        sys.exit(
            f"dateline: {sys.executable} has no {error.name}: "
            "run `make setup`, then .venv/bin/python manage.py …"
        )
    use_local_key()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"dateline: {error}")


def use_local_key():
    """Where `make run` has made a key, commands typed by hand work on what it serves."""
    import environ

    environ.Env.read_env(BASE_DIR / ".env")
    is_configured = {"SECRET_KEY", "DEBUG"} & os.environ.keys()
    if (BASE_DIR / "var" / "secret-key").exists() and not is_configured:
        os.environ.setdefault("DATELINE_LOCAL", "1")


if __name__ == "__main__":
    main()
