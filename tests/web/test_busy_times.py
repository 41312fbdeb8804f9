"""What Noor's own calendar makes of the pages: busy to her, no more than busy to her families, nothing to strangers."""

import re
from datetime import timedelta

import pytest

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.actions import outside_calendars as actions
from handsel.env import new_encryption_key
from handsel.models import BusyTime, OutsideCalendar, User
from handsel.queries import freshness
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.outside_calendars import Reading, Remarks, Trouble
from tests.access.routes.bodies import OUTSIDE
from tests.web.visitor import Visitor
from tests.world import LONG_AGO, NOW, ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database

ADDRESS = "https://calendar.example.com/secret-of-noor/basic.ics"


def busy(person: User, *times: tuple[str, str]) -> OutsideCalendar:
    calendar = OutsideCalendar.objects.create(
        person=person,
        name="Private",
        encrypted_address=encryption.encrypt(ADDRESS, Secret.OUTSIDE_CALENDAR, person.id),
        created_at=LONG_AGO,
        read_at=NOW,
        next_at=NOW + timedelta(hours=1),
    )
    BusyTime.objects.bulk_create(
        BusyTime(calendar=calendar, starts_at=wall(start), ends_at=wall(end), created_at=NOW) for start, end in times
    )
    return calendar


@pytest.fixture
def dentist(world: World) -> OutsideCalendar:
    return busy(world.noor, ("2026-06-01 16:00", "2026-06-01 17:30"))


# In the settings


def test_noor_adds_a_calendar_and_takes_it_away(noor, world):
    page = noor.get("calendars")
    assert page.says(
        "No calendars yet. What you have elsewhere would show as busy, and as a warning when somebody plans."
    )
    page = noor.press("add_outside_calendar", **OUTSIDE | {"outside_address": ADDRESS.replace("https", "webcal")})
    assert page.says("Added: Private. We’ll read it in a moment.")
    assert page.says("Private will be read in a moment calendar.example.com … .ics")
    assert "secret-of-noor" not in page.html
    assert not page.inline
    calendar = OutsideCalendar.objects.get()
    claimed = actions.claim(NOW)
    assert claimed.calendar.address == ADDRESS
    actions.keep(claimed, Reading([(wall("2026-06-02 10:00"), wall("2026-06-02 11:00"))], "", ""), at=NOW)
    assert noor.get("calendars").says("Private read 1 Jun, 08:00 · 1 busy time calendar.example.com … .ics")
    page = noor.press("remove_outside_calendar", calendar.id)
    assert page.says("The calendar and its busy times are deleted.")
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize("trouble", list(Trouble))
def test_what_went_wrong_is_said_in_plain_words_in_both_languages(noor, world, dentist, trouble):
    OutsideCalendar.objects.update(last_error=trouble, failures=1)
    page = noor.get("calendars")
    [said] = re.findall(r"We couldn’t read it: ([^.]+)\.", page.text)
    assert page.says("read 1 Jun, 08:00 · 1 busy time")
    assert trouble.value not in said.split()
    User.objects.filter(pk=world.noor.pk).update(language="es")
    page = Visitor(world.noor).get("calendars")
    assert page.says("No se pudo leer: ")
    assert page.says("1 hora ocupada")
    assert said not in page.text
    assert "secret-of-noor" not in page.html


@pytest.mark.parametrize(
    ("remarks", "english", "spanish"),
    [
        (
            Remarks(unread=1, titles=["Choir"]),
            "1 event could not be understood: Choir. Where the time is known, you count as busy.",
            "No se pudo entender 1 evento: Choir. Donde se conoce la hora, cuentas como no disponible.",
        ),
        (
            Remarks(unread=9, titles=["Choir", "Dentist"]),
            "9 events could not be understood, such as Choir and Dentist.",
            "No se pudieron entender 9 eventos, por ejemplo Choir y Dentist.",
        ),
        (Remarks(unread=2), "2 events could not be understood.", "No se pudieron entender 2 eventos."),
        (
            Remarks(unfinished=3),
            "There was no time to read 3 events in full. They count by their first start and end alone.",
            "No hubo tiempo para leer 3 eventos por completo. Solo cuentan por su primer inicio y fin.",
        ),
        (
            Remarks(is_cut_off=True),
            "The file ends in the middle, so busy times from earlier readings stay too.",
            "El archivo se corta a la mitad, así que también quedan las horas ocupadas de lecturas anteriores.",
        ),
        (
            Remarks(closed_gap=75),
            "It is so full that gaps of up to 1 h 15 min between two events count as busy.",
            "Está tan lleno que los huecos de hasta 1 h 15 min entre dos eventos cuentan como no disponibles.",
        ),
    ],
)
def test_what_was_not_read_is_said_to_noor_alone_in_both_languages(noor, ana, world, remarks, english, spanish):
    actions.add(Draft.of(name="Private", address=ADDRESS), by=world.noor, **ON_THE_WEB)
    stretch = (wall("2026-06-01 16:00"), wall("2026-06-01 17:30"))
    actions.keep(actions.claim(NOW), Reading([stretch], "", "", remarks), at=NOW)
    assert noor.get("calendars").says(english)
    User.objects.filter(pk=world.noor.pk).update(language="es")
    assert Visitor(world.noor).get("calendars").says(spanish)
    for route in ("calendar", "calendars"):
        assert "Choir" not in ana.get(route).text


