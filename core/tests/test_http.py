import pytest
from django.test import RequestFactory

from core.web.http import (
    client_address,
    client_subnet,
    is_automated,
    is_same_origin,
    parse_pk,
    subnet_key,
)

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def get(**meta):
    return RequestFactory().get("/", **meta)


def test_client_address_ignores_a_header_nobody_of_ours_wrote():
    assert client_address(get(HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_client_address_believes_as_many_entries_as_there_are_proxies(
    settings, proxies, header, address
):
    settings.TRUSTED_PROXIES = proxies
    request = get(HTTP_X_FORWARDED_FOR=header, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "subnet"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", "0.0.0.0/24"),
    ],
)
def test_client_subnet_of_an_address(address, subnet):
    assert client_subnet(get(REMOTE_ADDR=address)) == subnet


def test_subnet_key_is_shared_by_neighbours_and_tells_no_address(settings):
    key = subnet_key(get(REMOTE_ADDR="192.0.2.1"))
    assert key == subnet_key(get(REMOTE_ADDR="192.0.2.200"))
    assert key != subnet_key(get(REMOTE_ADDR="192.0.3.1"))
    assert len(key) == 64
    settings.SECRET_KEY = "another"
    assert key != subnet_key(get(REMOTE_ADDR="192.0.2.1"))


@pytest.mark.parametrize(
    ("meta", "automated"),
    [
        ({"HTTP_USER_AGENT": BROWSER}, False),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14; CUBOT P80) Chrome/140"}, False),
        ({}, True),
        ({"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, True),
        ({"HTTP_USER_AGENT": "curl/8.1"}, True),
        ({"HTTP_USER_AGENT": "python-requests/2.32"}, True),
        ({"HTTP_USER_AGENT": BROWSER, "HTTP_SEC_PURPOSE": "prefetch;prerender"}, True),
        ({"HTTP_USER_AGENT": BROWSER, "REQUEST_METHOD": "HEAD"}, True),
    ],
)
def test_is_automated(meta, automated):
    assert is_automated(get(**meta)) is automated


@pytest.mark.parametrize(
    ("meta", "same"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"}, False),
        ({"HTTP_ORIGIN": "http://testserver"}, True),
        ({"HTTP_ORIGIN": "https://testserver"}, False),
        ({"HTTP_ORIGIN": "null"}, False),
        ({}, False),
    ],
)
def test_is_same_origin(meta, same):
    assert is_same_origin(get(**meta)) is same


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        *(("12", 12), ("0", 0), ("9" * 18, 10**18 - 1)),
        *(("", None), ("9" * 19, None), ("-1", None), ("1.5", None), ("1 ", None), ("١٢", None)),
    ],
)
def test_only_plain_digits_that_a_column_can_hold_are_a_primary_key(text, pk):
    assert parse_pk(text) == pk
