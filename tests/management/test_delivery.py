"""Due notices are sent once, if still true; failures are retried, and given up after a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from handsel.actions import care_sessions, generation, invitations
from handsel.management import delivery
from handsel.models import Delivery, Notice, ServerTrouble, User
from handsel.notices.delivery import LEASE
from handsel.notices.routing import route
from handsel.notices.validity import ValidNotice
from handsel.outbound import PermanentFailure, ServerFailure, TemporaryFailure
from handsel.queries import health
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import Lane, Topic, Way
from tests.management.outside import DAY, HOUR, MINUTE, choose, confirmed, phone, run
from tests.run import NIGHTLY
from tests.world import A_MINUTE_AGO, NOW

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("mail_is_set_up")]

JUNE = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))


def test_what_is_sent_is_marked_and_sent_once(world, outside):
    confirmed(world)
    assert run() == 1
    assert run(NOW + DAY) == 0
    (row,) = Delivery.objects.all()
    assert (row.outcome, row.done_at, row.attempts) == ("sent", NOW, 1)


def test_what_is_due_together_is_one_mail(world, outside):
    for day in range(2, 8):
        confirmed(world, f"2026-06-0{day} 09:00")
    care_sessions.cancel(world.session("2026-06-09 09:00").id, by=world.ana, **A_MINUTE_AGO)
    assert run() == 7
    assert outside.taken == [("Noor", ["session.confirmed"] * 6 + ["session.cancelled"], 7)]


def test_a_generation_is_one_thing_with_the_list_of_what_still_waits(world, outside):
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **A_MINUTE_AGO)
    care_sessions.confirm(made.created[0].session_id, by=world.ana, **A_MINUTE_AGO)
    run()
    assert ("Ana", ["sessions.to_confirm"], 12) in outside.taken


@pytest.mark.parametrize("end", ["cancelled", "deleted", "read", "removed", "shut"])
def test_what_is_true_no_more_stays_inside(world, outside, end):
    session = confirmed(world)
    route(NOW)
    match end:
        case "cancelled":
            care_sessions.cancel(session.id, by=world.noor, **A_MINUTE_AGO)
        case "deleted":
            Notice.objects.filter(session=session).update(session=None)
        case "read":
            Notice.objects.filter(session=session).update(read_at=NOW)
        case "removed":
            world.leave(world.noor_of_riveras)
        case "shut":
            User.objects.filter(pk=world.noor.pk).update(is_active=False)
    delivery.deliver(NOW, lambda: NOW)
    assert "Noor" not in [where for where, *_ in outside.taken]
    assert Delivery.objects.get(notice__person=world.noor).outcome == "obsolete"


def test_what_cannot_be_handed_over_waits_longer_each_time_and_is_given_up_loudly(world, outside, caplog):
    confirmed(world)
    outside.trouble = TemporaryFailure("ConnectionRefusedError")
    route(NOW)
    at, pauses = NOW, []
    while delivery.deliver(at, lambda now=at: now):
        row = Delivery.objects.get()
        if row.done_at:
            break
        pauses.append(row.next_at - at)
        at = row.next_at
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert max(pauses) == 2 * HOUR
    assert (row.outcome, row.last_error) == ("gave up", "ConnectionRefusedError")
    assert DAY <= row.done_at - NOW <= DAY + 2 * HOUR
    assert "Given up after a day, or expired: 1 deliveries by email (ConnectionRefusedError)" in caplog.text
    assert "noor@" not in caplog.text


def test_the_mail_server_comes_back(world, outside):
    confirmed(world)
    outside.trouble = TemporaryFailure("ConnectionRefusedError")
    run()
    outside.trouble = None
    assert run(NOW + MINUTE) == 1
    assert outside.taken == [("Noor", ["session.confirmed"], 1)]
    assert Delivery.objects.get().outcome == "sent"


def test_a_mail_server_that_fails_is_one_line_at_first_and_every_hour(world, outside, caplog):
    confirmed(world)
    route(NOW)
    outside.trouble = ServerFailure("ConnectionRefusedError")
    for minutes in range(0, 130, 1 if NIGHTLY else 5):
        at = NOW + minutes * MINUTE
        Delivery.objects.filter(done_at__isnull=True).update(next_at=at)
        delivery.deliver(at, lambda now=at: now)
    line = "The mail server fails since 2026-06-01 12:00 UTC: ConnectionRefusedError"
    assert [record.getMessage() for record in caplog.records] == [line] * 3
    assert health.status(at).mail_troubles == [(NOW, "ConnectionRefusedError")]
    outside.trouble = None
    Delivery.objects.update(next_at=at)
    delivery.deliver(at, lambda: at)
    assert caplog.records[-1].getMessage() == "The mail server takes letters again."
    assert health.status(at).mail_troubles == []
    # What fails for one letter alone is none of the server's.
    Delivery.objects.update(done_at=None, outcome="", next_at=at)
    outside.trouble = TemporaryFailure("SMTPDataError 451")
    run(at)
    assert not ServerTrouble.objects.exists()


def test_what_is_refused_for_good_is_not_tried_again(world, outside, caplog):
    confirmed(world)
    outside.trouble = PermanentFailure("550")
    assert run() == 1
    assert run(NOW + DAY) == 0
    assert (Delivery.objects.get().outcome, Delivery.objects.get().last_error) == ("refused", "550")
    assert "Refused for good: 1 by email (550)" in caplog.text


def test_one_that_breaks_keeps_back_none_of_the_others(world, monkeypatch, outside, caplog):
    confirmed(world)
    care_sessions.confirm(
        world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **A_MINUTE_AGO
    )

    def break_for_noor(notices: Sequence[ValidNotice], *_: Any) -> None:
        name = notices[0].notice.person.name
        if name == "Noor":
            raise ZeroDivisionError("noor@example.com")
        outside.taken.append((name, [], 0))

    monkeypatch.setattr(delivery, "send_mail", break_for_noor)
    assert run() == 2
    assert outside.taken == [("Bea", [], 0)]
    assert Delivery.objects.get(notice__person=world.noor).last_error == "ZeroDivisionError"
    assert "noor@" not in caplog.text


def test_who_dies_in_the_middle_leaves_it_to_the_next(world, outside):
    confirmed(world)
    route(NOW)

    class Killed(BaseException):
        pass

    outside.trouble = Killed()
    with pytest.raises(Killed):
        delivery.deliver(NOW, lambda: NOW)
    outside.trouble = None
    assert delivery.deliver(NOW + LEASE - MINUTE, lambda: NOW + LEASE - MINUTE) == 0
    assert delivery.deliver(NOW + LEASE, lambda: NOW + LEASE) == 1
    assert outside.taken == [("Noor", ["session.confirmed"], 1)]


def test_few_are_taken_at_once_so_that_the_lease_lasts(world, outside):
    for number in range(25):
        phone(world.noor).name = f"phone {number}"
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    assert run() == 10
    assert [delivery.deliver(NOW, lambda: NOW) for _ in range(3)] == [10, 5, 0]
    assert len(outside.taken) == 25


@pytest.mark.parametrize("number", [1, 30])
def test_a_turn_costs_as_many_queries_for_many_as_for_one(world, outside, number, django_assert_num_queries):
    for day in range(number):
        confirmed(world, f"2026-06-{1 + day:02} 15:00")
    with django_assert_num_queries(9):
        route(NOW)
    with django_assert_num_queries(16):
        delivery.deliver(NOW, lambda: NOW)
    assert outside.taken == [("Noor", ["session.confirmed"] * number, number)]


def test_an_invitation_leaves_while_it_is_open(world, outside):
    draft = Draft.of(email="guest@example.com", role="PARENT")
    ids: list[UUID] = []
    for _ in range(2):
        invitation, _ = invitations.invite(world.riveras.id, draft, by=world.ana, **A_MINUTE_AGO)
        Delivery.objects.get_or_create(invitation=invitation, defaults={"due_at": NOW, "next_at": NOW})
        ids.append(invitation.id)
    invitations.revoke(ids[1], by=world.ana, **A_MINUTE_AGO)
    delivery.deliver(NOW, lambda: NOW)
    assert outside.taken == [("guest@example.com", [], 0)]
    assert dict(Delivery.objects.values_list("invitation", "outcome")) == {ids[0]: "sent", ids[1]: "obsolete"}


def test_a_session_of_another_nanny_by_now_is_no_news_of_hers(world, outside):
    session = confirmed(world)
    route(NOW)
    care_sessions.update(session.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.ana, **A_MINUTE_AGO)
    delivery.deliver(NOW, lambda: NOW)
    assert "session.confirmed" not in [kind for _, kinds, _ in outside.taken for kind in kinds]


def test_a_session_that_began_is_still_a_confirmed_one(world, outside):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    Notice.objects.create(
        person=world.ana, family=world.riveras, session=session, kind="session.confirmed", at=NOW - MINUTE
    )
    care_sessions.start(session.id, by=world.noor, **A_MINUTE_AGO)
    route(NOW)
    delivery.deliver(NOW, lambda: NOW)
    assert ("Ana", ["session.confirmed"], 1) in outside.taken


def test_what_changes_while_another_letter_is_on_its_way_is_seen(world, monkeypatch, outside):
    confirmed(world)
    bea = world.session("2026-06-03 09:00", nanny=world.bea_of_riveras)
    care_sessions.confirm(bea.id, by=world.ana, **A_MINUTE_AGO)

    def cancel_meanwhile(notices: Sequence[ValidNotice], *_: Any) -> None:
        outside.taken.append((notices[0].notice.person.name, [], 0))
        if outside.taken == [("Noor", [], 0)]:
            care_sessions.cancel(bea.id, by=world.bea, **A_MINUTE_AGO)

    monkeypatch.setattr(delivery, "send_mail", cancel_meanwhile)
    run()
    assert outside.taken == [("Noor", [], 0)]
    assert Delivery.objects.get(notice__person=world.bea).outcome == "obsolete"


def test_a_slow_server_leaves_what_waits_to_the_other_workers(world, monkeypatch, outside):
    confirmed(world)
    care_sessions.confirm(
        world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **A_MINUTE_AGO
    )
    route(NOW)

    def dawdle(notices: Sequence[ValidNotice], *_: Any) -> None:
        outside.taken.append((notices[0].notice.person.name, [], 0))
        if outside.taken == [("Noor", [], 0)]:
            outside.clock += LEASE - MINUTE
            assert delivery.deliver(outside.clock, outside.now) == 1

    monkeypatch.setattr(delivery, "send_mail", dawdle)
    assert delivery.deliver(NOW, outside.now) == 1
    assert outside.taken == [("Noor", [], 0), ("Bea", [], 0)]
    assert set(Delivery.objects.values_list("outcome", "attempts")) == {("sent", 1)}


def test_who_has_many_slow_devices_keeps_nobody_waiting(world, outside):
    for _ in range(20):
        phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    route(NOW)
    care_sessions.confirm(
        world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **A_MINUTE_AGO
    )
    route(NOW + MINUTE)
    delivery.deliver(NOW + MINUTE, lambda: NOW + MINUTE)
    assert [where for where, *_ in outside.taken[:2]] == ["Noor's phone", "Bea"]


def test_a_lane_takes_what_is_its_own(world, outside):
    phone(world.noor)
    confirmed(world)
    assert delivery.deliver(NOW, lambda: NOW, Lane.PUSHES) == 2  # it routes one notice, and sends its push
    assert [where for where, *_ in outside.taken] == ["Noor's phone"]
    assert delivery.deliver(NOW, lambda: NOW, Lane.LETTERS) == 1
    assert [where for where, *_ in outside.taken] == ["Noor's phone", "Noor"]


def test_a_turn_ends_in_time_for_the_other_duties(world, monkeypatch, outside):
    for _ in range(5):
        phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    route(NOW)

    def dawdle(*_: Any, **__: Any) -> None:
        outside.clock += timedelta(seconds=10)

    def monotonic() -> float:
        return outside.clock.timestamp()

    monkeypatch.setattr(delivery, "monotonic", monotonic)
    monkeypatch.setattr(delivery, "send_push", dawdle)
    assert [delivery.deliver(outside.clock, outside.now) for _ in range(3)] == [2, 2, 1]


def test_what_cannot_even_be_looked_at_keeps_back_none_of_the_others(world, outside):
    confirmed(world)
    broken = Notice.objects.create(
        person=world.noor, family=world.riveras, kind="reminder.tomorrow", facts={"sessions": ["no id"]}, at=NOW
    )
    choose(world.noor, Topic.TOMORROW, Way.EMAIL, wanted=True)
    run()
    assert outside.taken == [("Noor", ["session.confirmed"], 1)]
    assert Delivery.objects.get(notice=broken).last_error == "ValueError"
