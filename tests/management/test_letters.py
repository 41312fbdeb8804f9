"""What the mails say: every kind, in both languages, the same in both of its forms, and no more than their reader may
know.
"""

import re
from datetime import timedelta
from email.message import EmailMessage
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.access import mail_links
from handsel.actions import care_sessions
from handsel.management import delivery
from handsel.models import CareSession, Child, Delivery, Family, Notice, NoticeChoice, User
from handsel.notices.kinds import KINDS
from handsel.notices.routing import route
from handsel.rules.moves import Move
from handsel.rules.notices import NoticeKind, Topic, Way
from handsel.rules.roles import Role
from tests import notice_factory
from tests.world import A_MINUTE_AGO, NOW

pytestmark = pytest.mark.any_database


def send(at=NOW) -> None:
    while delivery.deliver(at, lambda: at):
        pass


def wants_all(*people: User) -> None:
    NoticeChoice.objects.bulk_create(
        NoticeChoice(person=person, topic=topic, way=Way.EMAIL, wanted=True) for person in people for topic in Topic
    )


def text(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html(letter: EmailMessage) -> str:
    return letter.get_body(("html",)).get_content()


def words(text_: str) -> str:
    return " ".join(text_.split())


def seen(letter: EmailMessage) -> str:
    """What a person reads of the HTML."""
    markup = re.sub(r"(?s)<head>.*</head>|<br>|</?(td|tr|p|h1|table|div)[^>]*>", " ", html(letter))
    return words(unescape(re.sub(r"<[^>]*>", "", markup)))


def links(letter: EmailMessage) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html(letter))]


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        # By day each kind in one language, in turn.
        pytest.param(kind, language, marks=[] if (number + turn) % 2 == 0 else pytest.mark.nightly)
        for number, kind in enumerate(NoticeKind)
        for turn, language in enumerate(("en", "es"))
    ],
)
def test_every_kind_arrives_and_says_the_same_as_text_and_as_html(world, mailbox, kind, language):
    User.objects.update(language=language)
    notice = notice_factory.of(world, kind)
    wants_all(notice.person)
    send()
    [letter] = mailbox.all()
    assert letter["To"] == notice.person.email
    assert letter["Auto-Submitted"] == "auto-generated"
    assert f'<html lang="{language}">' in html(letter)
    # The text, but for its lines of links and what only a text needs, is what one sees.
    facts = [words(line).rstrip(":") for line in text(letter).splitlines() if not line.startswith(("http", "-- "))]
    assert len([fact for fact in facts if fact]) >= 5
    assert all(fact in seen(letter) for fact in facts)
    assert set(re.findall(r"^https://\S+$", text(letter), re.MULTILINE)) == set(links(letter))
    assert "Riveras" in seen(letter)
    assert "%" not in letter["Subject"]
    assert ("session" in letter["Subject"].lower()) <= (language == "en")


def test_nothing_of_a_letter_comes_from_elsewhere(world, mailbox):
    notice_factory.of(world, NoticeKind.SESSIONS_TO_CONFIRM)
    send()
    [letter] = mailbox.all()
    assert not re.search(r"src=|url\(|@import|<link|<img|<script", html(letter))
    assert all(link.startswith("https://book.example.org/") for link in links(letter))


def test_a_generation_is_one_letter_with_what_is_still_to_be_answered(world, mailbox):
    notice = notice_factory.of(world, NoticeKind.SESSIONS_TO_CONFIRM)
    send()
    [letter] = mailbox.all()
    assert letter["Subject"] == "43 sessions to confirm · 3 Jun – 15 Jul"
    body = text(letter)
    assert "Riveras · 3 Jun – 15 Jul · Mornings" in body
    assert body.count("◇ ") == 40
    assert "\nand 3 more\n" in body
    assert "◇ Wed 3 Jun, 06:00–14:30\n  To confirm · Emma · Noor · 8 h 30 min · one-time\n" in body
    assert f"https://book.example.org/mail/answer/{mail_links.answer_token(notice.id)}/" in body
    assert letter.get_content_type() == "multipart/alternative"  # nothing for a calendar


def test_the_button_leads_to_the_answer_or_to_the_page(world, mailbox):
    wants_all(world.ana, world.noor)
    for kind in NoticeKind:
        notice = notice_factory.of(world, kind)
        send()
        [letter] = mailbox.all()
        answer = f"https://book.example.org/mail/answer/{mail_links.answer_token(notice.id)}/"
        moves = KINDS[kind].moves
        # A nanny confirms nothing; what has no nanny any more needs another one, and not a word.
        may = notice.person == world.ana or Move.CONFIRM not in moves
        assert (answer in links(letter)) == (bool(moves) and may), kind
        if notice.session_id and answer not in links(letter):
            assert f"https://book.example.org/sessions/{notice.session_id}/" in links(letter)


