"""The desk as a process of its own: takes orders by line, and answers when their change stands.

Run with the environment of the servers whose pages it changes: `python -m tests.pagestore_desk`.
"""

import json
import os
import sys
import uuid
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

# Not before Django is set up.
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from articles import publishing  # noqa: E402
from articles.factories import UPDATE  # noqa: E402
from articles.models import Article  # noqa: E402
from articles.publishing import snapshots  # noqa: E402
from comments.models import Comment  # noqa: E402
from comments.writing import moderation  # noqa: E402
from companies.models import Company  # noqa: E402
from facts import publishing as facts  # noqa: E402
from facts.factories import FactFactory, MetricFactory, SourceFactory  # noqa: E402
from facts.models import Fact  # noqa: E402

STORIES = 4
EDITOR = "editor"


def prepare(mark):
    """Four stories at the head of every list, and a company with a figure in words."""
    User.objects.filter(username=EDITOR).update(first_name=mark)
    stories = Article.objects.published().filter(kind=Article.Kind.STORY)[:STORIES]
    told = []
    for number, article in enumerate(stories):
        Article.objects.filter(pk=article.pk).update(
            title=f"Story {number} edition 0", published_at=timezone.now()
        )
        told.append((article.pk, article.get_absolute_url()))
    company = Company.objects.visible().first()
    Company.objects.filter(pk=company.pk).update(name="Aaa firm edition 0")
    metric = MetricFactory(in_words=True, key=f"metric-{uuid.uuid4()}")
    fact = FactFactory(company=company, metric=metric, text="figure edition 0")
    return {
        "stories": told,
        "company": (company.pk, company.get_absolute_url()),
        "fact": fact.pk,
        "comments": Comment.objects.count(),
    }


def publish(pk, title, at=None):
    article, editor = Article.objects.get(pk=pk), User.objects.get(username=EDITOR)
    publishing.save_revision(article, snapshots.of(article) | {"title": title}, by=editor)
    moment = at and datetime.fromtimestamp(at, UTC)
    moment = moment or timezone.now()
    publishing.publish(article, by=editor, at=moment, change=UPDATE)


def unpublish(pk):
    """As if nobody had read it: what was read is not taken back, and not put off."""
    Article.objects.filter(pk=pk).update(status="draft", live_number=None)


def save(pk, title):
    article = Article.objects.get(pk=pk)
    article.title = title
    article.save()


def update(pk, title):
    Article.objects.filter(pk=pk).update(title=title)


def bulk_update(pk, title):
    article = Article.objects.get(pk=pk)
    article.title = title
    Article.objects.bulk_update([article], ["title"])


def rename(pk, name):
    Company.objects.filter(pk=pk).update(name=name)


def say(pk, text):
    """A successor of the figure; answers its key."""
    editor = User.objects.get(username=EDITOR)
    return facts.update(
        Fact.objects.get(pk=pk), by=editor, source=SourceFactory(), quote="As said.", text=text
    ).pk


def approve(text):
    """The oldest comment that says so."""
    comment = Comment.objects.filter(body__contains=text).earliest("pk")
    moderation.approve(comment, by=User.objects.get(username=EDITOR))


VERBS = {
    verb.__name__: verb
    for verb in (prepare, publish, unpublish, save, update, bulk_update, rename, say, approve)
}


def main():
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(VERBS[verb](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
