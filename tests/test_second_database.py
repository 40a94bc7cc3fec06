import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from companies.models import Company
from tests.browser.tools import LOOKED_AT_ONCE
from tests.second_database import ABOUT_A_DATABASE, is_odd, names_a_database

pytestmark = LOOKED_AT_ONCE


def test_modules_about_a_database_are_there():
    assert [path for path in ABOUT_A_DATABASE if not (settings.BASE_DIR / path).exists()] == []


def counts_in_a_block(connection=connection):
    with connection.cursor():
        pass


def expects_a_refusal():
    with pytest.raises(IntegrityError):
        Company.objects.create()


def asks_within():
    return [(lambda row: row.objects.aggregate())(row) for row in [Company]]


def sends_what_is_odd():
    Company.objects.filter(name="a\0")


def looks_at_words():
    assert Company(name="Spotify").name == "Spotify"


def test_test_that_names_the_database_is_known_by_it():
    asking = [counts_in_a_block, expects_a_refusal, asks_within, sends_what_is_odd]
    assert all(map(names_a_database, asking))
    assert not names_a_database(looks_at_words)


@pytest.mark.parametrize("value", ["a\0", "\ud800", 2**40, "10000000000", "a" * 300])
def test_what_one_database_takes_otherwise_is_odd(value):
    assert is_odd(value)


@pytest.mark.parametrize("value", ["", "a", "2026-06-01", 2**20, None, True, "é", [10**12]])
def test_what_every_database_takes_alike_is_not(value):
    assert not is_odd(value)
