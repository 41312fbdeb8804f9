"""What erasing writes over in the tables of a family: columns that people typed in, and lines of the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Model, Q, QuerySet, Value, When

from handsel.models import (
    CalendarAddress,
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Event,
    Expense,
    Family,
    PayItem,
    Payment,
    PayPeriod,
    TimeOff,
)
from handsel.rules.erasing import Names, without_texts

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a table. emptied: what may be nothing; replaced: where something has to stand, if anything did."""

    model: type[Model]
    emptied: Sequence[str] = ()
    replaced: Sequence[str] = ()
    family: str = "family"

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.emptied, *self.replaced)

    def of_family(self, family_id: UUID | None) -> QuerySet[Model]:
        # unscoped: of a family at hand
        rows: QuerySet[Model] = self.model._base_manager.filter(**{self.family: family_id})
        return rows

    def write_over(self, rows: QuerySet[Any], instead: str) -> int:
        """Leave no text in these rows; return how many had one."""
        filled = Q()
        for column in self.columns:
            filled |= ~Q(**{column: ""})
        values: dict[str, Any] = dict.fromkeys(self.emptied, "")
        for column in self.replaced:
            values[column] = Case(When(**{column: ""}, then=Value("")), default=Value(instead))
        return rows.filter(filled).update(**values)

    def replace_names(self, rows: QuerySet[Any], names: Names) -> int:
        """Say something else instead of these names; return in how many rows they stood."""
        count = 0
        for row in rows.only("pk", *self.columns):
            texts = {column: getattr(row, column) for column in self.columns}
            changed = {
                column: names.replaced(text)[: self._longest(column)]
                for column, text in texts.items()
                if names.stand_in(text)
            }
            if changed:
                self.model._base_manager.filter(pk=row.pk).update(**changed)
                count += 1
        return count

    def _longest(self, column: str) -> int | None:
        return getattr(self.model._meta.get_field(column), "max_length", None)


SESSIONS = Texts(CareSession, ("notes", "cancel_reason"))
REQUESTS = Texts(ChangeRequest, ("answer",), ("message",))
SCHEDULES = Texts(CareSchedule, ("notes",), ("name",))
TIME_OFF = Texts(TimeOff, ("reason",))
PERIODS = Texts(PayPeriod, ("note", "query", "reopen_reason", "reopen_ask"))
ITEMS = Texts(PayItem, (), ("reason",))
EXPENSES = Texts(Expense, ("note",), ("answer",))
PAYMENTS = Texts(Payment, ("note",), ("reason",))
# What is written over of a family whole, and searched for names otherwise.
OF_FAMILY = (SESSIONS, REQUESTS, SCHEDULES, TIME_OFF, PERIODS, ITEMS, EXPENSES, PAYMENTS)
# What is searched for names beside them. What others are called stays theirs.
CARE_NOTES = Texts(Child, ("allergies", "medications", "notes"))
THE_FAMILY = Texts(Family, ("address", "notes"), ("name",), family="pk")
ADDRESSES = Texts(CalendarAddress, (), ("name",))


def replace_names_in_family(family_id: UUID | None, names: Names) -> int:
    """Say something else instead of names wherever somebody of this family typed them; return in how many rows."""
    tables = (*OF_FAMILY, THE_FAMILY, CARE_NOTES)
    count = sum(texts.replace_names(texts.of_family(family_id), names) for texts in tables)
    addresses = CalendarAddress._base_manager.filter(person__memberships__family=family_id).distinct()
    return count + ADDRESSES.replace_names(addresses, names)


def write_over_events(events: QuerySet[Event], is_about: Callable[[Event], bool], names: Names | None = None) -> int:
    """Leave no text in the lines that it is about, and no name in the others; return how many changed. Ids, kinds,
    times and rates stay. The door stands open (models.erasing_promises).
    """
    count, ids = 0, list(events.values_list("pk", flat=True))
    for first in range(0, len(ids), _AT_ONCE):
        changed = []
        for event in events.filter(pk__in=ids[first : first + _AT_ONCE]):
            if is_about(event):
                changes, reason = without_texts(event.changes), ""
            elif names:
                changes, reason = names.replaced(event.changes), names.replaced(event.reason)
            else:
                continue
            if (changes, reason) != (event.changes, event.reason):
                event.changes, event.reason = changes, reason
                changed.append(event)
        events.bulk_update(changed, ["changes", "reason"], batch_size=100)
        count += len(changed)
    return count
