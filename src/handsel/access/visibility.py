"""The only way to fetch what belongs to a family: through the person who asks.

Who is no member gets NotVisible, the same as for an id that does not exist.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from handsel.access.standing import Standing
from handsel.models import (
    BusyTime,
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Event,
    Family,
    GenerationBatch,
    Invitation,
    Member,
    TimeOff,
    User,
)
from handsel.models.care_sessions import CareSessionQuerySet
from handsel.rules.lifecycle import Status
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role


def lock_active_person(person: User) -> None:
    """Hold who acts until the transaction ends. Raises NotVisible where the account was deleted or shut since the
    request began: for what asks after no membership, which ends with the account.
    """
    if not list(User.objects.select_for_update(no_key=True).filter(pk=person.pk, is_active=True).values_list("pk")):
        raise NotVisible


def standing(person: User, family_id: UUID) -> Standing:
    """The person's standing in a family. One query."""
    mine = _only(_memberships(person).filter(family_id=family_id))
    return _standing_of(person, mine.family_id, mine.id, mine.role, mine.is_founder and not mine.has_manager)


def standings(person: User) -> list[Standing]:
    """The person's standing in each of her families, by the family's name. One query."""
    return [
        _standing_of(person, mine.family_id, mine.id, mine.role, mine.is_founder and not mine.has_manager)
        for mine in _memberships(person).order_by("family__name", "family_id")
    ]


def families(person: User) -> QuerySet[Family]:
    return Family.objects.filter(members__user=person, members__removed_at__isnull=True)


def family(person: User, family_id: UUID, *, lock: bool = False) -> tuple[Standing, Family]:
    return _one(person, _FAMILIES, family_id, lock=lock)


def children(person: User) -> QuerySet[Child]:
    return _mine(person, Child.objects.all())


def child(person: User, child_id: UUID, *, lock: bool = False) -> tuple[Standing, Child]:
    return _one(person, _CHILDREN, child_id, lock=lock)


def members(person: User) -> QuerySet[Member]:
    return _mine(person, Member.objects.active())


def members_ever(person: User) -> QuerySet[Member]:
    """Those who left too: what was still calls them by name."""
    return _mine(person, Member.objects.all())


def member(person: User, member_id: UUID, *, lock: bool = False) -> tuple[Standing, Member]:
    return _one(person, _MEMBERS, member_id, lock=lock)


def invitations(person: User) -> QuerySet[Invitation]:
    return _mine(person, Invitation.objects.all())


def invitation(person: User, invitation_id: UUID, *, lock: bool = False) -> tuple[Standing, Invitation]:
    return _one(person, _INVITATIONS, invitation_id, lock=lock)


def care_schedules(person: User) -> QuerySet[CareSchedule]:
    return _mine(person, CareSchedule.objects.all())


def care_schedule(person: User, schedule_id: UUID, *, lock: bool = False) -> tuple[Standing, CareSchedule]:
    return _one(person, _SCHEDULES, schedule_id, lock=lock)


def care_sessions(person: User) -> QuerySet[CareSession]:
    return _mine(person, CareSession.objects.all())


def care_session(person: User, session_id: UUID, *, lock: bool = False) -> tuple[Standing, CareSession]:
    return _one(person, _SESSIONS, session_id, lock=lock)


# The one look across families is for double bookings. Of a session of another family nobody but its nanny may learn
# more than that she is busy.


def competing_sessions(nanny_person_ids: Iterable[UUID], start: datetime, end: datetime) -> CareSessionQuerySet:
    """What else these nannies have between two instants, agreed or not, in whichever family."""
    planned = CareSession.objects.planned_or_running().filter(nanny_person_id__in=list(nanny_person_ids))
    return planned.overlapping(start, end)


def busy_times(nanny_person_ids: Iterable[UUID], start: datetime, end: datetime) -> QuerySet[BusyTime]:
    """When these nannies are busy by calendars of their own, between two instants. Nobody but the nanny herself may
    tell them from another family's sessions.
    """
    hers = BusyTime.objects.filter(calendar__person_id__in=list(nanny_person_ids))
    return hers.filter(starts_at__lt=end, ends_at__gt=start)


