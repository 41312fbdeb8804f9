"""Backups: what they are called, which of them are kept, and when the next is due."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

DUTY = "back up"  # of the worker
EVERY = timedelta(days=1)
NEW_FOR = timedelta(hours=1)
_TIME = "%Y%m%dT%H%M%SZ"
_SCHEDULED = re.compile(r"handsel-scheduled-(\d{8}T\d{6}Z)(\.age)?\.tar")


@dataclass(frozen=True, slots=True)
class BackupRule:
    """Which backups are kept: the newest of each of so many days, weeks and months that have one."""

    days: int = 7
    weeks: int = 5
    months: int = 12


def name(at: datetime, *, is_scheduled: bool, is_encrypted: bool) -> str:
    """Return the name of the file of a backup. The rule removes those alone that are called scheduled."""
    when = at.astimezone(UTC).strftime(_TIME)
    return f"handsel-{'scheduled-' if is_scheduled else ''}{when}{'.age' if is_encrypted else ''}.tar"


def scheduled(names: Iterable[str]) -> dict[str, datetime]:
    """Return which of these are names of scheduled backups, and of when they are."""
    matches = {name: match for name in names if (match := _SCHEDULED.fullmatch(name))}
    times = {}
    for name, match in matches.items():
        try:
            times[name] = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
        except ValueError:  # a day that there is not: none of ours
            continue
    return times


def is_due(times: Iterable[datetime], at: datetime, begun_at: datetime | None) -> bool:
    """Say whether the next is to be made. One of a time to come, by a clock that went wrong, counts as none; a book in
    which somebody has been for less than an hour needs none yet.
    """
    is_book = begun_at is not None and at - begun_at >= NEW_FOR
    return is_book and not any(at - EVERY < time <= at for time in times)


_PERIODS: Mapping[str, Callable[[datetime], Any]] = {
    "days": lambda time: time.date(),
    "weeks": lambda time: time.isocalendar()[:2],
    "months": lambda time: (time.year, time.month),
}


def kept(times: Mapping[str, datetime], rule: BackupRule) -> set[str]:
    """Return the names of those that the rule keeps; the newest is always among them."""
    newest_first = sorted(times, key=lambda name: (times[name], name), reverse=True)
    names = set(newest_first[:1])
    for period, period_of in _PERIODS.items():
        newest_of: dict[Any, str] = {}
        for name in newest_first:
            newest_of.setdefault(period_of(times[name]), name)
        names |= set(list(newest_of.values())[: getattr(rule, period)])
    return names
