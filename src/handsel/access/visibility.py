"""The only way to fetch what belongs to a family: through the person who asks.

Who is no member gets NotVisible, the same as for an id that does not exist.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from handsel.access.checks import Standing
from handsel.models import (
    AccessLine,
    BusyTime,
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Event,
    Expense,
    Family,
    GenerationBatch,
    Invitation,
    IssuedDocument,
    Member,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    Receipt,
    SessionImport,
    TimeOff,
    User,
)
from handsel.models.care_sessions import CareSessionQuerySet
from handsel.rules.access_log import OF_PAY, Thing
from handsel.rules.history import EVENTS_OF_PAY, EVENTS_OF_TERMS
from handsel.rules.lifecycle import Status
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role


def _with_membership[Row: Model](
    rows: QuerySet[Row], members: str = "family__members__", family: str = "family_id"
) -> QuerySet[Row]:
    """Return each row once for every member there ever was of its family; a person is one member of a family."""
    annotated = rows.filter(**{f"{members}id__isnull": False}).annotate(
        member_family_id=F(f"{members}family_id"),
        member_id_there=F(f"{members}id"),
        member_user_id=F(f"{members}user_id"),
        member_role=F(f"{members}role"),
        member_is_founder=F(f"{members}is_founder"),
        member_left_at=F(f"{members}removed_at"),
        has_manager=Exists(Member.objects.managers_of(OuterRef(family))),
        has_nanny=Exists(Member.objects.active().filter(family_id=OuterRef(family), role=Role.NANNY)),
    )
    return cast("QuerySet[Row]", annotated)


# What is asked at every turn, but for whose it is: made once, since to make a query takes longer than to run it.
# Each is only ever filtered further, and so asked anew.
_FAMILY_IDS = Member.objects.active().values("family_id")
_MEMBERSHIPS = _with_membership(Member.objects.active(), "")


def lock_active_person(person: User) -> None:
    """Hold who acts until the transaction ends. Raises NotVisible where the account was deleted or shut since the
    request began: for what asks after no membership, which ends with the account.
    """
    if not list(User.objects.select_for_update(no_key=True).filter(pk=person.pk, is_active=True).values_list("pk")):
        raise NotVisible


def standing(person: User, family_id: UUID) -> Standing:
    """Return the person's standing in a family. One query."""
    return _standing_of(person, _only(_MEMBERSHIPS.filter(user=person, family_id=family_id)))


def standings(person: User) -> list[Standing]:
    """Return the person's standing in each of their families, by the family's name. One query."""
    memberships = _MEMBERSHIPS.filter(user=person).order_by("family__name", "family_id")
    return [_standing_of(person, membership) for membership in memberships]


def families(person: User) -> QuerySet[Family]:
    return Family.objects.filter(members__user=person, members__removed_at__isnull=True)


def _rows[Rows: QuerySet[Any, Any]](rows: Rows, person: User) -> Rows:
    """Return rows of the families that the person is in now; a subquery, so that no row comes twice."""
    return rows.filter(family_id__in=_FAMILY_IDS.filter(user=person))


def _row[Row: Model](rows: QuerySet[Row], person: User, row_id: UUID, *, lock: bool = False) -> tuple[Standing, Row]:
    """Return one row and the person's standing in its family, in one query; with lock, which takes the row alone, in
    two.

    Raises NotVisible.
    """
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = _only(rows.filter(pk=row_id, member_user_id=person.pk, member_left_at=None))
    member_standing = _standing_of(person, row)
    # Who waited for the lock may have been removed meanwhile, and what was read of them is from before.
    return (standing(person, member_standing.family_id) if lock else member_standing), row


def _only[Row: Model](rows: Iterable[Row]) -> Row:
    """Return the row that there is at most one of, so that it needs no order. Raises NotVisible."""
    for row in rows:
        return row
    raise NotVisible


def is_in_charge(role: Role, *, is_founder: bool, has_manager: bool) -> bool:
    """Say whether this member is the nanny who founded the family and no parent or coordinator has joined yet."""
    return role is Role.NANNY and is_founder and not has_manager


def _standing_of(person: User, row: Any) -> Standing:
    """Return what a row with its membership tells of the person."""
    role = Role(row.member_role)
    in_charge = is_in_charge(role, is_founder=row.member_is_founder, has_manager=row.has_manager)
    return Standing(person, row.member_family_id, row.member_id_there, role, in_charge, not row.has_nanny)