def running_sessions(nanny_person_ids: Iterable[UUID]) -> CareSessionQuerySet:
    """What these nannies have running that nothing else may run beside, in whichever family."""
    running = CareSession.objects.filter(nanny_person_id__in=list(nanny_person_ids), status=Status.IN_PROGRESS)
    return running.filter(overlap_allowed=False)


def batch(person: User, batch_id: UUID, *, lock: bool = False) -> tuple[Standing, GenerationBatch]:
    return _one(person, _BATCHES, batch_id, lock=lock)


def change_requests(person: User) -> QuerySet[ChangeRequest]:
    return _mine(person, ChangeRequest.objects.all())


def change_request(person: User, request_id: UUID, *, lock: bool = False) -> tuple[Standing, ChangeRequest]:
    return _one(person, _REQUESTS, request_id, lock=lock)


def time_off(person: User) -> QuerySet[TimeOff]:
    return _mine(person, TimeOff.objects.all())


def one_time_off(person: User, time_off_id: UUID, *, lock: bool = False) -> tuple[Standing, TimeOff]:
    return _one(person, _TIMES_OFF, time_off_id, lock=lock)


def events(person: User) -> QuerySet[Event]:
    return _mine(person, Event.objects.all())


def _memberships(person: User) -> QuerySet[Member]:
    return _MEMBERSHIPS.filter(user=person)


def _mine[Row: Model](person: User, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows of the families that the person is in now; a subquery, so that no row comes twice."""
    return rows.filter(family_id__in=_FAMILY_IDS.filter(user=person))


def _one[Row: Model](person: User, rows: QuerySet[Row], row_id: UUID, *, lock: bool) -> tuple[Standing, Row]:
    """One row and the person's standing in its family, in one query; with lock, which takes the row alone, in two."""
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = _only(rows.filter(pk=row_id, member_user_id=person.pk, member_left_at=None))
    if lock:
        # Who waited for the lock may have been removed meanwhile, and what was read of her is from before.
        return standing(person, row.member_family_id), row
    founded_alone = row.member_is_founder and not row.has_manager
    return _standing_of(person, row.member_family_id, row.member_id_there, row.member_role, founded_alone), row


def _only[Row: Model](rows: QuerySet[Row]) -> Row:
    """The row that there is at most one of, so that it needs no order. Raises NotVisible."""
    for row in rows:
        return row
    raise NotVisible


def _standing_of(person: User, family_id: UUID, member_id: UUID, role: str, founded_alone: bool) -> Standing:
    kind = Role(role)
    return Standing(person, family_id, member_id, kind, in_charge=founded_alone and kind is Role.NANNY)


# What is asked at every turn, but for whose it is: made once, since to make a query takes longer than to run it.
# Each is only ever filtered further, and so asked anew.


def _with_members[Row: Model](rows: QuerySet[Row], members: str = "family__members", family: str = "family_id") -> Any:
    """Each row once for every member there ever was of its family; a person is one member of a family."""
    return rows.filter(**{f"{members}__isnull": False}).annotate(
        member_family_id=F(f"{members}__family_id"),
        member_id_there=F(f"{members}__id"),
        member_user_id=F(f"{members}__user_id"),
        member_role=F(f"{members}__role"),
        member_is_founder=F(f"{members}__is_founder"),
        member_left_at=F(f"{members}__removed_at"),
        has_manager=Exists(Member.objects.managers_of(OuterRef(family))),
    )


_FAMILY_IDS = Member.objects.active().values("family_id")
_MEMBERSHIPS = Member.objects.active().annotate(has_manager=Exists(Member.objects.managers_of(OuterRef("family_id"))))
_FAMILIES = _with_members(Family.objects.all(), "members", "pk")
_CHILDREN = _with_members(Child.objects.select_related("family"))
_MEMBERS = _with_members(Member.objects.active().select_related("family", "user"))
_INVITATIONS = _with_members(Invitation.objects.select_related("family"))
_SCHEDULES = _with_members(CareSchedule.objects.select_related("family", "nanny"))
_SESSIONS = _with_members(CareSession.objects.select_related("family", "nanny"))
_BATCHES = _with_members(GenerationBatch.objects.select_related("family"))
_REQUESTS = _with_members(ChangeRequest.objects.select_related("family"))
_TIMES_OFF = _with_members(TimeOff.objects.select_related("family", "nanny"))
