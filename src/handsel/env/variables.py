"""The variables of the environment, and what each of them means.

docs/reference/settings.md is written from the table below (script/reference.py), so a variable that is not in it does
not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handsel.env import values
from handsel.rules import limits
from handsel.rules.backups import BackupRule
from handsel.rules.ip_addresses import IpNetwork


class Refused(Exception):
    """The refusal of a variable that makes no sense; the message is one sentence that names it."""


@dataclass(frozen=True)
class Variables:
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
    careless_database: bool = values.variable(
        "HANDSEL_CARELESS_DATABASE",
        values.flag,
        "`1`: a PostgreSQL is used whose settings say that it may lose what it acknowledged (`fsync`, "
        "`full_page_writes` or `synchronous_commit` is off). For trials, and for storage that sees to it by itself.",
        default=False,
        shown="`0`: `serve` and `worker` refuse it",
    )
    lost_keys: bool = values.variable(
        "HANDSEL_LOST_KEYS",
        values.flag,
        "`1`, for one start: the keys of all that is encrypted in the PostgreSQL database are lost for good.",
        default=False,
        shown="`0`: `serve` and `worker` refuse to start where the keys here open none of it",
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
