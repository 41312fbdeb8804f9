"""SMTP with a limit to each step, however slowly the bytes come: Django's backend with connections of our own.

A mail server has ten seconds for each word until the letter is handed over, and then ten minutes to say whether it
takes it (RFC 5321, 4.5.3.2): spam scans take their time, and who gives up sooner sends the letter again.
"""

import io
import math
import re
import smtplib
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# All in seconds. To connect, and for each word before the letter; for the letter itself, to a server that reads slowly.
WORD, LETTER = 10.0, 60.0
# For all of that together, and for the answer to the letter.
BEFORE, ANSWER = 180.0, 600.0

_COMPLETED, _POSTPONED, _REFUSED = 2, 4, 5  # the first digit of an answer (RFC 5321, 4.2.1)
_PIECE = 16_384  # bytes
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class NoAnswer(smtplib.SMTPServerDisconnected):
    """The letter was handed over, and it was not said whether it was taken: it may have been."""


class _Answers(io.RawIOBase):
    """The bytes that come from a socket until an instant of the monotonic clock."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(_left(self.until))
        return self.sock.recv_into(buffer)


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class Connection(smtplib.SMTP):
    """A connection whose every step ends in time. handed_over: is called once the whole letter has left."""

    handed_over: Callable[[], None] | None = None

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        """Connect to the first of the addresses that answers; each has its share of the time."""
        self._until = monotonic() + BEFORE
        until = min(monotonic() + WORD, self._until)
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for tried, (*_, (address, *_)) in enumerate(addresses, start=1):
            share = _left(until) / (len(addresses) - tried + 1)
            try:
                sock = socket.create_connection((str(address), port), share)
            except OSError:
                if tried == len(addresses):
                    raise
            else:
                sock.settimeout(_left(until))  # for the TLS that may follow
                return sock
        raise OSError("no address")

    def getreply(self) -> tuple[int, bytes]:
        return self._reply(WORD)

    def _reply(self, seconds: float) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self._answers = _Answers(self.sock)
            self.file = io.BufferedReader(self._answers)
        self._answers.until = min(monotonic() + seconds, self._until)
        reply = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(WORD)  # for the TLS that may follow
        return reply

    def send(self, text: Any) -> None:
        self._send(text.encode(self.command_encoding) if isinstance(text, str) else text, WORD)

    def _send(self, octets: bytes, seconds: float) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        until = min(monotonic() + seconds, self._until)
        try:
            for start in range(0, len(octets), _PIECE):
                self.sock.settimeout(_left(until))
                self.sock.sendall(octets[start : start + _PIECE])
        except OSError as trouble:
            self.close()
            raise smtplib.SMTPServerDisconnected(type(trouble).__name__) from trouble

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the letter over; return 250 if it was taken, else the number with which it was not.

        Raises NoAnswer where the server says nothing of either, and SMTPDataError where it does not even want to see
        the letter.
        """
        code, reply = self.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        end = b"" if msg.endswith(b"\r\n") else b"\r\n"
        self._send(_LEADING_DOT.sub(b"..", msg) + end + b".\r\n", LETTER)
        self._until = math.inf
        if self.handed_over:
            self.handed_over()
        try:
            code, reply = self._reply(ANSWER)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as trouble:
            raise NoAnswer from trouble
        if code // 100 not in (_COMPLETED, _POSTPONED, _REFUSED):
            raise NoAnswer
        return (250, reply) if code // 100 == _COMPLETED else (code, reply)


class TlsConnection(smtplib.SMTP_SSL, Connection):
    """The same over TLS from the first byte."""


class Backend(EmailBackend):
    @property
    def connection_class(self) -> type[Connection]:
        return TlsConnection if self.use_ssl else Connection

    def _send(self, email_message: Any) -> bool:
        if isinstance(self.connection, Connection):
            self.connection.handed_over = getattr(email_message, "handed_over", None)
        return bool(super()._send(email_message))  # type: ignore[misc]  # Django's own method for one message
