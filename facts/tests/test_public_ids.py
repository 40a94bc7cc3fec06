import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.factories import CompanyFactory
from facts.exchange.csv_lines import read
from facts.exchange.importing import import_facts
from facts.factories import FactFactory, MetricFactory
from facts.models import Fact
from facts.models import facts as model_module
from facts.rules import public_ids
from facts.rules.public_ids import ALPHABET, DrawnId, check_character, is_possible, new_public_id

BODIES = st.text(ALPHABET, min_size=9, max_size=9)


def checked(body):
    return body + check_character(body)


@given(BODIES, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(body, place, other):
    own = checked(body)
    typed = own[:place] + other + own[place + 1 :]
    assert is_possible(typed) == (typed == own)


@given(BODIES, st.integers(0, 8))
def test_two_neighbours_that_changed_places_are_found(body, place):
    own = checked(body)
    typed = own[:place] + own[place + 1] + own[place] + own[place + 2 :]
    assert is_possible(typed) == (typed == own)


def test_new_ids_are_ten_characters_that_pass_their_own_check():
    drawn = {new_public_id() for _n in range(50)}
    assert len(drawn) == 50
    assert {len(one) for one in drawn} == {10}
    assert all(map(is_possible, drawn))


@pytest.mark.parametrize(
    ("public_id", "expected"),
    [
        ("k3m9xq", True),
        ("k3m9x", False),
        ("k3m9xq2", False),
        ("k3m9xo", False),
        ("K3M9XQ", False),
        ("", False),
        (checked("222222222"), True),
        (checked("222222222")[:-1], False),
        (checked("222222222") + "2", False),
    ],
)
def test_what_may_be_an_id(public_id, expected):
    assert is_possible(public_id) == expected


@pytest.fixture
def draws(monkeypatch):
    """Ids that are drawn next; the list shows what is left of them."""
    waiting = []
    monkeypatch.setattr(model_module, "new_public_id", lambda: DrawnId(waiting.pop(0)))
    return waiting


@pytest.mark.django_db
def test_figure_whose_drawn_id_is_taken_draws_another(draws):
    taken, free = new_public_id(), new_public_id()
    FactFactory(public_id=taken)
    draws += [taken, free]
    fact = FactFactory(public_id=DrawnId(taken))
    assert (fact.public_id, draws) == (free, [])
    assert Fact.objects.count() == 2


@pytest.mark.django_db
def test_taken_id_is_no_reason_to_refuse_a_valid_figure(draws):
    other = FactFactory()
    draws += [new_public_id()]
    fact = FactFactory.build(
        public_id=DrawnId(other.public_id), company=other.company, metric=other.metric
    )
    fact.full_clean()
    assert fact.public_id != other.public_id


@pytest.mark.django_db
def test_many_at_once_draw_again_what_is_taken_on_record_or_among_them(draws):
    company, metric = CompanyFactory(), MetricFactory()
    taken, twice, *free = (new_public_id() for _n in range(4))
    FactFactory(public_id=taken, company=company, metric=metric)
    draws += [twice, free[0], free[1]]
    given = [DrawnId(taken), DrawnId(twice), DrawnId(twice)]
    Fact.objects.bulk_create(
        Fact(company=company, metric=metric, amount=amount, public_id=public_id)
        for amount, public_id in enumerate(given, 1)
    )
    found = list(Fact.objects.order_by("amount").values_list("public_id", flat=True)[:3])
    assert sorted(found) == sorted([twice, *free])
    assert draws == []


@pytest.mark.django_db
def test_id_that_was_given_is_never_drawn_again():
    own, other = FactFactory(), FactFactory()
    own.public_id = other.public_id
    assert not isinstance(Fact.objects.get(pk=own.pk).public_id, DrawnId)
    draft = FactFactory.build(public_id=str(other.public_id))
    draft.draw_free_id()
    assert draft.public_id == other.public_id


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["/", ".json", ".csv", "/card.json"])
def test_address_with_a_mistyped_id_says_so(client, ending):
    fact = FactFactory(public_id=checked("k3m9xqk3m"))
    typed = "3k" + fact.public_id[2:]
    response = client.get(f"/facts/{typed}{ending}")
    assert response.status_code == 404
    assert f"“{typed}” is no id of a figure" in response.content.decode()


@pytest.mark.django_db
def test_address_with_an_unknown_id_says_so_and_tells_nothing_of_drafts(client):
    draft = FactFactory(draft=True)
    for public_id in (draft.public_id, "zzzzzz"):
        page = client.get(f"/facts/{public_id}/").content.decode()
        assert f"No figure with the id “{public_id}” is published." in page
        assert "mistyped" not in page


@pytest.mark.django_db
def test_former_short_ids_keep_their_addresses(client):
    fact = FactFactory(public_id="k3m9xq")
    assert client.get("/facts/k3m9xq/").status_code == 200
    assert client.get("/companies/nobody/").content.decode().count("No such page, as of today")
    assert public_ids.is_possible(fact.public_id)


@pytest.mark.django_db
def test_file_with_a_mistyped_id_says_so_and_a_former_one_passes():
    fact = FactFactory(draft=True)
    place = f"{fact.company.slug},{fact.metric.key}"
    typed = "3k" + checked("k3m9xqk3m")[2:]
    text = f"id,company,metric,value,supersedes\n{typed},{place},1,\nbbbbbb,{place},2,{typed}\n"
    outcome = import_facts(read(text), by=None)
    assert [number for number, _message in outcome.errors] == [2, 3]
    assert all("mistyped" in message for _number, message in outcome.errors)
    assert not import_facts(read(text.splitlines()[0] + f"\nbbbbbb,{place},2,\n"), by=None).errors
