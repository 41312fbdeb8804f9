"""Reading an address that somebody typed in: never from where nobody outside may read, never too much, never for long.

The servers are real and on this machine; what a name means, and that a number of the Internet leads here, is told.
"""

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handsel.management import calendar_subprocess
from handsel.outbound import http_client
from handsel.outbound.http_client import RequestFailed
from handsel.rules.outside_calendars import CalendarToRead, Trouble
from tests import calendar_server
from tests.calendar_server import CalendarServer, calendar
from tests.rules.test_outside_calendars import PRIVATE

pytestmark = pytest.mark.no_database

MOST = 10_000  # bytes
LOOK_UP = http_client.look_up
NAME, NUMBER = "calendar.example.com", "93.184.216.34"
TEXT = calendar("UID:a\nDTSTART:20260602T140000Z\nDURATION:PT1H").encode()


@pytest.fixture
def elsewhere() -> Iterator[CalendarServer]:
    with calendar_server.running() as started:
        yield started


def fetch(address: str, *, allow_private: bool = False, etag: str = "", last_modified: str = "", seconds: int = 5):
    """The file, its ETag and its Last-Modified."""
    window = {"first": datetime.now(UTC), "last": datetime.now(UTC), "zone": "UTC", "own": []}
    wanted = CalendarToRead(address, etag, last_modified, **window, allow_private=allow_private, seconds=seconds)
    return calendar_subprocess.fetch(wanted, most_bytes=MOST)


def trouble(address: str, **options) -> Trouble:
    with pytest.raises(RequestFailed) as failed:
        fetch(address, **{"allow_private": True, **options})
    assert address not in repr(failed.value)
    return calendar_subprocess.TROUBLES[failed.value.reason]


# At home, over plain http


def test_a_calendar_is_read(elsewhere):
    address = elsewhere.serves("/noor.ics?key=1", TEXT, ETag='"7"', Last_Modified="Mon, 01 Jun 2026 12:00:00 GMT")
    assert fetch(address, allow_private=True) == (TEXT, '"7"', "Mon, 01 Jun 2026 12:00:00 GMT")
    [(path, headers)] = elsewhere.asked
    assert path == "/noor.ics?key=1"
    assert headers["Host"] == f"127.0.0.1:{elsewhere.server_port}"
    assert {"Cookie", "Referer", "Authorization", "If-None-Match", "If-Modified-Since"}.isdisjoint(headers)


def test_what_is_known_is_not_sent_again(elsewhere):
    address = elsewhere.says_no("/noor.ics", 304)
    assert fetch(address, etag='"7"', last_modified="Mon", allow_private=True)[0] is None
    [(_, headers)] = elsewhere.asked
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"7"', "Mon")
    assert trouble(address) is Trouble.BROKEN  # nobody asked whether it was the same


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (404, Trouble.REFUSED),
        (410, Trouble.REFUSED),
        (429, Trouble.BROKEN),
        (500, Trouble.BROKEN),
        (503, Trouble.BROKEN),
        (206, Trouble.BROKEN),
    ],
)
def test_a_server_that_says_no(elsewhere, status, why):
    assert trouble(elsewhere.says_no("/noor.ics", status)) is why


def test_what_is_packed_is_unpacked_and_nothing_else_is_taken(elsewhere):
    packed = gzip.compress(TEXT)
    assert fetch(elsewhere.serves("/a", packed, Content_Encoding="gzip"), allow_private=True)[0] == TEXT
    assert trouble(elsewhere.serves("/b", packed, Content_Encoding="br")) is Trouble.BROKEN
    assert trouble(elsewhere.serves("/c", TEXT, Content_Encoding="gzip")) is Trouble.BROKEN
    assert trouble(elsewhere.serves("/d", packed[:-9], Content_Encoding="gzip")) is Trouble.BROKEN


def test_too_much_is_left_where_it_is(elsewhere):
    assert fetch(elsewhere.serves("/a", b"x" * MOST), allow_private=True)[0] == b"x" * MOST
    assert trouble(elsewhere.serves("/b", b"x" * (MOST + 1))) is Trouble.TOO_LARGE
    assert trouble(elsewhere.blows_up("/c", 50_000_000)) is Trouble.TOO_LARGE


