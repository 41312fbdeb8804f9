"""What asks for somebody on Today and Home is settled by keys alone and without scripts, and axe finds nothing there.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_objects import FamilyPages, family_pages
from tests.browser.test_taps import at_the_okafors, started, status
from tests.browser.ways import WAYS, named, reads
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly, pytest.mark.parametrize("way", WAYS)]


@pytest.fixture(scope="module")
def open_pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture
def pages(open_pages: FamilyPages) -> FamilyPages:
    open_pages.server.it_is("2026-06-01 05:00")
    open_pages.clear()
    return open_pages


def mornings(pages: FamilyPages, *days: int, confirmed: bool = False) -> list[str]:
    return [pages.session(f"2026-06-{day:02}T06:00", f"2026-06-{day:02}T14:30", confirmed=confirmed) for day in days]


def choose(page: Page, words: str) -> None:
    """A radio button or a box, by the space bar."""
    control = page.locator("main").get_by_label(words, exact=True).first
    control.focus()
    page.keyboard.press("Space")
    expect(control).to_be_checked()


def test_several_forgotten_days_are_recorded_at_once_and_taken_back(pages: FamilyPages, way):
    use, scripts = way
    mornings(pages, 1, 2, 3, confirmed=True)
    pages.server.it_is("2026-06-04 08:00")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        reads(page, "Did this happen?")
        use(page, named(page, "All 3 as planned"))
        reads(page, "3 sessions recorded.")
        use(page, named(page, "Undo"))
        reads(page, "3 taken back.")
        use(page, named(page, "All 3 as planned"))
        reads(page, "3 sessions recorded.")


def test_what_was_never_confirmed_its_nanny_asks_for_and_a_parent_records(pages: FamilyPages, way):
    use, scripts = way
    [session] = mornings(pages, 1)
    pages.server.it_is("2026-06-02 08:00")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        reads(page, "Never confirmed. Did it happen?")
        assert not named(page, "As planned").count()
        use(page, named(page, "Ask the family to confirm"))
        reads(page, "Sent. The family has to confirm it.")
        reads(page, "You asked on 2 Jun, 08:00")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        reads(page, "Never confirmed. Did it happen?")
        use(page, named(page, "As planned"))
        reads(page, "Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
        assert status(pages, session)["status"] == "COMPLETED"
        use(page, named(page, "Undo"))
        reads(page, "Did this happen?")
        page.goto(f"/sessions/{session}/")
        use(page, named(page, "Record as planned"))
        reads(page, "Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")


def test_friday_was_forgotten_and_monday_starts_at_another_family(pages: FamilyPages, way):
    use, scripts = way
    friday = started(pages, "2026-06-05T12:00", "2026-06-05T18:30", "12:00")
    monday = at_the_okafors(pages, "2026-06-08T08:00", "2026-06-08T16:00")
    pages.server.it_is("2026-06-08 07:58")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "Start session"))
        reads(page, "Emma until 18:30 as planned, and start here")
        use(page, named(page, "Emma until 18:30 as planned, and start here"))
        reads(page, "Completed: Fri 5 Jun, 12:00–18:30, 6 h 30 min.")
        reads(page, "Started at 07:58: Mon 8 Jun, 08:00–16:00.")
    assert [status(pages, session)["status"] for session in (friday, monday)] == ["COMPLETED", "IN_PROGRESS"]
    pages.ask(pages.noor, "POST", f"/care-sessions/{monday}/complete")


def test_friday_ends_at_another_time_and_monday_starts_then(pages: FamilyPages, way):
    use, scripts = way
    started(pages, "2026-06-05T12:00", "2026-06-05T18:30", "12:00")
    monday = at_the_okafors(pages, "2026-06-08T08:00", "2026-06-08T16:00")
    pages.server.it_is("2026-06-08 07:58")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "Start session"))
        use(page, named(page, "Another end for "))
        reads(page, "When did it end?")
        if not page.locator("main input[name=time]").is_visible():
            use(page, named(page, "Other time"))
        page.locator("main input[name=time]").fill("19:10")
        use(page, named(page, "Save"))
        reads(page, "Completed: Fri 5 Jun, 12:00–19:10, 7 h 10 min.")
        use(page, named(page, "Start session"))
        reads(page, "Started at 07:58: Mon 8 Jun, 08:00–16:00.")
    pages.ask(pages.noor, "POST", f"/care-sessions/{monday}/complete")


def test_start_and_end_pressed_together_offer_what_was_planned(pages: FamilyPages, way):
    use, scripts = way
    mornings(pages, 1, confirmed=True)
    pages.server.it_is("2026-06-01 14:28")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "Start session"))
        use(page, named(page, "Now"))
        pages.server.it_is("2026-06-01 14:31")
        use(page, named(page, "Complete session"))
        reads(page, "It was planned 06:00–14:30.")
        use(page, named(page, "Record as planned"))
        reads(page, "Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")


def test_each_press_is_taken_back_where_it_was_made_and_on_the_sessions_page(pages: FamilyPages, way):
    use, scripts = way
    [session] = mornings(pages, 1)
    pages.server.it_is("2026-06-01 05:10")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        use(page, named(page, "Confirm"))
        use(page, named(page, "Undo confirmation"))
        reads(page, "Not confirmed any more: Mon 1 Jun, 06:00–14:30.")
        use(page, named(page, "Confirm"))
        use(page, named(page, "Cancel"))
        reads(page, "Whose choice was it?")
        use(page, page.locator("main button[data-kind=danger]").first)
        reads(page, "Cancelled: Mon 1 Jun, 06:00–14:30.")
        use(page, named(page, "Undo"))
        reads(page, "Not cancelled any more: Mon 1 Jun, 06:00–14:30.")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        reads(page, "Planned for 06:00. Starting now is 50 min early.")
        use(page, named(page, "Start session"))
        reads(page, "Started at 05:10: Mon 1 Jun, 06:00–14:30.")
        use(page, named(page, "Undo start"))
        reads(page, "Not started any more: Mon 1 Jun, 06:00–14:30.")


def test_an_undo_of_many_says_what_it_left(pages: FamilyPages, way):
    use, scripts = way
    first, *_ = mornings(pages, 1, 2, 3)
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        use(page, named(page, "Confirm all 3"))
        reads(page, "3 sessions confirmed.")
        pages.server.it_is("2026-06-01 05:01")
        pages.ask(pages.noor, "POST", f"/care-sessions/{first}/start")
        use(page, named(page, "Undo"))
        reads(page, "2 taken back.")
        reads(page, "Mon 1 Jun: Started meanwhile.")
        for box in page.locator("main input[name=session]:visible").all():
            box.focus()
            page.keyboard.press("Space")
        use(page, named(page, "Cancel selected"))
        reads(page, "Whose choice was it?")
        use(page, named(page, "Cancel 2 sessions, 2–3 Jun"))
        reads(page, "2 sessions cancelled.")
        use(page, named(page, "Undo"))
        reads(page, "2 taken back.")
    pages.ask(pages.noor, "POST", f"/care-sessions/{first}/undo")


def test_what_a_nanny_moves_is_confirmed_again_with_old_beside_new(pages: FamilyPages, way):
    use, scripts = way
    [session] = mornings(pages, 2, confirmed=True)
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/edit/")
        reads(page, "This session is confirmed. If you change its times, children, nanny or rate, the family has")
        page.get_by_label("From").fill("07:00")
        use(page, named(page, "Save"))
        reads(page, "Saved. The family has to confirm again.")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        reads(page, "Noor moved it to start at 07:00 instead of 06:00")
        use(page, named(page, "Confirm it"))
        reads(page, "1 session confirmed.")
    assert status(pages, session)["isConfirmed"]


def test_a_request_is_answered_on_today_and_on_home(pages: FamilyPages, way):
    use, scripts = way
    tuesday, wednesday = mornings(pages, 2, 3, confirmed=True)
    later = {"scheduledStart": "2026-06-02T07:00:00-04:00", "scheduledEnd": "2026-06-02T15:30:00-04:00"}
    asked = {"message": "The dentist opens at seven."}
    pages.ask(pages.ana, "POST", f"/care-sessions/{tuesday}/change-requests", asked | later)
    pages.ask(pages.noor, "POST", f"/care-sessions/{wednesday}/change-requests", {"message": "An hour less?"})
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        reads(page, "Ana asks for a change")
        use(page, named(page, "Accept"))
        reads(page, "Accepted")
    assert status(pages, tuesday)["scheduledStart"] == "2026-06-02T11:00:00Z"
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        reads(page, "Noor asks for a change")
        use(page, named(page, "Decline"))
        reads(page, "Declined")
    assert status(pages, wednesday)["isConfirmed"]


def test_a_session_that_needs_a_nanny_is_given_one(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-02T06:00", "2026-06-02T14:30", confirmed=True, nannyId=None)
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        reads(page, "Needs a nanny")
        use(page, named(page, "Choose a nanny"))
        nanny = page.get_by_label("Nanny")
        expect(nanny).to_have_value("")
        nanny.select_option("Noor")
        use(page, named(page, "Save"))
        reads(page, "Saved.")
        page.goto(pages.home)
        assert not page.get_by_text("Needs a nanny").count()
    assert status(pages, session)["nannyId"] == pages.noor_id


def test_one_field_that_two_people_changed_shows_both_values(pages: FamilyPages, way):
    use, scripts = way
    path = f"/children/{pages.emma}"
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"{path}/")
        notes = page.get_by_label("Notes")
        notes.fill(f"Swims on Tuesdays ({scripts}).")
        pages.ask(pages.noor, "PATCH", path, {"notes": f"Naps at one ({scripts}).", "allergies": "Peanuts."})
        for _ in range(2):  # a second Save does not take the other's back by itself
            use(page, named(page, "Save"))
            reads(page, "Somebody else changed this meanwhile. Choose which to keep.")
            reads(page, f"Naps at one ({scripts}).")
        choose(page, f"Your version: Swims on Tuesdays ({scripts}).")
        use(page, named(page, "Save"))
        reads(page, "Saved.")
    child = pages.ask(pages.noor, "GET", path)
    assert (child["notes"], child["allergies"]) == (f"Swims on Tuesdays ({scripts}).", "Peanuts.")


def test_a_phone_number_is_called_from_the_evening_before(pages: FamilyPages, way):
    use, scripts = way
    [session] = mornings(pages, 2, confirmed=True)
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/families/{pages.family_id}/phone/")
        number = page.locator("main input[name=phone]")
        number.fill("call me")
        use(page, named(page, "Save"))
        expect(page.locator("[aria-invalid=true]")).to_be_visible()
        number.fill("+1 212 555 0134")
        use(page, named(page, "Save"))
        reads(page, "+1 212 555 0134")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        assert not page.locator("a[href^='tel:']").count()
        pages.server.it_is("2026-06-01 19:00")
        page.reload()
        expect(page.locator("a[href='tel:+12125550134']")).to_be_visible()
        reads(page, "Call Ana")


def test_sessions_are_planned_from_today_and_the_undo_leads_back(pages: FamilyPages, way):
    use, scripts = way
    pages.server.it_is("2026-06-02 08:00")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "Generate"))
        choose(page, "Next 2 weeks")
        if not scripts:
            use(page, named(page, "Show"))
        reads(page, "2 new")
        use(page, named(page, "Generate 2 sessions"))
        reads(page, "2 sessions generated.")
        use(page, named(page, "Undo"))
        reads(page, "2 sessions removed.")


def test_a_session_of_24_hours_is_made_by_the_page(pages: FamilyPages, way):
    use, scripts = way
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/families/{pages.family_id}/sessions/new/")
        page.get_by_label("Day").fill("2026-06-05")
        page.get_by_label("From").fill("08:00")
        page.get_by_label("To", exact=True).fill("08:00")
        use(page, named(page, "Add this session"))
        reads(page, "24 h")
