"""Pay periods: days of one nanny in one family that both sides settle, one after the other."""

from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from pydantic import Field

from handsel.actions import pay_periods as actions
from handsel.actions import period_moves
from handsel.api import inputs, schemas
from handsel.api.families import Events
from handsel.api.parsing import Body, Paging, Query
from handsel.api.routes import Id, Request, Version, actor, pay_router
from handsel.api.schemas import Day, Exact, Instant, Resource, words
from handsel.api.timesheets import Timesheet, Totals
from handsel.queries import pay_periods as queries
from handsel.queries.paging import Page, Row
from handsel.queries.pay_periods import Proposal
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove, PeriodStep
from handsel.rules.pay.periods import PeriodStatus

router = pay_router()


class ReopenAsk(Resource):
    """What the nanny asks for, while nobody answered."""

    reason: str
    at: Instant


class PayPeriod(Resource):
    location = "/pay-periods/{id}"
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    from_date: Day
    to_date: Day
    status: Annotated[str, words(PeriodStatus)]
    note: str
    query: str
    reopen_reason: str
    reopen_ask: ReopenAsk | None
    submitted_at: Instant | None
    submitted_by: UUID | None = Field(validation_alias="submitted_by_id")
    queried_at: Instant | None
    queried_by: UUID | None = Field(validation_alias="queried_by_id")
    approved_at: Instant | None
    approved_by: UUID | None = Field(validation_alias="approved_by_id")
    reopened_at: Instant | None
    reopened_by: UUID | None = Field(validation_alias="reopened_by_id")
    totals: Totals = Field(description="As they were stored, once it is approved; else computed.")
    pending_expenses: int = Field(description="Expenses that nobody decided yet: they wait for the next period.")
    covered: Exact = Field(description="What payments cover of it.")
    pay_state: str | None
    statement_id: UUID | None = Field(description="The last pay statement that was issued.")
    version: int


class PayPeriodWithTimesheet(PayPeriod):
    timesheet: Timesheet


PayPeriods = schemas.list_of(PayPeriod, "PayPeriods")


class PeriodProposal(Resource):
    from_date: Day
    to_date: Day | None = Field(description="Null where the terms of pay propose nothing.")


class PayPeriodFilters(Paging):
    nanny_id: inputs.Id = Field(description="Only periods of this nanny (a member id).")
    status: inputs.PeriodStatuses = Field(description="Only periods in one of these statuses.")


class ProposalFilters(Query):
    nanny_id: inputs.Id = Field(description="Whose (a member id). Left out, a nanny’s own, or the only one’s.")


class PayPeriodChanges(Body):
    to_date: inputs.Day


class NewPayPeriod(PayPeriodChanges):
    needed = ("to_date",)
    nanny_id: inputs.Id | None
    from_date: inputs.Day | None


class PeriodMoveBody(Body):
    note: inputs.Notes | None
    message: inputs.Notes | None
    reason: inputs.Notes | None
    accept_unpaid: inputs.Flag | None = Field(
        description="Submit although sessions would be locked unpaid: nobody confirmed or recorded them, or no rate."
    )


class PeriodMoveWithMessage(PeriodMoveBody):
    needed = ("message",)
    message: inputs.Message


class PeriodMoveWithReason(PeriodMoveBody):
    needed = ("reason",)
    reason: inputs.Message


_WORDS_NEEDED = {"message": PeriodMoveWithMessage, "reason": PeriodMoveWithReason}


@router.get("/families/{family_id}/pay-periods", operation_id="getPayPeriods", response=PayPeriods)
def get_pay_periods(request: Request, family_id: Id, query: PayPeriodFilters) -> Page[Row]:
    """A family's pay periods, newest first; a nanny's own"""
    return queries.listed(request.auth, family_id, query.draft, at=timezone.now())


@router.post("/families/{family_id}/pay-periods", operation_id="createPayPeriod", response={201: PayPeriod})
def create_pay_period(request: Request, family_id: Id, body: NewPayPeriod) -> Row:
    """Begin a nanny's next pay period; only the first one says from when"""
    return _shown(actions.create(family_id, body.draft, **actor(request)))


@router.get("/families/{family_id}/pay-periods/next", operation_id="proposePayPeriod", response=PeriodProposal)
def propose_pay_period(request: Request, family_id: Id, query: ProposalFilters) -> Proposal:
    """What the next pay period is proposed as, by the terms of pay"""
    return queries.proposed(request.auth, family_id, query.draft, at=timezone.now())


@router.get("/pay-periods/{period_id}", operation_id="getPayPeriod", response=PayPeriodWithTimesheet)
def get_pay_period(request: Request, period_id: Id) -> Row:
    """One pay period with its timesheet: as it was stored, once it is approved"""
    return queries.get(request.auth, period_id, at=timezone.now())


@router.patch("/pay-periods/{period_id}", operation_id="updatePayPeriod", response=PayPeriod)
def update_pay_period(request: Request, period_id: Id, body: PayPeriodChanges, version: Version) -> Row:
    """Give the last pay period another last day, until it is submitted"""
    return _shown(actions.update(period_id, body.draft, version=version, **actor(request)))


@router.delete("/pay-periods/{period_id}", operation_id="deletePayPeriod", response={204: None})
def delete_pay_period(request: Request, period_id: Id, version: Version) -> None:
    """Remove the last pay period, until it is submitted"""
    actions.delete(period_id, version=version, **actor(request))


@router.get("/pay-periods/{period_id}/events", operation_id="getPayPeriodEvents", response=Events)
def get_pay_period_events(request: Request, period_id: Id, query: Paging) -> Page[Row]:
    """What happened to a pay period, oldest first"""
    return queries.events(request.auth, period_id, query.draft)


def _shown(period: Any) -> Row:
    return queries.shown(period, at=timezone.now())


def _add_move(move: PeriodMove, step: PeriodStep) -> None:
    """One operation for each row of the table of moves."""

    def view(request: Request, period_id: Id, body: PeriodMoveBody, version: Version) -> Row:
        return _shown(period_moves.move(move, period_id, body.draft, version=version, **actor(request)))

    view.__doc__ = step.summary
    if step.needed and step.words:
        view.__annotations__["body"] = _WORDS_NEEDED[step.words]
    path = f"/pay-periods/{{period_id}}/{move.path}"
    router.post(path, operation_id=step.operation, response=PayPeriod)(view)


for _move, _step in PERIOD_MOVES.items():
    _add_move(_move, _step)
