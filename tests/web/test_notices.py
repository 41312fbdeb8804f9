"""What one hears of, in the settings and from the foot of a mail."""

import re
from datetime import time

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from handsel.access import mail_links
from handsel.models import Delivery, Device, Notice, NoticeChoice, User
from handsel.notices.topics import TOPICS
from handsel.rules.notices import NoticeKind, Outcome, Topic, Way
from tests.tables import everything
from tests.web.controls import Controls
from tests.web.visitor import Page, Visitor
from tests.world import NOW

pytestmark = pytest.mark.any_database

CALM = {"quiet_from": "", "quiet_until": "", "mails_together": "no", "mails_at": "18:00"}
# Of who has no device.
BY_DEFAULT = {
    way.value: [
        topic.value for topic, row in TOPICS.items() if way in row.ways or (way is Way.EMAIL and row.is_reminder)
    ]
    for way in Way
}


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_IS_SET_UP = True


def choices(person: User) -> dict[tuple[str, str], bool]:
    rows = NoticeChoice.objects.filter(person=person)
    return {(choice.topic, choice.way): choice.wanted for choice in rows}


def ticked(page: Page, way: Way) -> set[str]:
    return set(Controls(page.html).by_id[f"id_{way}"].holds)


def test_the_page_begins_with_the_defaults_and_saving_them_chooses_nothing(ana, world):
    page = ana.get("notices")
    assert not page.inline
    for way in Way:
        assert ticked(page, way) == set(BY_DEFAULT[way.value])
    assert page.says("To confirm")
    assert page.says("In each family’s time zone.")
    ana.post("notices", **CALM, **BY_DEFAULT)
    assert choices(world.ana) == {}


def test_ana_chooses_and_finds_it_again(ana, noor, world):
    wanted = {"email": ["cancelled", "started"], "push": ["to_answer"]}
    page = ana.press("notices", **CALM | wanted | {"quiet_from": "21:30", "quiet_until": "6:30 am"})
    assert page.says("Saved.")
    for way in Way:
        assert ticked(page, way) == set(wanted[way.value])
    assert (page.value_of("quiet_from"), page.value_of("quiet_until")) == ("21:30", "06:30")
    assert choices(world.ana)["started", "email"] is True
    assert choices(world.ana)["to_answer", "email"] is False
    assert ("cancelled", "email") not in choices(world.ana)
    assert choices(world.noor) == {}
    ana.post("notices", **CALM, **BY_DEFAULT)
    assert all(yes is (topic in BY_DEFAULT[way]) for (topic, way), yes in choices(world.ana).items())
    world.ana.refresh_from_db()
    assert world.ana.quiet is None


