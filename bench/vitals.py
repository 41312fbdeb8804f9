"""What a person waits for: the largest paint of the main pages of the example families, in Chromium on a phone.

Run it through script/bench. Pages are asked for anew each time, with what a browser keeps of styles and scripts. May
take one second, and nothing may move afterwards.
"""

import os
import statistics
import sys

from playwright.sync_api import Page

from script.screenshots import chromium
from tests.workflows.dated import DatedServer

ROUNDS = 5
BOUND = 1000
PAGES = {"noor": ["/today/", "/calendar/", "/calendar/?view=month", "/inbox/"], "ana": ["/", "/records/"]}
_VITALS = """() => new Promise(done => {
    const found = {paint: 0, shift: 0};
    const watch = (type, add) => new PerformanceObserver(list => list.getEntries().forEach(add))
        .observe({type, buffered: true});
    watch("largest-contentful-paint", one => { found.paint = one.startTime });
    watch("layout-shift", one => { found.shift += one.value });
    setTimeout(() => done(found), 300);
})"""


def vitals(page: Page, path: str) -> tuple[float, float]:
    """Milliseconds to the largest paint, and how much shifted."""
    page.goto(path)
    measured = page.evaluate(_VITALS)
    return measured["paint"], measured["shift"]


def main() -> None:
    server = DatedServer("postgresql" if os.environ.get("DATABASE_URL") else "sqlite", HANDSEL_EXAMPLE="1")
    server.it_is("2026-12-09 08:18")
    server.start()
    try:
        with chromium() as browser:
            for who, paths in PAGES.items():
                context = browser.new_context(base_url=server.base_url, viewport={"width": 390, "height": 844})
                page = context.new_page()
                page.goto("/accounts/login/")
                page.get_by_role("button", name=who.title()).click()
                page.wait_for_load_state("networkidle")
                for path in paths:
                    rounds = [vitals(page, path) for _ in range(ROUNDS)]
                    paint = statistics.median(paint for paint, _ in rounds)
                    shifted = max(shift for _, shift in rounds)
                    sys.stdout.write(
                        f"{server.database:11} {who:5} {path:22} {paint:6.0f} ms   {paint / BOUND:5.2f} x the bound"
                        f"   shift {shifted:g}\n"
                    )
                context.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
