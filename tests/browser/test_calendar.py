"""The calendar by keys alone, on a phone and on a wide screen, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import printing
from tests.browser.household import SampleFamily
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

SCREENS = {"phone": {"width": 390, "height": 844}, "wide": {"width": 1280, "height": 800}}
BY_DAY_ON_A_PHONE = ["phone", pytest.param("wide", marks=pytest.mark.nightly)]
WEDNESDAY = "2026-12-09"


@pytest.fixture(scope="module")
def server(example: DatedServer) -> DatedServer:
    return example


@pytest.fixture(params=BY_DAY_ON_A_PHONE)
def screen(request, page: Page) -> str:
    page.set_viewport_size(SCREENS[request.param])
    return request.param


def sign_in(page: Page, who: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(f"{who}@example.org")
    page.get_by_label("Password").fill("handsel-example")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "login" not in address)


def focused(page: Page) -> str:
    """The id of what has the focus, else its address."""
    return page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href') || ''")


def test_noor_reads_her_week_by_keys(page, screen):
    sign_in(page, "noor")
    page.goto("/calendar/")
    page.keyboard.press("ArrowRight")
    assert focused(page) == f"day-{WEDNESDAY}"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "day-2026-12-10"
    page.keyboard.press("ArrowDown")  # free until one
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("/sessions/")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "day-2026-12-10"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thursday, 10 December")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1)).to_contain_text("13 December")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("December 2026")


@pytest.mark.nightly
def test_the_arrows_turn_the_page_at_the_edge_of_the_week(page, screen):
    sign_in(page, "noor")
    page.goto("/calendar/")
    page.locator("#day-2026-12-13").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#day-2026-12-14")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#day-2026-12-13")).to_be_focused()


@pytest.mark.nightly
def test_the_month_is_walked_by_days_and_weeks_and_a_day_opens_below(page, screen):
    sign_in(page, "noor")
    page.goto("/calendar/?view=month")
    page.locator(f"#day-{WEDNESDAY}").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "day-2026-12-18"
    page.keyboard.press("Enter")
    chosen = page.locator("#chosen")
    expect(chosen.get_by_role("heading", level=2)).to_have_text("Friday, 18 December")
    expect(
        chosen.get_by_role("link", name=re.compile("Emma and Theo ?, Riveras, Fri 18 Dec, 06:00.14:30, confirmed"))
    ).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#chosen").get_by_role("heading", level=2)).to_have_text("Wednesday, 9 December")


@pytest.mark.nightly
def test_keys_take_nothing_from_a_field_nor_with_a_modifier_and_can_be_switched_off(page):
    sign_in(page, "noor")
    page.set_viewport_size(SCREENS["wide"])
    page.goto("/calendar/")
    page.get_by_label("Families shown").focus()
    page.keyboard.press("m")
    page.locator(f"#day-{WEDNESDAY}").focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("Alt+ArrowDown")
    assert focused(page) == f"day-{WEDNESDAY}"
    page.get_by_role("checkbox", name="Keys: T today, W week, M month.").uncheck()
    page.locator(f"#day-{WEDNESDAY}").focus()
    page.keyboard.press("m")
    page.wait_for_timeout(200)
    assert page.url.endswith("/calendar/")
    page.reload()
    expect(page.get_by_role("checkbox", name="Keys: T today")).not_to_be_checked()


@pytest.mark.nightly
def test_choosing_a_family_shows_it(page, screen):
    sign_in(page, "noor")
    page.goto("/calendar/")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    page.get_by_label("Families shown").select_option(label="Okafors")
    page.wait_for_url("**family=*")
    expect(page.get_by_role("main").get_by_text("Emma and Theo")).to_have_count(0)


def test_a_press_on_free_time_begins_the_session_where_it_was_pressed(page):
    sign_in(page, "ana")
    page.set_viewport_size(SCREENS["wide"])
    page.goto("/calendar/?date=2026-12-14")
    gap = page.locator(".week-day", has=page.locator("#day-2026-12-13")).locator(".gap")
    box = gap.bounding_box()
    # 07:00 to 21:00 are all the height: ten past ten is here.
    gap.click(position={"x": 20, "y": box["height"] * (3 + 10 / 60) / 14})
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a session")
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    assert query == {"day": "2026-12-13", "from": "10:00", "to": "14:00"}


def test_nothing_overlaps_or_leaves_its_column(page):
    sign_in(page, "noor")
    page.set_viewport_size(SCREENS["wide"])
    page.goto("/calendar/?date=2026-12-18")
    for day in page.locator(".day-track").all():
        column = day.bounding_box()
        boxes = [entry.bounding_box() for entry in day.locator(".session-entry").all()]
        for number, box in enumerate(boxes):
            assert column["x"] - 1 <= box["x"]
            assert box["x"] + box["width"] <= column["x"] + column["width"] + 1
            for other in boxes[:number]:
                beside = box["x"] + box["width"] <= other["x"] + 1 or other["x"] + other["width"] <= box["x"] + 1
                below = box["y"] + box["height"] <= other["y"] + 1 or other["y"] + other["height"] <= box["y"] + 1
                assert beside or below


@pytest.mark.nightly
def test_a_day_a_week_and_a_month_print_on_one_sheet_across_with_every_name(page):
    sign_in(page, "noor")
    for view, on_screen in printing.VIEWS.items():
        page.goto(f"/calendar/?view={view}&date=2026-12-18")
        names = page.locator(on_screen).evaluate_all(printing.NAMES)
        printing.check_sheet(page.pdf(prefer_css_page_size=True), names)


@pytest.mark.parametrize("screen", BY_DAY_ON_A_PHONE)
@pytest.mark.nightly
def test_without_javascript_every_place_is_a_link_or_a_button(browser: Browser, server: DatedServer, screen):
    with browser.new_context(base_url=server.base_url, java_script_enabled=False, viewport=SCREENS[screen]) as context:
        page = context.new_page()
        sign_in(page, "noor")
        page.goto("/")
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Calendar").click()
        page.get_by_role("link", name="Later").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("20 December")
        page.get_by_role("link", name="Month").click()
        page.get_by_label("Families shown").select_option(label="Okafors")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Thursday, 17 December").click()
        page.locator("#chosen").get_by_role(
            "link", name=re.compile("Zuri ?, Thu 17 Dec, 13:00.18:30, confirmed")
        ).click()
        page.wait_for_url("**/sessions/**")
        expect(page.get_by_role("heading", level=1)).to_contain_text("17 December")


# Blocks in which one does not see when they begin: as much of it as 10:00 is wide.
_HIDDEN = """() => [...document.querySelectorAll(".session-entry")].filter(entry => {
    const [box, line, start] = [entry, ...entry.querySelectorAll(".session-time, .session-time time:first-of-type")]
        .map(one => one.getBoundingClientRect());
    const seen = Math.min(box.right, line.right, start.right) - start.left;
    const isInside = start.left >= box.left && start.top >= box.top && start.bottom <= box.bottom;
    return !isInside || seen < Math.min(30, start.width);
}).map(entry => entry.textContent.trim())"""


@pytest.mark.parametrize("new_user", ["wide"], indirect=True)
@pytest.mark.parametrize("cycle", [pytest.param(24, marks=pytest.mark.nightly), 12])  # 12 takes more room
@pytest.mark.nightly
def test_a_day_of_four_at_once_leaves_the_others_room_and_each_block_its_hours(family: SampleFamily, new_user, cycle):
    crowded = [("09:00", "12:00"), ("10:00", "11:00"), ("10:30", "14:00"), ("10:45", "11:15"), ("17:00", "17:15")]
    emma = family.noor.get(f"/families/{family.id}/children").json()["items"][0]["id"]
    for start, end in [*crowded, ("18:30", "20:00")]:
        times = {"scheduledStart": f"2026-06-04T{start}:00-04:00", "scheduledEnd": f"2026-06-04T{end}:00-04:00"}
        made = family.noor.post(f"/families/{family.id}/care-sessions", json={**times, "childIds": [emma]})
        assert made.is_success, made.text
    family.generate("2026-06-01", "2026-06-05")
    noor = new_user()
    noor.sign_in(family.nanny.email)
    noor.open("/settings/")
    noor.page.locator(f"[name=hour_cycle][value='{cycle}']").check(force=True)
    noor.press("Save")
    noor.open("/calendar/?date=2026-06-04")
    expect(noor.page.locator(".day-track[data-lanes='4']")).to_have_count(1)
    assert noor.page.locator(".week").evaluate("week => week.scrollWidth <= week.clientWidth")
    assert all(day.bounding_box()["height"] <= 48 for day in noor.page.locator(".week .day-date").all())
    assert noor.page.evaluate(_HIDDEN) == []
