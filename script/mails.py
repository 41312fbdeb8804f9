"""Take the pictures of docs/screenshots/mails anew: every kind of mail, as a phone shows it, light and dark.

What they say comes from the people of the tests, by the same way as every mail.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import django
from django.test.utils import setup_test_environment
from playwright.sync_api import Browser

from script.screenshots import chromium

PICTURES = Path(__file__).parents[1] / "docs" / "screenshots" / "mails"
WIDTH, COLUMNS = 390, 5


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    setup_test_environment()
    with empty_book():
        written = letters()
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        for light in ("light", "dark"):
            take(browser, written, light)


@contextmanager
def empty_book() -> Iterator[None]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def letters() -> list[str]:
    """The HTML of a letter of each kind, and of an invitation."""
    from django.conf import settings

    from handsel.actions import invitations
    from handsel.models import User
    from handsel.notices.delivery import ValidNotice, still_valid
    from handsel.pages import letters
    from handsel.rules.drafts import Draft
    from handsel.rules.roles import Role
    from tests import notice_factory, world

    settings.ADDRESS = "https://book.example.org"
    people = world.build()
    User.objects.filter(pk=people.luis.pk).update(language="es")
    written = []
    for notice in notice_factory.of_every_kind(people):
        entry = still_valid(notice.person, [notice], at=world.NOW)[notice.id]
        short = ValidNotice(notice, entry.sessions[:8], entry.standing)
        written.append(letters.of_notices([short], [notice.id]).html)
    draft = Draft.of(email="luis@example.com", role=Role.NANNY)
    invitation, secret = invitations.invite(people.okafors.id, draft, by=people.ada, **world.ON_THE_WEB)
    return [*written, letters.of_invitation(invitation, secret, invitation.id).html]


def take(browser: Browser, written: list[str], light: str) -> None:
    """All of them beside one another, each in a frame as wide as a phone."""
    frames = "".join(f'<iframe srcdoc="{escape(html)}"></iframe>' for html in written)
    style = f"body{{margin:0;columns:{COLUMNS};column-gap:0}} iframe{{display:block;border:0;break-inside:avoid}}"
    style += f" iframe{{width:{WIDTH}px}}"
    size = {"width": WIDTH * COLUMNS, "height": 800}
    with browser.new_context(viewport=size, color_scheme=light) as context:
        page = context.new_page()
        page.set_content(f"<!DOCTYPE html><style>{style}</style>{frames}")
        page.evaluate(
            "for (const frame of document.querySelectorAll('iframe'))"
            " frame.style.height = frame.contentDocument.documentElement.scrollHeight + 'px'"
        )
        page.screenshot(path=PICTURES / f"{light}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
