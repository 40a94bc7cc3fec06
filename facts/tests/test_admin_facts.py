import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facts.factories import (
    FactFactory,
    MetricFactory,
    ReferenceFactory,
    SourceFactory,
    TechUseFactory,
)
from facts.models import Fact, Metric, Source, TechUse

pytestmark = pytest.mark.django_db
NO_REFERENCES = {"references-TOTAL_FORMS": 0, "references-INITIAL_FORMS": 0}


def change_url(fact):
    return reverse("admin:facts_fact_change", args=[fact.pk])


def claim_of(fact, **changes):
    fields = ("amount", "text", "comparator", "as_of_precision", "scope", "basis")
    values = {name: getattr(fact, name) for name in fields}
    values["amount"] = "" if fact.amount is None else fact.amount
    return {"company": fact.company_id, "metric": fact.metric_id, "as_of": ""} | values | changes


def kept_references(fact):
    references = list(fact.references.all())
    data = {"references-TOTAL_FORMS": len(references), "references-INITIAL_FORMS": len(references)}
    for number, reference in enumerate(references):
        data |= {
            f"references-{number}-id": reference.pk,
            f"references-{number}-fact": fact.pk,
            f"references-{number}-source": reference.source_id,
            f"references-{number}-quote": reference.quote,
        }
    return data


def new_reference(source, number=0):
    return {
        "references-TOTAL_FORMS": number + 1,
        "references-INITIAL_FORMS": number,
        f"references-{number}-source": source.pk,
        f"references-{number}-quote": "The passage",
    }


def stored(fact):
    return Fact.objects.filter(pk=fact.pk).values().get()


