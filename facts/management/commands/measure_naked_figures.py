from django.core.management.base import BaseCommand

from facts.naked import measuring


class Command(BaseCommand):
    help = measuring.__doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo-details",
            action="store_true",
            help="also list the false and missed figures of the demo's stories",
        )

    def handle(self, **options):
        demo = measuring.on_the_demo()
        self.stdout.write(f"the demo's stories: {demo}")
        self.stdout.write(f"unseen prose: {measuring.on_unseen_prose()}")
        self.stdout.write(f"varied prose: {measuring.on_varied_prose()}")
        if options["demo_details"]:
            self.stdout.writelines(f"false  {figure}\n" for figure in demo.false)
            self.stdout.writelines(f"missed {figure}\n" for figure in demo.missed)