# Lists by the person, rows by the person and an id; with lock=True the row is held until the transaction ends.
family = partial(_row, _with_membership(Family.objects.all(), "members__", "pk"))
children = partial(_rows, Child.objects.all())
child = partial(_row, _with_membership(Child.objects.select_related("family")))
members = partial(_rows, Member.objects.active())
members_ever = partial(_rows, Member.objects.all())  # those who left too: what was still calls them by name
member = partial(_row, _with_membership(Member.objects.active().select_related("family", "user")))
invitations = partial(_rows, Invitation.objects.all())
invitation = partial(_row, _with_membership(Invitation.objects.select_related("family")))
care_schedules = partial(_rows, CareSchedule.objects.all())
care_schedule = partial(_row, _with_membership(CareSchedule.objects.select_related("family", "nanny")))
batch = partial(_row, _with_membership(GenerationBatch.objects.select_related("family")))
session_import = partial(_row, _with_membership(SessionImport.objects.select_related("family")))
care_sessions = partial(_rows, CareSession.objects.all())
care_session = partial(_row, _with_membership(CareSession.objects.select_related("family", "nanny")))
change_requests = partial(_rows, ChangeRequest.objects.all())
change_request = partial(_row, _with_membership(ChangeRequest.objects.select_related("family")))
events = partial(_rows, Event.objects.all())


# What is about pay is seen whole or not at all: by who speaks for the family, and by the nanny whose pay it is.


def _records_of_pay[Rows: QuerySet[Any, Any]](rows: Rows, standing: Standing) -> Rows:
    """Return those rows of a family that somebody there may see, who may see some."""
    rows = rows.filter(family_id=standing.family_id)
    if standing.may(Capability.SEE_PAY_RECORDS):
        return rows
    return rows.filter(nanny_id=standing.member_id) if standing.role is Role.NANNY else rows.none()


def _record_of_pay[Row: Model](
    rows: QuerySet[Row], person: User, row_id: UUID, *, lock: bool = False
) -> tuple[Standing, Row]:
    """Return one row as _row has it, of somebody's pay that this person may see. Raises NotVisible."""
    standing, row = _row(rows, person, row_id, lock=lock)
    nanny_id = cast("Any", row).nanny_id
    if not standing.may(Capability.SEE_PAY_RECORDS, own=nanny_id == standing.member_id):
        raise NotVisible
    return standing, row


def history(rows: QuerySet[Event], standing: Standing) -> QuerySet[Event]:
    """Return the lines of a family's history that somebody there may see: of pay only what is about theirs."""
    if standing.may(Capability.SEE_PAY_RECORDS):
        return rows
    seen = ~Q(kind__in=EVENTS_OF_PAY)
    if standing.role is Role.NANNY:
        seen |= Q(nanny_id=standing.member_id) | Q(kind__in=EVENTS_OF_TERMS, nanny_id=None)
    return rows.filter(seen)


def looks(standing: Standing) -> QuerySet[AccessLine]:
    """Return who looked at what is a family's, as somebody who manages it may see it: at pay only what is theirs."""
    rows = AccessLine.objects.filter(family_id=standing.family_id)
    if standing.may(Capability.SEE_PAY_RECORDS):
        return rows
    return rows.filter(~Q(thing__in=OF_PAY) | Q(nanny_id=standing.member_id))


def own_looks(person: User) -> QuerySet[AccessLine]:
    """Return what a person looked at, and who looked at what is their own. A sign-in is told once."""
    rows = AccessLine.objects.filter(Q(person=person) | Q(owner=person))
    return rows.exclude(thing=Thing.SIGN_IN, family__isnull=False)


def lock_family(family_id: UUID) -> None:
    """Hold a family until the transaction ends, as whoever removes a member does it. Raises nothing: what is read of it
    afterwards says whether it is there.
    """
    # unscoped: of a row that the caller sees
    list(Family.objects.select_for_update(no_key=True).filter(pk=family_id).values_list("pk"))


pay_periods = partial(_records_of_pay, PayPeriod.objects.all())
pay_period = partial(_record_of_pay, _with_membership(PayPeriod.objects.select_related("family", "amounts")))
pay_items = partial(_records_of_pay, PayItem.objects.all())
pay_item = partial(_record_of_pay, _with_membership(PayItem.objects.select_related("family")))
payments = partial(_records_of_pay, Payment.objects.all())
payment = partial(_record_of_pay, _with_membership(Payment.objects.select_related("family")))
expenses = partial(_records_of_pay, Expense.objects.all())
expense = partial(_record_of_pay, _with_membership(Expense.objects.select_related("family", "pay_period")))


def receipt(person: User, receipt_id: UUID) -> Receipt:
    """Return a receipt of an expense that this person may see. Raises NotVisible."""
    row = _only(Receipt.objects.filter(pk=receipt_id))
    _, row.expense = expense(person, row.expense_id)
    return row


issued_documents = partial(_records_of_pay, IssuedDocument.objects.all())
issued_document = partial(_record_of_pay, _with_membership(IssuedDocument.objects.select_related("family", "nanny")))


