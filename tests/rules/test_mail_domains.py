"""Domains of e-mail addresses as people read them: with their letters where nobody could take them for others."""

import pytest

from handsel.rules import mail_domains

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("ana@xn--exmple-cua.org", "ana@exämple.org"),
        ("ana@mail.xn--exmple-cua.org", "ana@mail.exämple.org"),
        ("ana@example.org", "ana@example.org"),
        ("ana@xn--80ak6aa92e.com", "ana@xn--80ak6aa92e.com"),  # Cyrillic letters that look like "apple"
        ("ana@xn--pypal-j11b.com", "ana@xn--pypal-j11b.com"),
        ("ana@xn--zzzzzzz.org", "ana@xn--zzzzzzz.org"),
        ("somebody", "somebody"),
        ("", ""),
    ],
)
def test_an_address_as_people_read_it(kept, shown):
    assert mail_domains.readable(kept) == shown


def test_what_is_read_is_taken_as_what_is_kept():
    for letter in sorted(mail_domains._READABLE):
        kept = mail_domains.in_ascii(f"a{letter}b.org")
        assert mail_domains.in_ascii(mail_domains.readable(f"x@{kept}").removeprefix("x@")) == kept
