"""What of this room follows a company into the profile that it was merged into."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article, FactUse, ListEntry, Ranking
from articles.publishing import quoting
from core.taskqueue.models import Batch


def follow(merge):
    former, into = merge.former, merge.into
    _refuse_two_entries(former, into)
    for article in Article._base_manager.filter(companies=former):
        article.companies.add(into)
        article.companies.remove(former)
    for entry in ListEntry.objects.filter(company=former):
        entry.company = into
        entry.save()
    for ranking in Ranking.objects.exclude(frozen={}).select_related("article"):
        if any(one["company"] == former.pk for one in ranking.frozen["order"]):
            ranking.frozen = ranking.article.editions.summary()
            ranking.save(update_fields=["frozen"])
    # What is stored of a quotation names the company: it is written anew before anybody reads it.
    moved = FactUse.objects.filter(fact__events__former_company=former)
    for pk in moved.order_by("article").values_list("article", flat=True).distinct():
        quoting.refresh_article(pk)
    title = gettext("Texts that name %(company)s") % {"company": into}
    Batch.follow(into.batch_reference, title, quoting.list_naming, into.pk)


def _refuse_two_entries(former, into):
    """A list has a company once, and only an editor can make one entry of two."""
    entries = ListEntry.objects.filter(company=former, article__entries__company=into)
    for entry in entries.select_related("article")[:1]:
        told = _("The list “%(article)s” has both: take one of them out first.")
        raise ValidationError(told, params={"article": entry.article})
