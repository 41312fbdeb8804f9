"""Outside calendars from the address to the busy times: read by the worker, each in a process of its own."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handsel.actions import outside_calendars
from handsel.env import new_encryption_key
from handsel.management import calendar_subprocess, worker
from handsel.management.worker import DUTIES, read_calendar
from handsel.models import BusyTime, OutsideCalendar
from handsel.rules.drafts import Draft
from handsel.rules.outside_calendars import CalendarToRead, Reading, Remarks, Trouble
from tests import calendar_server
from tests.calendar_server import CalendarServer, calendar
from tests.world import NOW, ON_THE_WEB, World, wall

DENTIST = "UID:dentist\nDTSTART:20260602T140000Z\nDURATION:PT1H\nSUMMARY:Dentist in Elm Road"
CHOIR = "UID:choir\nDTSTART;TZID=America/New_York:20251031T190000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY"
WEEKLY = [
    f"UID:w{n}\nDTSTART:2020010{n % 7 + 1}T{n % 24:02}0000Z\nDURATION:PT30M\nRRULE:FREQ=WEEKLY" for n in range(50)
]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def elsewhere(settings) -> Iterator[CalendarServer]:
    settings.PRIVATE_CALENDARS = True
    with calendar_server.running() as started:
        yield started


def added(world: World, address: str) -> OutsideCalendar:
    return outside_calendars.add(Draft.of(name="Private", address=address), by=world.noor, **ON_THE_WEB)


def kept(calendar: OutsideCalendar) -> list[tuple[datetime, datetime]]:
    return list(calendar.busy_times.order_by("starts_at").values_list("starts_at", "ends_at"))


def test_noors_calendar_is_read_every_hour(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    assert [read_calendar(NOW), read_calendar(NOW)] == [1, 0]
    assert kept(noors) == [(wall("2026-06-02 10:00"), wall("2026-06-02 11:00"))]
    noors.refresh_from_db()
    assert (noors.read_at, noors.last_error, noors.next_at) == (NOW, "", NOW + HOUR)
    elsewhere.serves("/noor.ics", calendar(DENTIST.replace("T14", "T15"), CHOIR))
    assert read_calendar(NOW + HOUR - timedelta(seconds=1)) == 0
    assert read_calendar(NOW + HOUR) == 1
    assert kept(noors)[:2] == [
        (wall("2026-06-02 11:00"), wall("2026-06-02 12:00")),
        (wall("2026-06-05 19:00"), wall("2026-06-05 21:00")),
    ]
    assert (wall("2026-11-06 19:00"), wall("2026-11-06 21:00")) in kept(noors)


def test_what_stays_the_same_is_left_alone(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST, CHOIR)))
    read_calendar(NOW)
    before = set(noors.busy_times.values_list("id", flat=True))
    elsewhere.serves("/noor.ics", calendar(CHOIR))
    read_calendar(NOW + HOUR)
    after = set(noors.busy_times.values_list("id", flat=True))
    assert len(before - after) == 1
    assert after < before


def test_a_server_that_says_unchanged_is_asked_for_everything_once_a_day(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST), ETag='"7"', Last_Modified="Mon"))
    read_calendar(NOW)
    elsewhere.says_no("/noor.ics", 304)
    read_calendar(NOW + HOUR)
    noors.refresh_from_db()
    assert (noors.read_at, noors.full_read_at, noors.last_error) == (NOW + HOUR, NOW, "")
    assert len(kept(noors)) == 1
    elsewhere.serves("/noor.ics", calendar())
    read_calendar(NOW + DAY)
    assert kept(noors) == []
    etags = [headers.get("If-None-Match") for _, headers in elsewhere.asked]
    assert etags == [None, '"7"', None]


def test_of_a_file_that_was_cut_off_what_was_known_stays(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST, CHOIR)))
    read_calendar(NOW)
    before = kept(noors)
    elsewhere.serves(
        "/noor.ics", calendar(DENTIST.replace("T14", "T15")).removesuffix("END:VEVENT\r\nEND:VCALENDAR\r\n")
    )
    read_calendar(NOW + HOUR)
    assert kept(noors)[0] == (wall("2026-06-02 10:00"), wall("2026-06-02 12:00"))
    assert kept(noors)[1:] == before[1:]
    elsewhere.serves("/noor.ics", calendar(DENTIST))
    read_calendar(NOW + 2 * HOUR)
    assert kept(noors) == [(wall("2026-06-02 10:00"), wall("2026-06-02 11:00"))]


def test_what_was_not_understood_is_kept_sealed_until_it_is(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST.replace("PT1H", "an hour"))))
    read_calendar(NOW)
    noors.refresh_from_db()
    assert noors.encrypted_remarks
    assert "Dentist" not in noors.encrypted_remarks
    assert kept(noors) == [(wall("2026-06-02 10:00"), wall("2026-06-03 00:00"))]
    elsewhere.serves("/noor.ics", calendar(DENTIST))
    read_calendar(NOW + HOUR)
    noors.refresh_from_db()
    assert noors.encrypted_remarks == ""


def test_a_failure_keeps_what_was_known_and_is_tried_again_later_each_time(world, elsewhere, caplog):
    noors = added(world, elsewhere.serves("/secret-of-noor.ics", calendar(DENTIST)))
    read_calendar(NOW)
    elsewhere.says_no("/secret-of-noor.ics", 404)
    at, waits = NOW + HOUR, []
    with caplog.at_level(logging.DEBUG):
        for failures in (1, 2, 3, 20):
            OutsideCalendar.objects.update(failures=failures - 1)
            assert read_calendar(at) == 1
            noors.refresh_from_db()
            waits.append((noors.next_at - at) // timedelta(minutes=1))
            at = noors.next_at
    assert waits == [10, 20, 40, 1440]
    assert (noors.last_error, noors.failures, noors.read_at) == ("refused", 20, NOW)
    assert len(kept(noors)) == 1
    assert caplog.text.count(f"Outside calendar {noors.id} could not be read: refused") == 1
    assert "secret" not in caplog.text
    assert "127.0.0.1" not in caplog.text
    elsewhere.serves("/secret-of-noor.ics", calendar())
    read_calendar(at)
    noors.refresh_from_db()
    assert (noors.last_error, noors.failures, noors.next_at) == ("", 0, at + HOUR)


def test_a_calendar_that_no_key_opens_is_lost_and_says_so(world, elsewhere, settings):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    read_calendar(NOW)
    noors.refresh_from_db()
    assert noors.last_error == Trouble.LOST
    assert elsewhere.asked == []


def test_private_networks_are_read_where_the_operator_says_so_alone(world, elsewhere, settings):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    settings.PRIVATE_CALENDARS = False
    read_calendar(NOW)
    noors.refresh_from_db()
    assert noors.last_error == Trouble.NOT_PUBLIC
    assert elsewhere.asked == []


def test_whole_days_go_by_her_own_clocks_or_her_familys(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar("UID:a\nDTSTART;VALUE=DATE:20260603")))
    read_calendar(NOW)
    assert kept(noors) == [(wall("2026-06-03 00:00"), wall("2026-06-04 00:00"))]
    world.noor.time_zone = "Europe/Paris"
    world.noor.save()
    read_calendar(NOW + HOUR)
    assert kept(noors) == [(wall("2026-06-02 18:00"), wall("2026-06-03 18:00"))]


def test_a_session_that_found_its_way_there_is_not_in_its_own_way(world, elsewhere):
    session = world.session("2026-06-02 09:00")
    beas = world.session("2026-06-03 09:00", nanny=world.bea_of_riveras)
    event = "UID:{}\nDTSTART:{}T130000Z\nDURATION:PT8H"
    there = calendar(event.format(session.id, 20260602), event.format(beas.id, 20260603))
    noors = added(world, elsewhere.serves("/noor.ics", there))
    read_calendar(NOW)
    assert kept(noors) == [(wall("2026-06-03 09:00"), wall("2026-06-03 17:00"))]


# Whose turn it is


def test_of_two_workers_one_reads_it_and_the_lease_of_a_dead_one_runs_out(world, elsewhere):
    added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    first = outside_calendars.claim(NOW)
    assert outside_calendars.claim(NOW) is None
    second = outside_calendars.claim(NOW + outside_calendars.LEASE)
    assert second.calendar_id == first.calendar_id
    # The first was not dead, only slow.
    outside_calendars.keep(first, Reading([(NOW, NOW + HOUR)], "", ""), at=NOW + outside_calendars.LEASE)
    outside_calendars.note_trouble(first, Trouble.TOO_SLOW, at=NOW + outside_calendars.LEASE)
    assert not BusyTime.objects.exists()
    assert OutsideCalendar.objects.get().last_error == ""
    outside_calendars.keep(second, Reading([], "", ""), at=NOW + outside_calendars.LEASE)
    assert OutsideCalendar.objects.get().read_at == NOW + outside_calendars.LEASE


def test_what_is_removed_while_it_is_read_stays_removed(world, elsewhere):
    noors = added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    claimed = outside_calendars.claim(NOW)
    outside_calendars.remove(noors.id, by=world.noor, source=ON_THE_WEB["source"])
    outside_calendars.keep(claimed, Reading([(NOW, NOW + HOUR)], "", ""), at=NOW)
    assert not BusyTime.objects.exists()


def test_nobody_reads_for_who_is_no_nanny_any_more_or_shut_out(world, elsewhere):
    added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    world.noor.is_active = False
    world.noor.save()
    assert read_calendar(NOW) == 0
    world.noor.is_active = True
    world.noor.save()
    world.leave(world.noor_of_riveras)
    world.leave(world.noor_of_okafors)
    assert read_calendar(NOW) == 0


def test_it_is_a_duty_that_several_workers_share(world, elsewhere):
    [duty] = [duty for duty in DUTIES if duty.do is read_calendar]
    added(world, elsewhere.serves("/noor.ics", calendar(DENTIST)))
    assert worker.run_duty(duty, NOW, {}) == 1
    assert worker.run_duty(duty, NOW, {}) == 0


# Whatever is there, it ends


def task(address: str, **limits) -> CalendarToRead:
    window = {"first": wall("2026-06-01 00:00"), "last": wall("2027-06-01 00:00")}
    return CalendarToRead(
        address=address, etag="", last_modified="", **window, zone="UTC", own=[], allow_private=True, **limits
    )


@pytest.mark.parametrize("head", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_a_server_that_sends_a_byte_now_and_then_does_not_keep_us(elsewhere, head):
    began = time.monotonic()
    assert calendar_subprocess.read(task(elsewhere.drips("/drip", head=head), seconds=2)) is Trouble.TOO_SLOW
    assert time.monotonic() - began < 30  # it would drip for a minute


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=SECONDLY",
        pytest.param("RRULE:FREQ=SECONDLY;INTERVAL=7;COUNT=2000000000", marks=pytest.mark.nightly),
        pytest.param(
            "RRULE:FREQ=DAILY;BYHOUR={0};BYMINUTE={1};BYSECOND={1}".format(
                ",".join(map(str, range(24))), ",".join(map(str, range(60)))
            ),
            marks=pytest.mark.nightly,
        ),
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_without_an_end_ends(elsewhere, rule):
    """A day that never comes is none; the others are more than there is time to unfold, and hold up nothing else."""
    odd = f"UID:a\nDTSTART:20260602T000000Z\nDURATION:PT1S\n{rule}"
    there = elsewhere.serves("/noor.ics", calendar(odd, DENTIST))
    result = calendar_subprocess.read(task(there, seconds=20, cpu_seconds=2))
    assert isinstance(result, Reading)
    assert result.remarks == Remarks(unfinished=0 if "YEARLY" in rule else 1)
    assert result.busy == [
        (wall("2026-06-01 20:00"), wall("2026-06-01 20:00") + timedelta(seconds=1)),
        (wall("2026-06-02 10:00"), wall("2026-06-02 11:00")),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(lambda: "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 75_000, id="events of nothing"),
        pytest.param(lambda: "BEGIN:VEVENT\r\n" * 20_000, id="events in events"),
        pytest.param(lambda: "X:" + "x" * 1_900_000 + "\r\n", id="a line without an end"),
        pytest.param(lambda: "X:y\r\n" * 300_000, id="lines without an end"),
        pytest.param(
            lambda: (
                "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260601T000000Z\r\nDURATION:PT1S\r\nRDATE:"
                + ",".join(f"202606{1 + n % 28:02}T{n % 24:02}{n % 60:02}{n % 59:02}Z" for n in range(100_000))
                + "\r\nEND:VEVENT\r\n"
            ),
            id="dates without an end",
        ),
    ],
)
def test_whatever_else_somebody_wrote_ends_too(elsewhere, lines):
    there = elsewhere.serves("/noor.ics", f"BEGIN:VCALENDAR\r\n{lines()}END:VCALENDAR\r\n")
    result = calendar_subprocess.read(task(there, seconds=20, cpu_seconds=1))
    assert isinstance(result, Reading) or result in (Trouble.NOT_A_CALENDAR, Trouble.TOO_LARGE, Trouble.TOO_SLOW)


@pytest.mark.nightly
def test_what_needs_more_memory_than_there_is_for_it_is_left(elsewhere):
    much = task(elsewhere.serves("/noor.ics", calendar(*["UID:a"] * 55_000)), seconds=60, cpu_seconds=60)
    # Where it runs out differs from run to run, and so does what can still be said of it.
    assert isinstance(calendar_subprocess.read(replace(much, memory=60_000_000)), Trouble)
    assert isinstance(calendar_subprocess.read(much), Reading)


def test_a_full_calendar_of_a_busy_life_is_read_in_time(elsewhere):
    days = [wall("2026-06-01 09:00") + number * timedelta(hours=8) for number in range(1_000)]
    single = [
        f"UID:{n}\nDTSTART:{day:%Y%m%dT%H%M%SZ}\nDURATION:PT1H\nDESCRIPTION:{'x' * 1_000}" for n, day in enumerate(days)
    ]
    there = elsewhere.serves("/noor.ics", calendar(*single, *WEEKLY))
    result = calendar_subprocess.read(task(there, seconds=60, cpu_seconds=60))
    assert isinstance(result, Reading)
    assert len(result.busy) > 1_000


def appointments(first: datetime, every: timedelta, count: int, described: str) -> list[str]:
    """Events of an hour as Google writes them."""
    starts = [first + number * every for number in range(count)]
    return [
        f"UID:{number:06}@example.org\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{start + HOUR:%Y%m%dT%H%M%SZ}"
        f"\nDTSTAMP:20260526T100000Z\nSTATUS:CONFIRMED\nCREATED:20160526T100000Z\nSEQUENCE:0"
        f"\nSUMMARY:Appointment {number}\nDESCRIPTION:{described}"
        for number, start in enumerate(starts)
    ]


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.nightly)])
def test_ten_years_cost_no_more_than_what_lies_in_the_window(elsewhere, count):
    every = timedelta(days=3_650) / count
    past = appointments(wall("2017-06-03 09:00"), every, count, "Bring the card, and something to read")
    there = elsewhere.serves("/noor.ics", calendar(*past, *WEEKLY))
    result = calendar_subprocess.read(task(there, cpu_seconds=4))
    assert isinstance(result, Reading)
    assert not result.remarks.unfinished
    assert len(result.busy) > 1_000


@pytest.mark.nightly
def test_what_there_is_no_time_for_counts_by_its_plain_start_and_end(elsewhere):
    """Of a file that lies wholly ahead, and is about as large as it may be."""
    ahead = appointments(wall("2026-06-02 09:00"), timedelta(minutes=17), 31_000, "x" * 80)
    endless = [f"{event}\nRRULE:FREQ=SECONDLY" for event in ahead[:50]]
    text = calendar(*ahead[50:], *endless)
    assert 9_000_000 < len(text) < 10_000_000
    result = calendar_subprocess.read(task(elsewhere.serves("/noor.ics", text)))
    assert isinstance(result, Reading)
    assert result.remarks == Remarks(unfinished=50)
    assert result.busy[0][0] == wall("2026-06-02 09:00")


def test_the_process_that_reads_knows_no_secret(elsewhere, monkeypatch):
    """Its environment and its command line: whatever the calendar makes of it, there is nothing to be had."""
    seen = {}
    run = calendar_subprocess.subprocess.run

    def watched(command, **options):
        seen.update(command=command, env=options["env"])
        return run(command, **options)

    monkeypatch.setenv("HANDSEL_SECRET_KEY", "kites" * 10)
    monkeypatch.setenv("DATABASE_URL", "postgresql://handsel:kites@db/handsel")
    monkeypatch.setattr(calendar_subprocess.subprocess, "run", watched)
    calendar_subprocess.read(task(elsewhere.serves("/secret.ics", calendar(DENTIST))))
    assert "kites" not in str(seen)
    assert "secret" not in str(seen["command"])


def test_a_process_that_breaks_is_trouble_and_nothing_more(elsewhere):
    there = task(elsewhere.serves("/noor.ics", calendar(DENTIST.replace("Z", ""))))
    assert calendar_subprocess.read(replace(there, zone="Nowhere/Land")) in (Trouble.BROKEN, Trouble.NOT_A_CALENDAR)
