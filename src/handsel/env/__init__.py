"""The environment: the one place that reads variables and `.env`, and says what each of them means.

docs/reference/settings.md is written from the table below (script/reference.py), so a variable that is not in it does
not exist.
"""

import dataclasses
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from handsel.env import values
from handsel.rules import limits, subscriptions
from handsel.rules.backups import BackupRule
from handsel.rules.ip_addresses import IpNetwork


class Refused(Exception):
    """The refusal of a variable that makes no sense; the message is one sentence that names it."""


@dataclass(frozen=True)
class Environment:
    """The variables, all of them, read and checked. Those left out or empty have their default."""

    data_dir: Path = values.variable(
        "HANDSEL_DATA_DIR",
        values.directory,
        "Where Handsel keeps its files: the SQLite database, the key it made for itself, collected static files.",
        default=Path("data"),
        shown="`data` in the current directory where that is a checkout or holds a book already; else "
        "`~/.local/share/handsel` (below `XDG_DATA_HOME` where that is set; on a Mac "
        "`~/Library/Application Support/handsel`)",
    )
    database: Mapping[str, str] | None = values.variable(
        "DATABASE_URL",
        values.postgresql,
        "A PostgreSQL database (15 or later), as `postgresql://user:password@host:5432/name`; parameters of libpq "
        "such as `?sslmode=verify-full` may follow.",
        shown="SQLite, `handsel.sqlite3` in the data directory",
    )
    replica: Mapping[str, str] | None = values.variable(
        "DATABASE_REPLICA_URL",
        values.postgresql,
        "A streaming replica of the database that `DATABASE_URL` names, from which lists, pages that only show and "
        "feeds are read while it has all that the primary has. Whatever it lacks, or when it is gone, the primary is "
        "read.",
        shown="the primary is read",
    )
    production: bool = values.variable(
        "HANDSEL_PRODUCTION",
        values.flag,
        "`1` for anything that more than this computer reaches. Needs `HANDSEL_SECRET_KEY`, `HANDSEL_HOSTS` and a "
        "proxy in front that speaks TLS and sets `X-Forwarded-Proto` and `X-Forwarded-For`. Then cookies are sent over "
        "https only, and http is redirected. Without it only this computer is served.",
        default=False,
        shown="`0`",
    )
    secret_key: str = values.variable(
        "HANDSEL_SECRET_KEY",
        values.secret,
        "Signs sessions and links: 32 characters or more, random, the same for every process and kept secret.",
        default="",
        shown="made once and kept in the data directory; none in production",
    )
    encryption_keys: tuple[str, ...] = values.variable(
        "HANDSEL_ENCRYPTION_KEYS",
        values.encryption_keys,
        "Encrypt what is secret in the database: tax numbers, the keys of authenticator apps, addresses of calendars, "
        "letters that wait. Each is 32 random bytes as base64url, with commas between, the newest first: it encrypts, "
        "and all of them decrypt. The same on every machine, kept secret, and apart from the back-ups of the database. "
        "Without them what they encrypted is lost.",
        default=(),
        shown="made once and kept in the data directory, in `encryption_keys`",
    )
    hosts: tuple[str, ...] = values.variable(
        "HANDSEL_HOSTS",
        values.hosts,
        "The host names that are served, with commas between: `book.example.org`. `.example.org` means all below it.",
        default=(),
        shown="`localhost`, `127.0.0.1` and `[::1]`; none in production",
    )
    address: str = values.variable(
        "HANDSEL_ADDRESS",
        values.base_url,
        "Where people find the book, for the links in mails: `https://book.example.org`.",
        default="",
        shown="in production `https://` and the first of the hosts; else where `handsel serve` listens, or "
        "`http://127.0.0.1:8000`",
    )
    proxies: int | tuple[IpNetwork, ...] = values.variable(
        "HANDSEL_PROXIES",
        values.proxies,
        "In production, how many proxies a request passes, or better their addresses or networks with commas between: "
        "`127.0.0.1,10.0.0.0/24`. Tells whose address the limits count. Each hop that `X-Forwarded-For` names is "
        "believed only when the one before it is a proxy of yours; with a number, nobody may reach Handsel past them.",
        default=1,
        shown="`1`",
    )
    workers: int | None = values.variable(
        "HANDSEL_WORKERS",
        values.number,
        "How many processes answer requests.",
        shown="twice the processor's cores and one more, at most 9",
    )
    worker: str = values.variable(
        "HANDSEL_WORKER",
        values.worker,
        "Who sends notices and reminders and does the other work that nobody presses a button for: `inside`, a process "
        "that `handsel serve` starts beside it; `apart`, one that you start yourself with `handsel worker`; `none`, "
        "nobody. Unless it is `none`, `/healthz` answers 503 when that work has not been done lately.",
        default="inside",
        shown="`inside`",
    )
    private_calendars: bool = values.variable(
        "HANDSEL_PRIVATE_CALENDARS",
        values.flag,
        "`1`: the outside calendars that make a nanny busy may lie in the network around the server too, and be read "
        "by http. Calendars alone: a push never goes there. For a home with a calendar server of its own, and never "
        "where strangers can sign up.",
        default=False,
        shown="`0`",
    )
    example: bool = values.variable(
        "HANDSEL_EXAMPLE",
        values.flag,
        "`1`: a new database is filled with the example families, as by `handsel serve --example`. Refused in "
        "production, because their passwords are known to everybody.",
        default=False,
        shown="`0`",
    )
    example_sends: bool = values.variable(
        "HANDSEL_EXAMPLE_SENDS",
        values.flag,
        "`1`: the example people are mailed and pushed like everybody else, to the addresses at example.org that the "
        "example made up. Otherwise nothing leaves for them; whoever signs up with another address is always told.",
        default=False,
        shown="`0`",
    )
    api_rate: str | None = values.variable(
        "HANDSEL_API_RATE",
        values.rate,
        "How many requests a token may make: `100/m` for a hundred a minute (`s`, `m`, `h` or `d`).",
        shown="no limit",
    )
    limits: bool = values.variable(
        "HANDSEL_LIMITS",
        values.switch,
        f"`off` lifts the caps that no family meets: {limits.SESSIONS_AHEAD:,} sessions ahead in a family and "
        f"{limits.SESSIONS_OF_A_SCHEDULE} of one schedule, {limits.CHILDREN} children, {limits.MEMBERS} members, and "
        f"{limits.FAMILIES_FOUNDED:,} families founded by one person. They keep one account from slowing the others. "
        "What is beyond them already stays.",
        default=True,
        shown="`on`",
    )
    receipts: values.Bucket | None = values.variable(
        "HANDSEL_RECEIPTS",
        values.bucket,
        "A bucket of S3-compatible storage for receipts, and for exports while they are kept, as "
        "`https://key:secret@s3.example.org/bucket`; `?region=...` may follow. "
        "Needs `pip install handsel[s3]`. Receipts that lie in the data directory are not moved there.",
        shown="`receipts` in the data directory",
    )
    wage_records_years: int = values.variable(
        "HANDSEL_WAGE_RECORDS_YEARS",
        values.number,
        "How many years after their own the files of issued documents are kept, and receipts of expenses that were "
        "settled, once a child or family that they name is erased. What is not erased is kept as long as its family.",
        default=7,
        shown="`7`",
    )
    mail: values.Mail | None = values.variable(
        "HANDSEL_MAIL_URL",
        values.mail,
        "The mail server, as `smtp://user:password@host:587` (STARTTLS, except to this very machine) or "
        "`smtps://user:password@host:465`. With it people are told by mail, sign in by an e-mailed code and reset a "
        "password.",
        shown="no mail is sent",
    )
    mail_from: str = values.variable(
        "HANDSEL_MAIL_FROM",
        values.address,
        "Who mail comes from.",
        default="",
        shown="`handsel@` and the first of the hosts",
    )
    vapid_key: str = values.variable(
        "HANDSEL_VAPID_KEY",
        values.vapid_key,
        "Signs what is pushed to browsers (RFC 8292): what `handsel push key` prints, the same for every machine and "
        "kept secret. With another key every browser has to be asked anew.",
        default="",
        shown="made once and kept in the data directory",
    )
    push_loopback: bool = values.variable(
        "HANDSEL_PUSH_LOOPBACK",
        values.flag,
        "`1`: a browser may name a push service on this very machine, by http too. For tests; refused in production.",
        default=False,
        shown="`0`",
    )
    backups: bool = values.variable(
        "HANDSEL_BACKUPS",
        values.switch,
        "`off`: the worker makes no backup. Otherwise it makes one a day, and where it cannot it says so on the status "
        "page, in `/healthz` and by mail to staff.",
        default=True,
        shown="`on`",
    )
    backup_dir: Path | None = values.variable(
        "HANDSEL_BACKUP_DIR",
        values.directory,
        "Where backups are written. Better on another disk than the book.",
        shown="`backups` in the data directory",
    )
    backup_keep: BackupRule = values.variable(
        "HANDSEL_BACKUP_KEEP",
        values.backup_rule,
        "Which of the scheduled backups are kept: the newest of each of so many days, weeks and months.",
        default=BackupRule(),
        shown="`7d 5w 12m`",
    )
    backup_passphrase: str = values.variable(
        "HANDSEL_BACKUP_PASSPHRASE",
        str,
        "Encrypts backups, and opens those to restore. Keep it where a backup never lies.",
        default="",
        shown="backups are not encrypted",
    )
    backup_passphrase_file: Path | None = values.variable(
        "HANDSEL_BACKUP_PASSPHRASE_FILE",
        values.file,
        "A file whose first line is that passphrase; goes before `HANDSEL_BACKUP_PASSPHRASE`.",
    )
    log_format: str = values.variable(
        "HANDSEL_LOG_FORMAT",
        values.log_format,
        "How lines of the log are written: `plain`, or `json`, an object each, for programs that gather them. Either "
        "names the request, or the worker's turn, by an id that also stands in the answer's `X-Request-ID`, on error "
        "pages and in the letters that came of it.",
        default="plain",
        shown="`plain`",
    )
    log_requests: bool = values.variable(
        "HANDSEL_LOG_REQUESTS",
        values.flag,
        "`1`: one line for each request: its route, its status, how long it took, and how much of that the database. "
        "Never an address, a name or who asked.",
        default=False,
        shown="`0`",
    )
    slow_statement: float | None = values.variable(
        "HANDSEL_SLOW_STATEMENT",
        values.seconds,
        "After how many seconds, such as `0.5`, a statement to the database is slow enough to be written down, without "
        "its values.",
        shown="none is",
    )
    metrics_token: str = values.variable(
        "HANDSEL_METRICS_TOKEN",
        values.secret,
        "Who sends it as `Authorization: Bearer ...` is told at `/metrics`, in Prometheus's format, how the program is "
        "doing: 32 characters or more, random, the same for every process of a machine and kept secret.",
        default="",
        shown="nothing is counted, and `/metrics` is not there",
    )
    error_reports: values.ErrorReports | None = values.variable(
        "HANDSEL_ERROR_REPORTS",
        values.error_reports,
        "A server that gathers errors by Sentry's protocol (Sentry, GlitchTip, Bugsink), as it names itself: "
        "`https://key@sentry.example.org/42`. It is told the kind of an error, the functions and lines that it came "
        "through, the route and the request's id; no text, address, query, body, variable or name.",
        shown="nothing is reported",
    )
    debug: bool = values.variable(
        "HANDSEL_DEBUG",
        values.flag,
        "`1` shows the code and its values when something breaks. For development; refused in production.",
        default=False,
        shown="`0`",
    )

    def __post_init__(self) -> None:
        """Check what needs more than one variable. Raises Refused."""
        if self.replica is not None and self.database is None:
            raise Refused("DATABASE_REPLICA_URL needs DATABASE_URL, the primary that it is a replica of.")
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
        elif strangers := [host for host in self.hosts if not values.is_loopback(host)]:
            raise Refused(
                f"HANDSEL_HOSTS names {strangers[0]}, which is not this computer; that needs HANDSEL_PRODUCTION=1."
            )

    @property
    def sqlite_file(self) -> Path:
        return self.data_dir / "handsel.sqlite3"

    @property
    def backups_directory(self) -> Path:
        return self.backup_dir or self.data_dir / "backups"

    def given_backup_passphrase(self) -> str:
        """Return the passphrase of backups, "" where none is given."""
        return first_line(self.backup_passphrase_file) if self.backup_passphrase_file else self.backup_passphrase

    def receipts_storage(self) -> dict[str, Any]:
        """Return where receipts lie, as Django names a storage."""
        if self.receipts is None:
            options = {"location": self.data_dir / "receipts", "base_url": None}
            modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
            return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options | modes}
        if find_spec("storages") is None or find_spec("boto3") is None:
            raise Refused("HANDSEL_RECEIPTS needs django-storages and boto3: pip install 'handsel[s3]'.")
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "endpoint_url": self.receipts.endpoint,
                "bucket_name": self.receipts.name,
                "access_key": self.receipts.key,
                "secret_key": self.receipts.secret,
                "region_name": self.receipts.region,
                "default_acl": None,
                "file_overwrite": False,
            },
        }

    def exports_storage(self) -> dict[str, dict[str, Any]]:
        """Return where exports lie, for STORAGES: beside receipts in a bucket, nowhere else than in the data directory
        where there is none.
        """
        if self.receipts is None:
            return {}
        storage = self.receipts_storage()
        return {"exports": {**storage, "OPTIONS": storage["OPTIONS"] | {"location": "exports", "file_overwrite": True}}}

    def make_data_dir(self) -> Path:
        """Return the data directory, made if need be and then open to its owner alone."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"HANDSEL_DATA_DIR cannot be made: {error}.") from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise Refused(f"HANDSEL_DATA_DIR names {self.data_dir}, which cannot be written to.")
        return self.data_dir

    def signing_key(self) -> str:
        """Return the secret key: the one given, else the data directory's own, made the first time."""
        return self.secret_key or self._kept_key("secret_key", lambda: secrets.token_urlsafe(48), values.secret)

    def push_key(self) -> str:
        """Return the key that signs pushes: the one given, else the data directory's own, made the first time."""
        return self.vapid_key or self._kept_key("vapid_key", subscriptions.new_signing_key, values.vapid_key)

    def key_file(self) -> Path:
        """Return the data directory's own file of keys that encrypt, one a line, the newest first; made the first
        time.
        """
        advice = "put the file back from where you keep a copy, since what it encrypted opens with it alone"
        self._kept_key("encryption_keys", new_encryption_key, values.encryption_keys, advice)
        return self.data_dir / "encryption_keys"

    def add_encryption_key(self) -> None:
        """Put a new key before those of the data directory's file. Raises Refused where the environment gives keys."""
        if self.encryption_keys:
            raise Refused("HANDSEL_ENCRYPTION_KEYS is set, so put the new key first there, on every machine.")
        path = self.key_file()
        keys = [new_encryption_key(), *values.encryption_keys(path.read_text(encoding="ascii"))]
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)

    def _kept_key[Key](self, name: str, make: Callable[[], str], read: Callable[[str], Key], advice: str = "") -> Key:
        """Return the key in this file, for its owner alone. Of two processes that start at once one makes it, both use
        it. advice: what to do about a damaged one.
        """
        path = self.make_data_dir() / name
        if not path.exists():
            descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{name}-")  # mkstemp: for the owner only
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
            advice = advice or "delete the file to have a new one made"
            raise Refused(f"The key in {path} {error}; {advice}.") from error


