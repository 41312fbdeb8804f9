"""Moving a book to another database: every row comes, whatever stops it, and nothing is moved onto anything."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, connections, transaction

from handsel.actions import book_moves
from handsel.management import moving
from handsel.models import CareSession, Event, User, promises
from tests import migrated, postgres, settled_week
from tests.server import Server

NEW = "new"


@pytest.fixture
def new(tmp_path) -> Iterator[str]:
    """Another database of the same kind with the tables, and nothing in them."""
    if connection.vendor == "sqlite":
        shutil.copy(migrated.file(), tmp_path / "handsel.sqlite3")
        environment = {"DATABASE_URL": "", "HANDSEL_DATA_DIR": str(tmp_path)}
    else:
        environment = {"DATABASE_URL": postgres.new_database("handsel_migrated"), "HANDSEL_DATA_DIR": str(tmp_path)}
    connections.databases[NEW] = moving.database(environment)
    connections[NEW].connect()  # Django's tests let nobody connect to what they do not take back
    yield NEW
    connections[NEW].close()
    del connections.databases[NEW], connections[NEW]


@pytest.fixture
def book(world, monkeypatch) -> dict[str, Any]:
    settled_week.print_nothing(monkeypatch)
    return settled_week.rows(world)


def _quietly(_table: str, _done: int, _of: int) -> None:
    pass


def _all(alias: str) -> dict[str, book_moves.Contents]:
    return {model._meta.db_table: book_moves.contents(model, alias) for model in book_moves.tables()}


class _Stopped(Exception):
    pass


def test_every_row_comes_and_promises_stand(book, new):
    moved = book_moves.move("default", new, _quietly)
    assert moved == _all("default") == _all(new)
    assert moved["handsel_event"].rows > 10
    assert promises.missing(connections[new].SchemaEditorClass(connections[new])) == []
    with pytest.raises(IntegrityError), transaction.atomic(using=new):
        Event.objects.using(new).update(reason="Changed.")
    batches = CareSession.objects.using(new).filter(pk=book["session"].pk)
    with pytest.raises(IntegrityError), transaction.atomic(using=new):  # a foreign key
        batches.update(confirmed_by_id=book["session"].pk)
    # Numbers go on behind those that came.
    ana = User.objects.using(new).get(email="ana@example.com")
    EmailAddress.objects.using(new).create(user=ana, email="ana@example.net")
    book_moves.finish(new)
    assert "handsel_move" not in connections[new].introspection.table_names()


def test_a_move_that_was_stopped_goes_on(book, new, monkeypatch):
    monkeypatch.setattr(book_moves, "BATCH", 3)
    told: list[tuple[str, int, int]] = []

    def stop_half_way(table: str, done: int, of: int) -> None:
        told.append((table, done, of))
        if table == "handsel_event" and done:
            raise _Stopped

    with pytest.raises(_Stopped):
        book_moves.move("default", new, stop_half_way)
    assert Event.objects.using(new).count() == 3
    # What changes meanwhile comes too: in a table that came, and in the one that came in part.
    User.objects.filter(email="ana@example.com").update(name="Ana Rivera")
    first = told[:]
    told.clear()
    moved = book_moves.move("default", new, lambda *line: told.append(line))
    assert moved == _all("default") == _all(new)
    assert min(done for table, done, _ in told if table == "handsel_event") == 3
    assert {table for table, _, _ in first} & {table for table, _, _ in told} == {"handsel_event"}


def test_a_row_that_does_not_come_is_found(book, new, monkeypatch):
    write = book_moves._write

    def lose_one(model: Any, batch: list[Any], to: Any) -> None:
        write(model, batch[1:] if model is Event else batch, to)

    monkeypatch.setattr(book_moves, "_write", lose_one)
    with pytest.raises(book_moves.Refused, match="rows of handsel_event did not come whole"):
        book_moves.move("default", new, _quietly)


def test_what_is_written_meanwhile_is_found(book, new):
    moved = book_moves.move("default", new, _quietly)
    book_moves.refuse_changed("default", moved)
    User.objects.filter(email="ana@example.com").update(name="Ana Rivera")
    with pytest.raises(book_moves.Refused, match="changed while it was moved, in handsel_user"):
        book_moves.refuse_changed("default", moved)
    assert book_moves.move("default", new, _quietly) == _all("default") == _all(new)


def test_nothing_is_moved_onto_anything(db, new):
    book_moves.refuse_what_holds_something(new)
    ana = User.objects.using(new).create(email="ana@example.com", name="Ana")
    with pytest.raises(book_moves.Refused, match="not empty: there is something in handsel_user"):
        book_moves.refuse_what_holds_something(new)
    ana.delete(using=new)
    with connections[new].cursor() as cursor:
        cursor.execute("CREATE TABLE another (id integer)")
    with pytest.raises(book_moves.Refused, match="not empty: it has the table another"):
        book_moves.refuse_what_holds_something(new)


@pytest.mark.nightly
@pytest.mark.no_database
def test_a_family_moves_to_postgresql_and_back(tmp_path):
    home = Server("sqlite")
    assert home.command("load_example_families").returncode == 0
    there = postgres.new_database()
    moved = home.command("move", there)
    assert moved.returncode == 0, moved.stderr
    assert "checks, all well." in moved.stdout
    again = home.command("move", there)
    assert (again.returncode, again.stdout) == (1, "")
    assert "is not empty" in again.stderr
    back = subprocess.run(
        [sys.executable, "-m", "handsel", "move", f"sqlite://{tmp_path}/book/handsel.sqlite3"],
        env=home.environment | {"DATABASE_URL": there},
        cwd=home.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert back.returncode == 0, back.stderr
    assert "checks, all well." in back.stdout
    files = {path.name for path in (tmp_path / "book").rglob("*") if path.is_file()}
    assert files >= {path.name for path in (home.home / "data" / "receipts").iterdir()} | {"encryption_keys"}
    itself = home.command("move", f"sqlite://{home.home}/data/handsel.sqlite3")
    assert itself.stderr == "handsel: The book is in this database already.\n"
