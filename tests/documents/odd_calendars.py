"""Files as programs and people write them, though not as RFC 5545 says, and what each plainly means.

All of the first week of June 2026, which begins with a Monday, by the clocks of New York, four hours behind UTC.
"""

from dataclasses import dataclass

from tests.calendar_server import calendar


@dataclass(frozen=True, slots=True)
class Odd:
    """A file, the busy times it means ("02 10:00-11:00": the day of June), and how many of its events are unclear."""

    name: str
    data: bytes
    times: str
    unclear: int = 0


TUESDAY = "02 10:00-11:00"
_TEN, _ELEVEN = "DTSTART:20260602T140000Z", "DTEND:20260602T150000Z"
_HOUR = f"{_TEN}\n{_ELEVEN}"
_CUSTOM = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def _event(name: str, lines: str, times: str = TUESDAY, unclear: int = 0) -> Odd:
    return Odd(name, calendar(f"UID:odd\n{lines}").encode(), times, unclear)


def _file(name: str, text: str | bytes, times: str = TUESDAY, unclear: int = 0) -> Odd:
    return Odd(name, text if isinstance(text, bytes) else text.encode(), times, unclear)


def _zone(name: str, times: str, unclear: int = 0, *, described: str = "", hour: str = "16") -> Odd:
    lines = f"DTSTART;TZID={name}:20260602T{hour}0000\nDTEND;TZID={name}:20260602T{int(hour) + 1}0000"
    text = calendar(f"UID:odd\n{lines}")
    if described:
        text = text.replace("BEGIN:VEVENT", _CUSTOM.format(name=described).replace("\n", "\r\n") + "\r\nBEGIN:VEVENT")
    return Odd(f"zone {name}{' described' * bool(described)}", text.encode(), times, unclear)


_PLAIN = calendar(f"UID:odd\nSUMMARY:Dentist\n{_HOUR}")
_FREE_BUSY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\n{}\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"

TIMES_AND_DATES = [
    _event("blanks", "DTSTART: 20260602T140000Z \nDTEND:20260602T150000Z\t"),
    _event("ISO 8601", "DTSTART:2026-06-02T14:00:00Z\nDTEND:2026-06-02T15:00:00.000Z"),
    _event("ISO 8601 with a blank", "DTSTART:2026-06-02 10:00\nDTEND:2026-06-02 11:00"),
    _event(
        "ISO 8601 in a zone", "DTSTART;TZID=Europe/Paris:2026-06-02T16:00:00\nDTEND;TZID=Europe/Paris:2026-06-02T17:00"
    ),
    _event("no seconds", "DTSTART:20260602T1400Z\nDTEND:20260602T1500Z"),
    _event("small letters", "dtstart:20260602t140000z\ndtend:20260602t150000z"),
    _event("slashes", "DTSTART:2026/06/02 10:00\nDTEND:2026/6/2 11:00"),
    _event("a day with a Z", "DTSTART;VALUE=DATE:20260602Z\nDTEND;VALUE=DATE:20260603Z", "02 00:00-00:00"),
    _event("offsets", "DTSTART:20260602T160000+0200\nDTEND:2026-06-02T09:00:00-06:00"),
    _event("short offsets", "DTSTART:20260602T16+02\nDTEND:20260602T170000+02", "02 00:00-11:00", 1),
    _event("24 o'clock", "DTSTART:20260602T220000\nDTEND:20260602T240000", "02 22:00-00:00"),
    _event("quotes", 'DTSTART;TZID="America/New_York":20260602T100000\nDTEND;TZID=America/New_York :20260602T110000'),
    _event(
        "a day as midnight", "DTSTART;VALUE=DATE:20260602T000000\nDTEND;VALUE=DATE:20260603T000000", "02 00:00-00:00"
    ),
    _event("a day without saying so", "DTSTART:20260602\nDTEND:20260603", "02 00:00-00:00"),
    _event("a day with dashes", "DTSTART;VALUE=DATE:2026-06-02", "02 00:00-00:00"),
    _event("a day that ends as it begins", "DTSTART;VALUE=DATE:20260602\nDTEND;VALUE=DATE:20260602", "02 00:00-00:00"),
    _event("midnight to midnight", "DTSTART:20260602T000000\nDTEND:20260602T000000", "02 00:00-00:00"),
    _event("a day that ends before", "DTSTART;VALUE=DATE:20260602\nDTEND;VALUE=DATE:20260601", "02 00:00-00:00", 1),
    _event("a day that ends at a time", "DTSTART;VALUE=DATE:20260602\nDTEND:20260602T110000", "02 00:00-11:00"),
    _event("a time that ends on a day", "DTSTART:20260602T100000\nDTEND;VALUE=DATE:20260603", "02 10:00-00:00"),
    _event("a day of no length", "DTSTART;VALUE=DATE:20260602\nDURATION:PT0S", "02 00:00-00:00"),
    _event("no time", "DTSTART:20260602T140000Z\nDTEND:20260602T140000Z", ""),
    _event("no end", "DTSTART:20260602T140000Z", "", 1),
    _event("an end before the start", "DTSTART:20260602T140000Z\nDTEND:20260602T130000Z", "02 09:00-00:00", 1),
    _event("an end years before", "DTSTART:20260602T100000\nDTEND:20160602T110000", "02 10:00-00:00", 1),
    _event("an end that lost its zone", "DTSTART:20260602T140000Z\nDTEND:20260602T150000", "02 10:00-15:00", 1),
    _event("an hour that there is not", "DTSTART:20260602T250000\nDTEND:20260602T260000", "02 00:00-00:00", 1),
    _event("half a time", "DTSTART:20260602T14000Z\nDTEND:20260602T150000Z", "02 00:00-11:00", 1),
    _event("a start that is no time", "DTSTART:soon\nDTEND:20260602T150000Z", "02 00:00-11:00", 1),
    _event("an end that is no time", "DTSTART:20260602T140000Z\nDTEND:late", "02 10:00-00:00", 1),
    _event("a start told by its end", "DTSTART:soon\nDTEND:20260602T150000Z\nDURATION:PT1H", TUESDAY, 1),
    _event("no start", "SUMMARY:Choir", "", 1),
    _event("a day that there is not", "DTSTART:20260600T140000Z", "", 1),
    _event("two starts", f"{_HOUR}\nDTSTART:20260603T140000Z\nDTEND:20260603T150000Z", f"{TUESDAY} 03 10:00-11:00", 1),
    _event(
        "the end of the calendar",
        "DTSTART;VALUE=DATE:20260606\nDTEND;VALUE=DATE:99991231",
        "06 00:00-00:00 07 00:00-00:00",
    ),
    _event("the beginning of it", "DTSTART:00010101T000000Z\nDTEND:00010101T000001Z", ""),
]

