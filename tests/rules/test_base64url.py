"""base64url as RFC 4648 has it, without padding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import base64url

pytestmark = pytest.mark.no_database


@given(st.binary())
def test_what_is_written_is_read_again_padded_or_not(raw):
    text = base64url.encode(raw)
    assert "=" not in text
    assert base64url.decode(text) == raw == base64url.decode(text + "=" * (-len(text) % 4))


def test_it_has_the_letters_of_an_address():
    assert base64url.encode(b"\xfb\xff\xfe") == "-__-"


@pytest.mark.parametrize("text", ["A", "+/+/", "AA A", "AA\n", "ÄÄ", "A=A="])
def test_what_is_none_is_refused(text):
    with pytest.raises(ValueError, match="base64"):
        base64url.decode(text)