def test_mails_come_at_once_or_together(ana, world):
    ana.post("notices", **BY_DEFAULT, **CALM | {"mails_together": "yes", "mails_at": "19:15"})
    world.ana.refresh_from_db()
    assert world.ana.mails_at == time(19, 15)
    assert ana.get("notices").value_of("mails_at") == "19:15"
    ana.post("notices", **BY_DEFAULT, **CALM | {"mails_at": ""})
    world.ana.refresh_from_db()
    assert world.ana.mails_at is None


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        ("quiet_until", {"quiet_from": "21:00"}, "Enter an end time too, or leave both empty."),
        ("quiet_from", {"quiet_until": "06:00"}, "Enter a start time too, or leave both empty."),
        (
            "quiet_until",
            {"quiet_from": "06:00", "quiet_until": "06:00"},
            "This is when it begins. Choose another time.",
        ),
        ("quiet_from", {"quiet_from": "9 at night", "quiet_until": "06:00"}, "Enter the time as HH:MM, like 06:00."),
        ("mails_at", {"mails_together": "yes", "mails_at": ""}, "Enter a time."),
        ("mails_together", {"mails_together": "weekly"}, "Choose one of these."),
        ("email", {"email": ["everything"]}, "Choose one of these."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(ana, world, field, sent, sentence):
    before = everything()
    page = ana.post("notices", status=422, **{**CALM, "email": ["started"], "push": ["started"], **sent})
    assert page.error_at(field) == sentence
    assert ticked(page, Way.PUSH) == {"started"}
    for name in ("quiet_from", "quiet_until"):
        assert page.value_of(name) == sent.get(name, "")
    assert everything() == before


def test_the_zone_of_the_times_is_named(ana, world):
    User.objects.filter(pk=world.ana.pk).update(time_zone="Europe/Madrid")
    assert ana.get("notices").says("By Madrid time.")


def test_to_the_example_people_it_says_that_nothing_leaves_for_them(ana, world, settings):
    User.objects.filter(pk=world.ana.pk).update(email="ana@example.org")
    EmailAddress.objects.filter(user=world.ana).update(email="ana@example.org")
    told = "they get no e-mails or pushes"
    assert ana.get("notices").says(told)
    settings.SILENT_ADDRESSES = frozenset()
    assert not ana.get("notices").says(told)


def test_without_mail_its_boxes_say_why_and_keep_what_was_chosen(ana, world, settings):
    ana.post("notices", **CALM | {"email": ["started"], "push": []})
    kept = choices(world.ana)
    settings.MAIL_IS_SET_UP = False
    page = ana.get("notices")
    assert page.says("No e-mail is set up here, so you get none.")
    assert page.html.count("disabled") == len(Topic)
    ana.post("notices", **CALM)
    assert choices(world.ana) == kept
    settings.MAIL_IS_SET_UP = True
    EmailAddress.objects.filter(user=world.ana).update(verified=False)
    assert ana.get("notices").says("We send nothing to ana@example.com until you confirm that it’s yours.")


def test_who_only_reads_along_is_asked_about_what_she_may_hear_of(viewer, world):
    page = viewer.get("notices")
    assert page.says("Who joined, and time off")
    assert not page.says("Sessions to confirm")
    viewer.post("notices", status=422, **CALM | {"email": ["to_answer"]})


def test_the_settings_lead_there(ana):
    assert ana.get("settings").offers("notices")


@pytest.mark.parametrize("count", [0, 20])
def test_the_questions_do_not_grow(ana, world, count, django_assert_num_queries):
    Device.objects.bulk_create(
        Device(person=world.ana, name="Phone", endpoint_hash=f"{number}", created_at=NOW) for number in range(count)
    )
    ana.post("notices", **CALM)
    with django_assert_num_queries(10):
        ana.get("notices")


# From the foot of a mail


def secret(world, topic: Topic = Topic.CONFIRMED) -> str:
    return mail_links.unsubscribe_token(world.ana.id, topic)


def test_ana_stops_the_mails_of_a_topic_and_takes_it_back(world):
    nobody = Visitor()
    page = nobody.get("mail_stop", secret(world))
    assert page.says("For Ana You will get no more e-mails about “Confirmed sessions”.")
    assert not page.inline
    assert choices(world.ana) == {}
    page = nobody.press("mail_stop", secret(world), wanted="no")
    assert page.says("You get no more e-mails about “Confirmed sessions”.")
    assert choices(world.ana) == {("confirmed", "email"): False}
    page = nobody.press("mail_stop", secret(world), wanted="yes")
    assert page.says("You will get no more e-mails about “Confirmed sessions”.")
    assert choices(world.ana) == {("confirmed", "email"): True}


@pytest.mark.parametrize("multipart", [False, True])
def test_a_mail_program_stops_them_by_one_press(world, multipart):
    """RFC 8058: without a cookie, and without anything of ours in the form."""
    client = Client(enforce_csrf_checks=True)
    address = reverse("web:mail_stop", args=[secret(world)])
    body = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        if multipart:
            answer = client.post(address, body)
        else:
            form = "application/x-www-form-urlencoded"
            answer = client.post(address, "List-Unsubscribe=One-Click", content_type=form)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    assert choices(world.ana) == {("confirmed", "email"): False}
    assert not client.cookies


def test_any_other_form_has_to_be_ours(world):
    client = Client(enforce_csrf_checks=True)
    address = reverse("web:mail_stop", args=[secret(world)])
    for sent in ({}, {"wanted": "yes"}, {"List-Unsubscribe": "Two-Clicks"}):
        assert client.post(address, sent).status_code == 403
    [sign] = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert client.post(address, {"wanted": "no", "csrfmiddlewaretoken": sign}).status_code == 302
    assert choices(world.ana) == {("confirmed", "email"): False}


def test_looking_changes_nothing_and_a_made_up_secret_leads_nowhere(world):
    nobody, before = Visitor(), everything()
    nobody.get("mail_stop", secret(world))
    for wrong in ("x", secret(world)[:-1], mail_links.answer_token(world.ana.id)):
        nobody.get("mail_stop", wrong, status=404)
        nobody.post("mail_stop", wrong, status=404, **{"List-Unsubscribe": "One-Click"})
    assert everything() == before


def test_who_is_shut_out_gets_no_mails_anyway(world):
    User.objects.filter(pk=world.ana.pk).update(is_active=False)
    nobody = Visitor()
    assert nobody.get("mail_stop", secret(world)).says("This person gets no more e-mails.")
    nobody.post("mail_stop", secret(world), status=200, **{"List-Unsubscribe": "One-Click"})
    nobody.post("mail_stop", secret(world), wanted="yes")
    assert not NoticeChoice.objects.exists()


def test_it_speaks_her_language(world):
    User.objects.filter(pk=world.ana.pk).update(language="es")
    assert '<html lang="es">' in Visitor(headers={"Accept-Language": "en"}).get("mail_stop", secret(world)).html


def test_what_is_on_its_way_stays_here_when_it_is_not_wanted_any_more(ana, world):
    def on_its_way(kind: NoticeKind, person: User, device: Device | None = None) -> Delivery:
        notice = Notice.objects.create(person=person, family=world.riveras, kind=kind, at=NOW, routed_at=NOW)
        return Delivery.objects.create(notice=notice, device=device, due_at=NOW, next_at=NOW)

    phone = Device.objects.create(person=world.ana, name="Phone", endpoint_hash="x", created_at=NOW)
    mail = on_its_way(NoticeKind.SESSION_CONFIRMED, world.ana)
    others = [
        on_its_way(NoticeKind.SESSION_CONFIRMED, world.ana, phone),
        on_its_way(NoticeKind.SESSION_CANCELLED, world.ana),
        on_its_way(NoticeKind.SESSION_CONFIRMED, world.noor),
    ]
    Visitor().post("mail_stop", secret(world), wanted="no")
    mail.refresh_from_db()
    assert (mail.outcome, mail.done_at) == (Outcome.OBSOLETE, NOW)
    for other in others:
        other.refresh_from_db()
        assert other.done_at is None
    ana.post("notices", **CALM)
    assert not Delivery.objects.filter(notice__person=world.ana, done_at__isnull=True).exists()
