"""Families as their members see them, and who and what belongs to them."""

from uuid import UUID

from django.db.models import QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import Child, Event, Family, TimeOff, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import Draft
from handsel.rules.history import LATE_PAY
from handsel.rules.refusals import NotVisible


def listed(person: User, parameters: Draft) -> Page[Row]:
    """Return a page of the person's families. parameters: cursor, limit. Raises Invalid. Two queries."""
    families, following = paging.paginate(visibility.families(person), parameters, Order(f"families:{person.pk}"))
    standing_in = {standing.family_id: standing for standing in visibility.standings(person)}
    return Page([_row(family, standing_in[family.id]) for family in families if family.id in standing_in], following)


def get(person: User, family_id: UUID) -> Row:
    """Return one family. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    return _row(family, standing)


def shown(person: User, family: Family) -> Row:
    """Return a family just as an action left it. Raises NotVisible."""
    return _row(family, visibility.standing(person, family.id))


def _row(family: Family, standing: Standing) -> Row:
    """Return a family, whose `default_hourly_rate` is None for who may not see it."""
    rate = family.default_hourly_rate if standing.sees_default_rate else None
    return Row(family, family_id=family.id, default_hourly_rate=rate)


def children(person: User, family_id: UUID, parameters: Draft) -> Page[Child]:
    """Return a family's children, archived ones too. parameters: cursor, limit. Raises NotVisible or Invalid. Two
    queries.
    """
    visibility.standing(person, family_id)
    rows = visibility.children(person).filter(family_id=family_id)
    return Page(*paging.paginate(rows, parameters, Order(f"children:{family_id}")))


def time_off(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return the time off that counts in a family by its first day, as `time_off_row` has it. parameters: cursor,
    limit. Raises NotVisible or Invalid. Two queries.
    """
    visibility.standing(person, family_id)
    rows = visibility.time_off(person).filter(in_family_id=family_id)
    order = Order(f"time_off:{family_id}", ("from_date", "id"))
    entries, following = paging.paginate(rows, parameters, order)
    return Page([time_off_row(entry) for entry in entries], following)


def time_off_shown(person: User, time_off_id: UUID, family_id: UUID) -> Row:
    """Return time off just as an action left it, in one of the families in which it counts. Raises NotVisible."""
    for entry in visibility.time_off(person).filter(in_family_id=family_id, pk=time_off_id):
        return time_off_row(entry)
    raise NotVisible


def time_off_row(entry: TimeOff) -> Row:
    """Return it as of the family in which it counts; `reason` is None where that is not told."""
    reason = entry.reason if entry.tells_reason else None
    return Row(entry, family_id=entry.in_family_id, nanny_id=entry.in_nanny_id, reason=reason)


def events(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """List all that happened in a family, oldest first. Two queries.

    parameters: cursor, limit. Raises NotVisible or Invalid.
    """
    standing = visibility.standing(person, family_id)
    rows = visibility.events(person).filter(family_id=family_id)
    return history(rows, parameters, standing, f"events:{family_id}")


def session_events(person: User, session_id: UUID, parameters: Draft) -> Page[Row]:
    """Return all that happened to a session, as `events` has it."""
    standing, _ = visibility.care_session(person, session_id)
    rows = visibility.events(person).filter(session_id=session_id)
    return history(rows, parameters, standing, f"session_events:{session_id}")


def history(rows: QuerySet[Event], parameters: Draft, standing: Standing, of: str) -> Page[Row]:
    """Return a page of these events as somebody may see them. of: what they are of, which a cursor keeps to."""
    rows = visibility.history(rows, standing)
    events, following = paging.paginate(rows, parameters, Order(of, Event.AS_WRITTEN))
    return Page([Row(event, changes=_changes(event, standing)) for event in events], following)


def _changes(event: Event, standing: Standing) -> dict[str, list[object]]:
    """Return {field: [old, new]}; pay that the reader may not see is None in it, and what only pages of pay read is not
    there.
    """
    hidden = set()
    if not standing.sees_pay_of(event.nanny_id):
        hidden.add("hourly_rate")
    if not standing.sees_default_rate:
        hidden.add("default_hourly_rate")
    return {
        name: [None, None] if name in hidden else values for name, values in event.changes.items() if name != LATE_PAY
    }
