"""Being away by keys alone and without scripts: what becomes of the sessions, and what comes back; axe finds nothing.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Iterator

import pytest

from tests.browser.page_objects import FamilyPages, family_pages
from tests.browser.test_ill_tomorrow import nannies, two_families
from tests.browser.test_settling import choose
from tests.browser.test_taps import status
from tests.browser.ways import WAYS, named, reads
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly, pytest.mark.parametrize("way", WAYS)]


@pytest.fixture
def pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    dated.it_is("2026-06-01 20:00")
    with family_pages(dated, browser) as pages:
        yield pages


def test_who_is_ill_tomorrow_gives_back_and_takes_it_back(pages: FamilyPages, way):
    use, scripts = way
    sessions = two_families(pages)
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "I can’t come"))
        reads(page, "Next, you see your sessions on these days, in all your families.")
        use(page, named(page, "Tomorrow"))
        reads(page, "2 planned sessions")
        choose(page, "Give back")
        use(page, named(page, "Tell the families"))
        reads(page, "Time off saved: 2 sessions need a nanny.")
        assert nannies(pages, sessions) == [None, None]
        use(page, named(page, "Undo"))
        reads(page, "Time off undone. All sessions are as they were.")
    assert None not in nannies(pages, sessions)


def test_time_off_that_is_removed_offers_what_it_took(pages: FamilyPages, way):
    use, scripts = way
    sessions = two_families(pages)
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/cant-come/?from=2026-06-02&to=2026-06-02")
        choose(page, "Cancel")
        evening = page.get_by_label("Tue 2 Jun, 15:00–19:00")
        evening.select_option("Give back")
        use(page, named(page, "Tell the families"))
        reads(page, "1 session cancelled and 1 session needs a nanny")
        pages.server.it_is("2026-06-01 20:30")
        page.goto(f"/families/{pages.family_id}/time-off/")
        use(page, named(page, "Tue 2 Jun"))
        assert not named(page, "Undo").count()
        use(page, named(page, "Remove"))
        reads(page, "The family has to confirm them again.")
        use(page, named(page, "Plan 2 sessions again"))
        reads(page, "1 session restored and 1 session has its nanny again.")
    assert None not in nannies(pages, sessions)
    assert {status(pages, session)["status"] for session in sessions} == {"SCHEDULED"}


def test_hours_off_shorten_a_session_to_what_is_left(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-02T06:00", "2026-06-02T14:30", confirmed=True)
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/cant-come/")
        page.get_by_label("From").fill("2026-06-02")
        page.get_by_label("To", exact=True).fill("2026-06-02")
        page.get_by_label("Start time").fill("12:00")
        use(page, named(page, "Continue"))
        reads(page, "Hours need a start and an end.")
        page.get_by_label("End time").fill("18:00")
        use(page, named(page, "Continue"))
        reads(page, "If you shorten a confirmed session, the family has to confirm it again.")
        page.get_by_label("Tue 2 Jun, 06:00–14:30").select_option("Shorten to 06:00–12:00")
        use(page, named(page, "Tell Riveras"))
        reads(page, "1 session shortened")
    assert status(pages, session)["scheduledEnd"] == "2026-06-02T16:00:00Z"


def test_a_parent_settles_what_their_nannys_time_off_left_open(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-02T06:00", "2026-06-02T14:30", confirmed=True)
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/families/{pages.family_id}/time-off/")
        page.get_by_label("Who is away").select_option("Noor")
        page.get_by_label("From").fill("2026-06-02")
        page.get_by_label("To", exact=True).fill("2026-06-02")
        use(page, named(page, "Add time off"))
        reads(page, "1 planned session")
        choose(page, "Keep for now")
        use(page, named(page, "Save"))
        reads(page, "Time off saved: 1 session still planned.")
        page.goto(pages.home)
        reads(page, "Needs your attention")
        use(page, named(page, "Time off"))
        use(page, named(page, "Tue 2 Jun"))
        choose(page, "Find another nanny")
        use(page, named(page, "Save"))
        reads(page, "1 session needs a nanny")
        page.goto(pages.home)
        reads(page, "Needs a nanny")
        use(page, named(page, "Cancel"))
        reads(page, "Cancelled:")
    assert status(pages, session)["status"] == "CANCELLED"
