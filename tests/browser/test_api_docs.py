"""/api/docs lets a signed-in person try an operation: as themselves, with nothing kept in the browser."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.page_objects import WITHOUT_SERVICE_WORKER

pytestmark = pytest.mark.no_database

KEPT = "() => JSON.stringify([localStorage, sessionStorage])"


def send(page: Page, operation: str, **fields: str) -> dict:
    """Fill in and send the form of an operation, by its names alone. What is answered."""
    entry = page.locator(f"#{operation}")
    entry.get_by_text("Try it").press("Enter")
    for label, text in fields.items():
        entry.locator(f"[name={label}]").fill(text)
    entry.get_by_role("button", name="Send").press("Enter")
    expect(entry.get_by_role("status")).not_to_be_empty()
    answer = entry.locator("[data-answer]").text_content()
    return {"status": entry.get_by_role("status").text_content()[:3], "body": json.loads(answer or "null")}


@pytest.mark.nightly  # by day tests/api/test_openapi.py sees the forms
def test_a_member_reads_as_themselves_and_runs_dry_what_writes(new_user, family):
    user = new_user()
    user.sign_in(family.parent.email)
    user.open("/api/docs")
    kept = user.page.evaluate(KEPT)
    me = send(user.page, "getMe")
    assert (me["status"], me["body"]["email"]) == ("200", family.parent.email)
    june = json.dumps({"from": "2026-06-01", "to": "2026-06-30", "dryRun": False})
    generated = send(user.page, "generateSessionsFromSchedule", scheduleId=family.schedule, body=june)
    assert (generated["status"], generated["body"]["dryRun"], len(generated["body"]["created"])) == ("200", True, 13)
    assert family.ana.get(f"/families/{family.id}/care-sessions").json()["items"] == []
    expect(user.page.locator("#createFamily").get_by_text("Try it")).to_have_count(0)
    assert user.page.evaluate(KEPT) == kept


@pytest.mark.nightly  # by day tests/api/test_openapi.py sees that each has its form then
def test_among_example_families_everything_can_be_tried(browser: Browser, example):
    with browser.new_context(base_url=example.base_url, **WITHOUT_SERVICE_WORKER) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Ada").click()
        page.goto("/api/docs")
        families = send(page, "getFamilies")["body"]["items"]
        # The same name again: other tests walk through this book.
        body = json.dumps({"name": families[0]["name"]})
        changed = send(page, "updateFamily", familyId=families[0]["id"], body=body)
        assert (changed["status"], changed["body"]["name"]) == ("200", families[0]["name"])
