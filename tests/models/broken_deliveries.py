"""Cases that break the promises about notices and deliveries."""

from datetime import time
from typing import Any

from handsel.models import CalendarEntry, Delivery, Device, Invitation, Notice, NoticeChoice
from handsel.rules.roles import Role
from tests.models.breaking import Cases, change, copy
from tests.world import LONG_AGO, NOW, World

cases = Cases()
breaks = cases.breaks


def a_notice(world: World, **columns: Any) -> Notice:
    defaults = {"person": world.ana, "family": world.riveras, "kind": "member.joined", "at": NOW}
    return Notice.objects.create(**defaults | columns)


def a_device(world: World) -> Device:
    return Device.objects.create(
        person=world.ana, name="Phone", endpoint="https://push.example.org/1", endpoint_hash="0" * 64, created_at=NOW
    )


def a_delivery(world: World, **columns: Any) -> Delivery:
    if not columns.keys() & {"notice", "invitation", "expires_at"}:
        columns["notice"] = a_notice(world)
    return Delivery.objects.create(due_at=NOW, next_at=NOW, **columns)


def an_invitation(world: World) -> Invitation:
    return Invitation.objects.create(
        family=world.riveras,
        email="luis@example.com",
        role=Role.PARENT,
        token_hash="1" * 64,
        invited_by=world.ana_of_riveras,
        created_at=LONG_AGO,
        expires_at=NOW,
    )


@breaks("nobody_is_reminded_twice")
def ana_is_reminded_twice(world: World) -> None:
    copy(a_notice(world, dedup_key="tomorrow 2026-06-02"))


@breaks("quiet_hours_begin_and_end")
def quiet_has_no_end(world: World) -> None:
    change(world.ana, quiet_from=time(21))


@breaks("quiet_hours_begin_and_end")
def quiet_ends_as_it_begins(world: World) -> None:
    change(world.ana, quiet_from=time(21), quiet_until=time(21))


@breaks("one_choice_per_topic_and_way")
def ana_wants_it_and_does_not(world: World) -> None:
    copy(NoticeChoice.objects.create(person=world.ana, topic="confirmed", way="email", wanted=True), wanted=False)


@breaks("topic_is_known")
def ana_wants_to_hear_of_the_weather(world: World) -> None:
    NoticeChoice.objects.create(person=world.ana, topic="weather", way="email", wanted=True)


@breaks("way_is_known")
def ana_wants_a_pigeon(world: World) -> None:
    NoticeChoice.objects.create(person=world.ana, topic="confirmed", way="bird", wanted=True)


@breaks("a_notice_a_mailed_invitation_or_a_letter")
def nothing_is_on_its_way(world: World) -> None:
    change(a_delivery(world), notice=None)


@breaks("a_notice_a_mailed_invitation_or_a_letter")
def two_things_are_one_delivery(world: World) -> None:
    change(a_delivery(world), invitation=an_invitation(world).id)


@breaks("a_notice_a_mailed_invitation_or_a_letter")
def an_invitation_rings(world: World) -> None:
    change(a_delivery(world, invitation=an_invitation(world)), device=a_device(world).id)


@breaks("a_notice_a_mailed_invitation_or_a_letter")
def a_notice_expires(world: World) -> None:
    change(a_delivery(world), expires_at=NOW)


@breaks("a_notice_a_mailed_invitation_or_a_letter")
def a_letter_rings(world: World) -> None:
    change(a_delivery(world, expires_at=NOW, letter="sealed"), device=a_device(world).id)


@breaks("a_letter_is_wiped_when_done")
def a_letter_is_sent_and_still_there(world: World) -> None:
    change(a_delivery(world, expires_at=NOW, letter="sealed"), done_at=NOW, outcome="sent")


@breaks("a_letter_is_wiped_when_done")
def a_notice_holds_a_letter(world: World) -> None:
    change(a_delivery(world), letter="sealed")


@breaks("outcome_and_done_together")
def it_is_done_and_nobody_knows_how(world: World) -> None:
    change(a_delivery(world), done_at=NOW)


@breaks("outcome_and_done_together")
def it_is_sent_and_still_on_its_way(world: World) -> None:
    change(a_delivery(world), outcome="sent")


@breaks("outcome_and_done_together")
def it_ended_in_the_rain(world: World) -> None:
    change(a_delivery(world), done_at=NOW, outcome="wet")


@breaks("one_mail_for_each_notice")
def a_notice_is_mailed_twice(world: World) -> None:
    copy(a_delivery(world))


@breaks("one_push_for_each_notice_and_device")
def a_phone_rings_twice(world: World) -> None:
    copy(a_delivery(world, notice=a_notice(world), device=a_device(world)))


@breaks("one_mail_for_each_invitation")
def an_invitation_is_mailed_twice(world: World) -> None:
    copy(a_delivery(world, invitation=an_invitation(world)))


@breaks("one_entry_for_each_session_and_person")
def a_calendar_shows_a_session_twice(world: World) -> None:
    copy(
        CalendarEntry.objects.create(
            person=world.ana,
            family=world.riveras,
            session_id=world.riveras.id,
            version=1,
            seen_version=1,
            is_off=False,
            fingerprint="0",
            starts_at=NOW,
            ends_at=NOW,
            time_zone="UTC",
        )
    )
