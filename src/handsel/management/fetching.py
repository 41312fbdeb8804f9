"""Reading a file from an address that somebody typed in: carefully, since it may lead anywhere.

Only to where rules.outside_calendars lets it: a name is looked up once for each connection, and the connection is made
to the very address that was looked at. Redirects are followed by hand, with the same look. Nothing is taken from the
environment, no proxy either.
"""

import base64
import socket
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin

import httpcore

from handsel.rules import outside_calendars
from handsel.rules.outside_calendars import Trouble

_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_NUMBERS = 4  # of one name are tried
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect and between two bytes, bytes once unpacked. How long all of it may take is the caller's."""

    connect: float = 5
    read: float = 10
    size: int = 2_000_000
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Fetched:
    """text is None where the server says that nothing has changed."""

    text: bytes | None
    etag: str
    last_modified: str


class Failed(Exception):
    """It could not be read; the trouble says why, and nothing of where."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble)


LookUp = Callable[[str, int], Iterable[str]]


def looked_up(host: str, port: int) -> list[str]:
    """The numbers of a name, in the order in which they are to be tried."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class _Careful(httpcore.NetworkBackend):
    """Connects to what was looked at."""

    def __init__(self, look_up: LookUp, *, at_home: bool) -> None:
        self._look_up, self._at_home = look_up, at_home
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        try:
            numbers = [ip_address(number) for number in self._look_up(host, port)]
        except (OSError, ValueError):  # UnicodeError is one
            raise Failed(Trouble.UNREACHABLE) from None
        if not outside_calendars.may_be_asked(numbers, at_home=self._at_home):
            raise Failed(Trouble.NOT_PUBLIC)
        trouble: Exception = Failed(Trouble.UNREACHABLE)
        for number in numbers[:_MOST_NUMBERS]:
            try:
                return self._network.connect_tcp(str(number), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as one:
                trouble = one
        raise trouble


def fetch(
    address: str,
    *,
    etag: str = "",
    last_modified: str = "",
    at_home: bool = False,
    limits: Limits = Limits(),
    look_up: LookUp = looked_up,
) -> Fetched:
    """What is at the address. etag and last_modified: what is known already, not to be sent again. Raises Failed."""
    headers = {"User-Agent": "Handsel", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    seconds = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
    here = outside_calendars.split(address, at_home=at_home)
    login = _login(here) if here else {}
    try:
        with httpcore.ConnectionPool(network_backend=_Careful(look_up, at_home=at_home)) as pool:
            for _ in range(1 + limits.redirects):
                if here is None:
                    raise Failed(Trouble.NOT_PUBLIC)
                with pool.stream(
                    "GET", _asked(here), headers=headers | login, extensions={"timeout": seconds}
                ) as answer:
                    said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                    if answer.status not in _REDIRECTS:
                        return _read(answer, said, limits.size, conditional=bool(etag or last_modified))
                there = _next(here, said.get("location", ""), at_home=at_home)
                if there is None or _door(there) != _door(here):
                    login = {}  # a name and a password are for who they were given to
                here = there
    except httpcore.TimeoutException:
        raise Failed(Trouble.TOO_SLOW) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError):
        raise Failed(Trouble.UNREACHABLE) from None
    raise Failed(Trouble.BROKEN)


def _next(here: SplitResult, location: str, *, at_home: bool) -> SplitResult | None:
    try:
        return outside_calendars.split(urljoin(here.geturl(), location), at_home=at_home)
    except ValueError:
        return None


def _asked(address: SplitResult) -> str:
    """The address without a name and password, which travel in a header."""
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def _login(address: SplitResult) -> dict[str, str]:
    if address.username is None:
        return {}
    pair = f"{unquote(address.username)}:{unquote(address.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _door(address: SplitResult) -> tuple[str, str | None, int | None]:
    return address.scheme, address.hostname, address.port


def _read(answer: httpcore.Response, said: dict[str, str], most: int, *, conditional: bool) -> Fetched:
    known_as = _sendable(said.get("etag", ""), 255), _sendable(said.get("last-modified", ""), 64)
    if answer.status == 304 and conditional:
        return Fetched(None, *known_as)
    if answer.status != 200:
        is_no = 400 <= answer.status < 500 and answer.status not in (408, 425, 429)
        raise Failed(Trouble.REFUSED if is_no else Trouble.BROKEN)
    packed = said.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "", "gzip", "x-gzip"):
        raise Failed(Trouble.BROKEN)
    unpack = zlib.decompressobj(_GZIP) if "gzip" in packed else None
    text = bytearray()
    for piece in answer.iter_stream():
        try:
            # One byte more than may be tells that there is more.
            text += unpack.decompress(piece, most + 1 - len(text)) if unpack else piece
        except zlib.error:
            raise Failed(Trouble.BROKEN) from None
        if len(text) > most:
            raise Failed(Trouble.TOO_LARGE)
    if unpack and not unpack.eof:
        raise Failed(Trouble.BROKEN)
    return Fetched(bytes(text), *known_as)


def _sendable(value: str, most: int) -> str:
    """What a server calls its state, if it can be said to it again."""
    return value if value.isascii() and value.isprintable() and len(value) <= most else ""
