"""A letter leaves once: what was handed over without an answer is tried at most twice more, and then told."""

from collections.abc import Iterator

import pytest

from handsel.management.delivery import deliver
from handsel.models import Delivery, Notice
from handsel.notices.delivery import ANSWER_LEASE, MOST_UNANSWERED, note_handed_over, renew
from handsel.outbound import smtp
from tests.management.outside import DAY, MINUTE, confirmed
from tests.smtp_server import DRIP, HANG_UP, SILENT, SmtpServer
from tests.world import NOW

pytestmark = pytest.mark.any_database


@pytest.fixture
def server_of_mail(settings, monkeypatch, mail_is_set_up) -> Iterator[SmtpServer]:
    monkeypatch.setattr(smtp, "WORD", 0.1)
    monkeypatch.setattr(smtp, "ANSWER", 0.1)
    with SmtpServer() as server:
        settings.MAILERS = server.mailers
        yield server


def a_day(start=NOW) -> None:
    """Work for a day, whenever something is due."""
    at = start
    while at < start + 2 * DAY:
        while deliver(at, lambda now=at: now):
            pass
        waiting = Delivery.objects.filter(done_at__isnull=True).order_by("next_at").first()
        if waiting is None:
            return
        at = waiting.next_at


@pytest.mark.parametrize("does", [SILENT, DRIP, HANG_UP])
def test_what_is_never_answered_is_sent_three_times_and_told(world, server_of_mail, caplog, does):
    server_of_mail.does["."] = does
    confirmed(world)
    a_day()
    assert len(server_of_mail.letters) == MOST_UNANSWERED == 3
    row = Delivery.objects.get()
    assert (row.outcome, row.last_error) == ("gave up", "NoAnswer")
    assert "Given up after 3 times without an answer: 1 deliveries by email (NoAnswer)" in caplog.text


def test_each_copy_is_the_same_letter_whatever_else_has_come(world, server_of_mail):
    server_of_mail.does["."] = SILENT
    confirmed(world)
    deliver(NOW, lambda: NOW)
    confirmed(world, "2026-06-03 09:00")
    deliver(NOW + MINUTE, lambda: NOW + MINUTE)
    ids = [octets.partition(b"Message-ID: ")[2].split()[0] for _, octets in server_of_mail.letters]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_an_answer_that_comes_late_is_an_answer(world, server_of_mail, monkeypatch):
    monkeypatch.setattr(smtp, "ANSWER", 5)
    server_of_mail.late["."] = 3 * smtp.WORD
    confirmed(world)
    a_day()
    assert len(server_of_mail.letters) == 1
    assert Delivery.objects.get().outcome == "sent"


def test_a_no_is_an_answer_too_and_is_asked_again_for_a_day(world, server_of_mail):
    server_of_mail.does["."] = "452 The disk is full"
    confirmed(world)
    a_day()
    assert len(server_of_mail.letters) > MOST_UNANSWERED
    row = Delivery.objects.get()
    assert (row.outcome, row.last_error) == ("gave up", "SMTPDataError 452")


def test_a_worker_that_dies_while_it_waits_leaves_it_as_unanswered(world, server_of_mail, monkeypatch):
    class Killed(BaseException):
        pass

    def die(rows, *, at):
        note_handed_over(rows, at=at)
        raise Killed

    monkeypatch.setattr("handsel.notices.delivery.note_handed_over", die)
    confirmed(world)
    for number in range(MOST_UNANSWERED):
        at = NOW + number * ANSWER_LEASE
        with pytest.raises(Killed):
            deliver(at, lambda now=at: now)
    monkeypatch.undo()
    at = NOW + MOST_UNANSWERED * ANSWER_LEASE
    assert deliver(at, lambda: at) == 1
    row = Delivery.objects.get()
    assert (row.outcome, row.last_error, row.unanswered) == ("gave up", "NoAnswer", MOST_UNANSWERED)


def test_one_of_four_is_refused_and_three_arrive_once(world, server_of_mail):
    server_of_mail.does["RCPT"] = lambda to: "550 not here" if "luis@" in to else "250 OK"
    for person in (world.ana, world.luis, world.noor, world.bea):
        notice = Notice.objects.create(
            person=person, family=world.riveras, kind="member.joined", facts={"role": "NANNY"}, at=NOW, routed_at=NOW
        )
        Delivery.objects.create(notice=notice, due_at=NOW, next_at=NOW)
    a_day()
    assert sorted(to for to, _ in server_of_mail.letters) == ["ana@example.com", "bea@example.com", "noor@example.com"]
    assert Delivery.objects.get(notice__person=world.luis).outcome == "refused"


def test_of_a_letter_that_is_split_each_part_has_a_lease_of_its_own(world, server_of_mail, monkeypatch):
    """What another worker has taken over meanwhile is left to it."""
    for day in (2, 3, 4):
        confirmed(world, f"2026-06-0{day} 09:00")
    answers = iter(["554 Looks like spam"])
    server_of_mail.does["."] = lambda _: next(answers, "250 OK")
    renewed = []

    def lose_the_second(row, *, at):
        renewed.append(row)
        return len(renewed) != 2 and renew(row, at=at)

    monkeypatch.setattr("handsel.notices.delivery.renew", lose_the_second)
    deliver(NOW, lambda: NOW)
    assert len(renewed) == 3
    assert len(server_of_mail.letters) == 3  # the one of all, and two parts
    assert [row.outcome for row in Delivery.objects.order_by("id")].count("sent") == 2
