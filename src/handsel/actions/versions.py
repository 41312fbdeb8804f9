"""If-Match: who changes something says which version was seen."""

from typing import Protocol

from handsel.rules.refusals import VersionConflict


class Versioned(Protocol):
    version: int


def must_match(thing: Versioned, version: int | None) -> None:
    """Raises VersionConflict when another version was seen than stands there now."""
    if version is not None and thing.version != version:
        raise VersionConflict
