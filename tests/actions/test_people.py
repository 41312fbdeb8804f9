"""People made by the operator, and their own settings."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.access import tokens
from handsel.actions import care_sessions, duties, families, members, notice_choices, people
from handsel.actions.tokens import issue_for
from handsel.models import Event, Member, Notice, NoticeChoice, User
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State, Status
from handsel.rules.notices import Topic
from handsel.rules.refusals import Invalid, NotVisible, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, PASSWORD

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_person_is_known_by_one_address_in_lower_case():
    person = people.create(" Noor@Example.com", "Noor", PASSWORD, at=NOW)
    person.refresh_from_db()
    assert (person.email, person.name, person.date_joined) == ("noor@example.com", "Noor", NOW)
    assert person.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("noor@example.com", True, True)


@pytest.mark.django_db
def test_an_operator_finds_a_person_by_either_form_of_the_domain():
    person = people.create("Ana@Exämple.org", "Ana", PASSWORD, at=NOW)
    assert User.objects.get().email == EmailAddress.objects.get().email == "ana@xn--exmple-cua.org"
    with pytest.raises(Invalid):
        people.create("ana@xn--exmple-cua.org", "Ana", at=NOW)
    people.set_staff("ana@EXÄMPLE.org", True)
    assert User.objects.get_by_natural_key("ana@exämple.org").is_staff
    assert tokens.api_token(issue_for("ana@exämple.org", at=NOW), at=NOW).person == person
    with pytest.raises(Invalid) as refusal:
        people.create("añá@example.org", "Ana", at=NOW)
    assert "Before the @" in str(refusal.value.errors["email"])


@pytest.mark.django_db
def test_without_a_password_none_fits():
    person = people.create("noor@example.com", "Noor", at=NOW)
    assert not person.has_usable_password()


def test_an_address_belongs_to_one_person(world):
    for address in ("noor@example.com", "NOOR@example.com"):
        with pytest.raises(Invalid) as refusal:
            people.create(address, "Somebody else", at=NOW)
        assert list(refusal.value.errors) == ["email"]
    EmailAddress.objects.create(user=world.ana, email="ana@work.example.com", verified=True)
    with pytest.raises(Invalid):
        people.create("ana@work.example.com", "Somebody else", at=NOW)
    EmailAddress.objects.all().delete()
    with pytest.raises(Invalid):
        people.create("noor@example.com", "Somebody else", at=NOW)
    assert User.objects.count() == 6


@pytest.mark.django_db
def test_everything_wrong_is_said_at_once():
    with pytest.raises(Invalid) as refusal:
        people.create("noor", " ", "123", at=NOW)
    assert refusal.value.errors.keys() == {"email", "name", "password"}
    assert not User.objects.exists()


def test_noor_chooses_how_she_sees_things(world):
    draft = Draft.of(name="Noor Haddad", time_zone="America/Chicago", hour_cycle=12, week_starts_on=6)
    people.update(draft, by=world.noor)
    noor = User.objects.get(id=world.noor.id)
    assert (noor.name, noor.time_zone, noor.hour_cycle, noor.week_starts_on) == (
        "Noor Haddad",
        "America/Chicago",
        12,
        6,
    )
    people.update(Draft.of(time_zone=None), by=noor)
    assert User.objects.get(id=noor.id).time_zone == ""


def test_settings_that_make_no_sense_change_nothing(world):
    with pytest.raises(Invalid) as refusal:
        people.update(Draft.of(name="", hour_cycle=13, week_starts_on=7, time_zone="Asia/Kathmandu"), by=world.noor)
    assert refusal.value.errors.keys() == {"name", "hour_cycle", "week_starts_on"}
    assert User.objects.get(id=world.noor.id).time_zone == ""


def test_who_lost_the_phone_gets_in_by_the_password_again(world):
    for kind in Authenticator.Type:
        Authenticator.objects.create(user=world.noor, type=kind, data={})
        Authenticator.objects.create(user=world.ana, type=kind, data={})
    session = signed_in(world.noor)
    people.reset_second_step(" Noor@Example.com ")
    assert not Authenticator.objects.filter(user=world.noor).exists()
    assert Authenticator.objects.filter(user=world.ana).count() == len(Authenticator.Type)
    assert not Session.objects.filter(session_key=session).exists()
    with pytest.raises(NotVisible):
        people.reset_second_step("nobody@example.com")


def test_who_is_deactivated_is_out_at_once_and_back_when_activated(world):
    session = signed_in(world.noor)
    secret = world.secret(world.noor)
    people.set_active(world.noor.email, False)
    assert not Session.objects.filter(session_key=session).exists()
    assert tokens.api_token(secret, at=NOW) is None
    people.set_active(world.noor.email, True)
    assert tokens.api_token(secret, at=NOW).person == world.noor


def test_who_deletes_her_account_leaves_the_record_and_nothing_else(world):
    done = world.session("2026-05-20 09:00", state=State.COMPLETED)
    running = world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    ahead = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    session, secret = signed_in(world.noor), world.secret(world.noor)
    Authenticator.objects.create(user=world.noor, type=Authenticator.Type.TOTP, data={})
    notice_choices.by_mail(Topic.CONFIRMED, wanted=False, by=world.noor, **ON_THE_WEB)
    people.delete(by=world.noor, **ON_THE_WEB)
    somebody = User.objects.get(pk=world.noor.pk)
    assert somebody.name == ""
    assert somebody.email.endswith("@deleted.invalid")
    assert not somebody.is_active
    assert not somebody.has_usable_password()
    assert not Member.objects.active().filter(user=somebody).exists()
    assert not Session.objects.filter(session_key=session).exists()
    assert tokens.api_token(secret, at=NOW) is None
    for kept in (EmailAddress, Authenticator, UserSession):
        assert not kept.objects.filter(user=somebody).exists()
    for kept in (Notice, NoticeChoice):
        assert not kept.objects.filter(person=somebody).exists()
    for row in (done, running, ahead):
        row.refresh_from_db()
    assert done.nanny == world.noor_of_riveras
    assert running.status == Status.COMPLETED
    assert ahead.nanny is None
    left = Event.objects.filter(kind="member.removed")
    assert {event.family_id for event in left} == {world.riveras.id, world.okafors.id}
    assert not [line for line in Event.objects.values_list("changes", "reason") if "Noor" in str(line)]


def called(member: Member) -> tuple[str, str]:
    """How the family calls this member, and how a page speaks of them."""
    member = Member.objects.select_related("user").get(pk=member.pk)
    return member.name, member.first_name


def test_care_names_who_gave_it_in_that_family_alone(world):
    people.update(Draft.of(name="Noor Haddad"), by=world.noor)
    world.session("2026-05-20 09:00", state=State.COMPLETED)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert called(world.noor_of_riveras) == ("Noor Haddad", "Noor")
    assert called(world.noor_of_okafors) == ("Someone who left", "someone who left")


def test_care_names_who_was_removed_before_they_deleted_their_account(world):
    world.session("2026-05-20 09:00", state=State.COMPLETED)
    members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert called(world.noor_of_riveras) == ("Noor", "Noor")


def test_care_that_nobody_recorded_names_its_nanny_until_it_is_known_that_it_was_not(world):
    forgotten = world.session("2026-05-29 09:00", state=State.CONFIRMED)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert called(world.noor_of_riveras) == ("Noor", "Noor")
    recorded = care_sessions.record(forgotten.id, by=world.ana, **ON_THE_WEB)
    duties.drop_over(NOW + timedelta(days=400))
    assert called(world.noor_of_riveras) == ("Noor", "Noor")
    care_sessions.undo(recorded.id, by=world.ana, **ON_THE_WEB)
    care_sessions.cancel(recorded.id, by=world.ana, **ON_THE_WEB)
    duties.drop_over(NOW + timedelta(hours=23))
    assert called(world.noor_of_riveras) == ("Noor", "Noor")  # the cancelling may be undone
    duties.drop_over(NOW + timedelta(hours=25))
    assert called(world.noor_of_riveras) == ("Someone who left", "someone who left")


def test_who_gave_no_care_is_named_nowhere(world):
    people.delete(by=world.ana, **ON_THE_WEB)
    assert called(world.ana_of_riveras) == ("Someone who left", "someone who left")


def test_a_record_that_nobody_can_read_any_more_names_nobody(world):
    world.session("2026-05-20 09:00", state=State.COMPLETED, family=world.okafors)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert called(world.noor_of_okafors) == ("Noor", "Noor")
    people.delete(by=world.ada, **ON_THE_WEB)
    assert called(world.noor_of_okafors) == ("Someone who left", "someone who left")


def test_a_nanny_who_kept_a_book_alone_is_named_nowhere(world):
    draft = Draft.of(name="Neighbours", time_zone="America/New_York", currency="USD", role=Role.NANNY)
    family = families.create(draft, by=world.noor, **ON_THE_WEB)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert called(Member.objects.get(family=family)) == ("Someone who left", "someone who left")


def test_an_operator_finds_nobody_by_the_address_of_a_deleted_account(world):
    people.delete(by=world.sam, **ON_THE_WEB)
    gone = User.objects.get(pk=world.sam.pk)
    with pytest.raises(NotVisible):
        people.set_active(gone.email, True)


def test_nobody_leaves_a_family_that_others_could_not_manage(world):
    with pytest.raises(WrongState, match="Okafors"):
        people.delete(by=world.ada, **ON_THE_WEB)  # Noor would stay, and nobody could invite a parent
    assert Member.objects.active().filter(user=world.ada).exists()
    assert User.objects.get(pk=world.ada.pk).email == "ada@example.com"
    people.delete(by=world.ana, **ON_THE_WEB)  # Luis is there
    people.delete(by=world.noor, **ON_THE_WEB)
    people.delete(by=world.ada, **ON_THE_WEB)  # alone now: nobody is left behind
    assert not Member.objects.active().filter(family=world.okafors).exists()


def test_a_nanny_who_keeps_a_book_alone_for_others_stays_until_somebody_can_manage_it(world):
    draft = Draft.of(name="Neighbours", time_zone="America/New_York", currency="USD", role=Role.NANNY)
    family = families.create(draft, by=world.sam, **ON_THE_WEB)
    viewer = world.join(family, Role.VIEWER)
    with pytest.raises(WrongState, match="Neighbours"):
        people.delete(by=world.sam, **ON_THE_WEB)
    world.leave(viewer)
    people.delete(by=world.sam, **ON_THE_WEB)


def signed_in(person: User) -> str:
    """The key of a session of this person's."""
    store = SessionStore()
    store.save()
    UserSession.objects.create(user=person, ip="198.51.100.7", session_key=store.session_key, user_agent="")
    return store.session_key


def test_deleting_an_account_waits_for_nobody_who_waits_for_it(world):
    """Ana, who confirms, holds what Luis was told and writes that she did: which no lock on Luis may keep her from."""
    with CaptureQueriesContext(connection) as queries:
        people.delete(by=world.luis, **ON_THE_WEB)
    asked = [query["sql"] for query in queries if ' FROM "handsel_user" ' in query["sql"]]
    assert asked
    assert {sql.partition(" FOR ")[2] for sql in asked} <= {"", "NO KEY UPDATE"}
