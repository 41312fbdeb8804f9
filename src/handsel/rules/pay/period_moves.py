"""The moves of a pay period, in one table: actions, pages and the API read from it all that a move is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from handsel.rules.history import EventKind
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability
from handsel.rules.sentences import Sentence, say


class PeriodMove(StrEnum):
    """A move of a pay period; its `path` is the last part of the move's address."""

    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    QUERY = "QUERY"
    APPROVE = "APPROVE"
    REOPEN = "REOPEN"
    ASK_TO_REOPEN = "ASK_TO_REOPEN"
    DECLINE_TO_REOPEN = "DECLINE_TO_REOPEN"

    @property
    def path(self) -> str:
        return _PATHS.get(self, self.value.lower())


_PATHS = {PeriodMove.ASK_TO_REOPEN: "ask-reopen", PeriodMove.DECLINE_TO_REOPEN: "decline-reopen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStep:
    """One row: from any of `froms` to `to`, or to where it stands.

    asked: whether the nanny must, or must not, have asked to reopen it; None: whichever. words: the field with the
    words of the move, which are needed or not, and the column that keeps the last of them; None: the event alone does.
    signs: the columns `<signs>_at` and `<signs>_by` say who made it last, and when.
    """

    froms: frozenset[PeriodStatus]
    to: PeriodStatus | None
    asked: bool | None = None
    capability: Capability
    words: str | None = None
    needed: bool = False
    column: str | None = None
    signs: str | None = None

    event: EventKind
    notice: NoticeKind
    # "Noor ..." in the thread of the period.
    did: Sentence
    # "This pay period is open, so it cannot be approved."
    cannot: Sentence
    button: Sentence
    # What the next page says.
    done: Sentence
    # The operation of the API: its name and its line.
    operation: str
    summary: str


PERIOD_MOVES: Mapping[PeriodMove, PeriodStep] = {
    PeriodMove.SUBMIT: PeriodStep(
        froms=frozenset({PeriodStatus.OPEN, PeriodStatus.QUERIED, PeriodStatus.REOPENED}),
        to=PeriodStatus.SUBMITTED,
        capability=Capability.SUBMIT_PAY_PERIOD,
        words="note",
        column="note",
        signs="submitted",
        event=EventKind.PAY_PERIOD_SUBMITTED,
        notice=NoticeKind.PAY_PERIOD_SUBMITTED,
        did=say("submitted it"),
        cannot=say("it cannot be submitted"),
        button=say("Submit"),
        done=say("Submitted."),
        operation="submitPayPeriod",
        summary="What is in it is whole; the family is asked to approve it",
    ),
    PeriodMove.WITHDRAW: PeriodStep(
        froms=frozenset({PeriodStatus.SUBMITTED}),
        to=PeriodStatus.OPEN,
        capability=Capability.SUBMIT_PAY_PERIOD,
        event=EventKind.PAY_PERIOD_WITHDRAWN,
        notice=NoticeKind.PAY_PERIOD_WITHDRAWN,
        did=say("withdrew it"),
        cannot=say("it cannot be withdrawn"),
        button=say("Withdraw"),
        done=say("Withdrawn. It is open again."),
        operation="withdrawPayPeriod",
        summary="It is open again",
    ),
    PeriodMove.QUERY: PeriodStep(
        froms=frozenset({PeriodStatus.SUBMITTED}),
        to=PeriodStatus.QUERIED,
        capability=Capability.QUERY_PAY_PERIOD,
        words="message",
        needed=True,
        column="query",
        signs="queried",
        event=EventKind.PAY_PERIOD_QUERIED,
        notice=NoticeKind.PAY_PERIOD_QUERIED,
        did=say("asked about it"),
        cannot=say("nothing can be asked about it"),
        button=say("Ask about it"),
        done=say("Asked. It can be changed again."),
        operation="queryPayPeriod",
        summary="Something is not as it should be: `message` says what",
    ),
    PeriodMove.APPROVE: PeriodStep(
        froms=frozenset({PeriodStatus.SUBMITTED}),
        to=PeriodStatus.APPROVED,
        capability=Capability.APPROVE_PAY_PERIOD,
        signs="approved",
        event=EventKind.PAY_PERIOD_APPROVED,
        notice=NoticeKind.PAY_PERIOD_APPROVED,
        did=say("approved it"),
        cannot=say("it cannot be approved"),
        button=say("Approve"),
        done=say("Approved. Nothing in it changes any more."),
        operation="approvePayPeriod",
        summary="The family agrees: its lines, weeks and totals are stored as they stand",
    ),
    PeriodMove.REOPEN: PeriodStep(
        froms=frozenset({PeriodStatus.APPROVED}),
        to=PeriodStatus.REOPENED,
        capability=Capability.APPROVE_PAY_PERIOD,
        words="reason",
        needed=True,
        column="reopen_reason",
        signs="reopened",
        event=EventKind.PAY_PERIOD_REOPENED,
        notice=NoticeKind.PAY_PERIOD_REOPENED,
        did=say("reopened it"),
        cannot=say("it cannot be reopened"),
        button=say("Reopen"),
        done=say("Reopened. It can be put right, and is submitted again then."),
        operation="reopenPayPeriod",
        summary="It can be put right; what was stored is kept in its history",
    ),
    PeriodMove.ASK_TO_REOPEN: PeriodStep(
        froms=frozenset({PeriodStatus.APPROVED}),
        to=None,
        asked=False,
        capability=Capability.ASK_TO_REOPEN,
        words="reason",
        needed=True,
        column="reopen_ask",
        event=EventKind.PAY_PERIOD_REOPEN_ASKED,
        notice=NoticeKind.PAY_PERIOD_REOPEN_ASKED,
        did=say("asked to reopen it"),
        cannot=say("nobody can ask to reopen it"),
        button=say("Ask to reopen it"),
        done=say("Asked. The family answers."),
        operation="askToReopenPayPeriod",
        summary="The nanny asks the family to reopen it; one ask at a time",
    ),
    PeriodMove.DECLINE_TO_REOPEN: PeriodStep(
        froms=frozenset({PeriodStatus.APPROVED}),
        to=None,
        asked=True,
        capability=Capability.QUERY_PAY_PERIOD,
        words="message",
        needed=True,
        event=EventKind.PAY_PERIOD_REOPEN_DECLINED,
        notice=NoticeKind.PAY_PERIOD_REOPEN_DECLINED,
        did=say("declined to reopen it"),
        cannot=say("there is nothing to decline"),
        button=say("Decline"),
        done=say("Declined. It stays approved."),
        operation="declineToReopenPayPeriod",
        summary="It stays approved: `message` says why",
    ),
}

STATUS_PHRASES = {
    PeriodStatus.OPEN: say("is open"),
    PeriodStatus.SUBMITTED: say("waits for the family’s approval"),
    PeriodStatus.QUERIED: say("has a question to answer"),
    PeriodStatus.APPROVED: say("is approved"),
    PeriodStatus.REOPENED: say("is reopened"),
}


def may_move(status: PeriodStatus, move: PeriodMove, *, is_asked: bool) -> bool:
    """Say whether the move may happen now. is_asked: the nanny asks to reopen it, and nobody answered."""
    step = PERIOD_MOVES[move]
    return status in step.froms and step.asked in (None, is_asked)


def why_not(status: PeriodStatus, move: PeriodMove) -> Sentence:
    """Return the sentence for somebody whose move was refused."""
    step = PERIOD_MOVES[move]
    if status in step.froms:
        return say("It was already asked for.") if step.asked is False else say("Nobody asked to reopen it.")
    return say("This pay period %(stands)s, so %(cannot)s.", stands=STATUS_PHRASES[status], cannot=step.cannot)
