"""Fill a family with one thing of every kind, and with its canary in every text."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.utils import timezone

from handsel.access import encryption, tokens
from handsel.access.encryption import Secret
from handsel.models import (
    ApiToken,
    ApprovedAmounts,
    CalendarAddress,
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Delivery,
    Device,
    Event,
    Expense,
    Export,
    Family,
    GenerationBatch,
    Invitation,
    IssuedDocument,
    IssuedFile,
    Member,
    Notice,
    OutsideCalendar,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    SessionImport,
    TaxIdentity,
    TaxNumberShare,
    TimeOff,
    TimeOffDecision,
    TimeOffReason,
    User,
)
from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.recurrence import WEEK
from handsel.rules.roles import Role
from tests.access.routes.bodies import BROWSER
from tests.models.broken_pay_periods import NO_TOTALS
from tests.models.broken_receipts import a_receipt
from tests.world import ZONE, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEFAULT_RATE, FIRST_RATE, SECOND_RATE, NOBODYS_RATE = (Decimal(rate) for rate in ("55.17", "77.31", "66.13", "44.19"))
RATES = {str(rate) for rate in (DEFAULT_RATE, FIRST_RATE, SECOND_RATE, NOBODYS_RATE)}
# The schedules' seven hours a week and the two completed sessions cost this.
PAY = RATES | {str(amount) for amount in (7 * FIRST_RATE, 7 * SECOND_RATE, FIRST_RATE + SECOND_RATE)}


@dataclass
class CanaryFamily:
    """A family, its canary, and one thing of each kind by the name that the table of routes has for it."""

    canary: str
    things: dict[str, Any]


def furnish(
    world: World,
    family: Family,
    canary: str,
    *,
    children: list[Child],
    nannies: tuple[Member, Member],
    parent: Member,
    another: Member,
    host: Member,
) -> CanaryFamily:
    """One thing of every kind. They are the first nanny's; `another` is a member to be removed, `host` may invite."""
    now = timezone.now().replace(microsecond=0)
    nanny, second = nannies
    _write_canary(family, canary)
    spare = child_of(family, canary)
    schedule, batch = _plan(world, family, canary, children, nannies, now)
    things: dict[str, Any] = {
        "family": family,
        "child": children[0],
        "spare child": spare,
        "member": another,
        "nanny": nanny,
        "schedule": schedule,
        "policy": _terms(family, canary, None, parent, now),
        "another's policy": _terms(family, canary, second, parent, now),
        "batch": batch,
        "raise": _raise(family, nanny, parent, now),
        "import": SessionImport.objects.create(family=family, sha256=canary, created_by=parent, created_at=now),
        "time off": _time_off(family, canary, nanny, now),
        "expense": (expense := _expense(family, canary, nanny, nanny)),
        "receipt": a_receipt(expense),
        "expense of the family": _expense(family, canary, nanny, parent),
        "pay item": _pay_item(family, canary, nanny, nanny),
        "removed pay item": _removed_pay_item(family, canary, nanny, parent),
        **_pay_periods(family, canary, nanny, parent),
        "pay item of the family": _pay_item(family, canary, nanny, parent),
        "payment": _payment(family, canary, nanny, parent),
        "document": _document(family, canary, 1, nanny, parent, now),
        "document of the family": _document(family, canary, 2, None, parent, now),
        "invitation": _invitation(family, canary, host, now),
        "token": f"token-{canary}",
        "year": local_time.wall(now - 3 * DAY, ZONE).year,
    }
    things |= _sessions(world, canary, children, nannies, parent, batch)
    for asker, kind in ((parent, "family"), (nanny, "nanny")):
        things[f"request of {kind}"] = ChangeRequest.objects.create(
            family=family, session=things[f"asked by {kind}"], message=canary, asked_by=asker, asked_at=now
        )
    _decide(things, now)
    _write_history(family, canary, things, second)
    house = CanaryFamily(canary, things)
    things |= {"membership": nanny, "notice": notice(nanny, house)} | of_their_own(nanny.user)
    things["export"] = Export.objects.create(
        family=family, person=nanny.user, step=canary, sha256=canary, error=canary, next_at=now, created_at=now
    )
    TaxNumberShare.objects.create(identity=things["tax identity"], family=family, shared_at=now)
    return house


def _write_canary(family: Family, canary: str) -> None:
    rename = {"name": canary, "address": canary, "notes": canary, "default_hourly_rate": DEFAULT_RATE}
    Family.objects.filter(pk=family.pk).update(**rename)
    texts = ("first_name", "last_name", "allergies", "medications", "notes")
    Child.objects.filter(family=family).update(**dict.fromkeys(texts, canary))
    Member.objects.filter(family=family, role=Role.PARENT, removed_at=None).update(phone=canary)


