"""What a browser may say of itself, and what nobody may make of it."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import subscriptions
from handsel.rules.fields import Wrong
from tests.push_service import Browser, b64

pytestmark = pytest.mark.no_database

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:APA91b-_x",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QGuYYtL",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2b",
    "https://push.example.org:443/ring",
    "https://93.184.216.34/ring",
]
BAD = [
    "",
    "push.example.org",
    "http://push.example.org/ring",
    "ftp://push.example.org/ring",
    "https:///ring",
    "https://",
    "https://push.example.org:8080/ring",
    "https://push.example.org:22/ring",
    "https://push.example.org:port/ring",
    "https://noor@push.example.org/ring",
    "https://push.example.org/ring#here",
    "https://push.example.org/ri ng",
    "https://push.example.org/ring\r\nHost: elsewhere",
    "https://pusch.exämple.org/ring",
    "https://localhost/ring",
    "https://book/ring",
    "https://printer.local/ring",
    "https://db.internal/ring",
    "https://router.lan/ring",
    "https://nas.home.arpa/ring",
    "https://127.0.0.1/ring",
    "https://127.1/ring",
    "https://2130706433/ring",
    "https://0x7f000001/ring",
    "https://0/ring",
    "https://10.0.0.7/ring",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.1.1/ring",
    "https://[::1]/ring",
    "https://[::ffff:127.0.0.1]/ring",
    "https://[fd12::7]/ring",
    "https://[fe80::1%25eth0]/ring",
    "https://[64:ff9b::7f00:1]/ring",
    "https://push.example.org/" + "a" * 2000,
    None,
    7,
    ["https://push.example.org/ring"],
]


@pytest.mark.parametrize("address", GOOD)
def test_a_push_service_is_named(address):
    assert subscriptions.endpoint(address) == address


@pytest.mark.parametrize("address", BAD)
def test_what_is_none_or_lies_in_a_private_network_is_refused(address):
    with pytest.raises(Wrong):
        subscriptions.endpoint(address)


def test_the_longest_is_two_thousand_characters():
    start = "https://push.example.org/"
    assert subscriptions.endpoint(start + "a" * (2000 - len(start)))
    with pytest.raises(Wrong):
        subscriptions.endpoint(start + "a" * (2001 - len(start)))


def test_this_machine_is_named_only_where_it_is_let():
    for there in ("http://127.0.0.1:8123/ring", "https://[::1]:8123/ring"):
        assert subscriptions.endpoint(there, loopback=True) == there
        with pytest.raises(Wrong):
            subscriptions.endpoint(there)
    for elsewhere in ("http://10.0.0.1/ring", "http://push.example.org/ring", "ftp://127.0.0.1/"):
        with pytest.raises(Wrong):
            subscriptions.endpoint(elsewhere, loopback=True)


@given(st.one_of(st.text(), st.text().map("https://{}".format), st.text().map("https://push.example.org{}".format)))
def test_nonsense_is_refused_and_breaks_nothing(text):
    for parse in (subscriptions.endpoint, subscriptions.public_key, subscriptions.auth):
        try:
            parse(text)
        except Wrong:
            continue


def test_keys_are_kept_without_padding():
    theirs = Browser("").subscription
    assert subscriptions.public_key(theirs["p256dh"] + "=") == theirs["p256dh"]
    assert subscriptions.auth(theirs["auth"] + "==") == theirs["auth"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        None,
        7,
        "no key at all!",
        "A",
        b64(b"\x04" + bytes(64)),  # not on the curve
        b64(b"\x04" + b"\xff" * 64),  # beyond the field
        b64(b"\x02" + Browser("").public[1:33]),  # compressed
        b64(Browser("").public[:-1]),
        b64(Browser("").public + b"\x00"),
        b64(b"\x03" + Browser("").public[1:]),
        "A" * 100_000,
    ],
    ids=range(12),  # each process of a run makes other keys
)
def test_a_key_that_is_no_point_of_the_curve_is_refused(key):
    with pytest.raises(Wrong):
        subscriptions.public_key(key)


@pytest.mark.parametrize("secret", ["", None, b64(bytes(15)), b64(bytes(17)), "§" * 22])
def test_a_secret_of_another_length_is_refused(secret):
    with pytest.raises(Wrong):
        subscriptions.auth(secret)


def test_a_new_signing_key_is_one():
    made = subscriptions.new_signing_key()
    assert made != subscriptions.new_signing_key()
    assert ec.derive_private_key(int.from_bytes(subscriptions.signing_key(made)), ec.SECP256R1())


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32, bytes(31), b"\x01" * 33])
def test_what_is_no_signing_key_is_refused(key):
    with pytest.raises(ValueError, match="P-256"):
        subscriptions.signing_key(b64(key))
