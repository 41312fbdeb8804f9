"""The link of a mail: from it a parent answers without signing in, what the mail asked for and nothing else."""

import logging
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handsel.access import mail_links
from handsel.actions import generation
from handsel.apps import RouteOnly
from handsel.models import CareSession, Notice, User
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Role
from tests.tables import everything
from tests.web.many_rows import crowd
from tests.web.visitor import Visitor
from tests.world import NOW, ON_THE_WEB, World

pytestmark = pytest.mark.any_database


def asked(world: World, person: User, sessions: list[CareSession], **columns) -> Notice:
    named = {"session": sessions[0]} if len(sessions) == 1 else {}
    facts = {"by": "Noor", "count": len(sessions), "sessions": [str(session.id) for session in sessions]}
    return Notice.objects.create(
        **{
            "person": person,
            "family": world.riveras,
            "kind": NoticeKind.SESSIONS_TO_CONFIRM,
            "facts": facts,
            "at": NOW,
            **named,
            **columns,
        }
    )


def link(notice: Notice) -> str:
    return mail_links.answer_token(notice.id)


@pytest.fixture
def nobody(db) -> Visitor:
    return Visitor()


@pytest.fixture
def three(world) -> list[CareSession]:
    return [world.session(f"2026-06-0{day} 09:00") for day in (2, 3, 4)]


def test_ana_confirms_all_of_a_mail_in_two_taps(nobody, world, three):
    secret = link(asked(world, world.ana, three))
    page = nobody.get("mail_answer", secret)
    assert page.says("3 sessions to confirm For Ana · Riveras Confirm all 3")
    assert page.says("Tue 2 Jun 09:00 – 17:00 Emma Noor · 8 h")
    assert "$" not in page.text
    assert not page.inline
    [boxes] = re.findall(r'name="all"\s+value="([^"]+)"', page.html)
    page = nobody.press("mail_answer", secret, all=boxes)
    assert page.says("3 sessions confirmed.")
    assert page.says("Nothing to confirm")
    assert page.offers("family_home", world.riveras.id)
    assert CareSession.objects.filter(is_confirmed=True, confirmed_by=world.ana_of_riveras).count() == 3
    assert world.told(world.noor) == ["sessions.confirmed"]
    event = world.last_event(world.riveras)
    assert (event.kind, event.by, event.source) == ("care_session.confirmed", world.ana_of_riveras, "WEB")
    assert Notice.objects.get(person=world.ana).read_at == NOW


def test_who_is_signed_in_is_not_sent_to_sign_in(nobody, ana, noor, world, three):
    secret = link(asked(world, world.ana, three))
    for visitor, must in ((nobody, True), (noor, True), (ana, False)):
        assert visitor.get("mail_answer", secret).says("Sign in first to change or cancel a session.") is must


def test_she_ticks_one_of_them(nobody, world, three):
    secret = link(asked(world, world.ana, three))
    page = nobody.press("mail_answer", secret, session=f"{three[1].id}:{three[1].version}")
    assert page.says("1 session confirmed.")
    assert page.says("2 sessions to confirm")
    assert not page.says("Wed 3 Jun")
    assert [session.is_confirmed for session in CareSession.objects.order_by("scheduled_start")] == [False, True, False]


def test_nothing_ticked_confirms_nothing(nobody, world, three):
    page = nobody.press("mail_answer", link(asked(world, world.ana, three)))
    assert page.says("Choose at least one session.")
    assert not CareSession.objects.filter(is_confirmed=True).exists()


def test_a_generation_is_answered_from_its_one_mail(nobody, world):
    span = {"from_date": NOW.date(), "to_date": NOW.date() + timedelta(days=13)}
    generation.generate(world.schedule().id, Draft.of(**span), by=world.noor, **ON_THE_WEB)
    secret = link(Notice.objects.get(person=world.luis))
    page = nobody.get("mail_answer", secret)
    count = CareSession.objects.filter(scheduled_end__gt=NOW).count()
    assert page.says(f"Confirm all {count}")
    [boxes] = re.findall(r'name="all"\s+value="([^"]+)"', page.html)
    assert nobody.press("mail_answer", secret, all=boxes).says(f"{count} sessions confirmed.")


