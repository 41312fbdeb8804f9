"""What was forgotten is put right by keys alone and without scripts, wherever it asks, and axe finds nothing there.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.page_objects import PASSWORD, FamilyPages, family_pages
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


def test_a_forgotten_day_is_recorded_taken_back_and_called_off(pages: FamilyPages, way):
    use, scripts = way
    pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-02 08:00")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        use(page, named(page, "As planned"))
        reads(page, "Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
        use(page, named(page, "Undo"))
        page.goto(pages.home)
        use(page, named(page, "Other times"))
        page.locator("main input[name=starts]").fill("06:10")
        use(page, named(page, "Save"))
        reads(page, "Recorded: Mon 1 Jun, 06:10–14:30, 8 h 20 min.")
        use(page, named(page, "Undo"))
        page.goto(pages.home)
        use(page, named(page, "Didn’t happen"))
        use(page, named(page, "We called it off"))
        reads(page, "Cancelled:")


def test_a_forgotten_day_is_recorded_from_the_mail_of_the_next_morning(pages: FamilyPages, way):
    use, scripts = way
    day = 1 if scripts else 3  # a morning asks once
    session = pages.session(f"2026-06-0{day}T06:00", f"2026-06-0{day}T14:30", confirmed=True)
    pages.server.it_is(f"2026-06-0{day + 1} 09:05")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.context.clear_cookies()  # mails are read where nobody is signed in
        page.goto(link_of_reminder(pages))
        reads(page, "Did this happen?")
        use(page, named(page, "Record as planned"))
        reads(page, f"Recorded: {'Mon 1' if scripts else 'Wed 3'} Jun, 06:00–14:30, 8 h 30 min.")
        assert pages.ask(pages.ana, "GET", f"/care-sessions/{session}")["status"] == "COMPLETED"
        use(page, named(page, "Undo"))
        use(page, named(page, "Other times, or it did not happen"))
        page.locator("input[name=login]").fill(pages.ana.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        reads(page, "Did this happen?")
        use(page, named(page, "As planned"))
        reads(page, f"Recorded: {'Mon 1' if scripts else 'Wed 3'} Jun, 06:00–14:30, 8 h 30 min.")
    pages.signed_in.clear()


def link_of_reminder(pages: FamilyPages) -> str:
    """Where the button of Ana's letter leads, once the worker has looked."""
    code = (
        "from django.utils import timezone; from handsel.access import mail_links; from handsel.models import Notice;"
        "from handsel.notices import reminders; reminders.remind(timezone.now());"
        f"notice = Notice.objects.filter(person='{pages.ana.id}', kind='reminder.not_recorded').latest('id');"
        "print(mail_links.answer_token(notice.id))"
    )
    done = pages.server.command("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return f"/mail/answer/{done.stdout.strip()}/"


def test_a_forgotten_end_is_asked_for(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 06:02")
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/start")
    pages.server.it_is("2026-06-01 15:10")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "14:30 as planned"))
        reads(page, "Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")
        use(page, named(page, "Undo"))
        reads(page, "When did it end?")
        use(page, named(page, "14:30 as planned"))
        reads(page, "Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")


def test_that_one_is_late_is_told_with_a_note(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 05:40")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        use(page, named(page, "Running late"))
        page.get_by_label("Minutes late").fill("a while")
        page.get_by_label("Add a note").fill("The bus.")
        use(page, named(page, "Send"))
        reads(page, "Enter a whole number from 1 to 240.")
        expect(page.get_by_label("Add a note")).to_have_value("The bus.")
        page.get_by_label("Minutes late").fill("25")
        use(page, named(page, "Send"))
        reads(page, "Sent: 25 min late.")


def test_a_late_start_says_when_it_was_and_is_put_right(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 06:40")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        use(page, named(page, "Start"))
        reads(page, "When did it start?")
        use(page, named(page, "Other time"))
        page.locator("main input[name=time]").fill("")
        use(page, named(page, "Save"))
        reads(page, "Fill this in.")
        page.locator("main input[name=time]").fill("06:15")
        use(page, named(page, "Save"))
        page.goto(f"/sessions/{session}/started/")
        reads(page, "When did it start?")
        use(page, named(page, "06:00 as planned"))
        started = pages.ask(pages.noor, "GET", f"/care-sessions/{session}")["actualStart"]
        assert started == "2026-06-01T10:00:00Z"
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/complete")


def test_a_schedule_that_was_changed_is_repaired(pages: FamilyPages, way):
    use, scripts = way
    schedules = f"/families/{pages.family_id}/care-schedules"
    [mornings] = [row for row in pages.ask(pages.noor, "GET", schedules)["items"] if row["isActive"]]
    plan = {name: mornings[name] for name in ("name", "recurrence", "daysOfWeek", "startDate", "childIds")}
    schedule = pages.ask(pages.noor, "POST", schedules, plan | {"startTime": "15:00", "endTime": "18:00"})
    path = f"/care-schedules/{schedule['id']}"
    planned = {"from": "2026-06-08", "to": "2026-06-22"}
    assert len(pages.ask(pages.noor, "POST", f"{path}/generate-sessions", planned)["created"]) == 3
    pages.ask(pages.ana, "PATCH", path, {"daysOfWeek": ["TUESDAY"]})
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/schedules/{schedule['id']}/")
        use(page, named(page, "3 sessions no longer fit this schedule"))
        reads(page, "Mon 8 Jun")
        page.locator("main input[name=session]").first.set_checked(False)
        use(page, named(page, "Cancel selected"))
        reads(page, "2 sessions cancelled.")
        use(page, named(page, "1 session no longer fits this schedule"))
        use(page, named(page, "Keep selected"))
        page.goto(f"/schedules/{schedule['id']}/")
        use(page, named(page, "Plan the "))
        assert not page.locator("main .repair").count()
    pages.ask(pages.ana, "DELETE", path)


def test_what_was_not_sent_waits_for_its_person(pages: FamilyPages, way):
    use, scripts = way
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/families/{pages.family_id}/children/new/")
        page.get_by_label("First name").fill("Theo")
        page.context.clear_cookies(name="sessionid")
        use(page, named(page, "Add this child"))
        reads(page, "You were signed out before this was sent.")
        page.locator("input[name=login]").fill(pages.ana.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        reads(page, "This has not been sent yet.")
        use(page, named(page, "Add this child"))
        reads(page, "is added.")
    pages.signed_in.clear()
