import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from facts.exchange import long_files
from facts.exchange.csv_lines import UnusableFile, decode, read, sign_of_decimals
from facts.exchange.importing import import_facts
from facts.exchange.numbers import COMMA, POINT


class Command(BaseCommand):
    help = "Import figures from CSV as export_facts writes it: all of the file, or none of it."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a CSV file in UTF-8, or - for standard input")
        parser.add_argument("--publish", action="store_true", help="publish the new figures")
        parser.add_argument("--by", default="", help="the user name recorded as the editor")
        parser.add_argument("--reason", default="", help="why doubtful figures are right")
        parser.add_argument(
            "--decimal", choices=[POINT, COMMA], default="", help="the sign before the decimals"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")

    def handle(self, *, file, publish, by, reason, decimal, dry_run, **options):
        user = self._user(by)
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            text = decode(content)
            options = long_files.Options(user, publish, reason, decimal or sign_of_decimals(text))
            outcome = self._import(read(text), options, dry_run)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnusableFile as error:
            raise CommandError(str(error)) from None
        for number, message in outcome.errors:
            self.stderr.write(f"line {number}: {message}")
        if outcome.errors:
            raise CommandError("Nothing was imported: mend these lines and try again.")
        self.stdout.write(f"{'Would import. ' if dry_run else ''}{outcome.summary()}")

    def _import(self, lines, options, dry_run):
        if len(lines) > long_files.AT_ONCE:
            return long_files.import_here(lines, options, dry_run=dry_run)
        return import_facts(lines, dry_run=dry_run, **vars(options))

    def _user(self, name):
        if not name:
            return None
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user “{name}”: name one with --by.")
        return user