def test_a_server_that_falls_silent_and_one_that_is_not_there(elsewhere):
    elsewhere.answers["/a"] = lambda _: time.sleep(2)
    assert trouble(elsewhere.at("/a"), seconds=1) is Trouble.TOO_SLOW
    elsewhere.answers["/b"] = lambda handler: handler.wfile.write(b"Hello\r\n\r\n")
    assert trouble(elsewhere.at("/b")) is Trouble.UNREACHABLE
    elsewhere.answers["/c"] = lambda handler: handler.say(200, b"half", Content_Length="1000")
    assert trouble(elsewhere.at("/c")) is Trouble.UNREACHABLE
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert trouble(f"http://127.0.0.1:{free.getsockname()[1]}/") is Trouble.UNREACHABLE


@pytest.mark.parametrize("head", [True, False])
def test_a_server_that_drips_ends_with_the_time_there_is_for_all_of_it(elsewhere, head):
    began = time.monotonic()
    assert trouble(elsewhere.drips("/drip", head=head), seconds=1) is Trouble.TOO_SLOW
    assert time.monotonic() - began < 5  # it would drip for a minute


def test_redirects_are_followed_three_times(elsewhere):
    elsewhere.serves("/3", TEXT)
    for number in range(3):
        elsewhere.leads(f"/{number}", f"{number + 1}", status=(301, 302, 307)[number])
    assert fetch(elsewhere.at("/0"), allow_private=True)[0] == TEXT
    elsewhere.leads("/once-more", "/0", status=308)
    assert trouble(elsewhere.at("/once-more")) is Trouble.BROKEN
    elsewhere.leads("/round", "/round")
    assert trouble(elsewhere.at("/round")) is Trouble.BROKEN


def test_a_password_goes_to_whom_it_was_given_and_to_nobody_else(elsewhere):
    with calendar_server.running() as other:
        other.serves("/noor.ics", TEXT)
        elsewhere.leads("/here", "/there")
        elsewhere.leads("/there", other.at("/noor.ics").replace("//", "//sam:sam@"))
        fetch(elsewhere.at("/here").replace("//", "//noor:ki%3Ates@"), allow_private=True)
        sent = [headers.get("Authorization") for _, headers in (*elsewhere.asked, *other.asked)]
    assert sent == ["Basic bm9vcjpraTp0ZXM=", "Basic bm9vcjpraTp0ZXM=", None]


