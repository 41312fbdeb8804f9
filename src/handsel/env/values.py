"""Readers of the text of a variable, and the row of the table that says what it means. Each reader raises ValueError,
with words that follow the variable's name.
"""

import dataclasses
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from handsel.rules import base64url, subscriptions
from handsel.rules.backups import BackupRule
from handsel.rules.ip_addresses import IpNetwork, parse_ip

ENCRYPTION_KEY_BYTES = 32


@dataclass(frozen=True)
class Mail:
    """The server that mail is handed to. `tls` is "tls" (from the first byte), "starttls" or "" (this machine only)."""

    host: str
    port: int
    user: str
    password: str
    tls: str


@dataclass(frozen=True)
class Bucket:
    """A bucket of S3-compatible storage, at the server that keeps it."""

    endpoint: str
    name: str
    key: str
    secret: str
    region: str | None


@dataclass(frozen=True)
class ErrorReports:
    """Where errors are reported to, and the key that opens it."""

    endpoint: str
    key: str


def variable(
    name: str,
    read: Callable[[str], Any],
    meaning: str,
    *,
    default: Any = None,
    shown: str = "none",
) -> Any:
    """Return one row of the table. `shown` is the default in words, for the page."""
    return dataclasses.field(
        default=default,
        metadata={"name": name, "read": read, "meaning": meaning, "shown": shown},
    )


def directory(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"must name a directory, and {path} is not one")
    return path


def flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("must be 1 or 0")


def seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text):
        raise ValueError("must be a number of seconds, such as 0.5")
    return float(text)


def switch(text: str) -> bool:
    if text.lower() not in {"on", "off"}:
        raise ValueError("must be on or off")
    return text.lower() == "on"


def _matching(pattern: str, wrong: str) -> Callable[[str], str]:
    """Return a reader of texts that match the whole pattern."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(wrong)
        return text

    return read


log_format = _matching("plain|json", "must be plain or json")
worker = _matching("inside|apart|none", "must be inside, apart or none")
secret = _matching("(?s).{32,}", "must have at least 32 characters")
rate = _matching(r"[1-9]\d{0,8}/[smhd]", "must be a number per second, minute, hour or day, such as 100/m")
address = _matching(
    r"[^@\r\n]*[^@\s<]@[^@\s>]+>?",
    "must be an e-mail address, such as handsel@example.org or Handsel <handsel@example.org>",
)
_digits = _matching(r"[1-9]\d{0,2}", "must be a whole number from 1 to 999")


def number(text: str) -> int:
    return int(_digits(text))


def proxies(text: str) -> int | tuple[IpNetwork, ...]:
    """Read how many proxies a request passes, or the addresses and networks that they have."""
    if text.isascii() and text.isdigit():
        return number(text)
    try:
        return tuple(ip_network(part) for part in re.split(r"[\s,]+", text) if part)
    except ValueError as error:
        raise ValueError(
            "must say how many proxies there are, or list their addresses or networks, such as 127.0.0.1,10.0.0.0/24"
        ) from error


def postgresql(text: str) -> dict[str, str]:
    """Read the address as libpq itself does: host, port, dbname, user, password and any further parameter."""
    import psycopg  # a book on SQLite starts sooner without it
    from psycopg.conninfo import conninfo_to_dict

    if urlsplit(text).scheme not in {"postgresql", "postgres"}:
        raise ValueError("must look like postgresql://user:password@host:5432/name (leave it out for SQLite)")
    try:
        parameters = {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except psycopg.ProgrammingError as error:
        raise ValueError(f"cannot be read: {str(error).strip()}") from error
    if not parameters.get("dbname"):
        raise ValueError("must end in the name of a database, as in postgresql://user:password@host:5432/handsel")
    return parameters


def hosts(text: str) -> tuple[str, ...]:
    named = tuple(host for host in re.split(r"[\s,]+", text) if host)
    for host in named:
        if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise ValueError(f"must list host names such as book.example.org, without scheme or port, not {host!r}")
    return named


def encryption_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key for key in re.split(r"[\s,]+", text) if key)
    for key in keys:
        try:
            is_key = len(base64url.decode(key)) == ENCRYPTION_KEY_BYTES
        except ValueError:
            is_key = False
        if not is_key:
            raise ValueError(f"must list keys of {ENCRYPTION_KEY_BYTES} bytes each as base64url, with commas between")
    if len(set(keys)) != len(keys) or not keys:
        raise ValueError("must list each key once, and one at least")
    return keys


def backup_rule(text: str) -> BackupRule:
    match = re.fullmatch(r"([1-9]\d{0,2})d ([0-9]\d{0,2})w ([0-9]\d{0,2})m", text)
    if match is None:
        raise ValueError("must say how many days, weeks and months, as in 7d 5w 12m")
    return BackupRule(*map(int, match.groups()))


def file(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError(f"must name a file, and {path} is none")
    return path


def vapid_key(text: str) -> str:
    try:
        subscriptions.signing_key(text)
    except ValueError:
        raise ValueError("must be what `handsel push key` prints: 32 bytes of a private key, as base64url") from None
    return text


def mail(text: str) -> Mail:
    wrong = "must look like smtp://user:password@host:587 or smtps://user:password@host:465"
    url, host, port = _server(text, {"smtp", "smtps"}, wrong)
    tls = "tls" if url.scheme == "smtps" else "" if is_loopback(host) else "starttls"
    usual_port = 465 if tls == "tls" else 587
    return Mail(host, port or usual_port, unquote(url.username or ""), unquote(url.password or ""), tls)


def bucket(text: str) -> Bucket:
    wrong = "must look like https://key:secret@s3.example.org/bucket"
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(wrong) from None
    name = url.path.strip("/")
    if url.scheme not in {"http", "https"} or not host or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
        raise ValueError(wrong)
    if not url.username or not url.password:
        raise ValueError(wrong)
    if url.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// where it leads to another machine")
    shown = f"[{host}]" if ":" in host else host
    endpoint = f"{url.scheme}://{shown}" + (f":{port}" if port else "")
    region = dict(parse_qsl(url.query)).get("region")
    return Bucket(endpoint, name, unquote(url.username), unquote(url.password), region)


def error_reports(text: str) -> ErrorReports:
    wrong = "must look like https://key@sentry.example.org/42"
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(wrong) from None
    path, _, project = url.path.rpartition("/")
    if url.scheme not in {"http", "https"} or not host or not re.fullmatch(r"[\w-]+", project):
        raise ValueError(wrong)
    if not re.fullmatch(r"\w+", url.username or "") or url.query or url.fragment:
        raise ValueError(wrong)
    if url.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// where it leads to another machine")
    shown = f"[{host}]" if ":" in host else host
    server = f"{url.scheme}://{shown}" + (f":{port}" if port else "")
    return ErrorReports(f"{server}{path}/api/{project}/envelope/", url.username or "")


def base_url(text: str) -> str:
    wrong = "must look like https://book.example.org, without a path"
    url, host, port = _server(text, {"http", "https"}, wrong)
    if url.username or url.password or re.search(r"\s", text):
        raise ValueError(wrong)
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{port}" if port else "")


def _server(text: str, schemes: Container[str], wrong: str) -> tuple[SplitResult, str, int | None]:
    """Return the address of a server and nothing below it, its host, and its port where one is named."""
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(wrong) from None
    if url.scheme not in schemes or not host or url.path.strip("/") or url.query or url.fragment:
        raise ValueError(wrong)
    return url, host, port


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this very machine."""
    address = parse_ip(host)
    return host == "localhost" if address is None else address.is_loopback
