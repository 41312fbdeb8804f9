"""The environment: the one place that reads variables and `.env`, and says what each of them means.

docs/reference/settings.md is written from the table below (script/reference.py), so a variable that is not in it does
not exist.
"""

import dataclasses
import ipaddress
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from handsel.rules import subscriptions


class Refused(Exception):
    """A variable makes no sense; the message is one sentence that names it."""


@dataclass(frozen=True)
class Mail:
    """Where mail is handed over. `tls` is "tls" (from the first byte), "starttls" or "" (this machine only)."""

    host: str
    port: int
    user: str
    password: str
    tls: str


def _directory(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"must name a directory, and {path} is not one")
    return path


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("must be 1 or 0")


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise ValueError("must be a whole number from 1 to 999")
    return int(text)


def _worker(text: str) -> str:
    if text not in {"inside", "apart", "none"}:
        raise ValueError("must be inside, apart or none")
    return text


def _postgresql(text: str) -> dict[str, str]:
    """libpq's own reading of the address: host, port, dbname, user, password and any further parameter."""
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


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host for host in re.split(r"[\s,]+", text) if host)
    for host in hosts:
        if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise ValueError(f"must list host names such as book.example.org, without scheme or port, not {host!r}")
    return hosts


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _vapid_key(text: str) -> str:
    try:
        subscriptions.signing_key(text)
    except ValueError:
        raise ValueError("must be what `handsel push key` prints: 32 bytes of a private key, as base64url") from None
    return text


def _rate(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,8}/[smhd]", text):
        raise ValueError("must be a number per second, minute, hour or day, such as 100/m")
    return text


def _mail(text: str) -> Mail:
    wrong = "must look like smtp://user:password@host:587 or smtps://user:password@host:465"
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(wrong) from None
    if url.scheme not in {"smtp", "smtps"} or not host or url.path.strip("/") or url.query or url.fragment:
        raise ValueError(wrong)
    tls = "tls" if url.scheme == "smtps" else "" if is_loopback(host) else "starttls"
    usual_port = 465 if url.scheme == "smtps" else 587
    return Mail(
        host,
        port or usual_port,
        unquote(url.username or ""),
        unquote(url.password or ""),
        tls,
    )


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\r\n]*[^@\s<]@[^@\s>]+>?", text):
        raise ValueError("must be an e-mail address, such as handsel@example.org or Handsel <handsel@example.org>")
    return text


