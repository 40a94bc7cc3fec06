#!/usr/bin/env python
import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Where `make run` has made a key, commands typed by hand work on what it serves.
    is_configured = {"SECRET_KEY", "DEBUG"} & os.environ.keys() or (BASE_DIR / ".env").exists()
    if (BASE_DIR / "var" / "secret-key").exists() and not is_configured:
        os.environ.setdefault("DATELINE_LOCAL", "1")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"dateline: {error}")


if __name__ == "__main__":
    main()
