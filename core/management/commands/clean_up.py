from django.core.management.base import BaseCommand

from core.housekeeping import apply_all, count_all


class Command(BaseCommand):
    help = "Delete what has served its purpose: sessions, notices, old static files and the like."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what is due, and change nothing."
        )

    def handle(self, *, dry_run, **options):
        counts = count_all() if dry_run else apply_all()
        heading = "due" if dry_run else "done"
        self.stdout.write(f"{'what':<44} {'kept for':>12} {heading:>8}")
        for rule, number in counts.items():
            self.stdout.write(f"{rule.subject:<44} {kept_for(rule.age):>12} {number:>8}")


def kept_for(age) -> str:
    hours = age.total_seconds() / 3600
    if not hours:
        return "-"
    return f"{hours:g} hours" if hours < 48 else f"{age.days} days"
