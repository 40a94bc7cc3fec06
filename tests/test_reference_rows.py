import pytest
from django.contrib.auth.models import Group
from django.db import connection


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["one", "other"])
@pytest.mark.xdist_group("reference-rows")
def test_reference_rows_outlive_a_test_that_commits(turn, reference_rows):
    assert connection.creation.serialize_db_to_string() == reference_rows["default"]
    Group.objects.all().delete()
    Group.objects.create(name=turn)