def own_documents(person: User) -> QuerySet[IssuedDocument]:
    """Return the documents about a person's own pay, in whichever family, also those that they have left."""
    return IssuedDocument.objects.filter(nanny__user=person)


def pay_policies(standing: Standing) -> QuerySet[PayPolicy]:
    """Return the versions of a family's terms that somebody there may see: a nanny the family's and their own."""
    rows = PayPolicy.objects.filter(family_id=standing.family_id)
    if standing.may(Capability.SEE_PAY_TERMS):
        return rows
    own = Q(nanny_id=None) | Q(nanny_id=standing.member_id)
    return rows.filter(own) if standing.may(Capability.SEE_PAY_TERMS, own=True) else rows.none()


def pay_policy(person: User, policy_id: UUID, *, lock: bool = False) -> tuple[Standing, PayPolicy]:
    """Return one version of the terms as _row has it. Raises NotVisible."""
    standing, policy = _row(_WITH_POLICIES, person, policy_id, lock=lock)
    if not standing.may_with(Capability.SEE_PAY_TERMS, policy.nanny_id):
        raise NotVisible
    return standing, policy


_WITH_POLICIES = _with_membership(PayPolicy.objects.select_related("family"))


# A nanny's own time off is entered once, and belongs to each family in which they are a nanny: what is fetched says in
# which of them it counts, and whose it is there (models.time_off).


def time_off(person: User) -> QuerySet[Any, Any]:
    """Return what counts in the person's families, once for each of them."""
    return TimeOff.objects.counting_in(_FAMILY_IDS.filter(user=person))


def one_time_off(person: User, time_off_id: UUID, *, lock: bool = False) -> tuple[Standing, TimeOff]:
    """Return time off, and the person's standing in the family it was entered in or, where they are no member of that
    one, in another in which it counts. Two queries.

    Raises NotVisible.
    """
    rows = time_off(person).select_related("family", "nanny").filter(pk=time_off_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    counting = list(rows.order_by("in_family_id"))
    row = next((row for row in counting if row.in_family_id == row.family_id), None) or _only(counting)
    return standing(person, row.in_family_id), row


# The one look across families is for double bookings. Of a session of another family nobody but its nanny may learn
# more than that they are busy.


def competing_sessions(nanny_person_ids: Iterable[UUID], start: datetime, end: datetime) -> CareSessionQuerySet:
    """Return what else these nannies have between two instants, agreed or not, in whichever family."""
    planned = CareSession.objects.planned_or_running().filter(nanny_person_id__in=list(nanny_person_ids))
    return planned.overlapping(start, end)


def nannies_shared(family_id: UUID, nanny_ids: Iterable[UUID], since: datetime) -> frozenset[UUID]:
    """Return which nannies of a family have sessions since then that overlap those of another one, and not whose."""
    elsewhere = CareSession.objects.exclude(status=Status.CANCELLED).exclude(family_id=family_id)
    at_once = elsewhere.filter(
        nanny_person_id=OuterRef("nanny_person_id"),
        scheduled_start__lt=OuterRef("scheduled_end"),
        scheduled_end__gt=OuterRef("scheduled_start"),
    )
    here = CareSession.objects.filter(family_id=family_id, nanny_id__in=list(nanny_ids), scheduled_start__gte=since)
    shared = here.exclude(status=Status.CANCELLED).filter(Exists(at_once))
    return frozenset(nanny_id for nanny_id in shared.values_list("nanny_id", flat=True).distinct() if nanny_id)


def completed_sessions(nanny_person_ids: Iterable[UUID], start: datetime, end: datetime) -> CareSessionQuerySet:
    """Return what these nannies did between two instants, in whichever family, but for what may overlap."""
    done = CareSession.objects.filter(status=Status.COMPLETED, overlap_allowed=False)
    return done.filter(nanny_person_id__in=list(nanny_person_ids), actual_start__lt=end, actual_end__gt=start)


def busy_times(nanny_person_ids: Iterable[UUID], start: datetime, end: datetime) -> QuerySet[BusyTime]:
    """Return when these nannies are busy by calendars of their own, between two instants. Nobody but the nanny may tell
    them from another family's sessions.
    """
    busy = BusyTime.objects.filter(calendar__person_id__in=list(nanny_person_ids))
    return busy.filter(starts_at__lt=end, ends_at__gt=start)


def running_sessions(nanny_person_ids: Iterable[UUID]) -> CareSessionQuerySet:
    """Return what these nannies have running that nothing else may run beside, in whichever family."""
    planned = CareSession.objects.planned_or_running().filter(nanny_person_id__in=list(nanny_person_ids))
    return planned.filter(status=Status.IN_PROGRESS)
