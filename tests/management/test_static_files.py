"""The static files are collected once, and anew where anything is not as it was."""

from pathlib import Path

import pytest

from handsel.management import setup

pytestmark = pytest.mark.no_database

HARM = {
    "a file is lost": lambda root: next(root.rglob("*.css")).unlink(),
    "a file is cut short": lambda root: next(root.rglob("*.css")).write_text(""),
    "a file is a stranger": lambda root: (root / "css" / "stranger.css").write_text("body {}"),
    "nothing says what it was made of": lambda root: root.with_suffix(".sum").unlink(),
}


@pytest.fixture
def root(settings, tmp_path) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    setup.collect_static_files()
    return settings.STATIC_ROOT


def collected(root: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}


def test_what_stands_is_left_alone(root):
    before = collected(root)
    setup.collect_static_files()
    assert collected(root) == before != {}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_what_is_not_whole_is_made_anew(root, harm):
    before = {path: content for path, (_, content) in collected(root).items()}
    harm(root)
    setup.collect_static_files()
    assert {path: content for path, (_, content) in collected(root).items()} == before
    assert root.with_suffix(".sum").exists()


def test_what_goes_into_it_is_looked_at_each_time(root, settings, tmp_path):
    (tmp_path / "more").mkdir()
    settings.STATICFILES_DIRS = [tmp_path / "more"]
    for content in ("body {}", "main {}"):
        (tmp_path / "more" / "new.css").write_text(content)
        setup.collect_static_files()
        assert (root / "new.css").read_text() == content
