"""The names by which somebody tells apart whoever is or was in their families, children too."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from uuid import UUID

from handsel.formatting.short_names import FullName, Named, tell_apart


class KnownNames:
    """The names that one reader sees, the same wherever they look; read once, when the first of them is needed."""

    def __init__(self, read: Callable[[], Iterable[FullName]] = tuple) -> None:
        self._read = read

    @cached_property
    def _by_id(self) -> Mapping[str, str]:
        everybody = list(self._read())
        names = tell_apart(everybody)
        return {str(row_id): names[named.key] for named in everybody for row_id in named.ids}

    def of(self, named: Named) -> str:
        return self.of_id(named.id, named.first_name)

    def of_id(self, row_id: UUID | str | None, otherwise: str) -> str:
        """Return the name behind an id, as it is or as JSON keeps it; otherwise: that of who is not known here."""
        return otherwise if row_id is None else self._by_id.get(str(row_id), otherwise)

    def whole(self, named: Named, name: str) -> str:
        """Return this whole name, with what tells it apart where somebody else has the same."""
        short = self.of(named)
        return short if len(short) > len(name) else name