def _place(text: str) -> str:
    wrong = "must look like https://book.example.org, without a path"
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(wrong) from None
    rest = url.username or url.password or url.path.strip("/") or url.query or url.fragment
    if url.scheme not in {"http", "https"} or not host or rest or re.search(r"\s", text):
        raise ValueError(wrong)
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{port}" if port else "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this very machine."""
    name = host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _variable(
    name: str,
    read: Callable[[str], Any],
    meaning: str,
    *,
    default: Any = None,
    shown: str = "none",
) -> Any:
    """One row of the table. `shown` is the default in words, for the page."""
    return dataclasses.field(
        default=default,
        metadata={"name": name, "read": read, "meaning": meaning, "shown": shown},
    )


@dataclass(frozen=True)
class Environment:
    """Every variable, read and checked. Those left out or empty have their default."""

    data_dir: Path = _variable(
        "HANDSEL_DATA_DIR",
        _directory,
        "Where Handsel keeps its files: the SQLite database, the key it made for itself, collected static files.",
        default=Path("data"),
        shown="`data` in the current directory",
    )
    database: Mapping[str, str] | None = _variable(
        "DATABASE_URL",
        _postgresql,
        "A PostgreSQL database (15 or later), as `postgresql://user:password@host:5432/name`; parameters of libpq "
        "such as `?sslmode=verify-full` may follow.",
        shown="SQLite, `handsel.sqlite3` in the data directory",
    )
    production: bool = _variable(
        "HANDSEL_PRODUCTION",
        _flag,
        "`1` for anything that more than this computer reaches. Needs `HANDSEL_SECRET_KEY`, `HANDSEL_HOSTS` and a "
        "proxy in front that speaks TLS and sets `X-Forwarded-Proto` and `X-Forwarded-For`. Then cookies are sent over "
        "https only, and http is redirected. Without it only this computer is served.",
        default=False,
        shown="`0`",
    )
    secret_key: str = _variable(
        "HANDSEL_SECRET_KEY",
        _secret,
        "Signs sessions and links: 32 characters or more, random, the same for every process and kept secret.",
        default="",
        shown="made once and kept in the data directory; none in production",
    )
    hosts: tuple[str, ...] = _variable(
        "HANDSEL_HOSTS",
        _hosts,
        "The host names that are served, with commas between: `book.example.org`. `.example.org` means all below it.",
        default=(),
        shown="`localhost`, `127.0.0.1` and `[::1]`; none in production",
    )
    address: str = _variable(
        "HANDSEL_ADDRESS",
        _place,
        "Where people find the book, for the links in mails: `https://book.example.org`.",
        default="",
        shown="in production `https://` and the first of the hosts; else where `handsel serve` listens, or "
        "`http://127.0.0.1:8000`",
    )
    proxies: int = _variable(
        "HANDSEL_PROXIES",
        _number,
        "In production, how many proxies a request passes; tells whose address the limits on signing in count.",
        default=1,
        shown="`1`",
    )
    workers: int | None = _variable(
        "HANDSEL_WORKERS",
        _number,
        "How many processes answer requests.",
        shown="twice the processor's cores and one more, at most 9",
    )
    worker: str = _variable(
        "HANDSEL_WORKER",
        _worker,
        "Who sends notices and reminders and does the other work that nobody presses a button for: `inside`, a process "
        "that `handsel serve` starts beside it; `apart`, one that you start yourself with `handsel worker`; `none`, "
        "nobody. Unless it is `none`, `/healthz` answers 503 when that work has not been done lately.",
        default="inside",
        shown="`inside`",
    )
    private_calendars: bool = _variable(
        "HANDSEL_PRIVATE_CALENDARS",
        _flag,
        "`1`: the outside calendars that make a nanny busy may lie in the network around the server too, and be read "
        "by http. For a home with a calendar server of its own, and never where strangers can sign up.",
        default=False,
        shown="`0`",
    )
    example: bool = _variable(
        "HANDSEL_EXAMPLE",
        _flag,
        "`1`: a new database is filled with the example families, as by `handsel serve --example`. Refused in "
        "production, because their passwords are known to everybody.",
        default=False,
        shown="`0`",
    )
    api_rate: str | None = _variable(
        "HANDSEL_API_RATE",
        _rate,
        "How many requests a token may make: `100/m` for a hundred a minute (`s`, `m`, `h` or `d`).",
        shown="no limit",
    )
    mail: Mail | None = _variable(
        "HANDSEL_MAIL_URL",
        _mail,
        "The mail server, as `smtp://user:password@host:587` (STARTTLS, except to this very machine) or "
        "`smtps://user:password@host:465`. With it people are told by mail, sign in by an e-mailed code and reset a "
        "password.",
        shown="no mail is sent",
    )
    mail_from: str = _variable(
        "HANDSEL_MAIL_FROM",
        _address,
        "Who mail comes from.",
        default="",
        shown="`handsel@` and the first of the hosts",
    )
    vapid_key: str = _variable(
        "HANDSEL_VAPID_KEY",
        _vapid_key,
        "Signs what is pushed to browsers (RFC 8292): what `handsel push key` prints, the same for every machine and "
        "kept secret. With another key every browser has to be asked anew.",
        default="",
        shown="made once and kept in the data directory",
    )
    push_loopback: bool = _variable(
        "HANDSEL_PUSH_LOOPBACK",
        _flag,
        "`1`: a browser may name a push service on this very machine, by http too. For tests; refused in production.",
        default=False,
        shown="`0`",
    )
    debug: bool = _variable(
        "HANDSEL_DEBUG",
        _flag,
        "`1` shows the code and its values when something breaks. For development; refused in production.",
        default=False,
        shown="`0`",
    )

    def __post_init__(self) -> None:
        """The checks that need more than one variable."""
        if self.production:
            for name, value in (
                ("HANDSEL_SECRET_KEY", self.secret_key),
                ("HANDSEL_HOSTS", self.hosts),
            ):
                if not value:
                    raise Refused(f"{name} must be set when HANDSEL_PRODUCTION is 1.")
            for name, flag in (
                ("HANDSEL_DEBUG", self.debug),
                ("HANDSEL_EXAMPLE", self.example),
                ("HANDSEL_PUSH_LOOPBACK", self.push_loopback),
            ):
                if flag:
                    raise Refused(f"{name} must not be 1 when HANDSEL_PRODUCTION is 1.")
            if self.address.startswith("http:"):
                raise Refused("HANDSEL_ADDRESS must begin with https:// when HANDSEL_PRODUCTION is 1.")
        elif strangers := [host for host in self.hosts if not is_loopback(host)]:
            raise Refused(
                f"HANDSEL_HOSTS names {strangers[0]}, which is not this computer; that needs HANDSEL_PRODUCTION=1."
            )

    @property
    def sqlite_file(self) -> Path:
        return self.data_dir / "handsel.sqlite3"

    def make_data_dir(self) -> Path:
        """The data directory, made if need be and then open to its owner alone."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"HANDSEL_DATA_DIR cannot be made: {error}.") from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise Refused(f"HANDSEL_DATA_DIR names {self.data_dir}, which cannot be written to.")
        return self.data_dir

    def signing_key(self) -> str:
        """The secret key: the one given, else the data directory's own, made the first time."""
        return self.secret_key or _kept_key(self.make_data_dir() / "secret_key", _new_secret, _secret)

    def push_key(self) -> str:
        """The key that signs pushes: the one given, else the data directory's own, made the first time."""
        return self.vapid_key or _kept_key(
            self.make_data_dir() / "vapid_key", subscriptions.new_signing_key, _vapid_key
        )


