from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    name = "corrections"
    verbose_name = _("Corrections")

    def ready(self):
        from articles.publishing.shown import version_kept
        from comments import matters
        from companies.merging import followers
        from core.days import SERIES, Series, counts_by_day
        from corrections import merging, pagekeys
        from corrections.models import Correction
        from corrections.proposals.matters import public_beside
        from corrections.publishing import profiles, verbs

        def corrections_by_day(day):
            corrections = Correction.objects.filter(kind=Correction.Kind.CORRECTION)
            return counts_by_day(corrections, "published_at", day)

        SERIES.append(Series(_("Corrections"), "corrections.view_correction", corrections_by_day))
        followers.append(merging.follow)
        matters.finders.append(public_beside)
        pagekeys.connect()
        profiles.connect()
        version_kept.connect(verbs.record_version, dispatch_uid="corrections.record_version")
