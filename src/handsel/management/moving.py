"""Moving a book to another database: what is opened, made ready, told, and carried beside the tables."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, connections

from handsel.actions import book_moves
from handsel.env import Refused, values
from handsel.management import verifying

_TARGET = "moved"
_FILE = "handsel.sqlite3"
# What lies in the data directory beside a database.
_KEYS = ("encryption_keys", "secret_key", "vapid_key")
_FILES = ("receipts", "exports")

type Write = Callable[[str], object]


def move(address: str, write: Write) -> None:
    """Move the book that the settings name to the database of this address: postgresql://... or
    sqlite:///DIRECTORY/handsel.sqlite3. write: hears how far it is.

    Raises Refused.
    """
    verifying.refuse_other_versions()
    environment = _environment(address)
    try:
        _refuse_itself(environment)
        connections.databases[_TARGET] = database(environment)
        book_moves.refuse_what_holds_something(_TARGET)
        directory = Path(environment["HANDSEL_DATA_DIR"])
        _carry_keys(directory)
        write("Making the tables")
        _handsel(environment, "migrate", "--verbosity", "0")
        moved = book_moves.move("default", _TARGET, _teller(write))
        book_moves.refuse_changed("default", moved)
        write(f"{len(moved)} tables with {sum(table.rows for table in moved.values())} rows came, and are the same.")
        _carry_files(directory, write)
        book_moves.finish(_TARGET)
    except book_moves.Refused as refusal:
        raise Refused(str(refusal)) from refusal
    except DatabaseError as error:
        raise Refused(f"The new database cannot be used: {' '.join(str(error).split())}") from error
    finally:
        if _TARGET in connections.databases:
            connections[_TARGET].close()
    write(_handsel(environment, "verify").strip().splitlines()[-1])


def _environment(address: str) -> dict[str, str]:
    """Return the environment of a book in the new database."""
    here = settings.ENVIRONMENT
    parts = urlsplit(address)
    if parts.scheme != "sqlite":
        try:
            values.postgresql(address)
        except ValueError as error:
            raise Refused(f"The address of the new database {error}.") from error
        return {**os.environ, "DATABASE_URL": address, "HANDSEL_DATA_DIR": str(here.data_dir)}
    path = Path("/" + unquote(parts.path).lstrip("/")) if parts.path.startswith("/") else Path()
    if parts.netloc or not path.is_absolute() or path.name != _FILE:
        raise Refused(f"A SQLite database is named as sqlite:///DIRECTORY/{_FILE}, by its whole path.")
    return {**os.environ, "DATABASE_URL": "", "HANDSEL_DATA_DIR": str(path.parent)}


def _refuse_itself(environment: dict[str, str]) -> None:
    """Refuse to move a book to where it is."""
    if environment["DATABASE_URL"]:
        same = settings.ENVIRONMENT.database == values.postgresql(environment["DATABASE_URL"])
    else:
        same = settings.ENVIRONMENT.database is None and (
            Path(environment["HANDSEL_DATA_DIR"]).resolve() == settings.ENVIRONMENT.data_dir.resolve()
        )
    if same:
        raise Refused("The book is in this database already.")


def database(environment: dict[str, str]) -> dict[str, object]:
    """Return the new database as Django's settings name it, with what Django fills in of the one that is open."""
    usual = {name: value for name, value in connections.databases["default"].items() if name not in _OF_ONE}
    usual["CONN_HEALTH_CHECKS"] = False
    if environment["DATABASE_URL"]:
        parameters = values.postgresql(environment["DATABASE_URL"])
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        given = {name: parameters.pop(key, "") for name, key in names.items()}
        return {**usual, "ENGINE": "django.db.backends.postgresql", **given, "OPTIONS": parameters}
    directory = Path(environment["HANDSEL_DATA_DIR"])
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": "PRAGMA journal_mode = WAL;"}
    return {**usual, "ENGINE": "django.db.backends.sqlite3", "NAME": directory / _FILE, "OPTIONS": options}


_OF_ONE = frozenset({"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"})


def _handsel(environment: dict[str, str], *arguments: str) -> str:
    """Run a command of ours on the new book, and return what it said. Raises Refused."""
    command = [sys.executable, "-m", "handsel", *arguments]
    done = subprocess.run(  # noqa: S603  a command of our own
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"The new book is not well: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def _teller(write: Write) -> book_moves.Tell:
    def tell(table: str, done: int, of: int) -> None:
        if done:
            write(f"{table}: {done} of {of} rows")

    return tell


def _carry_keys(directory: Path) -> None:
    """Copy the keys to the new data directory, where it is another one, before anybody there makes new ones."""
    for name in _KEYS:
        path = settings.ENVIRONMENT.data_dir / name
        if path.exists() and directory.resolve() != path.parent.resolve():
            _copy(path, directory / name)


def _carry_files(directory: Path, write: Write) -> None:
    """Copy the files to the new data directory, where it is another one, and say where everything lies."""
    here, count = settings.ENVIRONMENT.data_dir, 0
    if directory.resolve() == here.resolve():
        write(f"Keys and files stay in {here}.")
        return
    for name in _FILES:
        for path in sorted((here / name).rglob("*")):
            if path.is_file():
                _copy(path, directory / path.relative_to(here))
                count += 1
    write(f"The keys and {count} files are in {directory} too.")


def _copy(path: Path, copy: Path) -> None:
    """Copy a file whole or not at all, if it is not there already."""
    if copy.exists():
        if _sha256(copy) == _sha256(path):
            return
        if path.name in _KEYS:
            raise Refused(f"{copy} is another key than {path}. Move it away, and run this again.")
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = copy.with_name(f".{copy.name}.draft")
    shutil.copyfile(path, draft)
    draft.chmod(0o600)
    draft.replace(copy)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
