"""What brings an article into the lists of its topics, authors and companies, and out of them.

`Listing.objects.follow(articles)` makes the rows; here is what calls it. Querysets do so in their
own bulk methods. Who writes link tables with SQL, or through `Article.topics.through.objects`,
calls `follow` themselves; `check_listings --repair` finds and mends what was forgotten.
"""

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from articles.models import Article, Byline, Listing

PLACING = {"status", "published_at"}


def follow_article(sender, instance, created, raw=False, update_fields=None, **kwargs):
    if created and not raw:
        return  # Nothing can be linked to it yet.
    if update_fields is None:
        Listing.objects.follow_saved(instance)
    elif PLACING & set(update_fields):
        Listing.objects.follow([instance.pk])


def note_former_article(sender, instance, **kwargs):
    former = Byline.objects.filter(pk=instance.pk).values_list("article", flat=True)
    instance._former_article = None if instance._state.adding else former.first()


def follow_byline(sender, instance, **kwargs):
    former = instance.__dict__.pop("_former_article", None)
    Listing.objects.follow({instance.article_id, former} - {None})


def follow_links(sender, instance, action, reverse, pk_set, **kwargs):
    if action not in ("post_add", "post_remove", "post_clear"):
        return
    if not reverse:
        articles = [instance.pk]
    elif pk_set is None:
        articles = instance.listings.values_list("article", flat=True)
    else:
        articles = pk_set
    Listing.objects.follow(articles)


def follow_loaded(sender, instance, raw=False, **kwargs):
    """A fixture may hold listings that the loading of its articles has made already."""
    if raw:
        Listing.objects.follow([instance.article_id])


def connect():
    post_save.connect(follow_article, Article, dispatch_uid="articles.list_article")
    post_save.connect(follow_loaded, Listing, dispatch_uid="articles.list_loaded")
    pre_save.connect(note_former_article, Byline, dispatch_uid="articles.note_former_article")
    for signal in (post_save, post_delete):
        signal.connect(follow_byline, Byline, dispatch_uid="articles.list_byline")
    for through in (Article.topics.through, Article.companies.through):
        m2m_changed.connect(follow_links, through, dispatch_uid=f"articles.list_{through.__name__}")