def first_line(path: Path) -> str:
    """Return the passphrase that stands in a file. Raises Refused."""
    try:
        line = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The passphrase in {path} cannot be read: {error}.") from error
    if not line:
        raise Refused(f"There is no passphrase in the first line of {path}.")
    return line


def new_encryption_key() -> str:
    return secrets.token_urlsafe(values.ENCRYPTION_KEY_BYTES)


def django_database(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return a PostgreSQL database as Django names one."""
    options = dict(parameters)
    return {
        "ENGINE": "handsel.postgresql",
        "NAME": options.pop("dbname"),
        **{name.upper(): options.pop(name, "") for name in ("user", "password", "host", "port")},
        # They outlive a transaction, which nothing does through a pooler.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


VARIABLES = dataclasses.fields(Environment)


def read(environ: Mapping[str, str], directory: Path) -> Environment:
    """Return the environment, over what `.env` in `directory` says. Raises Refused."""
    variables = {**_dot_env(directory / ".env"), **environ}
    names = {variable.metadata["name"] for variable in VARIABLES}
    ours = {name for name in variables if name.startswith("HANDSEL_") and not name.startswith("HANDSEL_TEST_")}
    for unknown in sorted(ours - names):
        sys.stderr.write(f"handsel: {unknown} is set, but Handsel knows no such variable.\n")
    read_values: dict[str, Any] = {"data_dir": _usual_data_dir(environ, directory.absolute())}
    for variable in VARIABLES:
        name = variable.metadata["name"]
        text = variables.get(name, "").strip()
        if text:
            try:
                read_values[variable.name] = variable.metadata["read"](text)
            except ValueError as error:
                raise Refused(f"{name} {error}.") from error
    return Environment(**read_values)


def _usual_data_dir(environ: Mapping[str, str], directory: Path) -> Path:
    """Return `data` in the directory of a checkout or of a book that is there already, else the platform's place."""
    here = directory / "data"
    # With PostgreSQL there is a key alone.
    if (
        any((here / name).exists() for name in ("handsel.sqlite3", "secret_key"))
        or (directory / "src" / "handsel" / "__main__.py").exists()
    ):
        return here
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111  Path's own breaks where there is none
    if not home.is_absolute():  # a user that the system knows by number alone, as in a container
        return here
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "handsel"
    xdg = Path(environ.get("XDG_DATA_HOME", ""))
    return (xdg if xdg.is_absolute() else home / ".local" / "share") / "handsel"


def _dot_env(path: Path) -> dict[str, str]:
    """Return the lines NAME=value of a file; `#` begins a comment line, quotes around a value are dropped."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    variables = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)", line)
        if match is None:
            raise Refused(f"Line {number} of {path} must look like NAME=value.")
        name, value = match.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        variables[name] = value
    return variables
