"""Each mistake that leaves pages stale for ever, planted: the check names it and the remedy."""

import ast
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from core.pagestore import checks, declaring, made_of, stored_page, tracking
from facts.models import Source


def errors(check):
    return [(error.id, error.msg, error.hint) for error in check(None)]


@pytest.fixture
def room(monkeypatch):
    """A room of the project with the models it is given."""

    def make(*planted):
        facts = apps.get_app_config("facts")
        one = SimpleNamespace(path=facts.path, get_models=lambda **_options: planted)
        monkeypatch.setattr(checks, "rooms", lambda: [one])

    return make


def test_project_is_checked_and_well():
    assert errors(checks.check_models) == []
    assert errors(checks.check_keys) == []


def test_tracked_model_that_is_forgotten_is_named_with_its_remedy(monkeypatch):
    monkeypatch.delitem(tracking.tracked, Source)
    ((code, message, hint),) = errors(checks.check_models)
    assert code == "pagestore.E001"
    assert "facts.Source" in message
    assert hint.startswith("In facts/pagekeys.py, track(Source, …)")
    assert "on_no_page(Source)" in hint


@isolate_apps("facts")
def test_new_model_and_its_links_are_refused_until_somebody_says_where_they_show(room, monkeypatch):
    class Planted(models.Model):  # noqa: DJ008 - nobody reads it
        sources = models.ManyToManyField(Source)

        class Meta:
            app_label = "facts"

    through = Planted.sources.through
    room(Planted, through)
    messages = [message for _id, message, _hint in errors(checks.check_models)]
    assert len(messages) == 2
    assert "facts.Planted:" in messages[0]
    assert "facts.Planted_sources" in messages[1]
    monkeypatch.setattr(tracking, "unshown", {Planted})
    assert errors(checks.check_models) == []


def test_misspelt_key_of_a_view_is_refused_with_its_place(monkeypatch):
    monkeypatch.setattr(declaring, "declared", [])
    stored_page("artciles")(lambda request: None)
    ((code, message, hint),) = errors(checks.check_keys)
    assert code == "pagestore.E002"
    assert message.startswith("core/tests/test_pagestore_checks.py:")
    assert "'artciles'" in message
    assert hint.startswith("Write 'articles' if that is meant.")


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("views.py", 'made_of(request, "companeis")', ["companeis"]),
        ("views.py", 'made_of(request, f"compnay:{pk}")', ["compnay"]),
        ("views.py", 'changed("articels", by_visitor=False)', ["articels"]),
        ("views.py", 'made_of(request, f"company:{pk}", *others, f"{on}:{pk}")', []),
        ("views.py", 'format(f"whatever:{pk}")', []),
        ("pagekeys.py", 'def keys(row):\n    yield f"compnay:{row.pk}"', ["compnay"]),
        ("pagekeys.py", 'field = f"{name}__gt"', []),
    ],
)
def test_misspelt_key_in_the_code_is_found(name, source, found):
    path, tree = settings.BASE_DIR / "facts" / name, ast.parse(source)
    used = list(checks.keys_in(tree, path, is_whole=name == "pagekeys.py"))
    unknown = [one for keys, _place in used for one in checks.unknown_names(keys)]
    assert unknown == found
    assert all(place.startswith(f"facts/{name}:") for _keys, place in used)


def test_key_that_is_only_known_at_run_time_is_refused_then(rf):
    with pytest.raises(ValueError, match=r"Unknown page keys \['artciles'\]"):
        made_of(rf.get("/"), "artciles")