def test_one_that_never_could_be_read_says_so(noor, dentist):
    OutsideCalendar.objects.update(last_error=Trouble.REFUSED, failures=3, read_at=None)
    assert noor.get("calendars").says("Private never read")


def test_one_that_is_lost_shows_no_address_and_can_be_removed(noor, dentist, settings):
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    other = Visitor(User.objects.get(name="Noor"))
    page = other.get("calendars")
    assert "example.com …" not in page.text
    assert page.says("its address cannot be read any more; remove it and add it again")
    other.press("remove_outside_calendar", dentist.id)


def test_what_is_wrong_is_said_at_its_field(noor, world):
    page = noor.post("add_outside_calendar", status=422, outside_name="", outside_address="http://10.0.0.1/")
    assert page.error_at("outside_name") == "Fill this in."
    assert page.error_at("outside_address").startswith("Enter the whole address of the calendar")
    page = noor.post("add_outside_calendar", status=422, outside_name="Private", outside_address="https://10.0.0.1/")
    assert page.error_at("outside_address").startswith("This address leads into a private network")
    busy(world.noor)
    page = noor.post("add_outside_calendar", status=422, outside_name="Private", outside_address=ADDRESS)
    assert page.error_at("outside_address") == "This calendar is already here."
    # The other form of the page is not to blame.
    assert not page.error_at("name")


def test_a_parent_is_not_asked_for_one(ana, world):
    assert not ana.get("calendars").says("Busy times from another calendar")
    ana.post("add_outside_calendar", status=403, **OUTSIDE)


# In calendars


@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_noor_sees_that_she_is_busy_and_her_families_see_no_more(noor, ana, ada, dentist, view):
    of_noor = noor.get("calendar", view=view)
    assert of_noor.says("Busy 16:00–17:30") or of_noor.says("16:00 Busy")
    for parent in (ana, ada):
        page = parent.get("calendar", view=view)
        assert page.says("Noor is busy 16:00–17:30") or page.says("16:00 Noor is busy")
        for secret in ("Private", "secret-of-noor", "example.com", str(dentist.id)):
            assert secret not in page.html


def test_others_see_nothing_of_it(bea, viewer, sam, dentist):
    for visitor in (bea, viewer):
        page = visitor.get("calendar", view="day")
        assert not page.says("busy")
        assert "17:30" not in page.text
    sam.get("calendar", status=302)


def test_her_other_family_and_her_own_calendar_are_one_time_to_a_family(ana, world, dentist):
    world.session("2026-06-01 17:00", hours=3, family=world.okafors, state=State.CONFIRMED)
    page = ana.get("calendar", view="day")
    assert page.says("Noor is busy 16:00–20:00")
    assert page.html.count("Noor is busy") == page.html.count("Noor is busy</b> 16:00–20:00")


def test_busy_time_is_not_free_time(noor, dentist):
    page = noor.get("calendar", view="day")
    assert page.says("Free 08:00–16:00")
    assert page.says("Free 17:30–21:00")


def test_who_leaves_is_not_busy_to_the_family_any_more(ana, world, dentist):
    world.leave(world.noor_of_riveras)
    assert not ana.get("calendar", view="day").says("busy")


# In the way


