import datetime
import socket
import urllib.error

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from facts.factories import SourceFactory
from facts.models import Source
from facts.review import link_checks

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(monkeypatch):
    """Answers by address: a status, or an error to raise."""
    answers = {"https://e.org/well": 200}

    def status_of(url):
        if isinstance(answers[url], Exception):
            raise answers[url]
        return answers[url]

    monkeypatch.setattr(link_checks, "status_of", status_of)
    SourceFactory(url="https://e.org/well")
    return answers


def checked(source, days_ago=0):
    call_command("check_sources", verbosity=0)
    source.refresh_from_db()
    return source.gone_since


def a_day_passes(source):
    Source.objects.filter(url="https://e.org/well").update(checked_at=None)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    source.checked_at = yesterday
    source.failed_on = source.failed_on and timezone.localdate(yesterday)
    source.save()


NO_HOST = urllib.error.URLError(socket.gaierror(socket.EAI_NONAME, "no such host"))


@pytest.mark.parametrize("answer", [404, 410, NO_HOST])
def test_gone_is_what_failed_on_two_days(web, answer, capsys):
    source = SourceFactory(url="https://e.org/lost")
    web[source.url] = answer
    assert checked(source) is None
    assert "1 failing" in capsys.readouterr().out
    assert checked(source) is None, "the same day says nothing new"
    a_day_passes(source)
    assert checked(source) == source.failed_on
    assert source.failed_on < timezone.localdate()


@pytest.mark.parametrize(
    "answer",
    [
        *(403, 429, 500, 503),
        TimeoutError(),
        ConnectionResetError(),
        urllib.error.URLError(socket.gaierror(socket.EAI_AGAIN, "try again")),
    ],
)
def test_what_says_nothing_of_the_page_is_no_failure(web, answer):
    source = SourceFactory(url="https://e.org/busy")
    web[source.url] = answer
    checked(source)
    a_day_passes(source)
    assert checked(source) is None
    assert source.failed_on is None


def test_what_comes_back_is_gone_no_more(web):
    source = SourceFactory(url="https://e.org/back", gone_since="2026-05-01")
    web[source.url] = 200
    assert checked(source) is None


def test_machine_that_is_cut_off_records_nothing(web):
    source = SourceFactory(url="https://e.org/lost")
    web |= {"https://e.org/well": NO_HOST, source.url: NO_HOST}
    with pytest.raises(CommandError, match="online"):
        checked(source)
    source.refresh_from_db()
    assert source.checked_at is None


def test_the_longest_unseen_come_first_and_print_never(web):
    SourceFactory(url=None)
    seen = SourceFactory(url="https://e.org/seen", checked_at=timezone.now())
    old = timezone.now() - datetime.timedelta(days=9)
    stale = SourceFactory(url="https://e.org/stale", checked_at=old)
    web |= {seen.url: 200, stale.url: 200}
    assert [source.url for source in link_checks.due_sources()] == ["https://e.org/well", stale.url]
