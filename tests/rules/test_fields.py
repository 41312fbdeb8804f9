"""What people, phones and programs send, and what it means; or a sentence that says how to mend it."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handsel.rules import currencies, fields
from handsel.rules.fields import Wrong
from handsel.rules.recurrence import Weekday

pytestmark = pytest.mark.no_database

CONTROLS = [chr(number) for number in range(0x20) if chr(number) not in "\t\n\r"]
AN_ID = "0197b5d2-6f00-7abc-8def-0123456789ab"
ANOTHER_ID = "0197b5d2-6f01-7abc-8def-0123456789ab"


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


def any_text(raw):
    return fields.text(raw, most=120)


def moments():
    first, last = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2199-12-30")
    return st.datetimes(first, last, timezones=st.timezones())


def refused(parse, raw):
    with pytest.raises(Wrong):
        parse(raw)
    return True


class TestText:
    def test_it_is_trimmed(self):
        assert any_text("  Mornings \n") == "Mornings"
        assert any_text("\u00a0\u3000Mornings\u2009") == "Mornings"

    @pytest.mark.parametrize(
        "name", ["Niñera", "保姆", "👩‍👧‍👦 afternoons", "שלום", "Noor's; DROP TABLE", "<b>Mo/We</b>"]
    )
    def test_it_may_be_in_any_script(self, name):
        assert any_text(name) == name

    @pytest.mark.parametrize("lines", [True, False])
    def test_nothing_turns_around_what_stands_behind_it(self, lines):
        """Such characters come along when a number is copied from a phone's contacts."""
        for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            assert fields.text(f"{mark} +1 212{mark} 555 ", most=120, lines=lines) == "+1 212 555"

    @pytest.mark.parametrize("name", ["\u200b", "\u2060 \ufeff", "\u202e", "\u3164", "\u00ad\u200f", "\u2800\u200d"])
    def test_what_nobody_can_see_is_no_name(self, name):
        with pytest.raises(Wrong, match="Fill this in"):
            fields.text(name, least=1, most=120)
        assert fields.text(f"{name}N", least=1, most=120).endswith("N")

    def test_its_length_is_counted_in_characters_after_trimming(self):
        assert any_text(" " + "é" * 120 + " ") == "é" * 120
        assert refused(any_text, "é" * 121)

    def test_it_may_have_to_be_there(self):
        assert any_text("   ") == ""
        assert fields.text("N", least=1, most=120) == "N"
        with pytest.raises(Wrong, match="Fill this in"):
            fields.text(" \u3000 ", least=1, most=120)

    @pytest.mark.parametrize("lines", [True, False])
    def test_control_characters_and_lone_surrogates_are_refused_anywhere(self, lines, subtests):
        for bad in (*CONTROLS, "\x7f", "\x85", "\x9f", "\udfff"):
            for raw in (f"a{bad}b", f"{bad}ab", f"ab{bad}", f" {bad} "):
                with subtests.test(raw=repr(raw)), pytest.raises(Wrong):
                    fields.text(raw, most=120, lines=lines)

    @pytest.mark.parametrize("bad", ["\n", "\t", "\r", "\r\n", "\u2028", "\u2029"])
    def test_a_line_is_one_line(self, bad):
        assert refused(any_text, f"a{bad}b")

    def test_notes_may_hold_line_breaks_and_tabs_and_keep_one_kind_of_break(self):
        raw = "\r\nNap at one\r\n\tor two\rno nuts\n"
        assert fields.text(raw, most=4000, lines=True) == "Nap at one\n\tor two\nno nuts"

    def test_a_form_that_sends_two_characters_per_line_break_counts_one(self):
        assert len(fields.text("a\r\n" * 1999 + "ab", most=4000, lines=True)) == 4000


class TestWallTime:
    def test_every_hour(self):
        assert [fields.wall_time(f"{hour:02}:59") for hour in range(24)] == [time(hour, 59) for hour in range(24)]

    @pytest.mark.parametrize(
        "raw",
        [
            "6am", "24:00", "06:00:30", "6:00", "06:60", "0600", "06.00", " 06:00", "06:00\n", "-6:00", "06:0",
            "٠٦:٠٠", "０６:００", "", 600, 6.0,
        ],
        ids=repr,
    )  # fmt: skip
    def test_hours_and_minutes_alone(self, raw):
        assert refused(fields.wall_time, raw)


