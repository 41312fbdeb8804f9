"""Web push on the wire: closed for one browser alone, signed, and sent to nowhere but a public push service."""

import socket
import threading
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from handsel.models import Device
from handsel.outbound import PermanentFailure, TemporaryFailure, push
from handsel.outbound.push import Message, SubscriptionGone
from handsel.rules import base64url
from tests import push_service
from tests.push_service import PushService, claims
from tests.world import NOW

pytestmark = pytest.mark.no_database

MESSAGE = Message({"title": "Noor confirmed a session", "body": "Tue 2 Jun"}, "one-topic", timedelta(hours=1))


@pytest.fixture
def service(settings):
    settings.PUSH_LOOPBACK = True
    with push_service.push_service() as started:
        yield started


def at(theirs: push_service.Browser) -> Device:
    return Device(**theirs.subscription)


def test_the_example_of_the_standard_is_closed_as_it_says():
    """RFC 8291, section 5."""
    key = base64url.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    ours = ec.derive_private_key(int.from_bytes(key), push._CURVE)
    theirs = Device(
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
    )
    text = b"When I grow up, I want to be a watermelon"
    closed = push.encrypt(text, theirs, ours, base64url.decode("DGv6ra1nlYgDCS1FRnbzlw"))
    assert base64url.encode(closed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_what_is_sent_only_the_browser_reads(service: PushService):
    ana, luis = service.browser(), service.browser()
    push.send(at(ana), MESSAGE, at=NOW)
    [rung] = service.rung
    assert ana.open(rung.body) == MESSAGE.payload
    assert b"Noor" not in rung.body
    with pytest.raises(Exception, match=r"^$"):  # InvalidTag has no text
        luis.open(rung.body)


def test_the_same_is_closed_anew_each_time(service: PushService):
    ana = service.browser()
    for _ in range(2):
        push.send(at(ana), MESSAGE, at=NOW)
    first, second = (rung.body for rung in service.rung)
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_it_says_who_sends_how_long_it_keeps_and_what_it_takes_the_place_of(service: PushService, settings):
    settings.PUSH_CONTACT = "mailto:handsel@example.org"
    push.send(at(service.browser()), MESSAGE, at=NOW)
    [rung] = service.rung
    token = claims(rung)
    assert token["aud"] == service.url
    assert token["sub"] == "mailto:handsel@example.org"
    assert NOW.timestamp() < token["exp"] <= (NOW + timedelta(days=1)).timestamp()
    assert token["key"] == push.public_key()
    wanted = {"ttl": "3600", "urgency": "normal", "topic": "one-topic", "content-encoding": "aes128gcm"}
    assert {name: rung.headers[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, None),
        (201, None),
        (202, None),
        (404, SubscriptionGone),
        (410, SubscriptionGone),
        (400, PermanentFailure),
        (401, PermanentFailure),
        (403, PermanentFailure),
        (413, PermanentFailure),
        (301, PermanentFailure),
        (307, PermanentFailure),
        (408, TemporaryFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (503, TemporaryFailure),
    ],
)
def test_what_the_push_service_answers_means(service: PushService, status, meaning):
    service.answers = [status]
    if meaning is None:
        push.send(at(service.browser()), MESSAGE, at=NOW)
    else:
        with pytest.raises(meaning) as trouble:
            push.send(at(service.browser()), MESSAGE, at=NOW)
        assert "127.0.0.1" not in str(trouble.value)
    assert len(service.rung) == 1  # no redirect was followed


def test_what_is_too_long_is_not_sent(service: PushService):
    whole = Message({"body": "a" * (push.MAX_PAYLOAD_BYTES - len('{"body": ""}'))}, "t", timedelta(hours=1))
    push.send(at(service.browser()), whole, at=NOW)
    assert len(service.rung[0].body) == 4096
    with pytest.raises(PermanentFailure, match="too long"):
        push.send(
            at(service.browser()), Message({"body": "a" * push.MAX_PAYLOAD_BYTES}, "t", timedelta(hours=1)), at=NOW
        )


def test_a_proxy_that_the_environment_names_is_not_asked(service: PushService, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    push.send(at(service.browser()), MESSAGE, at=NOW)
    assert len(service.rung) == 1


@pytest.fixture
def odd_server(settings):
    """A server that says what a test wants, byte by byte if need be, and then holds the line."""
    settings.PUSH_LOOPBACK = True
    listener = socket.create_server(("127.0.0.1", 0))
    lines, threads, over = [], [], threading.Event()

    def serve(*pieces: bytes, closes: bool, every: float) -> str:
        def answer() -> None:
            line, _ = listener.accept()
            lines.append(line)
            with suppress(ConnectionError):  # who has waited long enough goes
                line.recv(65536)
                for piece in pieces:
                    if over.wait(every):
                        return
                    line.sendall(piece)
            if closes:
                line.close()

        threads.append(threading.Thread(target=answer, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/ring"

    yield serve
    over.set()
    for thread in threads:
        thread.join()  # not while it sends
    for line in lines:
        line.close()
    listener.close()


def test_who_answers_no_http_is_tried_again_later(odd_server):
    there = odd_server(b"220 mail.example.org ESMTP\r\n", closes=True, every=0)
    with pytest.raises(TemporaryFailure, match=r"^unreachable$"):
        push.send(at(push_service.Browser(there)), MESSAGE, at=NOW)


def test_who_answers_drop_by_drop_is_not_waited_for(odd_server, monkeypatch):
    monkeypatch.setattr(push, "TIMEOUT_SECONDS", 0.5)
    there = odd_server(*([b"H"] * 100), closes=False, every=0.1)
    with pytest.raises(TemporaryFailure, match=r"^too_slow$"):
        push.send(at(push_service.Browser(there)), MESSAGE, at=NOW)


def test_nobody_there_is_tried_again_later(settings):
    settings.PUSH_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/ring"
    with pytest.raises(TemporaryFailure, match=r"^unreachable$"):
        push.send(at(push_service.Browser(there)), MESSAGE, at=NOW)


@pytest.fixture
def internet(monkeypatch) -> SimpleNamespace:
    """What each name means, which were looked up, and what was connected to, where nobody answers."""
    net = SimpleNamespace(numbers=["93.184.216.34"], looked_up=[], connected=[])

    def look_up(host, port, **_):
        net.looked_up.append(host)
        return [(None, None, None, "", (number, port)) for number in net.numbers]

    def connect(address, *_, **__):
        net.connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    return net


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["192.168.0.7"],
        ["172.16.0.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],  # noqa: S104
        ["224.0.0.1"],
        ["::1"],
        ["fd00::1"],
        ["fe80::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::"],
        ["93.184.216.34", "10.0.0.1"],  # one of them is enough
    ],
)
@pytest.mark.parametrize("private_calendars", [False, True])
def test_a_name_that_leads_into_a_private_network_is_never_connected_to(internet, settings, numbers, private_calendars):
    """Also where calendars are read from there: that setting is none of pushes."""
    settings.PRIVATE_CALENDARS = private_calendars
    internet.numbers = numbers
    with pytest.raises(PermanentFailure, match=r"^not_public$"):
        push.send(at(push_service.Browser("https://push.example.org/ring")), MESSAGE, at=NOW)
    assert internet.connected == []


def test_it_is_connected_to_the_very_number_that_was_looked_at(internet):
    """So that a name which leads elsewhere a moment later gains nothing."""
    with pytest.raises(TemporaryFailure):
        push.send(at(push_service.Browser("https://push.example.org/ring")), MESSAGE, at=NOW)
    assert internet.looked_up == ["push.example.org"]
    assert internet.connected == [("93.184.216.34", 443)]


def test_this_machine_is_for_tests_alone_and_no_other_nearby(internet, settings):
    settings.PUSH_LOOPBACK = True
    for number, failure in (("127.0.0.1", TemporaryFailure), ("10.0.0.1", PermanentFailure)):
        internet.numbers = [number]
        with pytest.raises(failure):
            push.send(at(push_service.Browser("https://push.example.org/ring")), MESSAGE, at=NOW)
    assert internet.connected == [("127.0.0.1", 443)]


@pytest.mark.parametrize("there", ["https://[2606:4700::1111]/ring", "https://93.184.216.34/ring"])
def test_a_push_service_without_a_name_is_told_who_sends(there, settings):
    settings.PUSH_CONTACT = "https://book"
    header = push.authorization(there, at=NOW)
    token = claims(push_service.Rung("/ring", {"authorization": header}, b""))
    assert (token["aud"], token["sub"]) == (there.removesuffix("/ring"), "https://book")