def _plan(
    world: World, family: Family, canary: str, children: list[Child], nannies: tuple[Member, Member], now: datetime
) -> tuple[CareSchedule, GenerationBatch]:
    """Make a schedule of each nanny for the hour that begins `now`, and return the first with a batch of it."""
    weekly = {
        "family": family,
        "name": canary,
        "notes": canary,
        "children": children,
        "days_of_week": frozenset(WEEK),
        "start_date": _today(now),
        "end_time": local_time.wall(now + HOUR, ZONE).time().replace(second=0),
        "start_time": local_time.wall(now, ZONE).time().replace(second=0),
    }
    nanny, second = nannies
    schedule = world.schedule(**weekly, nanny=nanny, hourly_rate=FIRST_RATE)
    world.schedule(**weekly, nanny=second, hourly_rate=SECOND_RATE)
    batch = GenerationBatch.objects.create(
        family=family, schedule=schedule, from_date=_today(now), to_date=_today(now), created_by=nanny, created_at=now
    )
    return schedule, batch


def _sessions(
    world: World,
    canary: str,
    children: list[Child],
    nannies: tuple[Member, Member],
    parent: Member,
    batch: GenerationBatch,
) -> dict[str, CareSession]:
    """Make a session in each state, and for each nanny, by the name that the table of routes has for it."""
    nanny, second = nannies
    now = batch.created_at

    def session(start: datetime, state: State, *, by: Member | None = nanny, rate: Decimal = FIRST_RATE, **columns):
        agreed = {} if state is State.UNCONFIRMED else {"confirmed_by": parent}
        if state is State.CANCELLED:
            agreed |= {"cancelled_by": parent, "cancel_reason": canary}
        return world.session(
            start,
            hours=1,
            state=state,
            children=children,
            family=batch.family,
            nanny=by,
            hourly_rate=rate,
            notes=canary,
            **agreed,
            **columns,
        )

    session(now - 4 * DAY, State.COMPLETED, by=second, rate=SECOND_RATE)
    session(now + 7 * DAY, State.CONFIRMED)
    return {
        "unconfirmed": session(
            now + DAY, State.UNCONFIRMED, schedule=batch.schedule, batch=batch, slot_date=_today(now) + DAY
        ),
        # Within the four hours in which it may start; the running one lets itself be overlapped, so it may at once.
        "confirmed": session(now + HOUR, State.CONFIRMED),
        "running": session(now - HOUR, State.IN_PROGRESS, overlap_allowed=True),
        "completed": session(now - 3 * DAY, State.COMPLETED),
        "unrecorded": session(now - 2 * DAY, State.CONFIRMED),
        "cancelled": session(now + 2 * DAY, State.CANCELLED),
        "asked by family": session(now + 3 * DAY, State.CONFIRMED),
        "asked by nanny": session(now + 4 * DAY, State.CONFIRMED),
        "another's": session(now + 5 * DAY, State.CONFIRMED, by=second, rate=SECOND_RATE),
        "clashing": session(now + 8 * DAY, State.UNCONFIRMED),
        "nobody's": session(now + 6 * DAY, State.UNCONFIRMED, by=None, rate=NOBODYS_RATE),
    }


def _terms(family: Family, canary: str, nanny: Member | None, parent: Member, now: datetime) -> PayPolicy:
    return PayPolicy.objects.create(
        family=family,
        nanny=nanny,
        effective_from=_today(now),
        holidays=[{"date": _today(now).isoformat(), "name": canary}],
        basic_rate=SECOND_RATE if nanny else None,
        created_by=parent,
        created_at=now,
    )


def _today(at: datetime) -> date:
    """By the family's clock: in the first hours of a day of UTC it is still the day before there."""
    return local_time.local_date(at, ZONE)


def _time_off(family: Family, canary: str, nanny: Member, now: datetime) -> TimeOff:
    day = _today(now) + 20 * DAY
    time_off = TimeOff.objects.create(
        family=family, nanny=nanny, from_date=day, to_date=day, reason=canary, entered_by=nanny, created_at=now
    )
    TimeOffReason.objects.create(time_off=time_off, family=family)
    return time_off


def _expense(family: Family, canary: str, nanny: Member, by: Member) -> Expense:
    now = timezone.now()
    return Expense.objects.create(
        family=family,
        nanny=nanny,
        category="MEALS",
        date=_today(now),
        amount=FIRST_RATE,
        note=canary,
        entered_by=by,
        created_at=now,
        updated_at=now,
    )