def test_why_it_was_cancelled_stands_there(world, mailbox):
    notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    send()
    [letter] = mailbox.all()
    assert letter["Subject"] == "Noor cancelled a session · Tue 2 Jun, 09:00–17:00"
    assert "cancelled by Noor: “Emma has a fever. Sorry!”" in words(text(letter))


def test_old_stands_beside_new(world, mailbox):
    notice_factory.of(world, NoticeKind.SESSION_CHANGED)
    notice_factory.of(world, NoticeKind.CHANGE_REQUESTED)
    notice_factory.of(world, NoticeKind.SESSION_CORRECTED)
    notice = Notice.objects.get(kind=NoticeKind.CHANGE_REQUESTED)
    Notice.objects.filter(pk=notice.pk).update(facts=notice.facts | {"reason": "Could you come <b>later</b>?"})
    send()
    to_noor, to_ana = sorted(mailbox.all(), key=lambda letter: letter["To"] == "ana@example.com")
    assert "Ana moved it from 09:00–17:00 to 10:00–18:00; changed the children from Emma to Emma and Theo." in text(
        to_noor
    )
    assert "“Could you come <b>later</b>?”" in text(to_ana)
    assert "Could you come &lt;b&gt;later&lt;/b&gt;?" in html(to_ana)
    assert "Noor asked to move it from 09:00–17:00 to 10:00–18:00; asked to change the children from Emma to" in text(
        to_ana
    )
    assert "Noor corrected the end from 17:00 to 17:30." in text(to_ana)


def test_the_word_with_a_refusal_stands_there_and_makes_no_header(world, mailbox):
    notice = notice_factory.of(world, NoticeKind.CHANGE_DECLINED)
    facts = notice.facts | {"reason": "Not this time:\r\nBcc: sam@example.com"}
    Notice.objects.filter(pk=notice.pk).update(facts=facts)
    send()
    [letter] = mailbox.all()
    assert letter["Bcc"] is None
    assert "“Not this time: Bcc: sam@example.com”" in words(text(letter))


def test_times_are_by_the_readers_fashion_and_the_sessions_clocks(world, mailbox):
    User.objects.filter(pk=world.ana.pk).update(hour_cycle=12, time_zone="Europe/Madrid")
    notice_factory.of(world, NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD)
    send()
    [letter] = mailbox.all()
    assert "Tue, Jun 2, 9:00 AM – 5:00 PM, New York time" in text(letter).replace("\xa0", " ")


def test_hours_and_amount_of_a_session_are_for_who_may_see_pay(world, mailbox):
    wants_all(world.ana, world.noor, world.bea)
    viewer = world.join(world.riveras, Role.VIEWER).user
    wants_all(viewer)
    done = notice_factory.of(world, NoticeKind.SESSION_COMPLETED)
    for person in (world.noor, world.bea, viewer):
        Notice.objects.create(
            person=person, kind=done.kind, at=done.at, family=done.family, session=done.session, facts=done.facts
        )
    send()
    letters = {letter["To"]: letter for letter in mailbox.all()}
    assert letters.keys() == {"ana@example.com", "noor@example.com", "bea@example.com", "viewer@example.com"}
    for address, letter in letters.items():
        for body in (text(letter), seen(letter)):
            assert "8 h, 09:00–17:00" in body
            assert ("$200.00" in body) == (address in ("ana@example.com", "noor@example.com")), address


def test_no_letter_tells_what_is_the_homes_alone(world, mailbox):
    Family.objects.update(address="7 Elm Street", notes="The key is under the pot")
    Child.objects.update(
        allergies="peanuts", medications="an inhaler", notes="afraid of dogs", last_name="Rivera-Okafor"
    )
    wants_all(world.ana, world.noor)
    notice_factory.of_every_kind(world)
    CareSession.objects.update(notes="Swimming things")
    send()
    for letter in mailbox.all():
        for secret in ("7 Elm Street", "under the pot", "peanuts", "inhaler", "of dogs", "Rivera-Okafor", "Swimming"):
            assert secret not in letter.as_string()
            assert secret not in "".join(part.get_content() for part in letter.walk() if not part.is_multipart())


def test_what_is_due_together_is_one_letter_with_the_ways_to_stop_each(world, mailbox):
    wants_all(world.ana, world.noor)
    notices = [notice for notice in notice_factory.of_every_kind(world) if notice.person == world.ana]
    send()
    [letter] = [letter for letter in mailbox.all() if letter["To"] == "ana@example.com"]
    assert letter["Subject"] == f"{len(notices)} updates from your care book"
    for notice in notices:
        topic = KINDS[notice.kind].topic
        assert (
            links(letter).count(
                f"https://book.example.org/mail/stop/{mail_links.unsubscribe_token(world.ana.id, topic)}/"
            )
            == 1
        )
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"][1:-1] in links(letter)
    assert not Delivery.objects.exclude(outcome="sent").exists()


