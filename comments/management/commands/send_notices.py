from django.core.management.base import BaseCommand

from comments.mail.notices import send_waiting


class Command(BaseCommand):
    help = "Send again the mails of the last day that the mail server did not take."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=1000, help="at most so many (1000)")

    def handle(self, *, limit, **options):
        self.stdout.write(f"Sent: {send_waiting(limit)}")
