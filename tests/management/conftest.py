from collections.abc import Iterator

import pytest

from handsel.management import delivery
from tests.mailbox import Mailbox
from tests.management.outside import Outside


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """A mail server to which this process hands its letters."""
    with Mailbox() as started:
        settings.MAILERS = started.mailers
        settings.ADDRESS = "https://book.example.org"
        settings.DEFAULT_FROM_EMAIL = "Handsel <handsel@example.org>"
        yield started


@pytest.fixture
def mail_is_set_up(settings) -> None:
    settings.MAIL_IS_SET_UP = True


@pytest.fixture
def outside(monkeypatch) -> Outside:
    outside = Outside()
    monkeypatch.setattr(delivery, "send_mail", outside.mail)
    monkeypatch.setattr(delivery, "send_push", outside.push)
    monkeypatch.setattr(delivery, "send_invitation", outside.invite)
    return outside
