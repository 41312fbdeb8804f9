"""Fill a family with one thing of every kind, and with its canary in every text."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from handsel.access import tokens
from handsel.models import (
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Delivery,
    Event,
    Export,
    Family,
    GenerationBatch,
    Invitation,
    Member,
    Notice,
    SessionImport,
    TaxNumberShare,
    TimeOff,
    TimeOffDecision,
    TimeOffReason,
)
from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.recurrence import WEEK
from handsel.rules.roles import Role
from tests.access.belongings import of_their_own
from tests.access.pay_furniture import (
    DAY,
    DEFAULT_RATE,
    FIRST_RATE,
    HOUR,
    NOBODYS_RATE,
    SECOND_RATE,
    document_of,
    expense_of,
    pay_item_of,
    pay_periods_of,
    payment_of,
    raise_of,
    removed_pay_item,
    terms,
    today,
)
from tests.models.broken_receipts import a_receipt
from tests.world import ZONE, World


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
        "policy": terms(family, canary, None, parent, now),
        "another's policy": terms(family, canary, second, parent, now),
        "batch": batch,
        "raise": raise_of(family, nanny, parent, now),
        "import": SessionImport.objects.create(family=family, sha256=canary, created_by=parent, created_at=now),
        "time off": _time_off(family, canary, nanny, now),
        "expense": (expense := expense_of(family, canary, nanny, nanny)),
        "receipt": a_receipt(expense),
        "expense of the family": expense_of(family, canary, nanny, parent),
        "pay item": pay_item_of(family, canary, nanny, nanny),
        "removed pay item": removed_pay_item(family, canary, nanny, parent),
        **pay_periods_of(family, canary, nanny, parent),
        "pay item of the family": pay_item_of(family, canary, nanny, parent),
        "payment": payment_of(family, canary, nanny, parent),
        "document": document_of(family, canary, 1, nanny, parent, now),
        "document of the family": document_of(family, canary, 2, None, parent, now),
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
        "start_date": today(now),
        "end_time": local_time.wall(now + HOUR, ZONE).time().replace(second=0),
        "start_time": local_time.wall(now, ZONE).time().replace(second=0),
    }
    nanny, second = nannies
    schedule = world.schedule(**weekly, nanny=nanny, hourly_rate=FIRST_RATE)
    world.schedule(**weekly, nanny=second, hourly_rate=SECOND_RATE)
    batch = GenerationBatch.objects.create(
        family=family, schedule=schedule, from_date=today(now), to_date=today(now), created_by=nanny, created_at=now
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
            now + DAY, State.UNCONFIRMED, schedule=batch.schedule, batch=batch, slot_date=today(now) + DAY
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


def _time_off(family: Family, canary: str, nanny: Member, now: datetime) -> TimeOff:
    day = today(now) + 20 * DAY
    time_off = TimeOff.objects.create(
        family=family, nanny=nanny, from_date=day, to_date=day, reason=canary, entered_by=nanny, created_at=now
    )
    TimeOffReason.objects.create(time_off=time_off, family=family)
    return time_off


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


def invited_address(canary: str) -> str:
    return f"invited-by-{canary}@example.com"
