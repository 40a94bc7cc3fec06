from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.pagestore import purging
from core.pagestore.keys import is_key


class Command(BaseCommand):
    help = "Make the CDN forget all pages, as after a deploy, or those made of the given keys."

    def add_arguments(self, parser):
        parser.add_argument("keys", nargs="*", help="such as article:12, company:5 or articles")

    def handle(self, *, keys, **options):
        if not settings.CDN:
            raise CommandError(_("No CDN is configured: set CDN."))
        if wrong := [key for key in keys if not is_key(key)]:
            raise CommandError(_("Not a page key: %s") % ascii(wrong[0]))
        try:
            purging.send(keys) if keys else purging.send_everything()
        except Exception as error:
            raise CommandError(_("The CDN did not do it: %s") % purging.reason(error)) from None
        self.stdout.write(_("The CDN forgets."))
