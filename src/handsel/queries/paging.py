"""Parts of long lists. A cursor says after which row to go on, so that rows which come, go or move shift nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet

from handsel.rules.drafts import Draft, Problems
from handsel.rules.refusals import Invalid

MOST = 500
USUAL = 100
_NOT_OURS = "Send the `next` of the part before, of this very list."  # read by programs alone


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """A part of a list; `next` is the cursor of what follows, None at the end."""

    items: list[Row]
    next: str | None


class Row:
    """A model instance as its reader may see it: `shown` stands in place of attributes of the same name, or adds some.

    The instance itself is left alone, so that saving it never stores what was hidden.
    """

    def __init__(self, instance: Model, **shown: Any) -> None:
        # A list reads twenty columns of each of its rows: found here, they need no second look.
        self.__dict__.update(instance.__dict__, _instance=instance, **shown)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._instance, name)

    def with_more(self, **shown: Any) -> "Row":
        """Add to what is shown."""
        self.__dict__.update(shown)
        return self


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a list is ordered by, the last of them unique. `of` names the list: a cursor fits no other one."""

    of: str
    columns: tuple[str, ...] = ("id",)
    descending: bool = False

    @property
    def signer(self) -> Signer:
        """Return a signer, so that a cursor is only ever one that we wrote, for this list in this order."""
        return Signer(salt=f"{__name__}:{self.of}:{','.join(self.columns)}:{self.descending}")


def paginate[Instance: Model](
    rows: QuerySet[Instance], parameters: Draft, order: Order, problems: Problems | None = None
) -> tuple[list[Instance], str | None]:
    """Return the rows after wanted's `cursor`, at most its `limit`, and the cursor of what follows.

    Raises Invalid with every problem of the draft, and those that the caller found.
    """
    problems = problems or Problems(parameters)
    cursor = parameters.get("cursor")
    if cursor is not None:
        try:
            rows = rows.filter(_after(order.signer.unsign_object(cursor), order))
        except BadSignature:
            problems.add("cursor", _NOT_OURS)
    problems.raise_if_any()
    limit = parameters.get("limit") or USUAL
    sign = "-" if order.descending else ""
    instances = list(rows.order_by(*(sign + column for column in order.columns))[: limit + 1])
    if len(instances) <= limit:
        return instances, None
    instances.pop()
    # As text, which the columns read again, to the microsecond.
    return instances, order.signer.sign_object([str(getattr(instances[-1], column)) for column in order.columns])


def for_page[Instance: Model](
    rows: QuerySet[Instance], cursor: str | None, order: Order, *, most: int
) -> tuple[list[Instance], str | None]:
    """Return a part of `most` rows for "Show more"; an address that makes no sense begins at the beginning."""
    try:
        return paginate(rows, Draft.of(cursor=cursor, limit=most), order)
    except Invalid:
        return paginate(rows, Draft.of(limit=most), order)


def _after(position: Iterable[Any], order: Order) -> Q:
    """Return the condition for rows behind the position: (a, b) > (x, y) is a > x, or a = x and b > y."""
    beyond = "lt" if order.descending else "gt"
    *first, last = zip(order.columns, position, strict=True)
    condition = Q((f"{last[0]}__{beyond}", last[1]))
    for column, value in reversed(first):
        # The first condition alone would do; the second lets the database begin where the part begins.
        behind = Q((f"{column}__{beyond}", value)) | Q((column, value)) & condition
        condition = behind & Q((f"{column}__{beyond}e", value))
    return condition
