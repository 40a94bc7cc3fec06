from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from articles import housekeeping, listing, merging, pagekeys, related
        from articles.models import PlannedChange
        from articles.publishing import pictures, quoting
        from companies.merging import followers
        from companies.models import Company, CompanyMerge
        from core.housekeeping import register
        from facts.models import Fact
        from images.models import Picture, shown_changed

        register(*housekeeping.RULES)
        followers.append(merging.follow)
        listing.connect()
        related.connect()
        pagekeys.connect()
        post_save.connect(quoting.follow_fact, Fact, dispatch_uid="articles.follow_fact")
        pre_save.connect(quoting.notice_company, Company, dispatch_uid="articles.notice_company")
        pre_save.connect(quoting.notice_merge, CompanyMerge, dispatch_uid="articles.notice_merge")
        post_save.connect(quoting.follow_company, Company, dispatch_uid="articles.follow_company")
        for signal in (post_save, post_delete):
            signal.connect(pictures.follow_plan, PlannedChange, dispatch_uid="articles.follow_plan")
        shown_changed.connect(
            quoting.follow_picture, Picture, dispatch_uid="articles.follow_picture"
        )