def test_no_proxy_of_the_environment_is_asked(elsewhere, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(elsewhere.serves("/a", TEXT), allow_private=True)[0] == TEXT


def test_at_home_a_clouds_word_about_itself_is_still_not_read(elsewhere):
    elsewhere.leads("/a", "http://169.254.169.254/latest/meta-data")
    assert trouble(elsewhere.at("/a")) is Trouble.NOT_PUBLIC
    elsewhere.leads("/b", "file:///etc/passwd")
    assert trouble(elsewhere.at("/b")) is Trouble.NOT_PUBLIC
    elsewhere.leads("/c", "http://[broken")
    assert trouble(elsewhere.at("/c")) is Trouble.NOT_PUBLIC


# On the Internet, over https


class Internet:
    """calendar.example.com is the server, at a number that leads here. names: what each means, time after time."""

    def __init__(self, server: CalendarServer) -> None:
        self.server = server
        self.names: dict[str, list[list[str]]] = {NAME: [[NUMBER]]}
        self.asked: list[str] = []
        self.connected: list[str] = []
        self._connect = socket.create_connection

    def look_up(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.names.get(host, [[host]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: tuple[str, int], *args, **options) -> socket.socket:
        self.connected.append(address[0])
        if address[0] != NUMBER:
            raise ConnectionRefusedError
        return self._connect(("127.0.0.1", address[1]), *args, **options)

    def at(self, path: str, host: str = NAME) -> str:
        return f"https://{host}:{self.server.server_port}{path}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    """calendar.example.com's, which is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return str(file)


@pytest.fixture
def internet(elsewhere, certificate, monkeypatch) -> Iterator[Internet]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    elsewhere.socket = tls.wrap_socket(elsewhere.socket, server_side=True, do_handshake_on_connect=False)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    there = Internet(elsewhere)
    http_client._ssl_context.cache_clear()
    monkeypatch.setattr(socket, "create_connection", there.connect)
    monkeypatch.setattr(http_client, "look_up", there.look_up)
    yield there
    http_client._ssl_context.cache_clear()


def outside(address: str) -> Trouble:
    return trouble(address, allow_private=False)


def test_a_name_is_looked_up_once_and_that_very_number_is_asked(internet):
    """Whoever answers for the name says something else the second time."""
    internet.names[NAME] = [[NUMBER], ["127.0.0.1"]]
    internet.server.serves("/noor.ics", TEXT)
    assert fetch(internet.at("/noor.ics"))[0] == TEXT
    assert (internet.asked, internet.connected) == ([NAME], [NUMBER])
    [(_, headers)] = internet.server.asked
    assert headers["Host"].partition(":")[0] == NAME
    assert outside(internet.at("/noor.ics")) is Trouble.NOT_PUBLIC
    assert internet.connected == [NUMBER]


def test_the_next_number_is_tried_where_nobody_answers(internet):
    internet.names[NAME] = [["8.8.4.4", NUMBER]]
    internet.server.serves("/noor.ics", TEXT)
    assert fetch(internet.at("/noor.ics"))[0] == TEXT
    assert internet.connected == ["8.8.4.4", NUMBER]


@pytest.mark.parametrize("number", PRIVATE)
def test_a_name_that_means_a_private_number_is_not_asked(internet, number):
    for answer in ([number], [NUMBER, number], [number, NUMBER]):
        internet.names["inside.example.com"] = [answer]
        assert outside(internet.at("/", "inside.example.com")) is Trouble.NOT_PUBLIC
    assert internet.connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "localhost"])
def test_however_this_machine_is_called(internet, monkeypatch, host):
    """By the system's own looking up."""
    monkeypatch.setattr(http_client, "look_up", LOOK_UP)
    assert trouble(internet.at("/", host), allow_private=False) in (Trouble.NOT_PUBLIC, Trouble.UNREACHABLE)
    assert internet.connected == []


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.0.1:{port}/secret",
        "https://[::1]:{port}/secret",
        "https://[::ffff:127.0.0.1]:{port}/secret",
        "https://169.254.169.254/latest",
        "https://inside.example.com:{port}/secret",
        "https://calendar.example.com:22/",
        "http://calendar.example.com:{port}/secret",
        "//10.0.0.1/",
        "ftp://calendar.example.com/secret",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_is_looked_at_like_an_address(internet, to):
    internet.names["inside.example.com"] = [["192.168.1.1"]]
    internet.server.leads("/noor.ics", to.format(port=internet.server.server_port))
    internet.server.serves("/secret", TEXT)
    assert outside(internet.at("/noor.ics")) is Trouble.NOT_PUBLIC
    assert [path for path, _ in internet.server.asked] == ["/noor.ics"]
    assert internet.connected == [NUMBER]


def test_a_redirect_of_the_same_name_is_looked_up_again(internet):
    internet.names[NAME] = [[NUMBER], ["127.0.0.1"]]
    internet.server.leads("/noor.ics", "/secret")
    internet.server.serves("/secret", TEXT)
    assert outside(internet.at("/noor.ics")) is Trouble.NOT_PUBLIC
    assert internet.connected == [NUMBER]


def test_a_certificate_of_somebody_else_is_not_taken(internet, monkeypatch):
    internet.names["other.example.com"] = [[NUMBER]]
    internet.server.serves("/noor.ics", TEXT)
    assert outside(internet.at("/noor.ics", "other.example.com")) is Trouble.UNREACHABLE
    monkeypatch.delenv("SSL_CERT_FILE")
    http_client._ssl_context.cache_clear()
    assert outside(internet.at("/noor.ics")) is Trouble.UNREACHABLE
    assert internet.server.asked == []


def test_plain_http_is_for_home_alone(internet):
    assert outside(f"http://{NAME}:{internet.server.server_port}/") is Trouble.NOT_PUBLIC
    assert internet.asked == []


def test_a_name_that_nobody_knows(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert trouble("https://nobody.example.com/", allow_private=False) is Trouble.UNREACHABLE
    monkeypatch.undo()
    assert trouble("https://nobody..example.com/", allow_private=False) is Trouble.UNREACHABLE
