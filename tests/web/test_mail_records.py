"""From the mail of a reminder: who forgot to record, complete or start does it in two taps, and takes it back in one.

tests/web/test_mail_answers.py holds what is so of all such links.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handsel.access import mail_links
from handsel.models import CareSession, Notice, User
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from tests.tables import everything
from tests.web.visitor import Visitor
from tests.world import NOW, World, wall

pytestmark = pytest.mark.any_database


def reminded(world: World, person: User, kind: NoticeKind, sessions: list[CareSession], **columns: Any) -> str:
    """Write the reminder and return the secret of its link."""
    named = {"session": sessions[0]} if len(sessions) == 1 else {}
    facts = {"count": len(sessions), "sessions": [str(session.id) for session in sessions]}
    notice = Notice.objects.create(
        **{"person": person, "family": world.riveras, "kind": kind, "facts": facts, "at": NOW, **named, **columns}
    )
    return mail_links.answer_token(notice.id)


@pytest.fixture
def nobody(db) -> Visitor:
    return Visitor()


@pytest.fixture
def forgotten(world) -> list[CareSession]:
    return [world.session(f"2026-05-2{day} 06:00", hours=8.5, state=State.CONFIRMED) for day in (5, 6, 7)]


def boxes(page) -> str:
    return re.search(r'name="all"\s+value="([^"]+)"', page.html)[1]


def undo_address(page) -> str:
    return re.search(r'action="(/mail/answer/[^"]+/undo/[^"]+)"', page.html)[1].replace("&amp;", "&")


def undo(visitor: Visitor, page):
    visitor.client.post(undo_address(page))
    return visitor.get("mail_answer", re.search(r"/mail/answer/([^/]+)/", undo_address(page))[1])


def test_noor_records_one_as_planned_and_takes_it_back(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    page = nobody.get("mail_answer", secret)
    assert page.says("Did this happen? For Noor · Riveras Record as planned")
    page = nobody.press("mail_answer", secret, move="record", all=boxes(page))
    assert page.says("Recorded: Mon 25 May, 06:00–14:30, 8 h 30 min.")
    assert page.says("Nothing is waiting")
    session = CareSession.objects.get(pk=forgotten[0].pk)
    assert (session.state, session.actual_times) == (State.COMPLETED, session.planned_times)
    event = world.last_event(world.riveras)
    assert (event.kind, event.by, event.source) == ("care_session.recorded", world.noor_of_riveras, "WEB")
    page = undo(nobody, page)
    assert page.says("1 taken back.")
    assert page.says("Record as planned")
    assert CareSession.objects.get(pk=session.pk).state is State.CONFIRMED


def test_a_move_that_nobody_knows_moves_nothing(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    before = everything()
    nobody.press("mail_answer", secret, move="records", all=boxes(nobody.get("mail_answer", secret)))
    assert everything() == before


def test_three_at_once_or_one_that_is_ticked(nobody, world, forgotten, monkeypatch):
    secret = reminded(world, world.ana, NoticeKind.NOT_RECORDED, forgotten)
    page = nobody.get("mail_answer", secret)
    assert page.says("All 3 as planned")
    page = nobody.press("mail_answer", secret, move="record", session=f"{forgotten[1].id}:{forgotten[1].version}")
    assert page.says("Recorded: Tue 26 May")
    assert page.says("All 2 as planned")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=1))
    page = nobody.press("mail_answer", secret, move="record", all=boxes(page))
    assert page.says("2 sessions recorded.")
    assert page.says("8 h 30 min, 06:00–14:30")
    assert set(CareSession.objects.values_list("status", flat=True)) == {"COMPLETED"}
    page = undo(nobody, page)
    assert page.says("2 taken back.")
    states = [session.state for session in CareSession.objects.order_by("scheduled_start")]
    assert states == [State.CONFIRMED, State.COMPLETED, State.CONFIRMED]


@pytest.mark.parametrize(("when", "ends"), [("planned", "2026-06-01 06:30"), ("now", "2026-06-01 08:00")])
def test_it_is_completed_as_planned_or_now(nobody, world, when, ends):
    session = world.session("2026-06-01 04:00", hours=2.5, state=State.IN_PROGRESS)
    secret = reminded(world, world.noor, NoticeKind.STILL_RUNNING, [session])
    page = nobody.get("mail_answer", secret)
    assert page.says("When did it end?")
    assert page.says("06:30 as planned")
    page = nobody.press("mail_answer", secret, move="complete", all=boxes(page), when=when)
    assert page.says("Completed: Mon 1 Jun, 04:00–")
    session.refresh_from_db()
    assert (session.state, session.actual_end) == (State.COMPLETED, wall(ends))
    assert undo(nobody, page).says("When did it end?")


def test_it_is_started_as_planned_and_once_it_is_over_recorded(nobody, world, monkeypatch):
    session = world.session("2026-06-01 07:30", hours=2, state=State.CONFIRMED)
    secret = reminded(world, world.noor, NoticeKind.SHOULD_HAVE_STARTED, [session])
    page = nobody.get("mail_answer", secret)
    assert page.says("When did it start?")
    page = nobody.press("mail_answer", secret, move="start", all=boxes(page), when="planned")
    assert page.says("Started at 07:30")
    session.refresh_from_db()
    assert (session.state, session.actual_start) == (State.IN_PROGRESS, session.scheduled_start)
    undo(nobody, page)
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-06-01 10:00"))
    page = nobody.get("mail_answer", secret)
    assert page.says("Record as planned")
    assert not page.says("When did it start?")


def test_who_has_another_one_running_says_on_the_page_what_became_of_it(nobody, world):
    world.session("2026-05-31 12:00", hours=6, state=State.IN_PROGRESS, family=world.okafors)
    session = world.session("2026-06-01 07:30", hours=2, state=State.CONFIRMED)
    page = nobody.get("mail_answer", reminded(world, world.noor, NoticeKind.SHOULD_HAVE_STARTED, [session]))
    assert 'name="when"' not in page.html
    assert page.offers("session", session.id)


def test_looking_changes_nothing_and_neither_does_a_get_of_undo(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten)
    page = nobody.press("mail_answer", secret, move="record", all=boxes(nobody.get("mail_answer", secret)))
    before, address = everything(), reverse("web:mail_answer", args=[secret])
    for method in ("get", "head", "options", "put", "delete"):
        assert getattr(Client(), method)(address).status_code in (200, 405)
        assert getattr(Client(), method)(undo_address(page)).status_code == 405
    assert everything() == before


def test_only_our_own_form_sends_and_undoes(world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten)
    client = Client(enforce_csrf_checks=True)
    before = everything()
    for route in ("mail_answer", "mail_undo"):
        assert client.post(reverse(f"web:{route}", args=[secret]), {"move": "record"}).status_code == 403
    assert everything() == before


def test_used_twice_it_says_that_it_is_done(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    sent = {"move": "record", "all": boxes(nobody.get("mail_answer", secret))}
    page = nobody.press("mail_answer", secret, **sent)
    again = nobody.press("mail_answer", secret, **sent)
    assert again.says("so it cannot be recorded.")
    assert world.history(world.riveras).count("care_session.recorded") == 1
    for sentence in ("1 taken back.", "Changed meanwhile, or undone already."):
        assert undo(nobody, page).says(sentence)
    assert world.history(world.riveras).count("care_session.undone") == 1


def test_what_changed_meanwhile_is_left_alone(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    CareSession.objects.filter(pk=forgotten[0].pk).update(version=forgotten[0].version + 1)
    page = nobody.press("mail_answer", secret, move="record", all=f"{forgotten[0].id}:{forgotten[0].version}")
    assert page.says("changed after the page showed it, and was left alone.")
    assert CareSession.objects.get(pk=forgotten[0].pk).state is State.CONFIRMED


def test_it_reaches_no_other_session_and_no_other_move(nobody, world, forgotten):
    running = world.session("2026-06-01 04:00", hours=2.5, state=State.IN_PROGRESS)
    waiting = world.session("2026-06-03 09:00")
    secret = reminded(world, world.ana, NoticeKind.NOT_RECORDED, forgotten[:1])
    before = everything()
    for session in (*forgotten[1:], running, waiting):
        for move in ("record", "complete", "confirm", "cancel", "start"):
            nobody.press("mail_answer", secret, move=move, all=f"{session.id}:{session.version}", when="now")
    assert everything() == before


def test_undo_reaches_nothing_that_another_press_did(nobody, ana, world, forgotten):
    """Neither what Luis did at that instant, nor what Ana did by other means of other sessions."""
    secret = reminded(world, world.luis, NoticeKind.NOT_RECORDED, forgotten[:1])
    ana.post("record_session", forgotten[0].id)
    ana.post("record_session", forgotten[1].id)
    own = reminded(world, world.ana, NoticeKind.NOT_RECORDED, forgotten[2:])
    before = everything()
    for link in (secret, own):
        for sent in (NOW.isoformat(), "nonsense", ""):
            nobody.client.post(reverse("web:mail_undo", args=[link], query={"pressed": sent}))
    assert everything() == before


@pytest.mark.parametrize("why", ["old", "left", "shut", "somebody else's nanny now"])
def test_a_link_that_is_over_records_and_undoes_nothing(nobody, world, forgotten, why):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    page = nobody.press("mail_answer", secret, move="record", all=boxes(nobody.get("mail_answer", secret)))
    match why:
        case "old":
            Notice.objects.update(at=NOW - timedelta(days=14, seconds=1))
        case "left":
            world.leave(world.noor_of_riveras)
        case "shut":
            User.objects.filter(pk=world.noor.pk).update(is_active=False)
        case _:
            CareSession.objects.update(nanny=world.bea_of_riveras, nanny_person=world.bea)
    before = everything()
    nobody.client.post(undo_address(page))
    nobody.client.post(reverse("web:mail_answer", args=[secret]), {"move": "record", "all": f"{forgotten[0].id}:0"})
    assert everything() == before


def test_who_is_asked_for_codes_signs_in_first(nobody, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    page = nobody.press("mail_answer", secret, move="record", all=boxes(nobody.get("mail_answer", secret)))
    Authenticator.objects.create(user=world.noor, type=Authenticator.Type.TOTP, data={})
    assert nobody.get("mail_answer", secret).says("Sign in to answer")
    before = everything()
    nobody.client.post(undo_address(page))
    nobody.client.post(reverse("web:mail_answer", args=[secret]), {"move": "record", "all": f"{forgotten[0].id}:0"})
    assert everything() == before


def test_it_says_for_whom_it_is_and_acts_as_them_whoever_is_signed_in(luis, world, forgotten):
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, forgotten[:1])
    page = luis.get("mail_answer", secret)
    assert page.says("This e-mail was sent to Noor. You are signed in as Luis.")
    luis.press("mail_answer", secret, move="record", all=boxes(page))
    assert world.last_event(world.riveras).by == world.noor_of_riveras


def test_a_confirmation_by_mail_is_taken_back_there(nobody, world):
    session = world.session("2026-06-03 09:00")
    secret = reminded(world, world.ana, NoticeKind.SESSIONS_TO_CONFIRM, [session])
    page = nobody.press("mail_answer", secret, all=boxes(nobody.get("mail_answer", secret)))
    assert undo(nobody, page).says("1 session to confirm")
    assert not CareSession.objects.get().is_confirmed


@pytest.mark.parametrize("count", [1, 9])
def test_the_questions_do_not_grow(nobody, world, count, django_assert_num_queries):
    sessions = [world.session(f"2026-05-1{day} 06:00", state=State.CONFIRMED) for day in range(count)]
    secret = reminded(world, world.noor, NoticeKind.NOT_RECORDED, sessions)
    with django_assert_num_queries(7):
        nobody.get("mail_answer", secret)