@pytest.fixture
def writer_client(client, django_user_model):
    """Somebody who may draft figures and may not publish them."""
    user = django_user_model.objects.create_user("writer", is_staff=True)
    codenames = ["view_fact", "add_fact", "change_fact", "add_reference", "view_reference"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


@pytest.mark.parametrize("button", ["_save", "_verify", "_continue"])
def test_forged_post_leaves_a_published_claim_as_it_is(admin_client, button):
    fact, other = FactFactory(), FactFactory()
    before = stored(fact)
    forged = claim_of(
        fact,
        amount=1,
        text="forged",
        company=other.company_id,
        metric=other.metric_id,
        as_of="2020-01-01",
        as_of_precision="day",
        status="draft",
        rank="deprecated",
        public_id="forged",
        published_at_0="2020-01-01",
    )
    response = admin_client.post(change_url(fact), forged | kept_references(fact) | {button: "x"})
    assert response.status_code == 302
    after = stored(fact)
    allowed = {"saved_at"} | ({"verified_at", "verified_by_id"} if button == "_verify" else set())
    assert {name for name in before if before[name] != after[name]} <= allowed


def test_forged_post_changes_and_deletes_no_reference_of_a_published_fact(admin_client):
    fact = FactFactory()
    [reference] = fact.references.all()
    forged = kept_references(fact) | {
        "references-0-quote": "forged",
        "references-0-source": SourceFactory().pk,
        "references-0-DELETE": "on",
    }
    admin_client.post(change_url(fact), forged)
    [kept] = fact.references.all()
    assert (kept.quote, kept.source_id) == (reference.quote, reference.source_id)


def test_published_fact_takes_a_further_reference(admin_client):
    fact = FactFactory()
    data = kept_references(fact) | new_reference(SourceFactory(), number=1)
    assert (
        admin_client.post(change_url(fact), data | {"references-1-fact": fact.pk}).status_code
        == 302
    )
    assert fact.references.count() == 2


def test_draft_is_edited(admin_client):
    draft = FactFactory(draft=True)
    data = claim_of(draft, amount=42) | kept_references(draft)
    assert admin_client.post(change_url(draft), data).status_code == 302
    assert stored(draft)["amount"] == 42


def test_value_of_the_wrong_type_is_an_error_beside_the_field(admin_client):
    draft = FactFactory(draft=True)
    data = claim_of(draft, amount="", text="many") | kept_references(draft)
    response = admin_client.post(change_url(draft), data)
    assert "amount" in response.context["adminform"].form.errors
    assert response.status_code == 200


def test_implausible_amount_is_saved_with_a_warning(admin_client):
    draft = FactFactory(draft=True, metric__plausible_max=100)
    data = claim_of(draft, amount=101) | kept_references(draft)
    response = admin_client.post(change_url(draft), data, follow=True)
    assert "outside what is plausible" in response.content.decode()
    assert stored(draft)["amount"] == 101


def test_new_figure_is_saved_and_published_with_its_reference(admin_client):
    metric, company = MetricFactory(), FactFactory().company
    data = {
        "company": company.pk,
        "metric": metric.pk,
        "amount": "75000000",
        "comparator": "eq",
        "as_of_precision": "unknown",
        "basis": "reported",
        "_publish": "x",
    } | new_reference(SourceFactory())
    response = admin_client.post(reverse("admin:facts_fact_add"), data)
    assert response.status_code == 302
    assert Fact.objects.get(metric=metric).is_published


def test_figure_without_a_reference_stays_a_draft_and_says_why(admin_client):
    draft = FactFactory(draft=True, references=None)
    data = claim_of(draft) | NO_REFERENCES | {"_publish": "x"}
    response = admin_client.post(change_url(draft), data, follow=True)
    assert "Name a source first" in response.content.decode()
    assert not Fact.objects.get(pk=draft.pk).is_published


@pytest.mark.parametrize("button", ["_publish", "_verify", "_prefer"])
def test_writer_may_not_publish_verify_or_prefer(writer_client, button):
    fact = FactFactory(draft=button == "_publish")
    before = stored(fact)
    data = claim_of(fact) | kept_references(fact) | {button: "x"}
    assert writer_client.post(change_url(fact), data).status_code == 403
    after = stored(fact)
    assert (after["status"], after["rank"], after["verified_at"]) == (
        before["status"],
        before["rank"],
        before["verified_at"],
    )
    page = writer_client.get(change_url(fact)).content.decode()
    assert f'name="{button}"' not in page


def test_writer_may_not_withdraw(writer_client):
    fact = FactFactory()
    url = reverse("admin:facts_fact_wrong")
    assert writer_client.get(url, {"facts": fact.pk}).status_code == 403
    data = {"facts": [fact.pk], "reason": "Misread"}
    assert writer_client.post(url, data).status_code == 403
    assert not Fact.objects.get(pk=fact.pk).is_deprecated


def test_this_was_wrong_asks_for_a_reason_and_withdraws(admin_client):
    fact, other = FactFactory(), FactFactory()
    url = reverse("admin:facts_fact_wrong")
    page = admin_client.get(url, {"facts": fact.pk}).content.decode()
    assert str(fact.company) in page
    assert not Fact.objects.get(pk=fact.pk).is_deprecated
    refused = admin_client.post(url, {"facts": [fact.pk], "reason": " "})
    assert "reason" in refused.context["form"].errors
    assert admin_client.post(url, {"facts": [fact.pk], "reason": "Misread"}).status_code == 302
    fact.refresh_from_db()
    assert (fact.rank, fact.deprecated_reason) == ("deprecated", "Misread")
    assert not Fact.objects.get(pk=other.pk).is_deprecated


@pytest.mark.parametrize("facts", ["", "x", "0", "99999999999999999999", "1 OR 1=1"])
def test_this_was_wrong_of_no_figure_withdraws_nothing(admin_client, facts):
    url = reverse("admin:facts_fact_wrong")
    assert admin_client.get(url, {"facts": facts}).status_code == 200
    response = admin_client.post(url, {"facts": [facts], "reason": "Misread"})
    assert response.status_code == 200


def test_update_figure_opens_the_form_with_all_but_the_new_value(admin_client):
    fact = FactFactory(scope="Europe")
    response = admin_client.get(reverse("admin:facts_fact_add"), {"supersedes": fact.pk})
    form = response.context["adminform"].form
    assert form["company"].value() == fact.company_id
    assert (form["scope"].value(), form["supersedes"].value()) == ("Europe", fact.pk)
    assert form["amount"].value() is None


@pytest.mark.parametrize("pk", ["x", "0", "-1", "9" * 30, "²"])
def test_update_of_no_figure_opens_an_empty_form(admin_client, pk):
    response = admin_client.get(reverse("admin:facts_fact_add"), {"supersedes": pk})
    assert response.status_code == 200


def act(client, action, *facts):
    data = {"action": action, "_selected_action": [fact.pk for fact in facts]}
    return client.post(reverse("admin:facts_fact_changelist"), data, follow=True)


def test_actions_publish_and_verify_what_they_can_and_say_what_they_could_not(admin_client):
    draft, bare = FactFactory(draft=True), FactFactory(draft=True, references=None)
    response = act(admin_client, "publish_selected", draft, bare)
    assert "1 figure: done." in response.content.decode()
    assert "Name a source first" in response.content.decode()
    assert set(Fact.objects.published()) == {draft}
    act(admin_client, "verify_selected", draft)
    assert Fact.objects.get(pk=draft.pk).verified_at


def test_action_this_was_wrong_asks_on_a_page_of_its_own(admin_client):
    facts = FactFactory.create_batch(2)
    page = act(admin_client, "mark_wrong", *facts).content.decode()
    assert page.count('name="facts"') == 2


def test_published_fact_is_deleted_neither_alone_nor_with_others(admin_client):
    fact, draft = FactFactory(), FactFactory(draft=True)
    url = reverse("admin:facts_fact_delete", args=[fact.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [fact.pk, draft.pk], "post": "yes"}
    admin_client.post(reverse("admin:facts_fact_changelist"), data)
    assert Fact.objects.filter(pk=fact.pk).exists()


def test_preferred_figure_is_shown_until_the_dates_decide_again(admin_client):
    old = FactFactory(as_of=datetime.date(2020, 1, 1), as_of_precision="day")
    new = FactFactory(
        company=old.company,
        metric=old.metric,
        as_of=datetime.date(2024, 1, 1),
        as_of_precision="day",
    )
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    form = kept_references(old) | {
        "_preferred_until": tomorrow.isoformat(),
        "_preference_reason": "Both count paying accounts.",
    }
    admin_client.post(change_url(old), form | {"_prefer": "x"})
    assert list(Fact.objects.current()) == [old]
    page = admin_client.get(change_url(old)).content.decode()
    assert "preferred until" in page
    assert "Both count paying accounts." in page
    admin_client.post(change_url(old), form | {"_unprefer": "x", "_preference_reason": "Settled."})
    assert list(Fact.objects.current()) == [new]
    page = admin_client.get(change_url(old)).content.decode()
    assert page.index("Both count paying accounts.") < page.index("Settled.")


@pytest.mark.parametrize("until", ["", "2020-01-01", "soon", "2026-02-31"])
def test_preference_without_a_day_to_come_is_refused(admin_client, until):
    fact = FactFactory()
    form = kept_references(fact) | {"_prefer": "x", "_preferred_until": until}
    form["_preference_reason"] = "Both count “paying” accounts."
    page = admin_client.post(change_url(fact), form, follow=True).content.decode()
    assert "a day that is still to come" in page
    assert 'value="Both count “paying” accounts."' in page
    fact.refresh_from_db()
    assert (fact.rank, fact.preferred_until) == ("normal", None)


@pytest.mark.parametrize(
    ("reason", "message"),
    [("", "Say why it is preferred no more"), ("Settled." * 40, "at most 300 characters")],
)
def test_preference_is_not_ended_without_a_reason(admin_client, reason, message):
    fact = FactFactory(preferred=True)
    form = kept_references(fact) | {"_unprefer": "x", "_preference_reason": reason}
    page = admin_client.post(change_url(fact), form, follow=True).content.decode()
    assert message in page
    assert f'name="_preference_reason" maxlength="300" size="40" value="{reason}"' in page
    fact.refresh_from_db()
    assert fact.rank == "preferred"
    assert not fact.events.filter(kind="unpreferred").exists()


def test_change_lists_run_as_many_queries_for_many_rows_as_for_few(admin_client):
    counts = {}
    for size in (5, 30):
        for _n in range(size):
            ReferenceFactory(fact=FactFactory(as_of="2024-01-01", as_of_precision="day"))
            TechUseFactory()
        for model in ("fact", "source", "metric", "techuse"):
            url = reverse(f"admin:facts_{model}_changelist")
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(url, {"q": "e"}).status_code == 200
            counts.setdefault(model, []).append(len(queries))
    assert [model for model, (few, many) in counts.items() if many > few] == []


@pytest.mark.parametrize("model", ["fact", "source", "metric", "techuse"])
def test_admin_pages_hold_no_inline_script_or_style(admin_client, model):
    fact, _use = FactFactory(), TechUseFactory()
    rows = {"fact": Fact, "source": Source, "metric": Metric, "techuse": TechUse}
    pk = rows[model].objects.first().pk
    for name, args in (("changelist", []), ("add", []), ("change", [pk])):
        page = admin_client.get(reverse(f"admin:facts_{model}_{name}", args=args)).content.decode()
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<style" not in page
    wrong = admin_client.get(reverse("admin:facts_fact_wrong"), {"facts": fact.pk})
    assert " style=" not in wrong.content.decode()
