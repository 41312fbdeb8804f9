"""The ways an action may say no. The doors turn a refusal's code into a status or a page; the detail is for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class Clashing:
    """A thing in the way: a session. Another family's shows its times alone, as does what else keeps the nanny busy:
    its `session_id` is None.
    """

    session_id: UUID | None
    scheduled_start: datetime
    scheduled_end: datetime

    @property
    def busy(self) -> bool:
        return self.session_id is None


class HeldBy(Protocol):
    """The pay period that holds a day."""

    @property
    def id(self) -> UUID: ...
    @property
    def from_date(self) -> date: ...
    @property
    def to_date(self) -> date: ...
    @property
    def status(self) -> str: ...


class Refusal(Exception):
    """An action that did not happen, and changed nothing.

    `code` is the API's stable word for it, `detail` one sentence for the person who asked, `clashes` what is in
    the way.
    """

    code: ClassVar[str]
    usual_detail: ClassVar[str]
    clashes: tuple[Clashing, ...] = ()

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.usual_detail
        super().__init__(self.detail)


class NotVisible(Refusal):
    """A thing that does not exist, or not for this person: the two must look the same."""

    code = "not_found"
    usual_detail = say("There is nothing here that you can see.")


class NotAllowed(Refusal):
    code = "not_allowed"
    usual_detail = say("Your role in this family does not allow that.")


class WrongState(Refusal):
    code = "wrong_state"
    usual_detail = say("That is not possible any more; somebody may have been first.")


class ScheduleInactive(Refusal):
    code = "schedule_inactive"
    usual_detail = say("This schedule is switched off. Switch it on to generate sessions.")


class KeptForTheRecord(Refusal):
    code = "kept_for_the_record"
    usual_detail = say("Care that has begun is kept for the record and cannot be deleted.")


class Locked(Refusal):
    """A day that a pay period holds: submitted or approved."""

    code = "locked"
    usual_detail = say("This day belongs to a pay period that is settled. Nothing in it can be changed.")

    def __init__(self, period: HeldBy | None = None, detail: str | None = None) -> None:
        self.period = period
        super().__init__(detail)


class OutOfOrder(Refusal):
    """A pay period that has to wait for another one: `pay_period_id`."""

    code = "out_of_order"
    usual_detail = say("Pay periods are settled one after the other. Another one comes first.")

    def __init__(self, pay_period_id: UUID, detail: str | None = None) -> None:
        self.pay_period_id = pay_period_id
        super().__init__(detail)


class NotReady(Refusal):
    """A pay period that cannot be submitted yet: all that stand in the way, as (session id, reason)."""

    code = "not_ready"
    usual_detail = say("This pay period is not ready to be submitted.")

    def __init__(self, sessions: Iterable[tuple[UUID, str]] = (), detail: str | None = None) -> None:
        self.sessions = tuple(sessions)
        super().__init__(detail)


class LimitReached(Refusal):
    """A cap that no family meets (rules.limits): the detail names it, and the way out."""

    code = "limit_reached"
    usual_detail = say("There is no room for more of these.")


class AlreadyRunning(Refusal):
    code = "already_running"
    usual_detail = say("The nanny is still with another family or session. Complete that first.")


class VersionConflict(Refusal):
    code = "version_conflict"
    usual_detail = say("Somebody changed this since you opened it. Look at it again before you save.")


class Clash(Refusal):
    """A clash: the nanny is promised elsewhere at that time."""

    code = "clash"
    usual_detail = say("The nanny already has a session then.")

    def __init__(self, clashes: Iterable[Clashing] = (), detail: str | None = None) -> None:
        self.clashes = tuple(clashes)
        super().__init__(detail)


class Invalid(Refusal):
    """Values that cannot be used: `errors` names every wrong field (snake_case) with one sentence each."""

    code = "invalid"
    usual_detail = say("Some of what you sent needs another look.")

    def __init__(self, errors: Mapping[str, str], detail: str | None = None) -> None:
        self.errors = dict(errors)
        super().__init__(detail)


class RowsRefused(Invalid):
    """Rows of a table that cannot be taken; `outcome` says of each row what becomes of it."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        super().__init__({"body": say("Some rows cannot be taken, so nothing was imported.")})


class UnsupportedFile(Refusal):
    code = "unsupported_media_type"
    usual_detail = say("Send a picture as JPEG, PNG or WebP, or a PDF.")


class TooManyRequests(Refusal):
    """One request more than this person has: `seconds` until the next one has a chance."""

    code = "too_many_requests"
    usual_detail = "That was one request too many. Wait a little."

    def __init__(self, seconds: int, detail: str | None = None) -> None:
        self.seconds = seconds
        super().__init__(detail)
