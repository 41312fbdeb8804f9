"""What a mail server is handed, byte for byte: mail programs read the bytes, and not what a parser mended."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import urlsplit

import pytest

from handsel.actions import invitations
from handsel.management import delivery
from handsel.models import Child, Family, NoticeChoice, User
from handsel.outbound import email
from handsel.pages.letters import Letter
from handsel.rules.drafts import Draft
from handsel.rules.notices import NoticeKind, Topic, Way
from handsel.rules.roles import Role
from tests import notice_factory
from tests.management.mailed_calendars import RawMailbox
from tests.world import A_MINUTE_AGO, NOW

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("letters of every kind")]  # made in one process

LONGEST_HOST = ".".join(["b" * 63, "o" * 63, "o" * 63, "k" * 57, "org"])

# Spanish has more letters of its own, and longer words.
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.nightly), "es"])


_of_every_kind: dict[str, list[bytes]] = {}


@pytest.fixture
def raw_mailbox(settings) -> Iterator[RawMailbox]:
    settings.ADDRESS = f"https://{LONGEST_HOST}:65535"
    settings.MAIL_IS_SET_UP = True
    with RawMailbox() as mailbox:
        settings.MAILERS = mailbox.mailers
        yield mailbox


def of_every_kind(world, mailbox: RawMailbox, language: str) -> list[bytes]:
    """A letter of each kind, an invitation, and all that is due together, with names of many letters; made once."""
    if language in _of_every_kind:
        return _of_every_kind[language]
    notice_factory.of_every_kind(world)
    User.objects.update(language=language, name="Ñuño Ángel 👩‍👧 Ibáñez")
    Family.objects.update(name="Güell i Ñíguez 🏡🌻 " + "long " * 20)
    Child.objects.update(first_name="Zoë 🦄")
    people = User.objects.filter(email__in=("ana@example.com", "luis@example.com", "noor@example.com"))
    NoticeChoice.objects.bulk_create(
        NoticeChoice(person=person, topic=topic, way=Way.EMAIL, wanted=True) for person in people for topic in Topic
    )
    draft = Draft.of(email="ada.okafor@example.com", role=Role.PARENT)
    invitations.invite(world.riveras.id, draft, by=world.ana, **A_MINUTE_AGO)
    while delivery.deliver(NOW, lambda: NOW):
        pass
    for kind in NoticeKind:
        notice_factory.of(world, kind)
        while delivery.deliver(NOW, lambda: NOW):
            pass
    return _of_every_kind.setdefault(language, mailbox.raw)


@IN_EACH_LANGUAGE
def test_every_letter_is_ascii_in_short_lines(world, raw_mailbox, language):
    letters = of_every_kind(world, raw_mailbox, language)
    assert len(letters) > len(NoticeKind)
    for raw in letters:
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert not re.search(rb"[^\r]\n|\r[^\n]|\0", raw)
        assert b"8bit" not in raw.lower()
        header, _, body = raw.partition(b"\r\n\r\n")
        assert all(len(line) <= 78 for line in header.split(b"\r\n") if not line.startswith((b"List-U", b"Message-ID")))
        assert all(len(line) <= 78 for line in body.split(b"\r\n"))
        for file in message_from_bytes(raw, policy=policy.default).iter_attachments():
            assert file["Content-Transfer-Encoding"] == "base64"
            names = {"PUBLISH": "sessions.ics", "CANCEL": "cancelled.ics"}
            assert file.get_filename() == names[file.get_param("method")]
            calendar = file.get_payload(decode=True)
            assert calendar.startswith(b"BEGIN:VCALENDAR\r\n")
            assert f"\r\nMETHOD:{file.get_param('method')}\r\n".encode() in calendar
    assert sum(b"text/calendar" in raw for raw in letters) >= 5


def test_the_address_to_stop_at_stands_on_the_wire_as_it_is(world, raw_mailbox):
    for kind in (NoticeKind.SESSION_CANCELLED, NoticeKind.SESSIONS_TO_CONFIRM):
        notice_factory.of(world, kind)
    while delivery.deliver(NOW, lambda: NOW):
        pass
    for raw in raw_mailbox.raw:
        [header] = re.findall(rb"\r\nList-Unsubscribe: (.*?)\r\n(?![ \t])", raw, re.DOTALL)
        address = urlsplit(header.decode("ascii").removeprefix("<").removesuffix(">"))
        assert header == f"<{address.geturl()}>".encode()
        assert (address.scheme, address.netloc) == ("https", f"{LONGEST_HOST}:65535")
        assert re.fullmatch(r"/mail/stop/[\w.:-]+/", address.path)
        assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_no_header_that_programs_read_is_an_encoded_word(settings, raw_mailbox):
    """An address to write to, of the greatest length, and an id made of the longest domain."""
    longest = f"{'a' * 64}@{LONGEST_HOST[-189:].lstrip('.')}"
    settings.DEFAULT_FROM_EMAIL = f"Handsel <{longest}>"
    message_id = f"<{'0' * 32}@{LONGEST_HOST}>"
    letter = Letter(
        to=longest, subject="Mañana", text="Dos sesiones.", message_id=message_id, stop="https://b.org/" + "s" * 600
    )
    email.send(letter)
    [raw] = raw_mailbox.raw
    headers = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    for name, value in {
        "From": f"Handsel <{longest}>",
        "To": longest,
        "Message-ID": message_id,
        "List-Unsubscribe": f"<{letter.stop}>",
        "Auto-Submitted": "auto-generated",
    }.items():
        assert f"\r\n{name}: {value}\r\n".encode() in b"\r\n" + headers + b"\r\n", name
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == "Mañana"


@IN_EACH_LANGUAGE
def test_the_preview_says_what_the_subject_does_not(world, raw_mailbox, language):
    for raw in of_every_kind(world, raw_mailbox, language):
        letter = message_from_bytes(raw, policy=policy.default)
        html = letter.get_body(("html",)).get_content()
        [preview] = re.findall(r'<div style="display: none;[^>]*>([^<]*)</div>', html)
        text = " ".join(unescape(preview).split())
        assert html.index(preview) < html.index("<table")
        assert 5 <= len(text) <= 200
        assert text not in letter["Subject"]
        assert not set(filter(None, text.split(" · "))) <= set(letter["Subject"].split(" · "))


def test_a_button_is_a_cell_with_a_ground_and_a_width(world, raw_mailbox):
    """Outlook for Windows draws neither the padding of a link nor its ground, but those of a cell."""
    for raw in of_every_kind(world, raw_mailbox, "es"):
        html = message_from_bytes(raw, policy=policy.default).get_body(("html",)).get_content()
        cells = re.findall(
            r'<td class="button" width="240" align="center" bgcolor="#1c573d">\s*<a href="[^"]+">[^<]+</a>', html
        )
        assert len(cells) == html.count('class="button"') == html.count("<h1")
        assert re.search(r"\.button \{ padding: 12px 20px;", html)
        assert html.count("<!--[if mso]>") == html.count("<![endif]-->") == 2
