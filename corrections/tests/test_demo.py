import pytest

from comments.models import Comment
from corrections.demo import load_corrections
from corrections.models import Correction
from pages import demo

pytestmark = pytest.mark.django_db


def test_demo_has_a_correction_that_a_reader_asked_for():
    demo.load_all(with_logins=True)
    correction = Correction.objects.public().get()
    comment = Comment.objects.get(pk=correction.comment_id)
    assert [change["after"] != change["before"] for change in correction.changes] == [True]
    assert correction.published_at == comment.resolved_at == correction.article.updated_at
    assert comment.course == Comment.Course.ACCEPTED
    assert comment.quote in correction.changes[0]["before"]
    assert comment.quote not in correction.article.body_text
    assert load_corrections() == 0
    assert Correction.objects.count() == 1
