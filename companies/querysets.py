from django.db import models, router, transaction
from modelsearch.queryset import SearchableQuerySetMixin

from core.db.counting import RowCount
from core.db.keeping import KeptQuerySet
from core.pagestore.tracking import TrackedQuerySet
from core.versions import VersionedQuerySet

MOST_COUNTED = 50


class CompanyQuerySet(KeptQuerySet, SearchableQuerySetMixin, VersionedQuerySet):
    def visible(self):
        """What the public may see: every profile that an editor has opened."""
        return self.filter(is_public=True)

    def by_slug(self, slugs) -> dict:
        """Companies by slug, former slugs and those of merged profiles among them."""
        slugs = set(slugs) - {""}
        found = {company.slug: company for company in self.filter(slug__in=slugs)} if slugs else {}
        if missing := slugs - found.keys():
            former = self.model._meta.get_field("former_slugs").related_model.objects
            former = former.filter(slug__in=missing).select_related("target")
            found |= {one.slug: one.target for one in former}
        return found

    def kept(self):
        return self.filter(models.Q(is_public=True) | models.Q(was_public=True))

    def update(self, **values):
        if "is_public" not in values:
            return super().update(**values)
        with transaction.atomic(using=router.db_for_write(self.model)):
            self.filter(is_public=True, was_public=False).update(was_public=True)
            return super().update(**values)

    update.alters_data = True

    def with_profile_data(self):
        return self.select_related("industry", "parent", "logo").prefetch_related("aliases")

    def running(self, technology_slug):
        """Companies of which a named source says that they use it."""
        uses = self.model._meta.get_field("tech_uses").related_model.objects.visible()
        return self.filter(pk__in=uses.filter(technology__slug=technology_slug).values("company"))

    def with_current_facts(self):
        """Each company's `current_facts`, a list, in one query for all of them."""
        facts = self.model._meta.get_field("facts").related_model.objects.current()
        return self.prefetch_related(
            models.Prefetch("facts", facts.select_related("metric"), to_attr="current_facts")
        )


class TechnologyQuerySet(SearchableQuerySetMixin, TrackedQuerySet):
    def visible(self):
        """Every technology is public: it says nothing of itself but its name and its kind."""
        return self.all()

    def in_use(self):
        return self.filter(models.Exists(self._uses().filter(technology=models.OuterRef("pk"))))

    def _uses(self):
        return self.model._meta.get_field("uses").related_model.objects.visible()

    def with_company_count(self):
        """How many companies are shown to use it, on its own page: counted to `MOST_COUNTED`."""
        uses = self._uses().filter(technology=models.OuterRef("pk"))
        companies = uses.values("company").distinct()
        return self.annotate(company_count=RowCount(companies, MOST_COUNTED, of="company"))
