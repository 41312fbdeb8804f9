"""Make one notice of every kind about the Riveras' June, as the actions write them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.actions import raises
from handsel.models import (
    CareSession,
    ChangeRequest,
    Event,
    GenerationBatch,
    Notice,
    Payment,
    PayPeriod,
    PayPolicy,
    TimeOff,
    User,
)
from handsel.rules.drafts import Draft
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import State
from handsel.rules.notices import UNDO_WINDOW, NoticeKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role
from tests.models.broken_expenses import an_expense, approved
from tests.models.broken_pay_periods import a_period
from tests.world import NOW, ON_THE_WEB, ZONE, World, wall

_MOVED = {
    "changes": {
        "scheduled_start": ["2026-06-02T13:00:00Z", "2026-06-02T14:00:00Z"],
        "scheduled_end": ["2026-06-02T21:00:00Z", "2026-06-02T22:00:00Z"],
        "child_ids": [["1"], ["1", "2"]],
    },
    "names": {"1": "Emma", "2": "Theo"},
}
REASON = "Emma has a fever.\nSorry!"
WISH = "Could you come a little later?"


def of_every_kind(world: World) -> list[Notice]:
    """Each is true, and nobody has read it."""
    return [of(world, kind) for kind in NoticeKind]


def of(world: World, kind: NoticeKind) -> Notice:
    person, by = _who(world, kind)
    make = _OF_PAY.get(kind, _about)
    make = _of_an_expense if kind.startswith("expense.") else make
    make = _of_a_pay_period if kind.startswith("pay_period.") else make
    about = make(world, kind, by.first_name)
    return Notice.objects.create(person=person, kind=kind, at=NOW - UNDO_WINDOW, family=world.riveras, **about)


def _who(world: World, kind: NoticeKind) -> tuple[User, User]:
    """Who is told, and who did it."""
    to_noor = {
        NoticeKind.SESSION_PLANNED,
        NoticeKind.SESSION_CONFIRMED,
        NoticeKind.SESSIONS_CONFIRMED,
        NoticeKind.CHANGE_ACCEPTED,
        NoticeKind.CHANGE_DECLINED,
        NoticeKind.SESSION_CHANGED,
        NoticeKind.TOMORROW,
        NoticeKind.SHOULD_HAVE_STARTED,
        NoticeKind.STILL_RUNNING,
        NoticeKind.PLAN_ENDS,
        NoticeKind.NEW_PAY_TERMS,
        NoticeKind.PAY_TERMS_WITHDRAWN,
        NoticeKind.RATE_RAISED,
        NoticeKind.EXPENSE_APPROVED,
        NoticeKind.EXPENSE_DECLINED,
        NoticeKind.PAYMENT_RECORDED,
        NoticeKind.PAYMENT_VOIDED,
    }
    return (world.noor, world.ana) if kind in to_noor else (world.ana, world.noor)


def _of_terms(world: World, _kind: NoticeKind, by: str) -> dict[str, Any]:
    terms = PayPolicy.objects.create(
        family=world.riveras,
        effective_from=date(2026, 6, 8) + timedelta(weeks=PayPolicy.objects.count()),
        weekly_overtime_after=2400,
        basic_rate="27.19",
        created_by=world.ana_of_riveras,
        created_at=NOW,
    )
    return {"facts": {"by": by, "pay_policy": str(terms.id), "terms_from": str(terms.effective_from)}}


def _of_payment(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    columns = {"family": world.riveras, "nanny": world.noor_of_riveras, "recorded_by": world.ana_of_riveras}
    columns |= {"date": date(2026, 5, 29), "amount": "27.19", "method": "CASH", "created_at": NOW}
    payment = Payment.objects.create(**columns)
    if kind is NoticeKind.PAYMENT_VOIDED:
        payment = Payment.objects.create(**columns, voids=payment, reason=REASON)
    return {"facts": {"by": by, "payment": str(payment.id)}}


def _of_raise(world: World, _kind: NoticeKind, by: str) -> dict[str, Any]:
    world.session("2026-06-08 09:00")
    draft = Draft.of(
        nanny_id=world.noor_of_riveras.id,
        old_rate=Decimal("25.00"),
        hourly_rate=Decimal("27.19"),
        from_date=date(2026, 6, 8),
    )
    raises.make(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    event = Event.objects.filter(kind=EventKind.PAY_RATE_RAISED).latest("id")
    Notice.objects.filter(kind=NoticeKind.RATE_RAISED).delete()
    return {"facts": {"by": by, "raise": str(event.id)}}


_OF_PAY = {
    NoticeKind.RATE_RAISED: _of_raise,
    NoticeKind.NEW_PAY_TERMS: _of_terms,
    NoticeKind.PAY_TERMS_WITHDRAWN: _of_terms,
    NoticeKind.PAYMENT_RECORDED: _of_payment,
    NoticeKind.PAYMENT_VOIDED: _of_payment,
}


def _about(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    match kind:
        case NoticeKind.SESSIONS_TO_CONFIRM:
            return _generation(world, by)
        case NoticeKind.SESSIONS_CONFIRMED | NoticeKind.SESSIONS_GIVEN_AGAIN:
            return _many(_week(world, State.CONFIRMED), by)
        case NoticeKind.SESSIONS_CANCELLED:
            return _many(_week(world, State.CANCELLED, cancel_reason=REASON, cancelled_by=world.noor_of_riveras), by)
        case NoticeKind.SESSIONS_RESTORED | NoticeKind.CONFIRMS_UNDONE:
            return _many(_week(world, State.UNCONFIRMED), by)
        case NoticeKind.CANCELS_UNDONE | NoticeKind.SESSIONS_RECORDED:
            return _many(_week(world, State.CONFIRMED if kind is NoticeKind.CANCELS_UNDONE else State.COMPLETED), by)
        case NoticeKind.SESSIONS_WITHOUT_NANNY:
            return _many(_week(world, State.UNCONFIRMED, nanny=None), by)
        case NoticeKind.TOMORROW | NoticeKind.STILL_TO_CONFIRM | NoticeKind.NOT_RECORDED:
            return _of_a_day(world, kind, by)
        case NoticeKind.CALENDAR_CORRECTED | NoticeKind.CALENDAR_COMPLETED:
            return {"facts": _many(_week(world, State.CONFIRMED), by)["facts"], "read_at": NOW}
        case NoticeKind.MEMBER_JOINED | NoticeKind.ERASURE_ASKED | NoticeKind.ERASURE_WITHDRAWN:
            return {"facts": {"by": by, "role": "NANNY"}}
        case NoticeKind.TIME_OFF_ENTERED | NoticeKind.TIME_OFF_TAKEN_BACK:
            days = {"first": "2026-06-08", "last": "2026-06-12", "whose": "Noor", "reason": "A wedding."}
            return {"facts": {"by": by, "time_off": str(_time_off(world))} | days}
        case NoticeKind.TIME_OFF_OVER_SESSIONS:
            days = {"first": "2026-06-08", "last": "2026-06-12", "whose": "Noor"}
            return _over_sessions(world, by, days | {"time_off": str(_time_off(world))})
        case NoticeKind.PLANNING_STOPPED:
            return {"facts": {"schedule": "Mornings"}}
        case NoticeKind.PLAN_ENDS:
            schedule = world.schedule()
            world.session(
                "2026-05-29 06:00",
                schedule=schedule,
                slot_date=date(2026, 5, 29),
                state=State.COMPLETED,
                overlap_allowed=True,
            )
            return {"facts": {"schedule": "Mornings", "schedule_id": str(schedule.id), "planned_to": "2026-05-29"}}
        case _:
            return _one(world, kind, by)


def _of_an_expense(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    status = {NoticeKind.EXPENSE_APPROVED: "APPROVED", NoticeKind.EXPENSE_DECLINED: "DECLINED"}.get(kind, "PENDING")
    answered: dict[str, Any] = {} if status == "PENDING" else approved(world) | {"status": status}
    if status == "DECLINED":
        answered["answer"] = REASON
    expense = an_expense(world, **answered)
    facts = {"by": by, "expense": f"{expense.id} {status}", "first": "2026-05-26", "last": "2026-05-26"}
    return {"facts": facts | ({"reason": REASON} if status == "DECLINED" else {})}


_STANDS = {
    NoticeKind.PAY_PERIOD_SUBMITTED: PeriodStatus.SUBMITTED,
    NoticeKind.PAY_PERIOD_WITHDRAWN: PeriodStatus.OPEN,
    NoticeKind.PAY_PERIOD_QUERIED: PeriodStatus.QUERIED,
    NoticeKind.PAY_PERIOD_REOPENED: PeriodStatus.REOPENED,
}


def _of_a_pay_period(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    """About a week of a nanny of its own, so that many stand beside each other."""
    nanny = world.join(world.riveras, Role.NANNY, name=f"Nanny{User.objects.count()}")
    status, columns = _STANDS.get(kind, PeriodStatus.APPROVED), dict[str, Any]()
    if kind is NoticeKind.PAY_PERIOD_REOPEN_ASKED:
        columns = {"reopen_ask": "Thirty minutes are missing.", "reopen_asked_at": NOW}
    period = a_period(world, status, nanny=nanny)
    PayPeriod.objects.filter(pk=period.pk).update(**columns or {"version": 1})
    stands = "ASKED" if columns else status.value
    days = {"first": "2026-05-04", "last": "2026-05-10", "reason": REASON}
    return {"facts": {"by": by, "pay_period": f"{period.id} {stands}"} | days}


def _of_a_day(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    state, day = State.UNCONFIRMED if kind is NoticeKind.STILL_TO_CONFIRM else State.CONFIRMED, "2026-06-02"
    if kind is NoticeKind.NOT_RECORDED:
        over = {"state": state, "overlap_allowed": True}
        sessions = [world.session(f"2026-05-28 {hour}", hours=2, **over) for hour in ("09:00", "12:00")]
    else:
        sessions = [_session(world, state), _session(world, state, hour=18, hours=3)]
    return {"facts": _many(sessions, by)["facts"] | {"day": day, "clocks": ZONE}}


def _due(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    """About a session that is late by now, or over."""
    match kind:
        case NoticeKind.STILL_RUNNING:
            columns: dict[str, Any] = {"start": "2026-06-01 00:00", "hours": 7, "state": State.IN_PROGRESS}
        case NoticeKind.SHOULD_HAVE_STARTED:
            columns = {"start": "2026-06-01 07:30", "state": State.CONFIRMED}
        case _:
            return {"session": world.session("2026-05-29 09:00", overlap_allowed=True), "facts": {"by": by}}
    return {"session": world.session(**columns, overlap_allowed=True), "facts": {}}


def _one(world: World, kind: NoticeKind, by: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"by": by}
    columns: dict[str, Any] = {"nanny": None} if kind is NoticeKind.STILL_NO_NANNY else {}
    match kind:
        case NoticeKind.SESSION_PLANNED | NoticeKind.SESSION_RESTORED | NoticeKind.CONFIRM_UNDONE:
            state = State.UNCONFIRMED
        case NoticeKind.CONFIRMATION_WITHDRAWN:
            state, facts = State.UNCONFIRMED, facts | _MOVED
        case NoticeKind.SESSION_CHANGED:
            state, facts = State.CONFIRMED, facts | _MOVED
        case NoticeKind.SESSION_CANCELLED:
            state, columns = State.CANCELLED, {"cancel_reason": REASON, "cancelled_by": world.noor_of_riveras}
            facts |= {"reason": REASON}
        case NoticeKind.SESSION_STARTED | NoticeKind.COMPLETE_UNDONE:
            state = State.IN_PROGRESS
        case NoticeKind.STILL_RUNNING | NoticeKind.SHOULD_HAVE_STARTED | NoticeKind.CONFIRM_ASKED:
            return _due(world, kind, by)
        case NoticeKind.SESSION_COMPLETED | NoticeKind.SESSION_RECORDED:
            state = State.COMPLETED
        case NoticeKind.CANCELLED_FOR_ANOTHER:
            state, columns = State.CANCELLED, {"cancelled_for": "NANNY"}
            facts |= {"changes": {"cancelled_for": ["FAMILY", "NANNY"]}}
        case NoticeKind.SESSION_CORRECTED:
            state = State.COMPLETED
            facts |= {
                "changes": {"actual_end": ["2026-06-02T21:00:00Z", "2026-06-02T21:30:00Z"]},
                "reason": "I was late.",
            }
        case _:
            state = State.CONFIRMED
    session = _session(world, state, **columns)
    match kind:
        case NoticeKind.RUNNING_LATE:
            facts |= {"minutes": 10, "reason": "The bus is late."}
        case NoticeKind.CHANGE_REQUESTED:
            _request(world, session)
            facts |= _MOVED | {"reason": WISH}
        case NoticeKind.CHANGE_ACCEPTED:
            facts |= _MOVED | {"reason": "That is fine with us."}
        case NoticeKind.CHANGE_DECLINED:
            facts |= {"reason": "Not this time, sorry."}
    return {"session": session, "facts": facts}


def _session(world: World, state: State, *, hour: int = 9, **columns: Any) -> CareSession:
    return world.session(f"2026-06-02 {hour:02}:00", state=state, overlap_allowed=True, **columns)


def _week(world: World, state: State, **columns: Any) -> list[CareSession]:
    days = (2, 3, 4)
    return [
        world.session(
            f"2026-06-{day:02} 09:00",
            state=state,
            children=[world.emma, world.theo],
            overlap_allowed=True,
            **columns,
        )
        for day in days
    ]


def _many(sessions: Sequence[CareSession], by: str) -> dict[str, Any]:
    return {"facts": {"by": by, "count": len(sessions), "sessions": [str(session.id) for session in sessions]}}


def _generation(world: World, by: str, *, count: int = 43) -> dict[str, Any]:
    """Three more than a letter lists; one is confirmed already."""
    schedule = world.schedule()
    first = wall("2026-06-03 06:00")
    batch = GenerationBatch.objects.create(
        family=world.riveras,
        schedule=schedule,
        from_date=first.date(),
        to_date=(first + timedelta(days=count)).date(),
        created_at=NOW,
        created_by=world.noor_of_riveras,
    )
    for number in range(count + 1):
        world.session(
            first + timedelta(days=number),
            hours=8.5,
            state=State.CONFIRMED if number == count else State.UNCONFIRMED,
            batch=batch,
            overlap_allowed=True,
        )
    last = (first + timedelta(days=count)).date()
    facts = {"by": by, "count": count + 1, "schedule": "Mornings", "first": "2026-06-03", "last": last.isoformat()}
    return {"batch": batch, "facts": facts}


def _request(world: World, session: CareSession) -> None:
    ChangeRequest.objects.create(
        family=world.riveras,
        session=session,
        message=WISH,
        scheduled_start=wall("2026-06-02 10:00"),
        scheduled_end=wall("2026-06-02 18:00"),
        asked_by=world.noor_of_riveras,
        asked_at=NOW,
    )


def _over_sessions(world: World, by: str, facts: dict[str, Any]) -> dict[str, Any]:
    notice = _many(_week(world, State.CONFIRMED), by)
    sessions = CareSession.objects.filter(id__in=notice["facts"]["sessions"]).order_by("scheduled_start", "id")
    notice["facts"] |= facts | {
        "decided": {str(session.id): "KEEP" for session in sessions},
        "times": [[moment.isoformat() for moment in session.planned_times] for session in sessions],
        "zone": ZONE,
    }
    return notice


def _time_off(world: World) -> UUID:
    row = TimeOff.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date="2026-06-08",
        to_date="2026-06-12",
        entered_by=world.noor_of_riveras,
        created_at=NOW,
    )
    return row.id
