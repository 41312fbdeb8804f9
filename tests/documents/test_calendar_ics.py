"""Sessions as calendar apps read them: icalendar here, recurring-ical-events and a CalDAV server in tests/feeds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import icalendar
import pytest
from django.utils import translation

from handsel.documents import calendar_ics
from handsel.documents.rows import Appointment
from handsel.rules.lifecycle import State

pytestmark = pytest.mark.no_database

START = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
NIGHT = Appointment(
    session_id=UUID("01890000-0000-7000-8000-000000000000"),
    family_id=UUID(int=1),
    version=3,
    changed_at=datetime(2026, 10, 1, 12, 0, tzinfo=UTC),
    state=State.CONFIRMED,
    start=START,
    end=START + timedelta(hours=9),
    time_zone="America/New_York",
    family_name="Riveras",
    child_names=("Emma", "Theo"),
    nanny_name="Noor",
)


def read(*appointments: Appointment, alarm: timedelta | None = None) -> icalendar.Calendar:
    written = calendar_ics.render(appointments, name="Care", alarm=alarm)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    return icalendar.Calendar.from_ical(written)


def event(appointment: Appointment, alarm: timedelta | None = None) -> icalendar.Event:
    [only] = read(appointment, alarm=alarm).events
    return only


def test_a_session_by_the_clocks_of_its_family():
    vevent = event(NIGHT)
    assert vevent["DTSTART"].params["TZID"] == "America/New_York"
    assert (f"{vevent.start:%d %H:%M}", f"{vevent.end:%d %H:%M}") == ("31 21:00", "01 05:00")
    assert (vevent.start.astimezone(UTC), vevent.end.astimezone(UTC)) == (NIGHT.start, NIGHT.end)
    assert (vevent["UID"], vevent["SEQUENCE"]) == ("01890000-0000-7000-8000-000000000000", 3)
    assert vevent["SUMMARY"] == "Riveras · Emma, Theo · Noor"
    assert not {"DESCRIPTION", "LOCATION", "URL"} & vevent.keys()


@pytest.mark.parametrize(
    ("state", "status", "transparent", "summary"),
    [
        (State.UNCONFIRMED, "TENTATIVE", "OPAQUE", "Not confirmed: Riveras · Emma, Theo · Noor"),
        (State.CONFIRMED, "CONFIRMED", "OPAQUE", "Riveras · Emma, Theo · Noor"),
        (State.IN_PROGRESS, "CONFIRMED", "OPAQUE", "Riveras · Emma, Theo · Noor"),
        (State.COMPLETED, "CONFIRMED", "OPAQUE", "Riveras · Emma, Theo · Noor"),
        (State.CANCELLED, "CANCELLED", "TRANSPARENT", "Cancelled: Riveras · Emma, Theo · Noor"),
    ],
)
def test_the_state_is_told_by_status_and_by_word(state, status, transparent, summary):
    vevent = event(replace(NIGHT, state=state))
    assert (vevent["STATUS"], vevent["TRANSP"], vevent["SUMMARY"]) == (status, transparent, summary)


def test_with_nobody_named_it_says_busy_and_in_the_readers_language():
    nobody = replace(NIGHT, family_name="", child_names=(), nanny_name="")
    assert event(nobody)["SUMMARY"] == "Busy"
    with translation.override("es"):
        assert event(nobody)["SUMMARY"] == "No disponible"


def test_whatever_is_noted_comes_back_as_it_was_written():
    notes = "Boots; a hat,\nand \\ everything: “übermorgen”\n" + "long " * 60
    vevent = event(replace(NIGHT, notes=notes, place="3 Elm Road, left", link="https://book.example.org/sessions/1/"))
    assert (vevent["DESCRIPTION"], vevent["LOCATION"]) == (notes, "3 Elm Road, left")
    assert vevent["URL"] == "https://book.example.org/sessions/1/"


def test_an_alarm_rings_before_what_was_not_cancelled():
    [alarm] = event(NIGHT, timedelta(minutes=30)).walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(minutes=-30))
    assert not event(replace(NIGHT, state=State.CANCELLED), timedelta(minutes=30)).walk("VALARM")
    assert not event(NIGHT).walk("VALARM")


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), 1),  # to the second 01:30 of that night
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), 1),  # from the second 01:30
        ("America/New_York", datetime(2026, 3, 8, 6, 30, tzinfo=UTC), 1),  # 01:30 to 03:30
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 45, tzinfo=UTC), 1),  # half an hour twice
        ("Africa/Casablanca", datetime(2026, 2, 14, 23, 0, tzinfo=UTC), 12),  # the clocks of Ramadan
        ("Europe/Dublin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 2),
        ("Asia/Kathmandu", datetime(2025, 12, 31, 18, 0, tzinfo=UTC), 3),  # over New Year
        ("UTC", datetime(2026, 6, 1, 9, 0, tzinfo=UTC), 8),
    ],
)
def test_every_instant_survives_the_clocks(zone, start, hours):
    """By the zone that the file brings along, for apps that know no zones by name."""
    appointment = replace(NIGHT, time_zone=zone, start=start, end=start + timedelta(hours=hours))
    calendar = read(appointment)
    [vevent] = calendar.events
    own = {component.tz_name: component.to_tz(lookup_tzid=False) for component in calendar.timezones}
    for written, instant in ((vevent["DTSTART"], appointment.start), (vevent["DTEND"], appointment.end)):
        named = written.params.get("TZID")
        assert written.dt.astimezone(UTC) == instant
        if named:
            assert written.dt.replace(tzinfo=own[named]).astimezone(UTC) == instant


@pytest.mark.parametrize(
    ("zone", "first", "twice"),
    [
        ("America/New_York", datetime(2026, 11, 1, 5, tzinfo=UTC), timedelta(hours=2)),
        ("Europe/Madrid", datetime(2026, 10, 25, 0, tzinfo=UTC), timedelta(hours=2)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 30, tzinfo=UTC), timedelta(hours=1)),
    ],
)
def test_a_time_that_the_clocks_show_twice_is_written_in_utc(zone, first, twice):
    """Many a program reads it as the second one, whatever RFC 5545 says."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    for begins, in_utc in (
        (first - minute, False),
        (first, True),
        (first + twice - minute, True),
        (first + twice, False),
    ):
        for start, end in ((begins, begins + 8 * hour), (begins - 8 * hour, begins)):
            vevent = event(replace(NIGHT, time_zone=zone, start=start, end=end))
            assert (vevent.start.astimezone(UTC), vevent.end.astimezone(UTC)) == (start, end)
            for name in ("DTSTART", "DTEND"):
                assert (vevent[name].to_ical()[-1:] == b"Z") == in_utc, (name, start, end)
                assert ("TZID" in vevent[name].params) != in_utc


