"""The setup of a book that is to be served: its tables, its static files, and the example families for a new one."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from handsel.access import encrypted_columns
from handsel.actions import duties, example_families
from handsel.management import migrating
from handsel.management.progress import Begin
from handsel.queries import clock, kept_files
from handsel.rules.history import Source

log = logging.getLogger(__name__)

_FULL = 2  # PRAGMA synchronous

# Django's admin asks for their short forms; to compress these would take half of the time.
_NEVER_ASKED_FOR = [
    f"admin/js/vendor/{name}.js" for name in ("jquery/jquery", "select2/select2.full", "xregexp/xregexp")
]


def ensure_migrated() -> None:
    """Make the tables where there are none, so that people can be made before the first `serve`."""
    migrating.refuse_unreleased_tables()
    if "handsel_user" not in connection.introspection.table_names():
        with _setup_lock():
            migrating.bring_up_to_date()


def prepare(*, example: bool, begin: Begin = lambda _step: None) -> None:
    """Bring the tables up to date, drop what is over, collect the static files and, if wanted, fill a new book with
    the example. `begin` hears what comes next.
    """
    begin("Waiting for another start on the same data directory")
    with _setup_lock():
        migrating.refuse_unreleased_tables()
        migrating.bring_up_to_date(begin)
        begin("Forgetting what is over")
        _drop_over(timezone.now())
        begin("Collecting static files")
        collect_static_files()
        if example and example_families.may_load():
            begin("Loading the example families")
            _load_example()


def _load_example() -> None:
    """Load them once, where several processes start on one database."""
    with migrating.turn():
        if example_families.may_load():
            example_families.load(at=timezone.now(), source=Source.COMMAND, password=example_families.PASSWORD)


def _drop_over(at: datetime) -> None:
    """Drop what is over, unless the clock stepped since somebody last looked at it: then the worker does, in time."""
    step = clock.last_step(at)
    if step is None or not step.holds(duties.DROP_EVERY, at):
        duties.drop_over(at)


def refuse_careless_database() -> None:
    """End the process where the database does not keep what it has acknowledged, whatever our settings say."""
    if connection.vendor == "sqlite":
        _refuse_careless_sqlite()
    elif not settings.ENVIRONMENT.careless_database:
        _refuse_careless_postgresql()


def _refuse_careless_sqlite() -> None:
    with connection.cursor() as cursor:
        [(journal,)] = cursor.execute("PRAGMA journal_mode").fetchall()
        [(synchronous,)] = cursor.execute("PRAGMA synchronous").fetchall()
    if (journal, synchronous) != ("wal", _FULL):
        raise SystemExit(
            f"handsel: SQLite keeps this book with journal_mode {journal} and synchronous {synchronous}, and not with "
            f"wal and {_FULL}: a power cut could take what was acknowledged. No network drive can do that; put "
            "HANDSEL_DATA_DIR on a disk of this computer."
        )


def _refuse_careless_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off' "
            "AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name"
        )
        careless = [name for (name,) in cursor.fetchall()]
    if careless:
        raise SystemExit(
            f"handsel: PostgreSQL keeps this book with {' and '.join(careless)} switched off: a power cut could take "
            "what was acknowledged, or the whole book. Switch that on in postgresql.conf; or, where the storage sees "
            "to it by itself or nothing has to be kept, set HANDSEL_CARELESS_DATABASE=1."
        )


def refuse_example_people() -> None:
    """End the process where the world comes in and somebody is here whose password stands in the documentation."""
    if settings.ENVIRONMENT.production and example_families.is_anybody_here():
        raise SystemExit(
            "handsel: The example people are in this database, and everybody knows their password, so it is not "
            "served with HANDSEL_PRODUCTION=1. Begin with a new database."
        )


def refuse_files_elsewhere() -> None:
    """End the process where the database names files that another machine keeps: people would not find them here."""
    if places := kept_files.places_elsewhere(timezone.now()):
        raise SystemExit(
            f"handsel: The database names files that should lie in {places[0]}, and there is no such directory: they "
            "are kept elsewhere. Every process of every machine has to find them: let all have one HANDSEL_DATA_DIR, "
            "or set HANDSEL_RECEIPTS to a bucket. If they are lost for good, make the directory and start again."
        )


def refuse_other_keys() -> None:
    """End the process where its keys open nothing of what is encrypted in a database that several machines may share:
    it would encrypt what the others cannot read. Say in the log where they open some of it.
    """
    if not (count := encrypted_columns.unreadable()):
        return
    told = f"{count} secrets in the database were encrypted with a key that is not here, so nobody can use them"
    cure = "Give HANDSEL_ENCRYPTION_KEYS the keys of the other machines, or of the time before a restore"
    is_shared = connection.vendor == "postgresql"
    if is_shared and not settings.ENVIRONMENT.lost_keys and not encrypted_columns.is_any_ours():
        raise SystemExit(
            f"handsel: {told}, and there are none that the keys here open. {cure}. If they are lost for good, set "
            "HANDSEL_LOST_KEYS=1 for this start."
        )
    log.warning("%s. %s.", told, cure)


@contextmanager
def _setup_lock() -> Iterator[None]:
    """Let one of two that start on one data directory at once go first."""
    with (settings.ENVIRONMENT.make_data_dir() / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def collect_static_files() -> None:
    """Bring static files together where they are served from: compressed, and named by what is in them.

    It takes seconds, so nothing is done where those that stand there were made of the same files by the same programs.
    """
    checksum = settings.STATIC_ROOT.with_suffix(".sum")
    if not checksum.exists() or checksum.read_text(encoding="ascii") != _static_checksum():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=_NEVER_ASKED_FOR)
        checksum.write_text(_static_checksum(), encoding="ascii")


def _static_checksum() -> str:
    """Return a checksum of every byte that goes into the static files, and of every byte that stands there."""
    sources = [(name, Path(storage.path(name))) for finder in get_finders() for name, storage in finder.list([])]
    collected = [
        (str(path.relative_to(settings.STATIC_ROOT)), path)
        for path in sorted(settings.STATIC_ROOT.rglob("*"))
        if path.is_file()
    ]
    programs = [version("django"), version("whitenoise"), version("brotli"), settings.STATIC_URL, settings.STORAGES]
    checksum = sha256(repr(programs).encode())
    for name, path in [*sources, *collected]:
        content = path.read_bytes()
        checksum.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return checksum.hexdigest()