class TestDay:
    def test_first_and_last(self):
        assert fields.day("1970-01-01") == date(1970, 1, 1)
        assert fields.day("2199-12-31") == date(2199, 12, 31)
        assert fields.day("2028-02-29") == date(2028, 2, 29)

    @pytest.mark.parametrize(
        "raw",
        [
            "1969-12-31",
            "2200-01-01", "9999-12-31", "0000-01-01", "2026-02-31", "2027-02-29", "2026-13-01", "2026-00-10",
            "2026-06-00", "2026-6-1", "20260601", "2026-W23-1", "01/06/2026", "2026-06-01T00:00", "2026-06-01\n",
            "+2026-06-01", "٢٠٢٦-٠٦-٠١", "٢٠٢٦-06-01", "2026-٠٦-01", "2026-06-٠١", "", 20260601,
        ],
        ids=repr,
    )  # fmt: skip
    def test_other_days_are_refused(self, raw):
        assert refused(fields.day, raw)


class TestMoment:
    @pytest.mark.parametrize(
        ("raw", "meant"),
        [
            ("2026-12-02T11:00:00Z", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02t11:00:00z", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02T06:00:00-05:00", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02T06:00-05:00", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02T16:45:00+05:45", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02T11:00:00-00:00", datetime(2026, 12, 2, 11, tzinfo=UTC)),
            ("2026-12-02T11:00:59.999999Z", datetime(2026, 12, 2, 11, 0, 59, tzinfo=UTC)),
            ("2026-12-02T11:00:59.999999999+00:00", datetime(2026, 12, 2, 11, 0, 59, tzinfo=UTC)),
            ("2026-12-02T06:00", datetime.fromisoformat("2026-12-02T06:00")),
            ("2026-12-02T06:00:30.5", datetime.fromisoformat("2026-12-02T06:00:30")),
            ("1970-01-01T00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
            ("1969-12-31T19:00:00-05:00", None),
            ("2199-12-31T23:59:59Z", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ],
    )
    def test_an_offset_makes_an_instant_and_none_a_wall_time(self, raw, meant):
        if meant is None:
            # The day it names lies outside, though its instant does not.
            assert refused(fields.moment, raw)
        else:
            moment = fields.moment(raw)
            assert (moment, moment.tzinfo) == (meant, meant.tzinfo)

    @pytest.mark.parametrize(
        "raw",
        [
            "2026-12-02", "2026-12-02 11:00:00Z", "2026-12-02T24:00:00Z", "2026-12-02T25:00Z",
            "2026-12-02T11:60Z", "2026-12-02T23:59:60Z", "2026-12-02T11:00:00+24:00", "2026-12-02T11:00:00+05:60",
            "2026-12-02T11:00:00+0500", "2026-12-02T11:00:00+05", "2026-12-02T11:00:00 Z", "2026-02-31T11:00:00Z",
            "9999-12-31T11:00:00Z", "1970-01-01T00:00:00+14:00", "2199-12-31T23:59:59-12:00",
            "2026-12-02T11:00:00.Z", "2026-12-02T11Z", "2026-12-02T11:00:00Z\n", "2026-12-02T11:00:00[UTC]",
            "20261202T110000Z", "1764673200", "now", "٢٠٢٦-12-02T11:00Z", "", 1764673200, 1.5,
        ],
        ids=repr,
    )  # fmt: skip
    def test_other_writing_is_refused(self, raw):
        assert refused(fields.moment, raw)

    @settings(max_examples=300, deadline=None)
    @given(moments())
    def test_what_python_writes_is_read_as_it_was_meant(self, at):
        assume(at.utcoffset().seconds % 60 == 0)  # RFC 3339 knows no others; Liberia had one until 1972
        # In UTC, since times of different zones never compare equal where clocks go back.
        assert fields.moment(at.isoformat(timespec="seconds")) == at.astimezone(UTC).replace(microsecond=0)


class TestMoney:
    @pytest.mark.parametrize(
        ("raw", "meant"),
        [
            ("25", "25.00"),
            ("25.5", "25.50"),
            ("25.00", "25.00"),
            (" 25.00 ", "25.00"),
            ("0", "0.00"),
            ("0.00", "0.00"),
            ("0.01", "0.01"),
            ("9999.99", "9999.99"),
            (25, "25.00"),
            (0, "0.00"),
            (25.5, "25.50"),
            (0.1, "0.10"),
            (1e2, "100.00"),
            (9999.99, "9999.99"),
            (Decimal(25), "25.00"),
            (Decimal("25.500"), "25.50"),
            (Decimal("1E+2"), "100.00"),
        ],
        ids=repr,
    )
    def test_text_or_an_exact_number(self, raw, meant):
        assert str(fields.money(raw)) == meant

    @pytest.mark.parametrize(
        "raw",
        [
            "-1", "-0", "-0.00", "+25", "25.005", "25.000", "25.", ".5", "1e2", "1E2", "NaN", "nan", "Infinity",
            "-inf", "1_000", "1,000", "25,00", "2 5", "0025", "00", "10000", "9999.999", "0x19", "$25", "25\n",
            "\t25", "٢٥", "２５", "", " ", True, False, -1, -0.01, -0.0, 10_000, 9999.991, 25.005, 0.1 + 0.2, 1e300,
            1e-300, float("-inf"), -(10**400), Decimal("NaN"), Decimal("sNaN"), Decimal("-0"),
            Decimal("Infinity"), Decimal("25.001"), Decimal("1E+999999"), Decimal("1E-999999"), Decimal("-0.01"),
            25j,
        ],
        ids=repr,
    )  # fmt: skip
    def test_other_amounts_are_refused(self, raw):
        assert refused(fields.money, raw)

    @given(st.integers(0, 999_999))
    def test_every_cent_reads_the_same_in_every_way_of_writing_it(self, cents):
        meant = Decimal(cents).scaleb(-2)
        for raw in (str(meant), meant, cents / 100):
            assert fields.money(raw) == meant


class TestWhole:
    @pytest.mark.parametrize("raw", [30, "30", " 30 ", Decimal("30.0"), Decimal("3E1")], ids=repr)
    def test_text_or_a_number(self, raw):
        assert fields.whole(raw, least=1, most=60) == 30

    @pytest.mark.parametrize(
        "raw",
        [0, 61, True, None, "", "3O", "30.0", "-1", Decimal("30.5"), Decimal("1E+999999"), Decimal("NaN")],
        ids=repr,
    )
    def test_other_numbers_are_refused(self, raw):
        with pytest.raises(fields.Wrong, match="whole number from 1 to 60"):
            fields.whole(raw, least=1, most=60)


class TestIdentities:
    def test_an_id(self):
        assert fields.identity(AN_ID) == fields.identity(AN_ID.upper()) == fields.identity(UUID(AN_ID)) == UUID(AN_ID)

    @pytest.mark.parametrize(
        "raw",
        [
            AN_ID.replace("-", ""), f"{{{AN_ID}}}", f"urn:uuid:{AN_ID}", AN_ID + "\n", AN_ID[:-1] + "_",
            AN_ID[:-1] + "g", AN_ID[:-1] + "٣", "", 7,
        ],
        ids=repr,
    )  # fmt: skip
    def test_other_spellings_are_refused(self, raw):
        assert refused(fields.identity, raw)

    def test_each_is_named_once_in_the_order_given(self):
        assert fields.identities([ANOTHER_ID, AN_ID, ANOTHER_ID.upper()]) == (UUID(ANOTHER_ID), UUID(AN_ID))
        assert fields.identities([]) == ()

    @pytest.mark.parametrize("raw", [AN_ID, {AN_ID: 1}, [AN_ID, 7], [AN_ID, None]], ids=repr)
    def test_a_list_of_ids_and_nothing_else(self, raw):
        assert refused(fields.identities, raw)

    def test_no_more_than_asked_for(self):
        assert len(fields.identities([AN_ID] * 500)) == 1
        assert refused(fields.identities, [AN_ID] * 501)
        assert refused(lambda raw: fields.identities(raw, most=1), [AN_ID, ANOTHER_ID])


class TestChoices:
    def test_one_of_the_kinds(self):
        assert fields.choice(Colour)("RED") is Colour.RED

    @pytest.mark.parametrize("raw", ["red", "", "RED ", "GREEN", 1, True, ["RED"]], ids=repr)
    def test_no_other(self, raw):
        with pytest.raises(Wrong, match=r"^Choose one of RED, BLUE\.$"):
            fields.choice(Colour)(raw)

    def test_weekdays(self):
        assert fields.weekdays(["SUNDAY", "MONDAY", "SUNDAY"]) == {Weekday.MONDAY, Weekday.SUNDAY}
        assert fields.weekdays([]) == frozenset()

    @pytest.mark.parametrize("raw", ["MONDAY", ["monday"], ["MO"], [0], ["MONDAY", None], {"MONDAY": 1}], ids=repr)
    def test_no_weekdays(self, raw):
        assert refused(fields.weekdays, raw)


class TestPhones:
    @pytest.mark.parametrize(
        "raw", ["+1 555 010 0199", "(555) 010-0199", "555.010.0199", "030/901820", "112", ""], ids=repr
    )
    def test_a_number_as_people_write_it(self, raw):
        assert fields.phone(f"  {raw} ") == raw

    @pytest.mark.parametrize(
        "raw",
        [
            "noor",
            "12",
            "+",
            "1" * 21,
            "+1 555 010 0199;wait",
            "555 0100 x12",
            "٣٤٥٦٧",
            "javascript:1234",
            None,
            5550100,
        ],
        ids=repr,
    )
    def test_what_is_no_number(self, raw):
        assert refused(fields.phone, raw)


class TestPlaces:
    @pytest.mark.parametrize("raw", ["America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"], ids=repr)
    def test_a_time_zone(self, raw):
        assert fields.time_zone(raw) == raw

    @pytest.mark.parametrize(
        "raw",
        [
            "../../etc/passwd",
            "/etc/passwd", "America/../Europe/London", "america/new_york", "Mars/Olympus", "Factory", "localtime",
            "posixrules", "EST5EDT4,M3.2.0,M11.1.0", "+02:00", "", "America", "Europe/London\x00",
        ],
        ids=repr,
    )  # fmt: skip
    def test_no_file_is_opened_for_a_name_that_is_none(self, raw, monkeypatch):
        fields.time_zone("UTC")
        monkeypatch.setattr("builtins.open", lambda *_: pytest.fail("opened a file"))
        assert refused(fields.time_zone, raw)

    @pytest.mark.parametrize("raw", ["USD", "EUR", "NPR", "XOF"], ids=repr)
    def test_a_currency(self, raw):
        assert fields.currency(raw) == raw

    # Small letters, gold, no currency, the test code, and money that is no more.
    @pytest.mark.parametrize("raw", ["usd", "XAU", "XXX", "XTS", "DEM", "HRK", "US", "USDX", ""], ids=repr)
    def test_no_currency(self, raw):
        assert refused(fields.currency, raw)

    def test_currencies_are_codes(self):
        assert all(re.fullmatch("[A-Z]{3}", code) for code in currencies.CODES)
        assert 150 <= len(currencies.CODES) <= 165


class TestEmail:
    @pytest.mark.parametrize(
        ("raw", "meant"),
        [
            ("noor@example.com", "noor@example.com"),
            (" Noor@Example.COM ", "noor@example.com"),
            ("ana.rivera+kids@mail.example.co.uk", "ana.rivera+kids@mail.example.co.uk"),
            ("noor's@xn--bcher-kva.example", "noor's@xn--bcher-kva.example"),
            ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
            ("ana@exämple.org", "ana@xn--exmple-cua.org"),
            (" Ana@EXÄMPLE.org ", "ana@xn--exmple-cua.org"),
            ("ana@exa\u0308mple.org", "ana@xn--exmple-cua.org"),
            ("ana@faß.example", "ana@xn--fa-hia.example"),
            ("ana@пример.рф", "ana@xn--e1afmkfd.xn--p1ai"),
            ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
            ("ana@例え。example.com", "ana@xn--r8jz45g.example.com"),
        ],
    )
    def test_an_address_in_small_letters(self, raw, meant):
        assert fields.email(raw) == meant

    @pytest.mark.parametrize(
        "raw",
        [
            "noor", "noor@", "@example.com", "noor@localhost", "noor@@example.com", "no or@example.com",
            "noor@exam ple.com", ".noor@example.com", "noor.@example.com", "no..or@example.com",
            "noor@-example.com", "noor@example-.com", "noor@example..com", "noor@.com", "noor@example.com.",
            "noor@192.168.0.1", "noor@[::1]", '"noor"@example.com', "Noor <noor@example.com>",
            "noor@example.com\n", "noor@example.com,ana@example.com", "a" * 65 + "@example.com",
            "noor@" + "a" * 64 + ".com", "noor@" + "a.b" * 90 + ".com", "\u212anoor@example.com",
            "noor@exаmple.com", "", "ana@☃.net", "ana@ä_b.org", "ana@-ä.org", "ana@ä..org", "ana@ä.org.", "exämple.org",
            "ana@" + "ä" * 70 + ".org", "ana@" + "ä." * 90 + "org", "ana@exämple", "ana@\u200b", "ana@ä\ud800.org",
        ],
        ids=repr,
    )  # fmt: skip
    def test_no_address(self, raw):
        assert refused(fields.email, raw)

    @pytest.mark.parametrize("raw", ["añá@example.org", "añá@exämple.org", "\u212anoor@example.com"], ids=repr)
    def test_letters_before_the_at_are_said_to_be_those_of_ascii(self, raw):
        with pytest.raises(fields.Wrong, match="Before the @ use only letters from a to z"):
            fields.email(raw)

    def test_what_is_typed_to_find_an_address(self):
        assert fields.known_address(" Ana@Exämple.org") == "ana@xn--exmple-cua.org"
        assert fields.known_address("Añá@Exämple.org ") == "añá@exämple.org"