def test_it_takes_no_more_queries_for_many(world, mailbox):
    wants_all(world.ana, world.noor)
    notice_factory.of(world, NoticeKind.SESSION_COMPLETED)
    with CaptureQueriesContext(connection) as few:
        send()
    notice_factory.of_every_kind(world)
    notice_factory.of_every_kind(world)
    with CaptureQueriesContext(connection) as many:
        send()
    assert len(mailbox.all()) == 3
    assert len(many) <= 2 * len(few) + 12, (len(few), len(many))


@pytest.mark.parametrize(
    ("kind", "status", "count"),
    [
        (NoticeKind.SESSION_CONFIRMED, "CONFIRMED", 1),
        (NoticeKind.SESSIONS_CONFIRMED, "CONFIRMED", 3),
        (NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD, "CONFIRMED", 1),
        (NoticeKind.SESSIONS_CANCELLED, "CANCELLED", 3),
    ],
)
def test_a_calendar_gets_one_file_with_all_that_was_agreed_or_cancelled(world, mailbox, kind, status, count):
    notice = notice_factory.of(world, kind)
    wants_all(notice.person)
    send()
    [letter] = mailbox.all()
    [file] = letter.iter_attachments()
    method, name = ("CANCEL", "cancelled.ics") if status == "CANCELLED" else ("PUBLISH", "sessions.ics")
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", name)
    assert file.get_param("method") == method
    calendar = file.get_content()
    assert calendar.count(f"METHOD:{method}") == 1
    assert "REFRESH-INTERVAL" not in calendar
    assert calendar.count("BEGIN:VEVENT") == calendar.count(f"STATUS:{status}") == count
    assert "Riveras · Emma" in calendar
    assert "DESCRIPTION" not in calendar
    assert "https://book.example.org/sessions/" in calendar


def test_names_are_written_and_do_nothing(world, mailbox):
    User.objects.filter(pk=world.noor.pk).update(name='<img src="//evil.example"> & Co')
    Family.objects.update(name="Riveras\r\nBcc: sam@example.com\r\n\r\n<script>alert(1)</script>")
    Child.objects.update(first_name="{{ settings.SECRET_KEY }}{% now 'Y' %}")
    notice = notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    Notice.objects.filter(pk=notice.pk).update(facts={"by": "Noor\r\nBcc: sam@example.com\x07\u2028%(count)s"})
    send()
    [letter] = mailbox.all()
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Noor Bcc: sam@example.com %(count)s cancelled a session · Tue 2 Jun")
    assert "<img" not in html(letter)
    assert "<script" not in html(letter)
    assert "{{ settings.SECRET_KEY }}" in text(letter)


def test_the_same_letter_has_the_same_id_when_it_comes_again(world, mailbox):
    notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    notice_factory.of(world, NoticeKind.CHANGE_REQUESTED)
    route(NOW)
    ids = []
    for _ in range(2):  # it was sent, and its worker died before it could say so
        Delivery.objects.update(done_at=None, outcome="", next_at=NOW)
        delivery.deliver(NOW, lambda: NOW)
        ids += [letter["Message-ID"] for letter in mailbox.all()]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert ids[0].endswith("@example.org>")
    Delivery.objects.filter(notice__kind=NoticeKind.CHANGE_REQUESTED).update(done_at=None, outcome="", next_at=NOW)
    delivery.deliver(NOW + timedelta(hours=1), lambda: NOW + timedelta(hours=1))
    [other] = mailbox.all()
    assert other["Message-ID"] != ids[0]


def test_a_deleted_session_is_told_by_its_time_and_leaves_the_calendars_that_were_given_it(world, mailbox):
    world.leave(world.luis_of_riveras)
    session = world.session("2026-06-02 09:00")
    care_sessions.confirm(session.id, by=world.ana, **A_MINUTE_AGO)
    send()
    [confirmed] = mailbox.all()
    care_sessions.delete(session.id, by=world.ana, **A_MINUTE_AGO)
    send()
    [letter] = mailbox.all()
    assert letter["Subject"] == "Ana cancelled a session · Tue 2 Jun, 09:00–17:00"
    before, after = (next(mail.iter_attachments()).get_content() for mail in (confirmed, letter))
    assert f"UID:{session.id}" in before
    for line in (f"UID:{session.id}", "STATUS:CANCELLED", "SUMMARY:Cancelled: Riveras", "T090000", "T170000"):
        assert line in after
    sequence = re.compile(r"SEQUENCE:(\d+)")
    assert int(sequence.search(after)[1]) > int(sequence.search(before)[1])