def test_it_opens_no_other_sessions(nobody, world, three):
    """Neither of the same family, nor of another in which the same person answers."""
    other = world.session("2026-06-09 09:00")
    foreign = world.session("2026-06-10 09:00", family=world.okafors)
    secret = link(asked(world, world.ana, three[:1]))
    for session in (other, foreign):
        page = nobody.press("mail_answer", secret, session=f"{session.id}:{session.version}")
        assert page.says("Choose at least one session.")
    nobody.post(
        "mail_answer", secret, all=",".join(f"{session.id}:{session.version}" for session in (*three, other, foreign))
    )
    assert list(CareSession.objects.filter(is_confirmed=True)) == [three[0]]


def test_what_changed_after_the_page_showed_it_is_left_alone(nobody, world, three):
    secret = link(asked(world, world.ana, three))
    CareSession.objects.filter(pk=three[0].pk).update(version=three[0].version + 1)
    page = nobody.press("mail_answer", secret, all=",".join(f"{session.id}:{session.version}" for session in three))
    assert page.says("2 sessions confirmed.")
    assert page.says("Tue 2 Jun: changed after the page showed it, and was left alone. Look at it again.")
    assert page.says("1 session to confirm")


def test_who_sends_twice_or_after_luis_hears_that_it_is_done(nobody, luis, world, three):
    secret = link(asked(world, world.ana, three[:1]))
    box = f"{three[0].id}:{three[0].version}"
    luis.post("confirm_session", three[0].id)
    page = nobody.press("mail_answer", secret, all=box)
    assert page.says("This session is already confirmed, so it cannot be confirmed.")
    assert page.says("Nothing to confirm")
    again = nobody.press("mail_answer", secret, all=box)
    assert again.says("This session is already confirmed, so it cannot be confirmed.")
    assert world.history(world.riveras).count("care_session.confirmed") == 1


def test_of_what_is_over_cancelled_or_under_way_nothing_waits(nobody, world):
    over = world.session("2026-05-30 09:00")
    cancelled = world.session("2026-06-02 09:00", state=State.CANCELLED)
    running = world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    page = nobody.get("mail_answer", link(asked(world, world.ana, [over, cancelled, running])))
    assert page.says("What this e-mail asked for is already answered, or has changed since.")


def test_a_read_notice_still_asks(nobody, world, three):
    assert nobody.get("mail_answer", link(asked(world, world.ana, three, read_at=NOW))).says("Confirm all 3")


@pytest.mark.parametrize("why", ["old", "left", "viewer", "shut", "gone"])
def test_a_link_that_opens_nothing_any_more_says_so_and_confirms_nothing(nobody, world, three, why):
    notice = asked(world, world.ana, three)
    match why:
        case "old":
            Notice.objects.update(at=NOW - timedelta(days=14, seconds=1))
        case "left":
            world.leave(world.ana_of_riveras)
        case "viewer":
            world.ana_of_riveras.role = Role.VIEWER
            world.ana_of_riveras.save()
        case "shut":
            User.objects.filter(pk=world.ana.pk).update(is_active=False)
        case "gone":
            notice_id = notice.id
            notice.delete()
            notice.id = notice_id
    before = everything()
    page = nobody.get("mail_answer", link(notice), status=410)
    assert page.says("This link no longer works")
    assert page.says("Sign in to see what is waiting for you.")
    for word in ("Riveras", "Ana", "Emma"):
        assert word not in page.text
    sent = nobody.post("mail_answer", link(notice), status=410, all=f"{three[0].id}:0")
    assert sent.text == page.text
    assert everything() == before


def test_it_is_good_for_fourteen_days(nobody, world, three):
    notice = asked(world, world.ana, three, at=NOW - timedelta(days=14))
    assert nobody.get("mail_answer", link(notice)).says("Confirm all 3")


def test_a_nanny_answers_from_a_mail_only_while_she_keeps_the_book_alone(nobody, world, three):
    nobody.get("mail_answer", link(asked(world, world.noor, three)), status=410)


@pytest.mark.parametrize("secret", ["x", "a:b", "no-such-thing", quote("\x00")])
def test_a_secret_that_is_not_ours_opens_nothing(nobody, secret):
    for answer in (nobody.get("mail_answer", secret, status=404), nobody.post("mail_answer", secret, status=404)):
        assert answer.response["Cache-Control"].count("no-store")


def with_codes(person: User) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})