LENGTHS = [
    _event("hours without a T", f"{_TEN}\nDURATION:P1H"),
    _event("small letters in a length", f"{_TEN}\nDURATION: pt60m "),
    _event("both an end and no length", f"{_HOUR}\nDURATION:"),
    _event("a length that goes back", f"{_TEN}\nDURATION:-PT1H", TUESDAY, 1),
    _event("a length that is none", f"{_TEN}\nDURATION:an hour", "02 10:00-00:00", 1),
    _event("half a length", f"{_TEN}\nDURATION:PT1", "02 10:00-00:00", 1),
    _event("an alarm with a length", f"{_HOUR}\nBEGIN:VALARM\nTRIGGER:-PT15M\nREPEAT:2\nDURATION:PT5H\nEND:VALARM"),
]

EMPTY = [
    _event("empty values", f"{_HOUR}\nEXDATE:\nRDATE:\nRRULE:\nSEQUENCE:\nRECURRENCE-ID:\nSTATUS:\nTRANSP:\nDURATION:"),
    _event("an empty list", f"{_HOUR}\nRDATE:,20260603T140000Z,\nEXDATE:,", f"{TUESDAY} 03 10:00-11:00"),
    _event("a sequence that is none", f"{_HOUR}\nSEQUENCE:new"),
]

