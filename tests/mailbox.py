"""An SMTP server for tests, which keeps letters and can refuse, wait or hang up."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """As a context manager: `url` is what HANDSEL_MAIL_URL wants to know, next() the letter that came first.

    refuses: what it says of a receiver instead of OK, as in {"ana@example.com": "550 No such user"}; for "" of all.
    greylists: whoever writes to somebody for the first time is asked to come again. says: its answer to a letter that
    it does not take. dislikes: a word that makes a letter look like spam. slow: for how many seconds it says nothing to
    a letter.
    """

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.refuses: dict[str, str] = {}
        self.greylists = False
        self.says = "250 OK"
        self.dislikes = ""
        self.slow = 0.0
        self._known: set[str] = set()
        self._letters: Queue[EmailMessage] = Queue()
        self._controller = self._new()

    @property
    def mailers(self) -> dict[str, Any]:
        """What settings.MAILERS is to be."""
        there = {"host": "127.0.0.1", "port": self.port}
        return {"default": {"BACKEND": "handsel.outbound.smtp.Backend", "OPTIONS": there}}

    def next(self) -> EmailMessage:
        return self._letters.get(timeout=20)

    def is_empty(self) -> bool:
        return self._letters.empty()

    def all(self) -> list[EmailMessage]:
        """Those that have come."""
        return [self.next() for _ in range(self._letters.qsize())]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers at its address for a while."""
        self._controller.stop()
        yield
        self._controller = self._new()
        self._controller.start()

    async def handle_RCPT(self, _server, _session, envelope, address: str, _options) -> str:  # noqa: N802
        if refusal := self.refuses.get(address, self.refuses.get("")):
            return refusal
        if self.greylists and address not in self._known:
            self._known.add(address)
            return "451 Come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  aiosmtpd's names
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.dislikes and self.dislikes.encode() in envelope.content:
            return "554 Looks like spam"
        if self.says.startswith("250"):
            self._letters.put(message_from_bytes(envelope.content, policy=policy.default))
        return self.says

    def _new(self) -> Controller:
        return Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
