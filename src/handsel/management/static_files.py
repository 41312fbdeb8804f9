"""The static files, brought together where they are served from: compressed, and named by what is in them."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Unless those that stand there were made of the same files by the same programs: it takes a second."""
    seal = settings.STATIC_ROOT.with_suffix(".sum")
    if not seal.exists() or seal.read_text(encoding="ascii") != _sum():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        seal.write_text(_sum(), encoding="ascii")


def _sum() -> str:
    """Of every byte that goes into them, and of every byte that stands there."""
    programs = [version("django"), version("whitenoise"), settings.STATIC_URL, settings.STORAGES]
    found = sha256(repr(programs).encode())
    for name, path in [*_sources(), *_collected()]:
        content = path.read_bytes()
        found.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def _collected() -> Iterator[tuple[str, Path]]:
    for path in sorted(settings.STATIC_ROOT.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(settings.STATIC_ROOT)), path