def test_a_session_that_waits_for_an_answer_says_what_it_overlaps(noor, ana, world, dentist):
    session = world.session("2026-06-01 15:00", hours=4)
    assert noor.get("session", session.id).says("Overlaps your other calendar, 16:00–17:30")
    for page in (ana.get("session", session.id), ana.get("family_home", world.riveras.id)):
        assert page.says("Noor is busy 16:00–17:30")
        assert "Private" not in page.html
    shown = ana.get("session", session.id).text
    assert shown.index("Noor is busy 16:00–17:30") < shown.index("Confirm")  # before she presses it
    # A warning, and no refusal.
    assert ana.press("confirm_session", session.id, version="1").says("Confirmed: Mon 1 Jun, 15:00–19:00.")
    assert not ana.get("session", session.id).says("Noor is busy")


def test_the_first_thing_in_the_way_is_named(ana, world, dentist):
    world.session("2026-06-01 15:30", hours=1, family=world.okafors)
    early = world.session("2026-06-01 15:00", hours=4)
    late = world.session("2026-06-01 17:00", hours=1)
    assert ana.get("session", early.id).says("Noor is busy 15:30–16:30")
    assert ana.get("session", late.id).says("Overlaps another session, 15:00–19:00")


def test_what_touches_or_may_overlap_is_not_in_the_way(noor, world, dentist):
    touching = world.session("2026-06-01 17:30", hours=2)
    shared = world.session("2026-06-01 14:00", hours=3, overlap_allowed=True)
    for session in (touching, shared):
        assert not noor.get("session", session.id).says("Overlaps")


@pytest.mark.parametrize(
    ("who", "said"), [("ana", "Noor is busy 16:00–17:30."), ("noor", "Overlaps your other calendar")]
)
def test_a_session_that_is_agreed_as_it_is_made_says_so_at_once(world, dentist, who, said):
    plan = {"day": "2026-06-01", "starts": "15:00", "ends": "19:00", "is_confirmed": "on", "hourly_rate": "25.00"}
    plan |= {"child_ids": [str(world.emma.id)], "nanny_id": str(world.noor_of_riveras.id)}
    page = Visitor(getattr(world, who)).press("new_session", world.riveras.id, **plan)
    assert page.says(f"Added: Mon 1 Jun, 15:00–19:00. {said}")


def test_a_generation_lists_it_like_another_familys_session(noor, ana, world):
    busy(world.noor, ("2026-06-03 10:00", "2026-06-03 11:00"), ("2026-06-03 11:00", "2026-06-03 12:00"))
    schedule = world.schedule()
    world.session("2026-06-03 08:00", hours=1, family=world.okafors)
    for visitor in (noor, ana):
        page = visitor.get("generate", schedule.id, kind="own", from_date="2026-06-01", to_date="2026-06-07")
        assert page.says("Busy 08:00–09:00 Busy 10:00–12:00")


def test_a_stamp_changes_with_what_a_page_says(world):
    """Today and Home ask whether they are still true; tests/queries/test_freshness.py has the rest."""

    def stamps() -> tuple[str, str]:
        return freshness.stamp(world.ana.id, at=NOW), freshness.stamp(world.noor.id, at=NOW)

    world.session("2026-06-03 09:00")
    before = stamps()
    elsewhere = busy(world.noor, ("2026-06-04 10:00", "2026-06-04 11:00"))
    assert stamps() == before  # in nobody's way
    clash_warnings = BusyTime.objects.create(
        calendar=elsewhere, starts_at=wall("2026-06-03 10:00"), ends_at=wall("2026-06-03 11:00"), created_at=NOW
    )
    then = stamps()
    assert then[0] != before[0]
    assert then[1] != before[1]
    clash_warnings.delete()
    BusyTime.objects.create(
        calendar=elsewhere,
        starts_at=wall("2026-06-03 12:00"),
        ends_at=wall("2026-06-03 13:00"),
        created_at=NOW + timedelta(hours=1),
    )
    assert stamps()[0] not in (before[0], then[0])


@pytest.mark.parametrize("count", [1, 500])
def test_no_page_asks_more_often_because_she_is_busier(noor, ana, world, count, django_assert_num_queries):
    world.session("2026-06-01 12:00")
    start = wall("2026-06-01 09:00")
    calendar = busy(world.noor)
    BusyTime.objects.bulk_create(
        BusyTime(
            calendar=calendar,
            starts_at=start + timedelta(hours=number),
            ends_at=start + timedelta(hours=number, minutes=30),
            created_at=NOW,
        )
        for number in range(count)
    )
    for visitor, route, queries in ((noor, "calendar", 16), (ana, "calendar", 18), (noor, "calendars", 9)):
        with django_assert_num_queries(queries):
            visitor.get(route)