def test_clocks_change_when_they_do():
    [zone] = read(NIGHT).timezones
    changes = [
        (part.name, part["DTSTART"].to_ical(), part["TZOFFSETTO"].to_ical(), part.decoded("TZNAME"))
        for part in zone.walk()[1:]
    ]
    assert changes == [
        ("STANDARD", b"20260101T000000", "-0500", "EST"),
        ("DAYLIGHT", b"20260308T020000", "-0400", "EDT"),
        ("STANDARD", b"20261101T020000", "-0500", "EST"),
    ]


def test_an_empty_calendar_is_one_too():
    assert read().events == []
    assert read().timezones


def test_the_same_sessions_are_the_same_bytes():
    first = calendar_ics.render([NIGHT], name="Care")
    assert calendar_ics.render([replace(NIGHT)], name="Care") == first
    assert calendar_ics.render([replace(NIGHT, version=4)], name="Care") != first


# Files for mails


def files(*appointments: Appointment) -> dict[str, icalendar.Calendar]:
    made = calendar_ics.files(appointments, organizer="book@example.org")
    return {file.method: icalendar.Calendar.from_ical(file.content) for file in made}


def test_a_mail_brings_one_file_for_each_method_and_each_says_its_own():
    other = replace(NIGHT, session_id=UUID(int=2), state=State.UNCONFIRMED)
    off = replace(NIGHT, session_id=UUID(int=3), state=State.CANCELLED)
    made = files(NIGHT, off, other, replace(off, session_id=UUID(int=4)))
    assert {method: len(calendar.events) for method, calendar in made.items()} == {"PUBLISH": 2, "CANCEL": 2}
    for method, calendar in made.items():
        assert calendar["METHOD"] == method
        assert not {"REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-CALNAME", "NAME"} & calendar.keys()
        for vevent in calendar.events:
            assert vevent["ORGANIZER"] == "mailto:book@example.org"
            assert vevent["ORGANIZER"].params["CN"] == "Riveras"
            assert (vevent["STATUS"] == "CANCELLED") == (method == "CANCEL")
            assert "ATTENDEE" not in vevent
    assert files(off).keys() == {"CANCEL"}
    assert files() == {}


def test_a_feed_is_fetched_again_and_has_no_method():
    calendar = read(NIGHT)
    assert "METHOD" not in calendar
    assert "ORGANIZER" not in calendar.events[0]
    assert {"REFRESH-INTERVAL", "X-WR-CALNAME"} <= calendar.keys()


def test_a_later_change_stands_above_an_earlier_one():
    first = files(NIGHT)["PUBLISH"].events[0]
    changed = replace(NIGHT, version=4, changed_at=NIGHT.changed_at + timedelta(seconds=1), state=State.CANCELLED)
    then = files(changed)["CANCEL"].events[0]
    assert first["UID"] == then["UID"]
    assert first["SEQUENCE"] < then["SEQUENCE"]
    assert first["DTSTAMP"].dt < then["DTSTAMP"].dt


def test_a_downloaded_session_says_nothing_of_asking_again():
    calendar = icalendar.Calendar.from_ical(calendar_ics.export(NIGHT))
    assert len(calendar.events) == 1
    assert not {"REFRESH-INTERVAL", "X-PUBLISHED-TTL", "NAME", "METHOD"} & calendar.keys()
