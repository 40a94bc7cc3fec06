"""A kept test database is used only while it is what the migrations would make."""

import pytest

from tests.architecture import nodes
from tests.browser.tools import LOOKED_AT_ONCE
from tests.kept_database import kept_path

pytestmark = LOOKED_AT_ONCE


@pytest.fixture
def project(tmp_path):
    def write(name, source):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        nodes.cache_clear()
        return kept_path(tmp_path)

    write("facts/apps.py", "def ready():\n    from facts import triggers")
    write("facts/migrations/0001_initial.py", "from core.fields import PublicId")
    return write


@pytest.mark.parametrize(
    "name",
    [
        "facts/models/facts.py",
        "articles/models.py",
        "facts/migrations/0002_more.py",
        "facts/triggers.py",
        "core/fields.py",
        "config/settings.py",
        "requirements.txt",
    ],
)
def test_kept_database_is_another_after_a_change_of(name, project):
    before = project(name, "former = 1")
    assert project(name, "former = 2") != before


@pytest.mark.parametrize(
    "name", ["facts/views.py", "facts/tests/test_models.py", "core/web/http.py"]
)
def test_kept_database_is_the_same_after_a_change_of(name, project):
    before = project(name, "former = 1")
    assert project(name, "former = 2") == before
