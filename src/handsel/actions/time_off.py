"""Time off of a nanny or of the whole family: generation skips it, calendars show it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import history, participants
from handsel.models import TimeOff, User
from handsel.notices import audience, outbox
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

LONGEST = timedelta(days=366)
_COLUMNS = ("nanny_id", "from_date", "to_date", "start_time", "end_time", "reason")


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> TimeOff:
    """Enter days off, both ends inclusive; with start_time and end_time only those hours of each day.

    draft: from_date, to_date; nanny_id, start_time, end_time, reason. A nanny_id of None is the whole family; when
    nothing is said, a nanny means themselves and everybody else the family.
    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    usual = standing.member_id if standing.role is Role.NANNY else None
    time_off = TimeOff(
        family=family,
        nanny_id=draft.get("nanny_id", usual),
        from_date=draft.get("from_date"),
        to_date=draft.get("to_date"),
        start_time=draft.get("start_time"),
        end_time=draft.get("end_time"),
        reason=draft.get("reason") or "",
        entered_by_id=standing.member_id,
        created_at=at,
    )
    _may_enter(standing, time_off)
    problems = Problems(draft, ["from_date", "to_date"])
    if "nanny_id" in draft and draft["nanny_id"] is not None:
        participants.nanny(family, draft, problems)
    _check(time_off, problems)
    problems.raise_if_any()
    time_off.save(force_insert=True)
    history.record(
        EventKind.TIME_OFF_CREATED,
        by=standing,
        at=at,
        source=source,
        changes={"time_off_id": (None, time_off.id)} | history.new_values(time_off, _COLUMNS),
    )
    _notify(NoticeKind.TIME_OFF_ENTERED, time_off, by=by, at=at)
    return time_off


@transaction.atomic
def delete(time_off_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Take it back; sessions that were not generated meanwhile come with the next generation.

    Raises NotVisible or NotAllowed.
    """
    standing, time_off = visibility.one_time_off(by, time_off_id, lock=True)
    _may_enter(standing, time_off)
    history.record(
        EventKind.TIME_OFF_DELETED,
        by=standing,
        at=at,
        source=source,
        changes={"time_off_id": (time_off.id, None)} | history.old_values(time_off, _COLUMNS),
    )
    _notify(NoticeKind.TIME_OFF_TAKEN_BACK, time_off, by=by, at=at)
    time_off.delete()


def _notify(kind: NoticeKind, time_off: TimeOff, *, by: User, at: datetime) -> None:
    """Tell the parents and the nanny of a nanny's time off, every nanny of the family's."""
    if time_off.nanny is None:
        people = audience.every_nanny(time_off.family_id)
    else:
        people = [*audience.parents(time_off.family_id), *audience.persons([time_off.nanny_id])]
    facts: dict[str, Any] = {
        "time_off": str(time_off.id),
        "whose": time_off.nanny.user.first_name if time_off.nanny else None,
        "first": time_off.from_date.isoformat(),
        "last": time_off.to_date.isoformat(),
    }
    if time_off.reason:
        facts["reason"] = time_off.reason
    if time_off.start_time and time_off.end_time:
        facts["hours"] = [time_off.start_time.isoformat("minutes"), time_off.end_time.isoformat("minutes")]
    outbox.notify(kind, people, by=by, at=at, family_id=time_off.family_id, facts=facts)


def _may_enter(standing: Standing, time_off: TimeOff) -> None:
    if not standing.may(Capability.TIME_OFF_ANY):
        checks.may(standing, Capability.TIME_OFF_OWN, time_off)


def _check(time_off: TimeOff, problems: Problems) -> None:
    """Check what no field can tell alone, looking only at what could be read."""
    if not problems.any_of("from_date", "to_date"):
        if time_off.to_date < time_off.from_date:
            problems.add("to_date", say("The last day can't be before the first."))
        elif time_off.to_date - time_off.from_date >= LONGEST:
            problems.add("to_date", say("Enter at most %(most)s days at once.", most=LONGEST.days))
    if not problems.any_of("start_time", "end_time"):
        if (time_off.start_time is None) != (time_off.end_time is None):
            missing = "start_time" if time_off.start_time is None else "end_time"
            problems.add(missing, say("Hours need a start and an end."))
        elif time_off.start_time is not None and time_off.start_time == time_off.end_time:
            problems.add("end_time", say("Start and end are the same. For the whole day leave both empty."))
