"""Which URLs and addresses may be called."""

from __future__ import annotations

import ipaddress

import pytest

from coordinator.webhooks.address import UnusableUrlError, check, literal, may_call

DESK = (ipaddress.IPv4Network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.88.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address that must not be called
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_an_address_that_is_not_public_is_not_called(text: str) -> None:
    assert not may_call(ipaddress.ip_address(text), ())


@pytest.mark.parametrize("text", ["9.9.9.9", "2620:fe::fe"])
def test_a_public_address_is_called(text: str) -> None:
    assert may_call(ipaddress.ip_address(text), ())


def test_an_address_is_called_when_the_settings_allow_it() -> None:
    assert may_call(ipaddress.ip_address("127.0.0.1"), DESK)
    assert may_call(ipaddress.ip_address("::ffff:127.0.0.1"), DESK)
    assert not may_call(ipaddress.ip_address("10.0.0.1"), DESK)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "https://",
        "https:///path",
        "hooks.example",
        "https://user:secret@hooks.example/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example\\@127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://hooks.example/ x",
        "https://hooks.example/\r\nX: y",
        "https://hooks.example/" + "x" * 2048,
        "https://hööks.example/",
    ],
)
def test_a_url_that_cannot_be_called_is_refused(url: str) -> None:
    with pytest.raises(UnusableUrlError):
        check(url, allow_http=False, allowed=())


def test_a_plain_url_is_taken() -> None:
    check("https://hooks.example:8443/jobs?x=1", allow_http=False, allowed=())
    check("http://127.0.0.1:9000/", allow_http=True, allowed=DESK)


def test_a_name_is_no_address() -> None:
    assert literal("hooks.example") is None
    assert literal("2001:db8::1") == ipaddress.ip_address("2001:db8::1")