VARIABLES = dataclasses.fields(Environment)


def read(environ: Mapping[str, str], directory: Path) -> Environment:
    """The environment, over what `.env` in `directory` says. Raises Refused."""
    given = {**_dot_env(directory / ".env"), **environ}
    names = {variable.metadata["name"] for variable in VARIABLES}
    ours = {name for name in given if name.startswith("HANDSEL_") and not name.startswith("HANDSEL_TEST_")}
    for unknown in sorted(ours - names):
        sys.stderr.write(f"handsel: {unknown} is set, but Handsel knows no such variable.\n")
    values = {}
    for variable in VARIABLES:
        name = variable.metadata["name"]
        text = given.get(name, "").strip()
        if text:
            try:
                values[variable.name] = variable.metadata["read"](text)
            except ValueError as error:
                raise Refused(f"{name} {error}.") from error
    values.setdefault("data_dir", directory.absolute() / "data")
    return Environment(**values)


def _dot_env(path: Path) -> dict[str, str]:
    """The lines NAME=value of a file; `#` begins a comment line, quotes around a value are dropped."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    values = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        found = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)", line)
        if found is None:
            raise Refused(f"Line {number} of {path} must look like NAME=value.")
        name, value = found.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name] = value
    return values


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _kept_key(path: Path, make: Callable[[], str], read: Callable[[str], str]) -> str:
    """The key in the file, made if there is none. Of two processes that start at once one makes it, both use it."""
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp: for the owner only
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)  # whole or not at all, and never over another's
        finally:
            Path(draft).unlink()
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The key in {path} cannot be read: {error}.") from error
    try:
        return read(key)
    except ValueError as error:
        raise Refused(f"The key in {path} {error}; delete the file to have a new one made.") from error
