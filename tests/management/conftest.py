from collections.abc import Iterator

import pytest

from tests.mailbox import Mailbox


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """A mail server to which this process hands its letters."""
    with Mailbox() as started:
        settings.MAILERS = started.mailers
        settings.ADDRESS = "https://book.example.org"
        settings.DEFAULT_FROM_EMAIL = "Handsel <handsel@example.org>"
        yield started
