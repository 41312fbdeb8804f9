"""Mails on their way, over real SMTP: when the server is away, slow or unwilling, and when something changed."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from handsel.access import tokens
from handsel.actions import care_sessions, invitations
from handsel.management.delivery import deliver
from handsel.management.worker import DUTIES
from handsel.models import CareSession, Delivery, Family, Invitation, Notice, User
from handsel.outbound import PermanentFailure, TemporaryFailure
from handsel.outbound.email import send
from handsel.pages import members as member_pages
from handsel.pages.letters import Letter
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Role
from tests import notice_factory
from tests.world import A_MINUTE_AGO, NOW

pytestmark = pytest.mark.any_database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LETTER = Letter(to="ana@example.com", subject="Tomorrow", text="Two sessions.")


def work(at=NOW) -> None:
    while deliver(at, lambda: at):
        pass


def state_of(notice: Notice) -> tuple[str, str]:
    """How its mail stands: the outcome, and what went wrong last."""
    return Delivery.objects.values_list("outcome", "last_error").get(notice=notice)


# Handing over


@pytest.mark.parametrize(
    ("reply", "refusal", "trouble"),
    [
        ("550 No such user", PermanentFailure, "SMTPRecipientsRefused 550"),
        ("451 Come again later", TemporaryFailure, "SMTPRecipientsRefused 451"),
        ("421 Too busy", TemporaryFailure, "SMTPRecipientsRefused 421"),
    ],
)
def test_the_servers_word_on_a_receiver_decides(mailbox, reply, refusal, trouble):
    mailbox.refuses["ana@example.com"] = reply
    with pytest.raises(refusal) as raised:
        send(LETTER)
    assert str(raised.value) == trouble


@pytest.mark.parametrize(
    ("reply", "refusal"), [("554 Looks like spam", PermanentFailure), ("452 The disk is full", TemporaryFailure)]
)
def test_its_word_on_the_letter_too(mailbox, reply, refusal):
    mailbox.says = reply
    with pytest.raises(refusal, match=reply[:3]):
        send(LETTER)


def test_nobody_there_is_for_later(mailbox):
    with mailbox.away(), pytest.raises(TemporaryFailure, match="ConnectionRefusedError"):
        send(LETTER)


def test_what_is_no_address_is_never_tried_again(mailbox):
    with pytest.raises(PermanentFailure) as raised:
        send(Letter(to="ana\r\nBcc: sam@example.com", subject="x", text="y"))
    assert "ana" not in str(raised.value)
    assert mailbox.is_empty()


@pytest.mark.parametrize("address", ["noor@example.org", "Ana@Example.org"])
def test_to_an_address_of_the_example_goes_no_letter_at_all(mailbox, address, settings):
    letter = Letter(to=address, subject="Tomorrow", text="Two sessions.")
    with pytest.raises(PermanentFailure, match="an address of the example"):
        send(letter)
    assert mailbox.is_empty()
    settings.SILENT_ADDRESSES = frozenset()
    send(letter)
    assert mailbox.next()["To"] == address


# On the way


def test_the_worker_delivers_every_few_seconds(world, mailbox):
    [duty] = [duty for duty in DUTIES if duty.name == "send letters"]
    assert duty.shared
    assert duty.every <= timedelta(seconds=10)
    world.leave(world.luis_of_riveras)
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, **A_MINUTE_AGO)
    assert duty.do(NOW) > 0
    assert mailbox.next()["Subject"] == "Ana confirmed a session · Tue 2 Jun, 09:00–17:00"
    assert duty.do(NOW) == 0


def test_of_one_event_a_letter_comes_once_to_each_and_none_to_who_did_it(world, mailbox):
    session = world.session(state=State.CONFIRMED)
    care_sessions.cancel(session.id, Draft.of(reason="A cold."), by=world.noor, **A_MINUTE_AGO)
    work()
    work(NOW + HOUR)
    assert sorted(letter["To"] for letter in mailbox.all()) == ["ana@example.com", "luis@example.com"]


def test_mail_that_is_down_for_an_hour_arrives_when_it_is_back(world, mailbox, caplog):
    notice = notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    with mailbox.away():
        for minutes in range(60):
            work(NOW + minutes * MINUTE)
        assert state_of(notice) == ("", "ConnectionRefusedError")
    for minutes in range(60, 150):
        work(NOW + minutes * MINUTE)
    assert [letter["To"] for letter in mailbox.all()] == ["ana@example.com"]
    assert state_of(notice)[0] == "sent"
    assert [record.getMessage() for record in caplog.records] == [
        "The mail server fails since 2026-06-01 12:00 UTC: ConnectionRefusedError",
        "The mail server takes letters again.",
    ]


def test_who_is_greylisted_comes_again(world, mailbox):
    mailbox.greylists = True
    notice = notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    work()
    assert mailbox.is_empty()
    assert state_of(notice) == ("", "SMTPRecipientsRefused 451")
    work(NOW + 2 * MINUTE)
    assert len(mailbox.all()) == 1


def test_after_a_day_it_is_given_up_loudly_and_names_nobody(world, mailbox, caplog):
    notice = notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    with mailbox.away():
        for hours in range(27):
            work(NOW + hours * HOUR)
    assert state_of(notice) == ("gave up", "ConnectionRefusedError")
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "Given up after a day, or expired: 1 deliveries by email" in record.getMessage()
    assert "ana" not in caplog.text.lower()
    work(NOW + 30 * HOUR)
    assert mailbox.is_empty()


def test_a_refused_address_keeps_nobody_else_waiting(world, mailbox, caplog):
    mailbox.refuses["ana@example.com"] = "550 ana@example.com is unknown"
    session = world.session(state=State.CONFIRMED)
    care_sessions.cancel(session.id, by=world.noor, **A_MINUTE_AGO)
    work()
    assert [letter["To"] for letter in mailbox.all()] == ["luis@example.com"]
    assert Delivery.objects.get(notice__person=world.ana).outcome == "refused"
    assert "ana" not in caplog.text.lower()


def test_an_address_that_was_not_proved_gets_nothing(world, mailbox):
    EmailAddress.objects.filter(user=world.ana).update(verified=False)
    notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    work()
    assert mailbox.is_empty()
    assert not Delivery.objects.exists()


def test_what_was_cancelled_meanwhile_is_not_sent(world, mailbox):
    notice = notice_factory.of(world, NoticeKind.SESSION_CONFIRMED)
    with mailbox.away():
        work()
    care_sessions.cancel(notice.session_id, by=world.noor, **A_MINUTE_AGO)
    work(NOW + 2 * MINUTE)
    assert state_of(notice)[0] == "obsolete"
    assert [letter["To"] for letter in mailbox.all()] == ["ana@example.com", "luis@example.com"]  # of the cancelling


def test_who_left_the_family_or_has_read_it_gets_nothing(world, mailbox):
    left, read = (
        notice_factory.of(world, NoticeKind.SESSION_CHANGED),
        notice_factory.of(world, NoticeKind.SESSION_CANCELLED),
    )
    with mailbox.away():
        work()
    world.leave(world.noor_of_riveras)
    Notice.objects.filter(pk=read.pk).update(read_at=NOW)
    work(NOW + 2 * MINUTE)
    assert {state_of(left)[0], state_of(read)[0]} == {"obsolete"}
    assert mailbox.is_empty()


def test_one_that_cannot_be_written_keeps_nobody_else_waiting(world, mailbox, caplog):
    broken = notice_factory.of(world, NoticeKind.SESSION_CHANGED)
    Notice.objects.filter(pk=broken.pk).update(facts={"by": "Ana", "changes": {"scheduled_start": ["no time", "none"]}})
    notice_factory.of(world, NoticeKind.SESSION_CANCELLED)
    work()
    assert [letter["To"] for letter in mailbox.all()] == ["ana@example.com"]
    assert state_of(broken) == ("", "ValueError")
    assert "no time" not in caplog.text


def test_a_word_that_looks_like_spam_loses_no_other_news(world, mailbox):
    mailbox.dislikes = "WINBIG"
    world.leave(world.luis_of_riveras)
    spam = world.session(state=State.CONFIRMED)
    care_sessions.cancel(spam.id, Draft.of(reason="WINBIG"), by=world.ana, **A_MINUTE_AGO)
    notice_factory.of(world, NoticeKind.SESSION_CHANGED)
    work()
    assert [(letter["To"], "changed a session" in letter["Subject"]) for letter in mailbox.all()] == [
        ("noor@example.com", True)
    ]
    assert Delivery.objects.get(notice__session=spam).outcome == "refused"


# Invitations


def invite(world, email="guest@example.com", **how) -> tuple[Invitation, str]:
    return invitations.invite(
        how.pop("family", world.riveras).id,
        Draft.of(email=email, role=Role.NANNY),
        **{"by": world.ana, **A_MINUTE_AGO, **how},
    )


def said_of(world, invitation: Invitation) -> str:
    page = member_pages.page(world.ana, world.riveras.id, at=NOW)
    return next(row["mail"] for row in page["invitations"] if row["id"] == invitation.id)


def test_an_invitation_is_mailed_with_the_address_that_the_page_showed(world, mailbox):
    invitation, secret = invite(world)
    assert said_of(world, invitation) == "on its way by e-mail"
    work()
    letter = mailbox.next()
    assert letter["To"] == "guest@example.com"
    assert letter["Subject"] == "Ana invites you to the care book of the Riveras"
    body = letter.get_body(("plain",)).get_content()
    assert f"https://book.example.org/invitations/{secret}/" in body
    assert "Your role: nanny." in body
    assert "once, until 15 June 2026." in body
    assert secret in letter.get_body(("html",)).get_content()
    assert letter["List-Unsubscribe"] is None
    assert said_of(world, invitation) == "e-mailed"
    work(NOW + HOUR)
    assert mailbox.is_empty()


def test_nothing_that_is_stored_opens_the_door(world):
    invitation, secret = invite(world)
    assert len(secret) >= 43
    assert invitation.token_hash == tokens.hash_of(secret)
    _, another = invite(world)
    assert another != secret
    stored = [str(row) for row in (*Invitation.objects.values_list(), *Delivery.objects.values_list())]
    assert secret not in "".join(stored)


def test_it_is_in_the_language_of_who_has_that_address_or_else_of_who_invites(world, mailbox):
    User.objects.filter(pk=world.sam.pk).update(language="es")
    invite(world, "sam@example.com")
    invite(world, "guest@example.com")
    work()
    subjects = {letter["To"]: letter["Subject"] for letter in mailbox.all()}
    assert subjects["sam@example.com"] == "Ana te invita al cuaderno de Riveras"
    assert subjects["guest@example.com"].startswith("Ana invites you")


def test_what_was_revoked_or_accepted_meanwhile_is_not_mailed(world, mailbox):
    revoked, _ = invite(world)
    invitations.revoke(revoked.id, by=world.ana, **A_MINUTE_AGO)
    _, secret = invite(world)
    invitations.accept(Draft.of(token=secret), by=world.sam, **A_MINUTE_AGO)
    work()
    assert "guest@example.com" not in {letter["To"] for letter in mailbox.all()}
    invited = Delivery.objects.filter(invitation__isnull=False)
    assert list(invited.values_list("outcome", flat=True)) == ["obsolete", "obsolete"]


def test_with_another_secret_key_it_is_not_mailed_but_the_old_address_still_opens(world, mailbox, settings):
    invitation, secret = invite(world)
    settings.SECRET_KEY = "another key, as after moving to another machine"
    work()
    assert mailbox.is_empty()
    assert said_of(world, invitation) == "could not be e-mailed"
    assert invitations.accept(Draft.of(token=secret), by=world.sam, **A_MINUTE_AGO)


def test_an_address_that_the_server_refuses_is_told_to_who_invites(world, mailbox):
    mailbox.refuses[""] = "550 No such user"
    invitation, _ = invite(world)
    work()
    assert said_of(world, invitation) == "could not be e-mailed"


def test_nobody_leads_strangers_elsewhere_by_a_name(world, mailbox):
    Family.objects.filter(pk=world.riveras.pk).update(name="Win at https://evil.example now")
    invite(world)
    User.objects.filter(pk=world.ada.pk).update(name="www.evil.example")
    world.ada.refresh_from_db()
    invite(world, family=world.okafors, by=world.ada)
    work()
    for letter in mailbox.all():
        assert letter["Subject"] == "You are invited to a care book"
        assert "evil" not in letter.as_string()


@pytest.mark.parametrize("dot", ["\uff0e", "\u2024", "\u3002", "\uff61", "\u200b.", ".\u2060"])
def test_nor_by_a_dot_that_looks_like_another_sign(world, mailbox, dot):
    Family.objects.filter(pk=world.riveras.pk).update(name=f"evil{dot}example")
    invite(world)
    work()
    assert mailbox.next()["Subject"] == "You are invited to a care book"


def test_nobody_is_written_to_many_times_by_many_inviters(world, mailbox):
    for _ in range(2):
        invite(world)
        invite(world, by=world.luis)
    made, _ = invite(world, family=world.okafors, by=world.ada)
    work()
    assert len(mailbox.all()) == invitations.MOST_TO_ONE == 3
    assert not Delivery.objects.filter(invitation=made).exists()
    invite(world, "another.guest@example.com", by=world.luis)
    work()
    assert mailbox.next()["To"] == "another.guest@example.com"


def test_nobody_writes_to_many_strangers_through_the_book(world, mailbox):
    made = [invite(world, f"stranger{number}@example.com")[0] for number in range(invitations.MOST_MAILED + 2)]
    work()
    assert len(mailbox.all()) == invitations.MOST_MAILED
    assert [said_of(world, made[number]) for number in (0, -1)] == ["e-mailed", ""]
    invite(world, "later@example.com", at=NOW + timedelta(days=1))
    work(NOW + timedelta(days=1))
    assert [letter["To"] for letter in mailbox.all()] == ["later@example.com"]


def test_where_no_mail_is_set_up_nothing_waits_to_be_mailed(world, settings):
    settings.MAIL_IS_SET_UP = False
    invitation, _ = invite(world)
    assert said_of(world, invitation) == ""
    care_sessions.confirm(world.session().id, by=world.ana, **A_MINUTE_AGO)
    work()
    assert not Delivery.objects.exists()
    assert CareSession.objects.get().is_confirmed
