import json
import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from companies.factories import CompanyFactory
from companies.identifiers import SCHEMES
from companies.tests.test_admin import change

LEI, ISIN = "5493006MHB84DD0ZWV18", "US02079K3059"


@pytest.mark.parametrize(
    ("scheme", "typed", "kept"),
    [
        ("lei", LEI, LEI),
        ("lei", "5493 006m hb84 dd0z wv18", LEI),
        ("lei", f"https://search.gleif.org/#/record/{LEI}", LEI),
        ("cik", "1652044", "0001652044"),
        ("cik", "0001652044", "0001652044"),
        ("isin", "us 02079k 3059", ISIN),
        ("isin", "DE0007164600", "DE0007164600"),
        ("opencorporates", "gb/02180482", "gb/02180482"),
        ("opencorporates", "https://opencorporates.com/companies/us_de/5786925/", "us_de/5786925"),
        ("wikidata", "q689141", "Q689141"),
        ("wikidata", "https://www.wikidata.org/wiki/Q689141", "Q689141"),
    ],
)
def test_identifier_is_kept_in_its_own_spelling(scheme, typed, kept):
    spelled = SCHEMES[scheme].own_spelling(typed)
    assert spelled == kept
    SCHEMES[scheme].validate(spelled)


@pytest.mark.parametrize(
    ("scheme", "value", "code"),
    [
        ("lei", LEI[:-1], "invalid"),
        ("lei", LEI[:-1] + "9", "checksum"),
        ("lei", "5493006MHB84DD0ZWVOO", "invalid"),
        ("lei", "٥493006MHB84DD0ZWV18", "invalid"),
        ("cik", "12345678901", "invalid"),
        ("cik", "A652044", "invalid"),
        ("isin", ISIN[:-1] + "8", "checksum"),
        ("isin", "US02079K305", "invalid"),
        ("isin", "1202079K3059", "invalid"),
        ("opencorporates", "02180482", "invalid"),
        ("opencorporates", "gb/../../x", "invalid"),
        ("wikidata", "Q0", "invalid"),
        ("wikidata", "689141", "invalid"),
    ],
)
def test_what_is_none_is_refused(scheme, value, code):
    with pytest.raises(ValidationError) as refused:
        SCHEMES[scheme].validate(SCHEMES[scheme].own_spelling(value))
    assert refused.value.code == code


@given(st.sampled_from([("lei", LEI), ("isin", ISIN)]), st.integers(0, 19), st.integers(0, 9))
def test_one_wrong_digit_is_found(known, place, digit):
    scheme, own = known
    place %= len(own)
    typed = own[:place] + str(digit) + own[place + 1 :]
    if typed == own or not own[place].isdigit():
        return
    with pytest.raises(ValidationError):
        SCHEMES[scheme].validate(typed)


KNOWN = {
    "lei": LEI,
    "cik": "0001652044",
    "isin": ISIN,
    "opencorporates_id": "us_de/5786925",
    "wikidata_id": "Q20800404",
}


@pytest.mark.django_db
def test_profile_shows_them_and_says_them_in_its_data(client):
    company = CompanyFactory(website="https://abc.xyz", **KNOWN)
    page = client.get(company.get_absolute_url()).content.decode()
    for value in KNOWN.values():
        assert value in page
    [data] = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    data = json.loads(data)
    assert data["leiCode"] == LEI
    assert {one["propertyID"]: one["value"] for one in data["identifier"]} == {
        "CIK": "0001652044",
        "ISIN": ISIN,
        "OpenCorporates": "us_de/5786925",
        "Wikidata": "Q20800404",
    }
    assert data["sameAs"] == [
        "https://abc.xyz",
        "https://opencorporates.com/companies/us_de/5786925",
        "https://www.wikidata.org/wiki/Q20800404",
    ]


@pytest.mark.django_db
def test_profile_without_any_says_nothing_of_them(client):
    page = client.get(CompanyFactory().get_absolute_url()).content.decode()
    for word in ("leiCode", "identifier", "sameAs", "<dt>LEI", "<dt>ISIN"):
        assert word not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), KNOWN.items())
def test_identifier_of_another_profile_is_told_beside_its_field(admin_client, name, value):
    CompanyFactory(name="Alphabet", **{name: value})
    response = change(admin_client, CompanyFactory(), **{name: f" {value} "})
    errors = response.context["adminform"].form.errors
    assert list(errors) == [name]
    assert "“Alphabet” has this identifier" in errors[name][0]


@pytest.mark.django_db
def test_mistyped_one_is_told_beside_its_field_and_a_pasted_one_is_kept(admin_client):
    company = CompanyFactory()
    response = change(admin_client, company, lei=LEI[:-1] + "9")
    assert "mistyped" in response.context["adminform"].form.errors["lei"][0]
    change(admin_client, company, lei="https://search.gleif.org/#/record/" + LEI)
    company.refresh_from_db()
    assert company.lei == LEI
