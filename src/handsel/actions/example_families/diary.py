"""A diary of what people do, lived in the order of time."""

from collections.abc import Callable
from datetime import date, datetime, time
from heapq import heappop, heappush
from itertools import count
from typing import Any

from handsel.models import User
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source


class Diary:
    """Pages at instants, turned earliest first; turning one may write later ones.

    Pages that lie ahead of `now` are never turned: what would be under way at that moment is under way.
    """

    def __init__(self, *, now: datetime, zone: str, source: Source) -> None:
        self.now = now
        self.source = source
        self.zone = zone
        self.today = local_time.local_date(now, zone)
        self._pages: list[tuple[datetime, int, Callable[[datetime], Any]]] = []
        self._order = count()

    def clock(self, day: date, wall: str) -> datetime:
        """The instant of a wall time HH:MM where the families live."""
        return local_time.instant(datetime.combine(day, time.fromisoformat(wall)), self.zone)

    def page(self, at: datetime, turn: Callable[[datetime], Any]) -> None:
        """Write down what happens at an instant, which `turn` is given."""
        heappush(self._pages, (at, next(self._order), turn))

    def does(self, at: datetime, who: User, action: Callable[..., Any], about: Any, **draft: Any) -> None:
        """Write down that somebody does something about a thing's id, with a draft of these values.

        A function in place of an id or a value is asked when the page is turned: until then nobody knows.
        """

        def turn(at: datetime) -> None:
            said = Draft.of(**{field: _known(value) for field, value in draft.items()})
            action(_known(about), said, by=who, at=at, source=self.source)

        self.page(at, turn)

    def live(self) -> None:
        """Turn every page up to now."""
        while self._pages and self._pages[0][0] <= self.now:
            at, _, turn = heappop(self._pages)
            turn(at)


def _known(value: Any) -> Any:
    return value() if callable(value) else value
