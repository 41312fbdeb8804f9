"""Which addresses of calendars are taken, and where they may lead."""

from ipaddress import ip_address

import pytest

from handsel.rules import outside_calendars
from handsel.rules.fields import Wrong
from handsel.rules.ip_addresses import is_public, is_public_or_home

pytestmark = pytest.mark.no_database


def test_an_address_as_calendar_apps_give_it_away():
    for typed, address in (
        ("https://calendar.example.com/noor.ics", "https://calendar.example.com/noor.ics"),
        (" webcal://calendar.example.com/a%20b.ics?x=1#top ", "https://calendar.example.com/a%20b.ics?x=1"),
        ("WEBCALS://calendar.example.com:8443/", "https://calendar.example.com:8443/"),
        ("https://noor:kites@calendar.example.com/", "https://noor:kites@calendar.example.com/"),
        ("https://[2606:4700::1111]/noor.ics", "https://[2606:4700::1111]/noor.ics"),
    ):
        assert outside_calendars.address(typed, allow_private=False) == address
    assert (
        outside_calendars.address("http://nas.local:5232/noor.ics", allow_private=True)
        == "http://nas.local:5232/noor.ics"
    )
    assert outside_calendars.hint("https://noor:kites@calendar.example.com/very/secret.ics") == (
        "calendar.example.com … .ics"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "noor.ics",
        "https://",
        "https:///noor.ics",
        "http://calendar.example.com/noor.ics",
        "ftp://calendar.example.com/noor.ics",
        "file:///etc/passwd",
        "https://calendar.example.com/a b.ics",
        "https://calendar.example.com/\u00e9.ics",
        "https://calendar.example.com/\r\nHost: other",
        "https://calendar.example.com:22/",
        "https://calendar.example.com:99999/",
        "https://[::1",
        "https://exa mple.com/",
        "https://" + "a" * 2_000,
        "https://127.0.0.1/noor.ics",
        "https://localhost/noor.ics",
        "https://[::1]/noor.ics",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        None,
        7,
    ],
)
def test_what_is_no_address_for_us(typed):
    with pytest.raises(Wrong):
        outside_calendars.address(typed, allow_private=False)


PRIVATE = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # holds 127.0.0.1, as once was done
    "::ffff:127.0.0.1",
    "::ffff:192.168.1.1",
    "64:ff9b::7f00:1",  # the same translated
    "64:ff9b::a01:203",
    "64:ff9b:1::808:808",  # translated by somebody's own rules
    "2001:0:53aa:64c:0:0:80ff:fffe",  # through a tunnel to 127.0.0.1
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"]
NOBODYS = [
    "0.1.2.3",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "255.255.255.255",
    "::",
    "::ffff:192.0.2.1",
    "64:ff9b::808:808",
    "64:ff9b::c0a8:107",
    "64:ff9b:1::808:808",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:c0a8:107::",
    "3fff::1",
]


@pytest.mark.parametrize("number", PRIVATE)
def test_a_private_number_is_not_asked(number):
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_a_public_number_is(number):
    assert is_public(ip_address(number))
    assert is_public_or_home(ip_address(number))


@pytest.mark.parametrize("number", NOBODYS)
def test_what_is_nobodys_is_not_asked_at_home_either(number):
    assert not is_public(ip_address(number))
    assert not is_public_or_home(ip_address(number))


@pytest.mark.parametrize("port", [0, 25, 3306, 5432, 6379, 11211, 27017, 6667])
@pytest.mark.parametrize("allow_private", [False, True])
def test_a_port_of_other_programs_is_not_asked(port, allow_private):
    with pytest.raises(Wrong):
        outside_calendars.address(f"https://calendar.example.com:{port}/noor.ics", allow_private=allow_private)


def test_at_home_one_asks_ones_own_but_not_what_machines_tell_each_other():
    for number in ("127.0.0.1", "192.168.1.7", "fd12:3456::1"):
        assert is_public_or_home(ip_address(number))
    for number in ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "fe80::1", "224.0.0.1", "::"):
        assert not is_public_or_home(ip_address(number))
