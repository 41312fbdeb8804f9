"""`handsel forget`: what it says before, and what is left of it in the files of a book."""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from handsel.actions.erasing import erasures
from handsel.management import setup
from handsel.rules.lifecycle import State
from tests.models.broken_documents import a_document
from tests.server import Server


@pytest.fixture
def forget(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(setup, "ensure_migrated", lambda: None)
    monkeypatch.setattr(erasures, "_overwrite", lambda: None)  # VACUUM, which no transaction holds
    settings.ERASED_LIST = tmp_path / "erased.jsonl"

    def run(*words: str) -> str:
        said = StringIO()
        call_command("forget", *words, stdout=said)
        return said.getvalue()

    return run


def test_a_dry_run_says_what_goes_and_what_stays_until_when(world, forget):
    world.session("2026-05-20 09:00", state=State.COMPLETED, notes="Naps at noon.")
    a_document(world, year=2026)
    said = forget("child", str(world.emma.id), "--dry-run")
    assert "1 session without notes and reasons; times, rates and amounts stay" in said
    assert "Document 1 (YEAR_NANNY) stays readable until 2033-12-31." in said
    assert said.endswith("Nothing was changed.\n")
    world.emma.refresh_from_db()
    assert world.emma.first_name == "Emma"


def test_it_asks_before_it_erases(world, forget, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("erase\n"))  # nobody sits there
    with pytest.raises(CommandError, match="--yes"):
        forget("child", str(world.emma.id))
    assert "Erased." in forget("child", str(world.emma.id), "--yes")
    world.emma.refresh_from_db()
    assert world.emma.first_name == "a child"
    assert forget("again").startswith("Erased again: 0 of 1.")


@pytest.mark.parametrize("word", ["sam@example.org", "0196f1c5-7e0e-7c31-8f3a-0a1b2c3d4e5f", "Emma"])
def test_who_is_not_here_is_not_erased(world, forget, word):
    for kind in ("child", "family", "person"):
        with pytest.raises(SystemExit, match="nothing with this id"):
            forget(kind, word, "--dry-run")


@pytest.mark.nightly
def test_nothing_is_left_in_the_pages_of_the_file():
    book = Server("sqlite", new=True)
    assert book.command("load_example_families").returncode == 0
    file = book.home / "data" / "handsel.sqlite3"
    with closing(sqlite3.connect(file)) as rows:
        families = rows.execute("SELECT id FROM handsel_family WHERE name LIKE '%Rivera%'").fetchall()
        of_family = "SELECT DISTINCT first_name FROM handsel_child WHERE family_id = ?"
        names = [name for (name,) in rows.execute(of_family, families[0])]
    assert all(name.encode() in file.read_bytes() for name in names)
    erased = book.command("forget", "family", families[0][0], "--yes")
    assert erased.returncode == 0
    assert not [name for name in names if name in erased.stdout + erased.stderr]
    left = b"".join(path.read_bytes() for path in file.parent.glob("handsel.sqlite3*"))
    assert [name for name in names if name.encode() in left] == []
    assert book.command("verify").returncode == 0
