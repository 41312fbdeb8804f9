"""One damaged line never makes a time look free that was known, unless the calendar's owner is told."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handsel.documents.busy_times_ics import BusyTimes, busy_times
from handsel.documents.ics_components import NotACalendar
from tests.world import ZONE, wall

pytestmark = pytest.mark.no_database

WHOLE = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Somebody else//EN",
    "BEGIN:VTIMEZONE",
    "TZID:Customized Time Zone",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
    "BEGIN:VEVENT",
    "UID:dentist",
    "DTSTAMP:20260501T080000Z",
    "DTSTART:20260602T140000Z",
    "DTEND:20260602T150000Z",
    "SUMMARY:Dentist",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT15M",
    "DURATION:PT5M",
    "REPEAT:2",
    "END:VALARM",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;TZID=America/New_York:20190604T190000",
    "DURATION:PT2H",
    "RRULE:FREQ=WEEKLY;BYDAY=TU,TH",
    "EXDATE;TZID=America/New_York:20260604T190000",
    "UID:choir",
    "SUMMARY:Choir",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:choir",
    "RECURRENCE-ID;TZID=America/New_York:20260609T190000",
    "DTSTART;TZID=America/New_York:20260610T180000",
    "DTEND;TZID=America/New_York:20260610T193000",
    "SEQUENCE:3",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:course",
    "SUMMARY:Course",
    "DTSTART;TZID=Customized Time Zone:20260611T160000",
    "DTEND;TZID=Customized Time Zone:20260611T180000",
    "RDATE;TZID=Customized Time Zone:20260612T160000",
    "TRANSP:OPAQUE",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "DTSTART;VALUE=DATE:20260613",
    "DTEND;VALUE=DATE:20260615",
    "UID:away",
    "DESCRIPTION:By the sea",
    "END:VEVENT",
    "BEGIN:VEVENT",
    "UID:free",
    "DTSTART:20260616T140000Z",
    "DTEND:20260616T150000Z",
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "BEGIN:VFREEBUSY",
    "DTSTART:20260601T000000Z",
    "FREEBUSY:20260617T140000Z/PT1H",
    "FREEBUSY;FBTYPE=BUSY:20260618T140000Z/20260618T150000Z",
    "END:VFREEBUSY",
    "BEGIN:VEVENT",
    "UID:past",
    "SUMMARY:Past",
    "DTSTART:20190618T140000Z",
    "DTEND:20190618T150000Z",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
]


def read(lines: list[str]) -> BusyTimes:
    window = {"first": wall("2026-06-01 00:00"), "last": wall("2026-06-21 00:00")}
    return busy_times("\r\n".join(lines).encode(), **window, zone=ZONE, own=(), most=1_000)


KNOWN = read(WHOLE)


def cut(line: str, at: int) -> list[str]:
    """A line of which the end is lost; without what makes it say less, and nobody can tell."""
    assume(at > 0 and line[at - 1] != ":")
    assume(not (line.startswith("RRULE") and ({line[at - 1], line[at]} & set(",;"))))
    return [line[:at]]


DAMAGE = {
    "cut": cut,
    "a letter lost": lambda line, at: [line[:at] + line[at + 1 :]],
    "a letter more": lambda line, at: [f"{line[:at]}~{line[at:]}"],
    "another letter": lambda line, at: [f"{line[:at]}%{line[at + 1 :]}"],
    "a blank more": lambda line, at: [f"{line[:at]} {line[at:]}"],
    "a quote more": lambda line, at: [f'{line[:at]}"{line[at:]}'],
    "broken": lambda line, at: [line[:at], line[at:]],
    "moved to the right": lambda line, _: [f" {line}"],
    "twice": lambda line, _: [line, line],
    "and one of nothing": lambda line, at: [line, "~" * at],
}


def test_nothing_of_the_whole_file_is_unclear():
    assert not KNOWN.remarks
    assert len(KNOWN.stretches) == 11


def looks_free(lines: list[str]) -> bool:
    """Say whether a time that was known looks free, and nobody is told."""
    try:
        damaged = read(lines)
    except NotACalendar:
        return False
    return not damaged.remarks and not all(
        any(start <= known[0] and known[1] <= end for start, end in damaged) for known in KNOWN
    )


@given(st.integers(0, len(WHOLE) - 2), st.sampled_from(sorted(DAMAGE)), st.integers(0, 60))
def test_no_damaged_line_makes_a_known_time_look_free(number, kind, at):
    line = WHOLE[number]
    assume(at < len(line))
    assert not looks_free([*WHOLE[:number], *DAMAGE[kind](line, at), *WHOLE[number + 1 :]])


@given(st.integers(0, len(WHOLE) - 2))
def test_no_lost_line_break_does(number):
    assert not looks_free([*WHOLE[:number], WHOLE[number] + WHOLE[number + 1], *WHOLE[number + 2 :]])
