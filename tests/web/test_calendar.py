"""The calendar: whose sessions, on which clocks, and what a family learns of another."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest

from handsel.models import TimeOff, User
from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.web.visitor import Page, Visitor
from tests.world import LONG_AGO, World, wall

pytestmark = pytest.mark.any_database


def day_of(page: Page, day: str) -> str:
    """What one day of the week holds, as text."""
    match = re.search(rf'id="day-{day}".*?</ol>', page.html, re.DOTALL)
    assert match, f"{day} is not on the page"
    return words(match[0].partition(">")[2])


def cell_of(page: Page, day: str) -> str:
    match = re.search(rf'id="day-{day}".*?</td>', page.html, re.DOTALL)
    assert match, f"{day} is not on the page"
    return words(match[0].partition(">")[2])


def words(html: str) -> str:
    text = unescape(re.sub(r"<[^>]*>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text).replace(" ,", ",").strip()


def places(page: Page, kind: str = "session") -> list[tuple[str, ...]]:
    """Where the entries of a kind are drawn: from, to, and the lane of so many where they share the width."""
    blocks = re.findall(
        rf'<li class="{kind}-entry"\s+data-from="(.*?)"\s+data-to="(.*?)"(?: data-lanes="(\d+)" data-lane="(\d+)")?',
        page.html,
    )
    return [tuple(part for part in block if part) for block in blocks]


def off(world: World, first: str, last: str, *, nanny=None, family=None, hours=None, reason="") -> TimeOff:
    family = family or world.riveras
    start, end = (time.fromisoformat(at) for at in hours) if hours else (None, None)
    return TimeOff.objects.create(
        family=family,
        nanny=nanny,
        from_date=date.fromisoformat(first),
        to_date=date.fromisoformat(last),
        start_time=start,
        end_time=end,
        reason=reason,
        entered_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


# Whose sessions


def test_noor_sees_both_families_with_a_mark_and_a_name(noor, world):
    world.session("2026-06-02 09:00", hours=4, children=[world.emma, world.theo], state=State.CONFIRMED)
    world.session("2026-06-03 13:00", hours=5, family=world.okafors)
    page = noor.get("calendar")
    tuesday = day_of(page, "2026-06-02")
    assert (
        "09:00 – 13:00 Confirmed Emma and Theo, Riveras, Tue 2 Jun, 09:00–13:00, confirmed R Riveras · 4 h" in tuesday
    )
    assert tuesday.endswith("Free 13:00–21:00, Tuesday, 2 June: add a session")
    assert "Zuri, Okafors, Wed 3 Jun, 13:00–18:00, not confirmed yet O Okafors · 5 h" in day_of(page, "2026-06-03")
    shapes = set(re.findall(r'family-mark"\s+data-shape="(\d)"', page.html))
    assert shapes == {"1", "2"}
    assert page.says("Time off Busy O Okafors R Riveras")


def test_noor_looks_at_one_family_alone(noor, world):
    world.session("2026-06-02 09:00")
    world.session("2026-06-03 13:00", family=world.okafors)
    page = noor.get("calendar", family=str(world.okafors.id))
    assert not page.says("Emma")
    assert page.says("Zuri")
    assert "family-mark" not in page.html
    assert f'<option value="{world.okafors.id}" selected>' in page.html


def test_families_of_one_letter_get_marks_of_their_own(noor, world):
    world.riveras.name = "Others"
    world.riveras.save()
    page = noor.get("calendar")
    assert page.says("O Okafors T Others")


def test_bea_is_named_in_noors_calendar_and_noor_is_not(noor, world):
    world.session("2026-06-02 09:00", hours=2)
    world.session("2026-06-03 09:00", hours=2, nanny=world.bea_of_riveras)
    page = noor.get("calendar", family=str(world.riveras.id))
    assert "2 h" in day_of(page, "2026-06-02")
    assert "Noor" not in day_of(page, "2026-06-02")
    assert "Bea · 2 h" in day_of(page, "2026-06-03")


def test_the_calendar_on_the_kitchen_wall_shows_no_pay(ana, world):
    world.session("2026-06-02 09:00")
    assert "$" not in ana.get("calendar").html


def test_a_family_that_is_not_theirs_is_not_found(ana, world):
    ana.get("calendar", family=str(world.okafors.id), status=404)
    ana.get("calendar", family="riveras", status=404)


def test_sam_who_belongs_nowhere_begins_with_a_family(sam):
    assert sam.get("calendar", status=302).response["Location"] == "/"


def test_a_removed_nanny_sees_the_family_no_more(noor, world):
    world.session("2026-06-02 09:00")
    world.leave(world.noor_of_riveras)
    page = noor.get("calendar")
    assert not page.says("Emma")
    noor.get("calendar", family=str(world.riveras.id), status=404)


# What a family learns of another


@pytest.mark.parametrize("view", ["week", "month", "day"])
def test_the_riveras_learn_of_the_okafors_only_that_noor_is_busy(ana, world, view):
    world.okafors.address = "7 Alder Court"
    world.okafors.save()
    world.session("2026-06-01 13:00", hours=5, family=world.okafors, notes="Night shift", state=State.CONFIRMED)
    page = ana.get("calendar", view=view)
    assert page.says("Noor is busy")
    for secret in ("Okafor", "Zuri", "Ada", "Alder", "Night shift", "28.00", str(world.okafors.id)):
        assert secret not in page.html


def test_busy_is_a_time_and_not_how_many_sessions_or_in_which_state(ana, world):
    world.session("2026-06-02 13:00", hours=2, family=world.okafors, state=State.CONFIRMED)
    world.session("2026-06-02 15:00", hours=2, family=world.okafors)
    world.session("2026-06-03 13:00", hours=2, family=world.okafors, state=State.CANCELLED)
    page = ana.get("calendar")
    assert places(page, "busy") == [("13:00", "17:00")]
    assert day_of(page, "2026-06-02").count("Noor is busy 13:00–17:00") == 1


def test_busy_stands_beside_what_it_clashes_with(ana, world):
    world.session("2026-06-02 09:00", hours=6)
    world.session("2026-06-02 13:00", hours=5, family=world.okafors)
    page = ana.get("calendar")
    assert places(page) == [("09:00", "15:00", "2", "1")]
    assert places(page, "busy") == [("13:00", "18:00", "2", "2")]


def test_only_who_answers_for_the_family_hears_that_noor_is_busy(ana, bea, viewer, coordinator, world):
    world.session("2026-06-02 13:00", family=world.okafors)
    assert [who.get("calendar").says("busy") for who in (ana, coordinator, bea, viewer)] == [True, True, False, False]


# Weeks, hours and zones by the person


def test_anas_week_starts_on_sunday_and_has_twelve_hours(ana, world):
    User.objects.filter(id=world.ana.id).update(hour_cycle=12, week_starts_on=6)
    world.session("2026-06-02 06:00", hours=8.5)
    page = ana.get("calendar")
    assert "<h1>May 31 – June 6</h1>" in page.html
    assert re.findall(r'id="day-([\d-]+)"', page.html)[0] == "2026-05-31"
    assert "6:00 AM – 2:30 PM" in day_of(page, "2026-06-02")
    assert "5\N{NO-BREAK SPACE}AM</li>" in page.html
    month = ana.get("calendar", view="month")
    assert words(re.search("<thead>.*?</thead>", month.html)[0]) == "Sun Mon Tue Wed Thu Fri Sat"


def test_noors_week_starts_on_monday(noor):
    page = noor.get("calendar")
    assert "Week 23, 2026" in page.text
    assert [date.fromisoformat(day) for day in re.findall(r'id="day-([\d-]+)"', page.html)] == [
        date(2026, 6, 1) + timedelta(days=number) for number in range(7)
    ]


def test_several_families_are_shown_on_ones_own_clocks_which_are_named(noor, world):
    world.okafors.time_zone = "Europe/London"
    world.okafors.save()
    User.objects.filter(id=world.noor.id).update(time_zone="America/New_York")
    start = local_time.instant(datetime.fromisoformat("2026-06-02 18:00"), "Europe/London")
    world.session(start, hours=2, family=world.okafors)
    page = noor.get("calendar")
    assert page.says("Week 23, 2026 · New York time")
    assert places(page) == [("13:00", "15:00")]
    assert "18:00–20:00 London time" in day_of(page, "2026-06-02")
    alone = noor.get("calendar", family=str(world.okafors.id))
    assert alone.says("Week 23, 2026 · London time")
    assert places(alone) == [("18:00", "20:00")]


# The day


def test_overlaps_stand_side_by_side(noor, world):
    world.session("2026-06-05 06:00", hours=8.5, state=State.CONFIRMED)
    world.session("2026-06-05 12:00", hours=5, family=world.okafors)
    world.session("2026-06-05 13:00", hours=1, nanny=world.bea_of_riveras)
    assert places(noor.get("calendar")) == [
        ("06:00", "14:30", "3", "1"),
        ("12:00", "17:00", "3", "2"),
        ("13:00", "14:00", "3", "3"),
    ]


def test_a_night_goes_on_in_the_next_column(ada, world):
    world.session("2026-06-06 21:00", hours=9, family=world.okafors)
    page = ada.get("calendar")
    assert places(page) == [("21:00", "24:00"), ("00:00", "06:00")]
    assert "Zuri, Sat 6 Jun, 21:00–06:00, to confirm" in day_of(page, "2026-06-06")
    assert day_of(page, "2026-06-07").startswith("Sun 7 Sunday, 7 June until 06:00 To confirm Zuri")
    assert "Zuri, Sun 7 Jun, until 06:00, to confirm" in day_of(page, "2026-06-07")


def test_a_night_from_last_week_is_there_on_monday(ada, world):
    world.session("2026-05-31 21:00", hours=9, family=world.okafors)
    assert "until 06:00" in day_of(ada.get("calendar"), "2026-06-01")


def test_the_night_on_which_new_yorks_clocks_go_back(ada, world):
    world.session(wall("2026-10-31 21:00"), scheduled_end=wall("2026-11-01 06:00"), family=world.okafors)
    page = ada.get("calendar", date="2026-10-31")
    assert "Clocks go back at 02:00. 01:00–02:00 comes twice, so this day has 25 h." in day_of(page, "2026-11-01")
    assert "Clocks" not in day_of(page, "2026-10-31")
    assert "Noor · 10 h" in day_of(page, "2026-10-31")
    assert places(page) == [("21:00", "24:00"), ("00:00", "06:00")]
    assert ada.get("calendar", view="month", date="2026-11-01").says("Clocks go back at 02:00.")


def test_the_day_on_which_londons_clocks_go_forward(ada, world):
    world.okafors.time_zone = "Europe/London"
    world.okafors.save()
    page = ada.get("calendar", view="day", date="2027-03-28")
    assert "Clocks go forward at 01:00. There is no 01:00–02:00, so this day has 23 h." in day_of(page, "2027-03-28")


def test_now_is_drawn_today_alone(ana):
    assert places(ana.get("calendar"), "now") == [("08:00", "08:15")]
    assert places(ana.get("calendar", date="2026-06-09"), "now") == []


# Time off


def test_time_off_says_whose_why_and_when(ana, world):
    off(world, "2026-06-02", "2026-06-03", nanny=world.noor_of_riveras, reason="My sister's wedding")
    off(world, "2026-06-05", "2026-06-05", nanny=world.bea_of_riveras, hours=("10:00", "12:00"))
    off(world, "2026-06-06", "2026-06-06")
    page = ana.get("calendar")
    for day in ("2026-06-02", "2026-06-03"):
        assert "Time off, Noor My sister's wedding" in day_of(page, day)
        assert "Free" not in day_of(page, day)
    assert "Time off, Bea 10:00–12:00" in day_of(page, "2026-06-05")
    assert "Time off, Riveras" in day_of(page, "2026-06-06")
    assert places(page, "off") == [("00:00", "24:00"), ("00:00", "24:00"), ("10:00", "12:00"), ("00:00", "24:00")]
    assert "Time off, Noor" in cell_of(ana.get("calendar", view="month"), "2026-06-02")


def test_hours_off_over_midnight_reach_into_the_next_day(ana, world):
    off(world, "2026-06-02", "2026-06-02", nanny=world.noor_of_riveras, hours=("22:00", "04:00"))
    page = ana.get("calendar")
    assert "Time off, Noor from 22:00" in day_of(page, "2026-06-02")
    assert "Time off, Noor until 04:00" in day_of(page, "2026-06-03")


def test_noors_day_off_at_both_families_is_said_once(noor, world):
    off(world, "2026-06-02", "2026-06-02", nanny=world.noor_of_riveras, reason="Dentist")
    off(world, "2026-06-02", "2026-06-02", nanny=world.noor_of_okafors, family=world.okafors, reason="Dentist")
    assert day_of(noor.get("calendar"), "2026-06-02").count("Dentist") == 1


def test_the_okafors_time_off_is_nothing_to_the_riveras(ana, world):
    off(world, "2026-06-02", "2026-06-02", family=world.okafors, reason="We are at Grandma's")
    assert "Grandma" not in ana.get("calendar").html


# The month


def test_a_month_shows_each_day_and_the_chosen_one_below(noor, world):
    world.session("2026-06-11 06:00", hours=8.5, state=State.CONFIRMED, children=[world.emma, world.theo])
    world.session("2026-06-11 12:00", hours=5, family=world.okafors)
    page = noor.get("calendar", view="month", date="2026-06-11")
    assert "<h1>June 2026</h1>" in page.html
    assert page.says("Weeks 23 – 27")
    assert cell_of(page, "2026-06-11") == (
        "11 Thursday, 11 June 06:00 Emma, Theo R Riveras, confirmed 12:00 Zuri O Okafors, not confirmed yet"
    )
    below = page.text.partition("Thursday, 11 June Add a session")[2]
    assert "12:00 – 17:00 Not confirmed yet Zuri" in below
    assert "Overlaps Riveras, 06:00–14:30" in below


def test_a_full_day_of_the_month_says_how_many_more(ana, world):
    for hour in range(8, 16):
        world.session(f"2026-06-02 {hour:02}:00", hours=1)
    page = ana.get("calendar", view="month")
    assert cell_of(page, "2026-06-02").endswith("12:00 Emma, to confirm and 3 more")
    assert ana.get("calendar", view="day", date="2026-06-02").html.count("session-entry") == 8


# Going elsewhere


@pytest.mark.parametrize(
    ("view", "day", "before", "after"),
    [
        ("week", "2026-06-10", "2026-06-01", "2026-06-15"),
        ("day", "2026-02-28", "2026-02-27", "2026-03-01"),
        ("month", "2026-01-31", "2025-12-01", "2026-02-01"),
        ("week", "1970-01-01", "", "1970-01-05"),
        ("month", "2199-12-31", "2199-11-01", ""),
    ],
)
def test_earlier_and_later(ana, view, day, before, after):
    page = ana.get("calendar", view=view, date=day)
    links = dict(re.findall(rf'rel="(prev|next)"\s+href="\?view={view}&amp;date=([\d-]*)"', page.html))
    assert links == {rel: to for rel, to in (("prev", before), ("next", after)) if to}


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"date": "2026-02-30"}, "There is no such day, so this is today."),
        ({"date": "9999-12-31"}, "There is no such day, so this is today."),
        ({"date": "x" * 2000}, "There is no such day, so this is today."),
        ({"view": "year"}, "There is no such view, so this is the week."),
    ],
)
def test_an_address_that_makes_no_sense_shows_this_week_and_says_so(ana, sent, answer):
    page = ana.get("calendar", **sent)
    assert page.says(answer)
    assert page.says("1 – 7 June")


def test_the_filter_stays_while_one_turns_the_pages(noor, world):
    page = noor.get("calendar", family=str(world.riveras.id))
    links = re.findall(r'href="(\?view=[^"]*)"', page.html)
    assert len(links) >= 12
    assert all(f"&amp;family={world.riveras.id}" in link for link in links)


def test_a_coordinator_of_both_sees_two_families_and_nothing_twice(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    world.okafors.members.create(user=coordinator, role=Role.COORDINATOR, joined_at=LONG_AGO)
    world.session("2026-06-02 09:00")
    world.session("2026-06-03 09:00", family=world.okafors)
    page = Visitor(coordinator).get("calendar")
    assert len(places(page)) == 2
    assert places(page, "busy") == []


# Today and Home


def test_today_says_what_keeps_noor_away_this_week(noor, world):
    off(world, "2026-06-05", "2026-06-05", nanny=world.noor_of_riveras, reason="My sister's wedding")
    off(
        world,
        "2026-06-05",
        "2026-06-05",
        nanny=world.noor_of_okafors,
        family=world.okafors,
        reason="My sister's wedding",
    )
    off(world, "2026-06-04", "2026-06-04", family=world.okafors, hours=("08:00", "12:00"))
    off(world, "2026-06-03", "2026-06-03", nanny=world.bea_of_riveras)
    off(world, "2026-06-08", "2026-06-08", nanny=world.noor_of_riveras, reason="Next week")
    page = noor.get("today")
    assert page.says("Time off, Okafors Thu 4 Jun, 08:00–12:00 Time off, Noor Fri 5 Jun, My sister's wedding")
    assert page.text.count("wedding") == 1
    assert not page.says("Next week")
    assert not page.says("Time off, Bea")


def test_home_says_who_is_away_and_each_day_opens_in_the_calendar(ana, world):
    off(world, "2026-06-03", "2026-06-04", nanny=world.noor_of_riveras, reason="Dentist")
    off(world, "2026-05-30", "2026-05-31", reason="Over by now")
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Time off, Noor 3–4 Jun, Dentist")
    assert not page.says("Over by now")
    day = f"/calendar/?view=day&amp;date=2026-06-03&amp;family={world.riveras.id}"
    assert page.html.count(f'href="{day}"') == 1
    assert Page(ana.client.get(unescape(day))).says("Time off, Noor Dentist")
