"""The acts that are registered, each with what prepares the world for it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.world import NOW, ON_THE_WEB

# What is undone within its minute was never told.
A_WHILE_AGO = NOW - timedelta(minutes=5)
JUNE = {"from_date": date(2026, 6, 1), "to_date": date(2026, 6, 30)}
# The action, who does it to what in the world, and whether it tells anybody.
ACTS: dict[str, tuple[Callable[..., Any], Callable[[Any], tuple[Any, ...]], bool]] = {}


def act(action: Callable[..., Any], *, tells: bool):
    """Register what prepares the world for the action and says who does it, and with what."""

    def register(prepare):
        ACTS[prepare.__name__] = (action, prepare, tells)
        return prepare

    return register


def prepared(world, name: str) -> Callable[[], Any]:
    action, prepare, _ = ACTS[name]
    by, *what = prepare(world)
    return lambda: action(*what, by=by, **ON_THE_WEB)
