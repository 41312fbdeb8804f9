"""Draw static/icons/*.png anew from the SVG beside them, for the phones that want pictures of a size."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parents[1] / "src/handsel/static/icons"
# An SVG, and the sizes of its pictures in pixels. Apple rounds the corners itself, as Android does a maskable icon's.
PICTURES = {
    "handsel": {"handsel-192": 192, "handsel-512": 512},
    "maskable": {"maskable-512": 512, "apple-touch": 180},
}


def main() -> None:
    with sync_playwright() as playwright:
        chromium = os.environ.get("HANDSEL_TEST_CHROMIUM") or None
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for drawing, pictures in PICTURES.items():
            for name, size in pictures.items():
                page = browser.new_page(viewport={"width": size, "height": size})
                svg = (ICONS / f"{drawing}.svg").read_text("utf-8")
                page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:100vw;height:100vh}}</style>{svg}")
                page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
