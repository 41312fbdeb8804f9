"""The worker deletes what is over after a while, never what is not, and nothing of the record."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from handsel.access import tokens
from handsel.actions import calendar_addresses, care_sessions, duties, invitations
from handsel.models import ApiToken, CalendarAddress, CareSession, Delivery, Event, Invitation, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, NOW, ON_THE_WEB, World

YEARS_LATER = NOW + timedelta(days=3 * 366)
TO_A_GUEST = Draft.of(email="guest@example.com", role="PARENT")


def a_key(world: World, **ends: datetime) -> ApiToken:
    hashed = tokens.hash_of(tokens.new_secret())
    return ApiToken.objects.create(
        person=world.ana, name="Script", scope="read", token_hash=hashed, created_at=LONG_AGO, **ends
    )


@pytest.mark.parametrize("end", ["expires_at", "revoked_at"])
def test_a_key_that_is_over_goes_after_ninety_days(world, end):
    over, recent = a_key(world, **{end: NOW - timedelta(days=91)}), a_key(world, **{end: NOW - timedelta(days=89)})
    lasting = a_key(world)
    assert duties.drop_over(NOW) == 1
    assert set(ApiToken.objects.all()) == {recent, lasting} - {over}


def test_a_calendar_address_that_was_revoked_goes_after_ninety_days(world):
    made = [
        calendar_addresses.make(Draft.of(name="Phone", detail="full"), by=world.ana, **ON_THE_WEB)[0] for _ in "abc"
    ]
    for address, days in zip(made[:2], (91, 89), strict=True):
        CalendarAddress.objects.filter(pk=address.pk).update(revoked_at=NOW - timedelta(days=days))
    assert duties.drop_over(NOW) == 1
    assert set(CalendarAddress.objects.all()) == set(made[1:])


def test_an_invitation_that_nobody_took_up_goes_and_one_that_was_stays(world):
    taken, secret = invitations.invite(world.riveras.id, TO_A_GUEST, by=world.ana, **ON_THE_WEB)
    invitations.accept(Draft.of(token=secret), by=world.sam, **ON_THE_WEB)
    expired, _ = invitations.invite(world.riveras.id, TO_A_GUEST, by=world.ana, **ON_THE_WEB)
    revoked, _ = invitations.invite(world.riveras.id, TO_A_GUEST, by=world.ana, **ON_THE_WEB)
    invitations.revoke(revoked.id, by=world.ana, **ON_THE_WEB)
    duties.drop_over(expired.expires_at + timedelta(days=89))
    assert set(Invitation.objects.all()) == {taken, expired, revoked} - {revoked}
    duties.drop_over(expired.expires_at + timedelta(days=91))
    assert set(Invitation.objects.all()) == {taken}


def test_an_inbox_goes_back_a_year(world):
    fields: dict[str, Any] = {"person": world.ana, "family": world.riveras, "kind": "member.joined"}
    Notice.objects.create(at=NOW - timedelta(days=366), **fields)
    kept = Notice.objects.create(at=NOW - timedelta(days=364), **fields)
    assert duties.drop_over(NOW) == 1
    assert list(Notice.objects.all()) == [kept]


def test_how_a_mail_went_is_known_for_ninety_days_and_what_waits_is_never_dropped(world):
    fields: dict[str, Any] = {"person": world.ana, "family": world.riveras, "kind": "member.joined", "at": NOW}
    rows = {}
    for name, ended in (
        ("old", {"done_at": NOW - timedelta(days=91), "outcome": "sent"}),
        ("recent", {"done_at": NOW - timedelta(days=89), "outcome": "sent"}),
        ("waiting", {}),
    ):
        notice = Notice.objects.create(**fields)
        rows[name] = Delivery.objects.create(notice=notice, due_at=LONG_AGO, next_at=LONG_AGO, **ended)
    assert duties.drop_over(NOW) == 1
    assert set(Delivery.objects.all()) == {rows["recent"], rows["waiting"]}


def test_browsers_that_have_been_away_too_long_are_signed_out_and_forgotten(world, client):
    client.force_login(world.ana)
    assert duties.drop_over(NOW) == 0
    last = Session.objects.get().expire_date
    assert duties.drop_over(last + timedelta(seconds=1)) == 1
    assert not Session.objects.exists()


def test_the_record_stays_for_ever(world):
    done = world.session("2026-05-29 09:00", state=State.COMPLETED)
    cancelled = care_sessions.cancel(world.session().id, by=world.ana, **ON_THE_WEB)
    events = set(Event.objects.values_list("id"))
    duties.drop_over(YEARS_LATER)
    duties.drop_over(YEARS_LATER)
    assert set(CareSession.objects.all()) == {done, cancelled}
    assert set(Event.objects.values_list("id")) == events != set()