def _raise(family: Family, nanny: Member, parent: Member, at: datetime) -> Event:
    """One that changed nothing that is there any more."""
    changes = {"hourly_rate": ["25.00", "27.50"], "from_date": [None, "2031-03-03"]}
    changes |= {"schedule_ids": [None, []], "session_ids": [None, []]}
    return Event.objects.create(
        family=family, kind="pay_rate.raised", at=at, by=parent, source="WEB", changes=changes, nanny=nanny
    )


def _pay_item(family: Family, canary: str, nanny: Member, by: Member) -> PayItem:
    now = timezone.now()
    return PayItem.objects.create(
        family=family,
        nanny=nanny,
        kind="GIFT",
        date=_today(now),
        amount=FIRST_RATE,
        reason=canary,
        entered_by=by,
        created_at=now,
        updated_at=now,
    )


def _removed_pay_item(family: Family, canary: str, nanny: Member, by: Member) -> PayItem:
    """Return one that is gone, as it was; the history tells who removed it."""
    item = _pay_item(family, canary, nanny, by)
    gone = {"pay_item_id": item.id, "kind": item.kind, "date": item.date.isoformat(), "amount": str(item.amount)}
    gone |= {"nanny_id": nanny.id, "reason": canary, "entered_by_id": by.id}
    Event.objects.create(
        family=family,
        kind="pay_item.deleted",
        at=timezone.now(),
        by=by,
        source="WEB",
        changes={name: [str(old), None] for name, old in gone.items()},
        nanny=nanny,
    )
    PayItem.objects.filter(pk=item.pk).delete()
    return item


def _payment(family: Family, canary: str, nanny: Member, by: Member) -> Payment:
    """Return one that counts, beside one that was voided."""
    now = timezone.now()
    columns = {"family": family, "nanny": nanny, "recorded_by": by, "created_at": now}
    columns |= {"date": _today(now), "amount": FIRST_RATE, "method": "CASH"}
    wrong = Payment.objects.create(**columns)
    Payment.objects.create(voids=wrong, reason=canary, **columns)
    return Payment.objects.create(note=canary, **columns)


def _document(
    family: Family, canary: str, number: int, nanny: Member | None, by: Member, now: datetime
) -> IssuedDocument:
    document = IssuedDocument.objects.create(
        family=family,
        number=number,
        kind=DocumentKind.YEAR_NANNY if nanny else DocumentKind.YEAR_FAMILY,
        nanny=nanny,
        year=2026,
        language="en",
        issued_at=now,
        issued_by=by,
        content_sha256="0" * 64,
        sha256={},
    )
    IssuedFile.insert_many([IssuedFile.of(document, name, canary.encode()) for name in FileFormat])
    return document


def _pay_periods(family: Family, canary: str, nanny: Member, parent: Member) -> dict[str, Any]:
    """Three of a nanny, one after the other, on days on which nobody worked."""
    first, week = date(2020, 1, 6), timedelta(days=7)
    now = timezone.now()
    submitted = {"submitted_at": now, "submitted_by": nanny}
    stored = {name: [] for name in ("lines", "weeks", "apart", "warnings", "policy_ids")}
    things: dict[str, Any] = {"end of a period": str(first + 4 * week - timedelta(days=1))}
    for number, (name, columns) in enumerate(
        {"approved period": submitted, "submitted period": submitted, "period": {}}.items()
    ):
        things[name] = PayPeriod.objects.create(
            family=family,
            nanny=nanny,
            from_date=first + number * week,
            to_date=first + (number + 1) * week - timedelta(days=1),
            status=PeriodStatus.SUBMITTED if columns else PeriodStatus.OPEN,
            created_at=now,
            updated_at=now,
            **dict.fromkeys(("note", "query", "reopen_reason"), canary),
            **columns,
        )
        if name == "approved period":
            approved = things[name]
            approved.amounts = ApprovedAmounts.objects.create(
                family=family,
                period=approved,
                approved_at=now,
                approved_by=parent,
                totals=NO_TOTALS,
                **stored,
            )
            approved.status, approved.approved_at, approved.approved_by = PeriodStatus.APPROVED, now, parent
            approved.save()
    return things


def _decide(things: dict[str, Any], now: datetime) -> None:
    """The cancelled session was cancelled for the time off."""
    session = things["cancelled"]
    TimeOffDecision.objects.create(
        time_off_id=things["time off"].id,
        family=things["family"],
        session=session,
        decision="CANCEL",
        before={},
        session_version=session.version,
        created_at=now,
    )


