"""Load the demo's corrections through the same functions as the desk."""

import datetime
import json

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from articles import publishing
from articles.models import Article
from comments.models import Comment
from corrections.models import Correction, CorrectionNotes
from corrections.publishing import publish_correction

FIXTURE = settings.BASE_DIR / "fixtures" / "demo" / "corrections.json"


@transaction.atomic
def load_corrections() -> int:
    return sum(map(_load, _rows()))


def _rows() -> list[dict]:
    return json.loads(FIXTURE.read_text())["corrections"]


def with_errors(slug: str, body: str) -> str:
    """A story as it was first published, before it was corrected."""
    for row in _rows():
        if row["article"] == slug:
            body = body.replace(row["is"], row["was"])
    return body


def _load(row) -> bool:
    comment = Comment.objects.filter(public_id=row["comment"]).first()
    if comment is None or comment.corrections.exists():
        return False
    article = Article.objects.get(slug=row["article"])
    wrong = publishing.newest_content(article)
    right = wrong | {"body": wrong["body"].replace(row["was"], row["is"])}
    # Unsigned unless the demo's users exist.
    by = get_user_model().objects.filter(username=row["by"]).first()
    if wrong == right or by is None:
        return False
    publishing.save_revision(article, right, by=by)
    said = {name: row[name] for name in ("kind", "note", "credit")}
    correction = publish_correction(article, by=by, comment=comment, **said)
    _date_back(correction, datetime.datetime.fromisoformat(row["at"]))
    return True


def _date_back(correction, at):
    """Backdate what was just created."""
    Correction._base_manager.filter(pk=correction.pk).update(published_at=at)
    CorrectionNotes.follow(correction.article_id)
    correction.article.versions.filter(number=correction.after_number).update(shown_at=at)
    Article.objects.filter(pk=correction.article_id).update(updated_at=at)
    Comment.objects.filter(pk=correction.comment_id).update(resolved_at=at)
