from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    name = "corrections"
    verbose_name = _("Corrections")

    def ready(self):
        from articles.publishing.shown import version_kept
        from comments import matters
        from companies.merging import followers
        from corrections import merging, pagekeys
        from corrections.proposals.matters import public_beside
        from corrections.publishing import profiles, verbs

        followers.append(merging.follow)
        matters.finders.append(public_beside)
        pagekeys.connect()
        profiles.connect()
        version_kept.connect(verbs.record_version, dispatch_uid="corrections.record_version")
