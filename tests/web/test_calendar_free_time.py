"""Free time in the calendar: a press on it begins a session there."""

import re
from datetime import date, time
from html import unescape

import pytest

from handsel.models import TimeOff, User
from tests.web.visitor import Page
from tests.world import LONG_AGO, World

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


def test_free_time_leads_to_the_form_with_day_and_hours_filled_in(ana, world):
    world.session("2026-06-02 06:00", hours=8.5)
    page = ana.get("calendar")
    assert places(page, "gap")[0] == ("08:00", "21:00"), "what is over today is not offered"
    link = re.search(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*Free 14:30–21:00', page.html)[1]
    form = Page(ana.client.get(unescape(link)))
    assert [form.value_of(field) for field in ("day", "starts", "ends")] == ["2026-06-02", "14:30", "18:30"]


def test_a_day_with_nothing_is_free_all_day_and_a_past_one_offers_nothing(ana):
    page = ana.get("calendar")
    assert "Free all day, Wednesday, 3 June: add a session" in day_of(page, "2026-06-03")
    assert "Free" not in ana.get("calendar", date="2026-05-25").text


def test_who_only_reads_is_offered_no_free_time(viewer):
    page = viewer.get("calendar")
    assert not page.says("Free")
    assert not viewer.get("calendar", view="month").says("Add a session")
    viewer.get("calendar_add", status=403)


def test_noor_is_asked_for_which_family(noor, world):
    page = noor.get("calendar")
    link = re.search(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*Free all day', page.html)[1]
    choice = Page(noor.client.get(unescape(link)))
    assert choice.says("For which family?")
    form = Page(noor.client.get(unescape(re.search(r'href="(/families/[^"]*sessions/new/[^"]*)"', choice.html)[1])))
    assert [form.value_of(field) for field in ("day", "starts", "ends")] == ["2026-06-02", "15:00", "19:00"]


def test_the_form_of_a_family_elsewhere_speaks_of_its_own_clocks(noor, world):
    world.okafors.time_zone = "Europe/London"
    world.okafors.save()
    User.objects.filter(id=world.noor.id).update(time_zone="America/New_York")
    sent = {"day": "2026-06-02", "from": "20:00", "to": "21:00"}
    page = Page(noor.client.get("/calendar/add/", sent))
    there = f"/families/{world.okafors.id}/sessions/new/?day=2026-06-03&amp;from=01%3A00&amp;to=02%3A00"
    here = f"/families/{world.riveras.id}/sessions/new/?day=2026-06-02&amp;from=20%3A00&amp;to=21%3A00"
    assert there in page.html
    assert here in page.html


@pytest.mark.parametrize("sent", [{}, {"day": "today", "from": "8", "to": ""}, {"day": "2026-02-30", "from": "08:00"}])
def test_free_time_that_makes_no_sense_is_asked_for_by_the_form(ana, world, sent):
    answer = ana.client.get("/calendar/add/", sent)
    assert answer["Location"].rstrip("?") == f"/families/{world.riveras.id}/sessions/new/"
