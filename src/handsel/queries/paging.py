"""Long lists in parts. A cursor says after which row to go on, so that rows which come, go or move shift nothing."""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.crypto import salted_hmac

from handsel.rules import base64url
from handsel.rules.drafts import Draft, Problems
from handsel.rules.fields import Wrong
from handsel.rules.refusals import Invalid

MOST = 500
USUAL = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEAL_BYTES = 9


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """A part of a list; `next` is the cursor of what follows, None at the end."""

    items: list[Row]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns a list goes, the last of them unique. `of` names the list: a cursor fits no other one."""

    of: str
    columns: tuple[str, ...] = ("id",)
    descending: bool = False


def part[Row: Model](
    rows: QuerySet[Row], wanted: Draft, order: Order, problems: Problems | None = None
) -> tuple[list[Row], str | None]:
    """The rows after wanted's `cursor`, at most its `limit`, and the cursor of what follows.

    Raises Invalid with every problem of the draft, and those that the caller found.
    """
    problems = problems or Problems(wanted)
    cursor = wanted.get("cursor")
    if cursor is not None:
        try:
            rows = rows.filter(_after(_read(cursor, order), order))
        except Wrong as problem:
            problems.add("cursor", str(problem))
    problems.raise_if_any()
    limit = wanted.get("limit") or USUAL
    sign = "-" if order.descending else ""
    found = list(rows.order_by(*(sign + column for column in order.columns))[: limit + 1])
    if len(found) <= limit:
        return found, None
    found.pop()
    return found, _write([getattr(found[-1], column) for column in order.columns], order)


def for_page[Row: Model](
    rows: QuerySet[Row], cursor: str | None, order: Order, *, most: int
) -> tuple[list[Row], str | None]:
    """A part of `most` rows for "Show more"; an address that makes no sense begins at the beginning."""
    try:
        return part(rows, Draft.of(cursor=cursor, limit=most), order)
    except Invalid:
        return part(rows, Draft.of(limit=most), order)


def _after(position: Iterable[Any], order: Order) -> Q:
    """Rows behind the position: (a, b) > (x, y) is a > x, or a = x and b > y."""
    beyond = "lt" if order.descending else "gt"
    *first, last = zip(order.columns, position, strict=True)
    found = Q((f"{last[0]}__{beyond}", last[1]))
    for column, value in reversed(first):
        # The first condition alone would do; the second lets the database begin where the part begins.
        found = (Q((f"{column}__{beyond}", value)) | Q((column, value)) & found) & Q((f"{column}__{beyond}e", value))
    return found


def _write(position: list[Any], order: Order) -> str:
    said = json.dumps([_plain(value) for value in position], separators=(",", ":")).encode()
    return base64url.encode(_seal(said, order) + said)


def _read(cursor: str, order: Order) -> list[Any]:
    try:
        raw = base64url.decode(cursor)
    except ValueError:
        raise Wrong(_NOT_OURS) from None
    seal, said = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    # Compared letter by letter too, since the last letter may be written in several ways.
    if base64url.encode(raw) != cursor or not hmac.compare_digest(seal, _seal(said, order)):
        raise Wrong(_NOT_OURS)
    return [_meant(value) for value in json.loads(said)]


_NOT_OURS = "Send the `next` of the part before, of this very list."


def _seal(said: bytes, order: Order) -> bytes:
    """So that a cursor is only ever one that we wrote, for this list in this order."""
    salt = f"{__name__}:{order.of}:{','.join(order.columns)}:{order.descending}"
    return salted_hmac(salt, said, algorithm="sha256").digest()[:_SEAL_BYTES]


def _plain(value: Any) -> Any:
    """A sort value as JSON: microseconds since 1970, days, clock times, digits of an id, or a text."""
    match value:
        case datetime():
            return {"at": (value - _EPOCH) // timedelta(microseconds=1)}
        case date():
            return {"day": value.toordinal()}
        case UUID():
            return {"id": value.hex}
        case time():
            return {"clock": value.isoformat()}
        case str():
            return {"text": value}
        case _:
            raise TypeError(f"No list is ordered by {value!r}")


def _meant(value: dict[str, Any]) -> Any:
    match value:
        case {"at": microseconds}:
            return _EPOCH + timedelta(microseconds=microseconds)
        case {"day": ordinal}:
            return date.fromordinal(ordinal)
        case {"id": digits}:
            return UUID(digits)
        case {"clock": clock}:
            return time.fromisoformat(clock)
        case {"text": text}:
            return text
        case _:
            raise Wrong(_NOT_OURS)