def test_who_is_asked_for_codes_signs_in_first(nobody, ana, luis, world, three):
    with_codes(world.ana)
    secret = link(asked(world, world.ana, three))
    page = nobody.get("mail_answer", secret)
    assert page.says("Sign in to answer")
    home = reverse("web:family_home", args=[world.riveras.id])
    assert f'href="{reverse("account_login")}?next={quote(home)}"' in page.html
    assert "Emma" not in page.text
    before = everything()
    nobody.post("mail_answer", secret, all=f"{three[0].id}:0")
    luis.post("mail_answer", secret, all=f"{three[0].id}:0")
    assert everything() == before
    assert luis.get("mail_answer", secret).says("You are signed in as Luis.")
    assert ana.get("mail_answer", secret).says("Confirm all 3")  # she has given the code


def test_it_says_for_whom_it_is_where_somebody_else_is_signed_in(sam, ana, world, three):
    secret = link(asked(world, world.ana, three))
    assert sam.get("mail_answer", secret).says("This e-mail was sent to Ana. You are signed in as Sam.")
    assert not ana.get("mail_answer", secret).says("You are signed in as")


def test_it_signs_nobody_in_and_is_kept_nowhere(world, three):
    client = Client()
    for answer in (
        client.get(reverse("web:mail_answer", args=[link(asked(world, world.ana, three))])),
        client.post(reverse("web:mail_answer", args=[link(asked(world, world.ana, three))]), {"all": ""}),
    ):
        assert "sessionid" not in client.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex"
    assert client.get(reverse("web:family_home", args=[world.riveras.id])).status_code == 302


def test_who_looks_ahead_of_the_reader_does_no_harm(world, three):
    address = reverse("web:mail_answer", args=[link(asked(world, world.ana, three))])
    before = everything()
    for method in ("get", "head", "options", "put", "delete"):
        assert getattr(Client(), method)(address).status_code in (200, 405)
    assert everything() == before


def test_only_our_own_form_sends_it(world, three):
    client = Client(enforce_csrf_checks=True)
    address = reverse("web:mail_answer", args=[link(asked(world, world.ana, three))])
    sent = {"all": f"{three[0].id}:{three[0].version}"}
    assert client.post(address, sent).status_code == 403
    [sign] = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert client.post(address, sent | {"csrfmiddlewaretoken": sign}).status_code == 302
    assert CareSession.objects.filter(is_confirmed=True).count() == 1


def test_it_speaks_her_language_and_writes_times_in_her_fashion(world, three):
    User.objects.filter(pk=world.ana.pk).update(language="es", hour_cycle=12)
    german = Visitor(headers={"Accept-Language": "en"})
    secret = link(asked(world, world.ana, three[:1]))
    page = german.get("mail_answer", secret)
    assert '<html lang="es">' in page.html
    assert page.says("9:00 a. m. – 5:00 p. m.")
    assert german.press("mail_answer", secret, all=f"{three[0].id}:{three[0].version}").says("1 sesión confirmada.")


@pytest.mark.parametrize("count", [10, 200])
def test_the_questions_do_not_grow_with_the_sessions(nobody, world, count, django_assert_num_queries):
    crowd(world, count)
    secret = link(asked(world, world.ana, list(CareSession.objects.all())))
    with django_assert_num_queries(8):
        nobody.get("mail_answer", secret)


def test_more_than_one_page_shows_follow_once_these_are_answered(nobody, world):
    crowd(world, 201)
    page = nobody.get("mail_answer", link(asked(world, world.ana, list(CareSession.objects.all()))))
    assert page.says("201 sessions to confirm")
    assert page.says("Confirm these 200")
    assert page.says("More follow once these are confirmed.")


def test_the_secret_stays_out_of_the_log(world, three, monkeypatch, caplog):
    secret = link(asked(world, world.ana, three))

    def breaks() -> None:
        raise RuntimeError

    monkeypatch.setattr(timezone, "now", breaks)
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(caplog.handler, "filters", [RouteOnly()])  # of the whole run, so it is left as it was
    with caplog.at_level(logging.ERROR, "django.request"):
        for route, sent in (("mail_answer", secret), ("mail_stop", secret)):
            client.get(reverse(f"web:{route}", args=[sent]))
    written = caplog.text
    assert "/mail/answer/<str:secret>/" in written
    assert secret not in written
