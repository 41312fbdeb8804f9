"""A mail server for tests: real SMTP, whose letters one can read."""

import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue

from aiosmtpd.controller import Controller


class Mailbox:
    """As a context manager: `url` is what HANDSEL_MAIL_URL wants to know, next() the letter that came first."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{port}"
        self._letters: Queue[EmailMessage] = Queue()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def next(self) -> EmailMessage:
        return self._letters.get(timeout=20)

    def is_empty(self) -> bool:
        return self._letters.empty()

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  aiosmtpd's name
        self._letters.put(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
