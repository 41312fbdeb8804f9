"""The one HTTP client for addresses that a person gave: outside calendars, and the push services of browsers.

Such an address may lead anywhere. A name is looked up once for each connection, every IP address that it has is
checked, and the connection is made to the very one that was checked. All of a request ends within its total time,
however slowly the other side sends. Nothing is taken from the environment, no proxy either.
"""

import base64
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from time import monotonic
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import httpcore

from handsel.rules.ip_addresses import IpAddress

_REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 3
_MOST_ADDRESSES = 4  # of one name are tried
_CONNECT = 5.0  # seconds for each of them


class Reason(StrEnum):
    """The reason why there is no response that can be used, as a word that tells nothing of the address."""

    UNREACHABLE = "unreachable"
    NOT_PUBLIC = "not_public"
    REFUSED = "refused"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"


class RequestFailed(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Response:
    """The response. headers: their names in lower case. body: of a 200, where one was wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    is_allowed: Callable[[IpAddress], bool],
    follow: Callable[[str], SplitResult | None] | None = None,
    seconds: float,
    most_bytes: int = 0,
) -> Response:
    """Send one request and give back what is answered. Raises RequestFailed.

    is_allowed: whether an IP address may be connected to; NOT_PUBLIC where a name has a single one that may not.
    follow: reads the address that a redirect leads to, None where it may not be followed; without it the redirect is
    the response. A login in the address goes to its own origin alone. seconds: for all of it but the looking up of
    names, which has the system's own limit. most_bytes: of the body; 0 reads none.
    """
    address = urlsplit(url)
    login = _login(address)
    network = _GuardedBackend(is_allowed, monotonic() + seconds)
    try:
        with httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=network) as pool:
            for _ in range(1 + MOST_REDIRECTS):
                sent = [*headers.items(), *login.items()]
                with pool.stream(method, _without_login(address), headers=sent, content=content) as answer:
                    response = _read(answer, most_bytes)
                if follow is None or response.status not in _REDIRECTS:
                    return response
                target = _redirected(address, response, follow)
                if _origin(target) != _origin(address):
                    login = {}
                address = target
    except httpcore.TimeoutException:
        raise RequestFailed(Reason.TOO_SLOW) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError):
        raise RequestFailed(Reason.UNREACHABLE) from None
    raise RequestFailed(Reason.BROKEN)


def _read(answer: httpcore.Response, most_bytes: int) -> Response:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
    body = bytearray()
    if most_bytes and answer.status == 200:
        for piece in answer.iter_stream():
            body += piece
            if len(body) > most_bytes:
                raise RequestFailed(Reason.TOO_LARGE)
    return Response(answer.status, headers, bytes(body))


def _redirected(address: SplitResult, response: Response, follow: Callable[[str], SplitResult | None]) -> SplitResult:
    try:
        target = follow(urljoin(address.geturl(), response.headers.get("location", "")))
    except ValueError:
        target = None
    if target is None:
        raise RequestFailed(Reason.NOT_PUBLIC)
    return target


def _without_login(address: SplitResult) -> str:
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def _login(address: SplitResult) -> dict[str, str]:
    """Return the name and password of an address as a header, which is how they travel."""
    if address.username is None:
        return {}
    pair = f"{unquote(address.username)}:{unquote(address.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    return address.scheme, address.hostname, address.port


@cache
def _ssl_context() -> ssl.SSLContext:
    """Return the TLS context, made once, since it takes longer than a request to read whom the machine trusts."""
    return httpcore.default_ssl_context()


def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name, in the order in which they are to be tried."""
    return list(dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class _GuardedBackend(httpcore.NetworkBackend):
    """A network backend that connects to IP addresses that were checked, and to nothing after the deadline."""

    def __init__(self, is_allowed: Callable[[IpAddress], bool], deadline: float) -> None:
        self._is_allowed, self._deadline = is_allowed, deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = [ip_address(text) for text in look_up(host, port)]
        except (OSError, ValueError):  # UnicodeError is one
            raise RequestFailed(Reason.UNREACHABLE) from None
        if not all(map(self._is_allowed, addresses)):
            raise RequestFailed(Reason.NOT_PUBLIC)
        failure: Exception = RequestFailed(Reason.UNREACHABLE)
        for address in addresses[:_MOST_ADDRESSES]:
            patience = min(_CONNECT, _seconds_until(self._deadline))
            try:
                stream = self._network.connect_tcp(str(address), port, patience, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing is waited for beyond the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds_until(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _seconds_until(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _seconds_until(self._deadline))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _seconds_until(deadline: float) -> float:
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise httpcore.TimeoutException
    return seconds
