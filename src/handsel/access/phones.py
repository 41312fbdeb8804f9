"""Phone numbers of parents: who sees them, and when.

Each parent gives their own, for one family. Parents and coordinators see those of their family; a nanny from the
evening before a session of theirs until its end, since then somebody may have to be called. Pages alone show them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import CareSession
from handsel.rules import local_time, reminders
from handsel.rules.lifecycle import State, Status
from handsel.rules.roles import MANAGERS, Role

# An evening before a day is at most this long before what starts on it.
_EVENING_REACHES = timedelta(hours=33)


@dataclass(frozen=True, slots=True)
class Phone:
    """A parent's number: as they wrote it, and as a link that calls it."""

    member_id: UUID
    name: str
    number: str

    @property
    def link(self) -> str:
        return "tel:" + "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


def of_family(standing: Standing, *, at: datetime) -> list[Phone]:
    """Return the numbers of a family that this member sees now. A query, and one more for a nanny."""
    return _phones(standing) if sees_phones(standing, at=at) else []


def for_session(standing: Standing, session: CareSession, *, at: datetime) -> list[Phone]:
    """Return those to call about a session: for a nanny of their own alone. One query at most."""
    is_open = session.nanny_id == standing.member_id and _is_open(session, at)
    return _phones(standing) if standing.role in MANAGERS or (standing.role is Role.NANNY and is_open) else []


def sees_phones(standing: Standing, *, at: datetime) -> bool:
    """Say whether this member sees the numbers of their family now. A query for a nanny."""
    if standing.role is not Role.NANNY:
        return standing.role in MANAGERS
    own = visibility.care_sessions(standing.person).filter(nanny_id=standing.member_id, is_confirmed=True)
    running, coming = own.filter(status=Status.IN_PROGRESS), own.filter(status=Status.SCHEDULED).ending_after(at)
    return any(_is_open(row, at) for row in running | coming.filter(scheduled_start__lt=at + _EVENING_REACHES))


def _is_open(session: CareSession, at: datetime) -> bool:
    """Say whether a session runs, or it is the evening before it or later, and not yet its end."""
    if session.state is not State.CONFIRMED:
        return session.state is State.IN_PROGRESS
    day = local_time.local_date(session.scheduled_start, session.time_zone)
    return reminders.evening_before(day, session.time_zone) <= at < session.scheduled_end


def _phones(standing: Standing) -> list[Phone]:
    members = visibility.members(standing.person).filter(family_id=standing.family_id).exclude(phone="")
    named = members.select_related("user").order_by("joined_at", "id")
    return [Phone(member.id, standing.person.known_names.of(member), member.phone) for member in named]
