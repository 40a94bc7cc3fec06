import time

import pytest

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from comments.models import Discussion
from comments.screening.form_tokens import make_form_token


@pytest.fixture
def moderator(client):
    """Who has signed in, and may decide."""
    user = UserFactory(groups=["Moderator"], email="ada@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def article(db):
    return ArticleFactory(title="A story to discuss")


@pytest.fixture
def aged_form_token(monkeypatch):
    """Make a stamp as it was handed out so many seconds ago."""

    def make(discussion, seconds=10):
        now = time.time()
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: now - seconds)
            return make_form_token(discussion)

    return make


@pytest.fixture
def post(client, article, aged_form_token, settings):
    """Post a comment as a form that was checked and stamped: `post(text=…, kind=…)`."""
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 1000
    settings.COMMENTS_PER_THREAD_PER_HOUR = 0

    def send(on=None, seconds=10, headers=None, sender=client, **fields):
        discussion = Discussion.objects.of(on or article)
        data = {"kind": "note", "name": "Priya", "text": "It went the other way.", **fields}
        data.setdefault("stamp", aged_form_token(discussion, seconds))
        return sender.post(discussion.get_page_url(), data, headers=headers)

    return send


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """Do something and what follows its commit."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


@pytest.fixture
def travel(monkeypatch):
    """Let signatures and cookies be read as if so many seconds had gone by."""
    now = time.time()

    def later(seconds):
        monkeypatch.setattr(time, "time", lambda: now + seconds)

    return later