def _invitation(family: Family, canary: str, host: Member, now: datetime) -> Invitation:
    return Invitation.objects.create(
        family=family,
        email=invited_address(canary),
        role=Role.VIEWER,
        token_hash=tokens.hash_of(f"token-{canary}"),
        invited_by=host,
        created_at=now,
        expires_at=now + DAY,
    )


def _write_history(family: Family, canary: str, things: dict[str, Any], second: Member) -> None:
    """Rates stand in events too: of the first nanny's session, of the second's, of nobody's, and the default."""
    events = [
        ("care_session.generated", things["unconfirmed"].id, things["nanny"], FIRST_RATE),
        ("care_session.updated", things["another's"].id, second, SECOND_RATE),
        ("care_session.created", things["nobody's"].id, None, NOBODYS_RATE),
    ]
    Event.objects.bulk_create(
        Event(
            family=family,
            kind=kind,
            session_id=session_id,
            at=things["batch"].created_at,
            by=things["nanny"],
            source="WEB",
            reason=canary,
            changes={"notes": [None, canary], "hourly_rate": [None, str(rate)]},
            nanny=nanny,
        )
        for kind, session_id, nanny, rate in events
    )
    Event.objects.create(
        family=family,
        kind="care_session.started",
        session_id=things["running"].id,
        session_version=things["running"].version,
        at=things["batch"].created_at,
        by=things["nanny"],
        source="WEB",
    )
    Event.objects.create(
        family=family,
        kind="family.updated",
        at=things["batch"].created_at,
        by=things["nanny"],
        source="WEB",
        reason=canary,
        changes={"default_hourly_rate": [None, str(DEFAULT_RATE)], "name": [None, canary]},
    )


def child_of(family: Family, canary: str) -> Child:
    return Child.objects.create(family=family, first_name=canary, notes=canary, created_at=timezone.now())


def notice(member: Member, house: CanaryFamily) -> Notice:
    notice = Notice.objects.create(
        person=member.user,
        family=house.things["family"],
        session=house.things["confirmed"],
        kind=NoticeKind.SESSION_CONFIRMED,
        facts={"by": house.canary},
        at=timezone.now(),
    )
    Delivery.objects.create(notice=notice, due_at=notice.at, next_at=notice.at)
    return notice


def of_their_own(person: User) -> dict[str, Any]:
    return {
        "key": _key(person),
        "address": _address(person),
        "outside calendar": _outside(person),
        "device": _device(person),
        "tax identity": _tax_identity(person),
        "sign-in": _sign_in(person),
    }


def _sign_in(person: User) -> UserSession:
    """With an id that no other number on a page is like."""
    number = 10**15 + uuid4().int % 10**15
    return UserSession.objects.create(pk=number, user=person, ip="198.51.100.7", session_key=uuid4().hex)


def _key(person: User) -> ApiToken:
    return ApiToken.objects.create(
        person=person, name="spare", scope="read", token_hash=tokens.hash_of(str(uuid4())), created_at=timezone.now()
    )


def _device(person: User) -> Device:
    """Which is never rung: it lies where nothing is sent to."""
    return Device.objects.create(
        person=person,
        name="spare",
        endpoint="https://127.0.0.1/ring",
        endpoint_hash=tokens.hash_of(str(uuid4())),
        p256dh=BROWSER["p256dh"],
        auth=BROWSER["auth"],
        created_at=timezone.now(),
    )


def _address(person: User) -> CalendarAddress:
    return CalendarAddress.objects.create(
        person=person, name="spare", secret_hash=tokens.hash_of(str(uuid4())), created_at=timezone.now()
    )


def _tax_identity(person: User) -> TaxIdentity:
    """One for each person, whom the houses may furnish twice."""
    values = {"kind": "OTHER", "number": f"number {person.id}"[:32], "legal_name": person.name, "address": ""}
    encrypted = encryption.encrypt(json.dumps(values), Secret.TAX_IDENTITY, person.id)
    row, _ = TaxIdentity.objects.get_or_create(
        person=person, defaults={"encrypted": encrypted, "changed_at": timezone.now()}
    )
    return row


def _outside(person: User) -> OutsideCalendar:
    address = "https://calendar.example.com/of-their-own.ics"
    encrypted_address = encryption.encrypt(address, Secret.OUTSIDE_CALENDAR, person.id)
    now = timezone.now()
    return OutsideCalendar.objects.create(
        person=person, name="spare", encrypted_address=encrypted_address, created_at=now, next_at=now
    )


def invited_address(canary: str) -> str:
    return f"invited-by-{canary}@example.com"
