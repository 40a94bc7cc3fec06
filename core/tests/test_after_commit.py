from contextlib import suppress

import pytest
from django.db import transaction

from core.db.after_commit import AfterCommit


@pytest.fixture
def calls():
    return []


@pytest.fixture
def noticed(calls):
    return AfterCommit(calls.append)


@pytest.mark.django_db(transaction=True)
def test_all_that_was_added_in_a_transaction_is_told_once(noticed, calls):
    with transaction.atomic():
        noticed.add(1)
        with transaction.atomic():
            noticed.add(2)
        assert calls == []
    assert calls == [{1, 2}]
    noticed.add(3)
    assert calls == [{1, 2}, {3}]


class Refused(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_nothing_behind(noticed, calls):
    with suppress(Refused), transaction.atomic():
        noticed.add(1)
        raise Refused
    noticed.add(2)
    assert calls == [{2}]


def add_and_fail(noticed, item):
    with suppress(Refused), transaction.atomic():
        noticed.add(item)
        raise Refused


@pytest.mark.django_db(transaction=True)
def test_savepoint_that_is_rolled_back_adds_nothing(noticed, calls):
    with transaction.atomic():
        add_and_fail(noticed, 1)
    assert calls == []
    with transaction.atomic():
        add_and_fail(noticed, 2)
        noticed.add(3)
        add_and_fail(noticed, 4)
        assert noticed.pending() == {3}
    assert calls == [{3}]


@pytest.mark.django_db(transaction=True)
def test_what_the_callback_adds_is_delivered_too(calls):
    def again(items):
        calls.append(items)
        if 2 not in items:
            noticed.add(2)

    noticed = AfterCommit(again)
    with transaction.atomic():
        noticed.add(1)
    assert calls == [{1}, {2}]


@pytest.mark.django_db(transaction=True)
def test_robust_callback_that_fails_keeps_its_error_to_the_log(caplog):
    with transaction.atomic():
        AfterCommit(lambda items: 1 / 0, robust=True).add(1)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_of_them_know_nothing_of_each_other(noticed, calls):
    others = []
    with transaction.atomic():
        noticed.add(1)
        AfterCommit(others.append).add(2)
    assert (calls, others) == ([{1}], [{2}])