REPETITIONS = [
    _event(
        "days of the week in full",
        f"{_HOUR}\nRRULE:FREQ=WEEKLY;BYDAY=TUE,Thursday;COUNT=2",
        f"{TUESDAY} 04 10:00-11:00",
    ),
    _event("a last day with a Z", f"{_HOUR}\nRRULE:FREQ=DAILY;UNTIL=20260603Z", f"{TUESDAY} 03 10:00-11:00"),
    _event("cancelled as Americans write it", f"{_HOUR}\nSTATUS:CANCELED", ""),
    _event("blanks in a rule", f"{_HOUR}\nRRULE: FREQ=WEEKLY; BYDAY=TU, TH; COUNT=2", f"{TUESDAY} 04 10:00-11:00"),
    _event("a rule until a day", f"{_HOUR}\nRRULE:FREQ=DAILY;UNTIL=20260603", f"{TUESDAY} 03 10:00-11:00"),
    _event("a rule until that day", f"{_HOUR}\nRRULE:FREQ=DAILY;UNTIL=2026-06-02"),
    _event("a rule that was over before", f"{_HOUR}\nRRULE:FREQ=DAILY;UNTIL=20260501T000000Z"),
    _event(
        "until a day in the evening",
        "DTSTART;TZID=America/New_York:20260601T210000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260602",
        "01 21:00-22:00 02 21:00-22:00",
    ),
    _event(
        "until without a zone",
        "DTSTART;TZID=America/New_York:20260601T210000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260602T210000",
        "01 21:00-22:00 02 21:00-22:00",
    ),
    _event(
        "days until midnight in Greenwich",
        "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;UNTIL=20260602T000000Z",
        "01 00:00-00:00 02 00:00-00:00",
    ),
    _event(
        "days until midnight at home",
        "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;UNTIL=20260602T040000Z",
        "01 00:00-00:00 02 00:00-00:00",
    ),
    _event("usual parts", f"{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT", f"{TUESDAY} 03 10:00-11:00"),
    _event("an unknown part", f"{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2;BYMOON=FULL", f"{TUESDAY} 03 10:00-11:00", 1),
    _event("a weekday that is none", f"{_HOUR}\nRRULE:FREQ=WEEKLY;COUNT=2;BYDAY=TU,XX", TUESDAY, 1),
    _event("a rule that is none", f"{_HOUR}\nRRULE:FREQ=NEVER", TUESDAY, 1),
    _event("an old rule that is none", "DTSTART:20190602T140000Z\nDURATION:PT1H\nRRULE:every week", "", 1),
    _event(
        "a rule and a date without a rule",
        f"{_HOUR}\nRDATE:20260604T140000Z,20260605T150000Z",
        f"{TUESDAY} 04 10:00-11:00 05 11:00-12:00",
    ),
    _event(
        "periods",
        f"{_HOUR}\nRDATE;VALUE=PERIOD:20260604T140000Z/PT2H,20260605T140000Z/20260605T143000Z",
        f"{TUESDAY} 04 10:00-12:00 05 10:00-10:30",
    ),
    _event(
        "a date that is none",
        f"{_HOUR}\nRDATE:20260604T140000Z,20260605Tnoon",
        f"{TUESDAY} 04 10:00-11:00 05 00:00-00:00",
        1,
    ),
    _event(
        "dates left out, one is none",
        f"{_HOUR}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:x\nEXDATE:20260603T140000Z",
        f"{TUESDAY} 04 10:00-11:00",
        1,
    ),
    _event(
        "a day left out", f"{_HOUR}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260603", f"{TUESDAY} 04 10:00-11:00"
    ),
    _event(
        "left out in another zone",
        f"{_HOUR}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Paris:20260603T160000",
        f"{TUESDAY} 04 10:00-11:00",
    ),
    _event(
        "a time left out of days",
        "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260602T000000",
        "01 00:00-00:00",
    ),
    _file(
        "one UID, two events",
        calendar(f"UID:odd\n{_HOUR}", f"UID:odd\n{_HOUR.replace('0602', '0603')}"),
        f"{TUESDAY} 03 10:00-11:00",
    ),
    _file("no UID, two events", calendar(f"UID:\n{_HOUR}", _HOUR.replace("0602", "0603")), f"{TUESDAY} 03 10:00-11:00"),
    _file(
        "moved by its day",
        calendar(
            f"UID:a\n{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20260603\nDTSTART:20260604T140000Z\nDURATION:PT1H",
        ),
        f"{TUESDAY} 04 10:00-11:00",
    ),
    _file(
        "moved to where nobody knows",
        calendar(f"UID:a\n{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2", "UID:a\nRECURRENCE-ID:20260603T140000Z\nDTSTART:later"),
        f"{TUESDAY} 03 10:00-11:00",
        1,
    ),
    _file(
        "moved from where nobody knows",
        calendar(
            f"UID:a\n{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2",
            "UID:a\nRECURRENCE-ID:then\nDTSTART:20260604T140000Z\nDURATION:PT1H",
        ),
        f"{TUESDAY} 03 10:00-11:00 04 10:00-11:00",
        1,
    ),
    _file(
        "cancelled without a time",
        calendar(
            f"UID:a\n{_HOUR}\nRRULE:FREQ=DAILY;COUNT=2", "UID:a\nRECURRENCE-ID:20260603T140000Z\nSTATUS:CANCELLED"
        ),
    ),
]

ZONES = [
    _zone("/freeassociation.sourceforge.net/Europe/Paris", TUESDAY),
    _zone("/example.org/20260101_1/America/Argentina/Buenos_Aires", "02 15:00-16:00"),
    _zone("europe/paris", TUESDAY),
    _zone("Romance Standard Time", TUESDAY),
    _zone('"Romance Standard Time"', TUESDAY),
    _zone("Romance Daylight Time", TUESDAY),
    _zone("Romance Standard Time 1", TUESDAY),
    _zone("(GMT-08.00) Pacific Time (US & Canada); Tijuana", "02 19:00-20:00"),
    _zone("Pacific Standard Time", "02 19:00-20:00"),
    _zone("Pacific Time (US & Canada)", "02 19:00-20:00"),
    _zone("(UTC-08:00) Pacific Time (US & Canada)", "02 19:00-20:00"),
    _zone('"(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', TUESDAY),
    _zone("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", TUESDAY),
    _zone("GMT +0100 (Standard) / GMT +0200 (Daylight)", "02 16:00-17:00", 1),
    _zone("tzone://Microsoft/Utc", TUESDAY, hour="14"),
    _zone('"tzone://Microsoft/Utc"', TUESDAY, hour="14"),
    _zone("UTC", TUESDAY, hour="14"),
    _zone("(UTC) Coordinated Universal Time", TUESDAY, hour="14"),
    _zone("GMT+0200", TUESDAY),
    _zone("UTC+02:00", TUESDAY),
    _zone("+02:00", TUESDAY),
    _zone("Customized Time Zone", TUESDAY, described="Customized Time Zone"),
    _zone("tzone://Microsoft/Custom", TUESDAY, described="tzone://Microsoft/Custom"),
    _zone("Our clocks", TUESDAY, described="our clocks"),
    _zone("Customized Time Zone", "02 16:00-17:00", 1),
    _zone("Nowhere/Land", "02 16:00-17:00", 1),
    _zone("", "02 16:00-17:00"),
    _file(
        "a described zone that is damaged",
        _zone("Ours", "", described="Ours").data.replace(b"+0200\r\nRRULE", b"+02\r\nRRULE"),
        "02 16:00-17:00",
        1,
    ),
    _file(
        "a zone of all the calendar",
        _event("", "DTSTART:20260602T160000\nDURATION:PT1H").data.replace(
            b"VERSION", b"X-WR-TIMEZONE:Europe/Paris\r\nVERSION"
        ),
    ),
    _file(
        "a zone of all that nobody knows",
        _event("", "DTSTART:20260602T160000\nDURATION:PT1H").data.replace(
            b"VERSION", b"X-WR-TIMEZONE:Nowhere\r\nVERSION"
        ),
        "02 16:00-17:00",
        1,
    ),
]

_ALWAYS = _zone("Ours", "", described="Ours").data.decode().partition("BEGIN:STANDARD")
ZONES += [
    _file(
        "a zone that is always the same",
        f"{_ALWAYS[0]}BEGIN:STANDARD\r\nTZOFFSETFROM:0200\r\nTZOFFSETTO:+02:00\r\nEND:STANDARD\r\nEND:VTIMEZONE"
        + _ALWAYS[2].partition("END:VTIMEZONE")[2],
    ),
    _file(
        "a zone described elsewhere",
        _CUSTOM.format(name="Ours").join(("BEGIN:VCALENDAR\n", "\nEND:VCALENDAR\n")) + _zone("Ours", "").data.decode(),
    ),
]

LINES = [
    _file("LF", _PLAIN.replace("\r\n", "\n")),
    _file("CR", _PLAIN.replace("\r\n", "\r")),
    _file("CR CR LF", _PLAIN.replace("\r\n", "\r\r\n")),
    _file("no line break at the end", _PLAIN.strip()),
    _file("empty lines", _PLAIN.replace("\r\n", "\r\n\r\n")),
    _file("blanks at all ends", _PLAIN.replace("\r\n", "  \r\n")),
    _file("indented", _PLAIN.replace("\r\n", "\r\n  ")),
    _file("a byte order mark", b"\xef\xbb\xbf" + _PLAIN.encode()),
    _file("UTF-16", _PLAIN.encode("utf-16")),
    _file("UTF-16 without a mark", _PLAIN.encode("utf-16-le")),
    _file("Latin-1", _PLAIN.replace("Dentist", "Médecin").encode("latin-1")),
    _file("folded", _PLAIN.replace("20260602T140000Z", "2026\r\n 0602T14\r\n\t0000Z")),
    _file(
        "folded within a letter", _PLAIN.replace("Dentist", "Médecin").encode().replace(b"\xc3\xa9", b"\xc3\r\n \xa9")
    ),
    _file("folded wrongly", _PLAIN.replace("20260602T140000Z", "20260602\r\nT140000Z")),
    _file(
        "a rule folded wrongly",
        calendar(f"UID:a\n{_HOUR}\nRRULE:FREQ=WEEKLY;BYDAY=TU,\nTH;COUNT=2\nSUMMARY:a"),
        f"{TUESDAY} 04 10:00-11:00",
    ),
    _file("a text folded wrongly", calendar(f"UID:a\nDESCRIPTION:Bring\nthe card, and: money\nSTART early\n{_HOUR}")),
    _file("a line of nothing we know", calendar(f"UID:a\nSUMMARY:Choir\nevery week\n{_HOUR}"), TUESDAY, 1),
    _file("a name that lost a letter", calendar(f"UID:a\n{_HOUR}\nRULE:FREQ=DAILY;COUNT=2"), TUESDAY, 1),
    _file("a lost line break", calendar(f"UID:a\n{_HOUR}\nSUMMARY:ChoirRRULE:FREQ=DAILY;COUNT=2"), TUESDAY, 1),
    _file("NULs", _PLAIN.replace("Dentist", "Den\0tist")),
]

_BOTH_DAYS = calendar(f"UID:a\n{_HOUR}", f"UID:b\n{_HOUR.replace('0602', '0603')}")

PARTS = [
    _file("no end of an event", _BOTH_DAYS.replace("END:VEVENT\r\n", "", 1), f"{TUESDAY} 03 10:00-11:00"),
    _file("no end of the last event", _PLAIN.replace("END:VEVENT\r\n", "")),
    _file(
        "no beginning of an event",
        _BOTH_DAYS.replace("END:VEVENT\r\nBEGIN:VEVENT\r\n", "END:VEVENT\r\n"),
        f"{TUESDAY} 03 10:00-11:00",
        1,
    ),
    _file("a part with a wrong name", _PLAIN.replace("BEGIN:VEVENT", "BEGIN:VEVNT"), TUESDAY, 1),
    _file("a part that nobody knows", _PLAIN.replace("VEVENT", "VVISIT"), TUESDAY, 1),
    _file("no end of an alarm", calendar(f"UID:a\nBEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\n{_HOUR}")),
    _file(
        "end and beginning in one line",
        _BOTH_DAYS.replace("END:VEVENT\r\nBEGIN", "END:VEVENTBEGIN"),
        f"{TUESDAY} 03 10:00-11:00",
    ),
    _file("two calendars", _PLAIN + _PLAIN.replace("0602", "0603"), f"{TUESDAY} 03 10:00-11:00"),
    _file("something before and after", f"\r\n{_PLAIN}\r\nSent by a machine"),
    _file("a calendar of what was cancelled", _PLAIN.replace("VERSION", "METHOD:CANCEL\r\nVERSION"), ""),
    _file("tasks and diaries", _PLAIN.replace("VEVENT", "VTODO") + _PLAIN.replace("VEVENT", "VJOURNAL"), ""),
    _file("when somebody is there", _PLAIN.replace("VEVENT", "VAVAILABILITY"), "", 1),
]

FREE_BUSY = [
    _file(
        "periods of being busy",
        _FREE_BUSY.format(
            "DTSTART:20260601T000000Z\r\nFREEBUSY:20260602T140000Z/PT1H,20260603T140000Z/20260603T150000Z"
        ),
        f"{TUESDAY} 03 10:00-11:00",
    ),
    _file(
        "free and perhaps",
        _FREE_BUSY.format(
            "FREEBUSY;FBTYPE=FREE:20260603T140000Z/PT1H\r\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260602T140000Z/PT1H"
        ),
    ),
    _file(
        "periods that are none",
        _FREE_BUSY.format("FREEBUSY:20260602T140000Z/PT1H,20260603Tx/PT1H"),
        f"{TUESDAY} 03 00:00-00:00",
        1,
    ),
    _file("periods with blanks", _FREE_BUSY.format("FREEBUSY: 2026-06-02T14:00:00Z / PT1H , ")),
    _file("a name that lost a letter there", _FREE_BUSY.format("FREBUSY:20260602T140000Z/PT1H"), "", 1),
]

CORPUS = [*TIMES_AND_DATES, *LENGTHS, *EMPTY, *REPETITIONS, *ZONES, *LINES, *PARTS, *FREE_BUSY]
