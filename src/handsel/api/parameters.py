"""What may stand in the query string of a list."""

from handsel.api.kinds import DAY, ID, Kind
from handsel.api.parsing import Parameter
from handsel.queries import care_sessions, paging
from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.lifecycle import Status


def _limit(raw: object) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 4 and 1 <= int(raw) <= paging.MOST:
        return int(raw)
    raise Wrong(f"Send a number from 1 to {paging.MOST}.")


def _cursor(raw: object) -> str:
    return str(raw)


def _flag(raw: object) -> bool:
    if raw in ("true", "false"):
        return raw == "true"
    raise Wrong("Send true or false.")


def _order(raw: object) -> str:
    if isinstance(raw, str) and raw in _ORDERS:
        return raw
    raise Wrong(f"Choose one of {', '.join(_ORDERS)}.")


_ORDERS = (care_sessions.SOONEST_FIRST, care_sessions.LATEST_FIRST)
_FLAG = Kind(_flag, {"type": "boolean"})
_STATUS = Kind(fields.choice(Status), {"type": "string", "enum": [status.value for status in Status]})

PAGING = (
    Parameter(
        "limit",
        Kind(_limit, {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": paging.USUAL}),
        "How many at most.",
    ),
    Parameter("cursor", Kind(_cursor, {"type": "string"}), "The `next` of the part before."),
)
RANGE = (
    Parameter("from", DAY, "The first day, inclusive.", needed=True),
    Parameter("to", DAY, "The last day, inclusive; at most 366 days.", needed=True),
)
SCHEDULE_FILTERS = (Parameter("isActive", _FLAG, "Only active ones, or only inactive ones."), *PAGING)
SESSION_FILTERS = (
    Parameter("from", DAY, "The first local date of the planned start, inclusive."),
    Parameter("to", DAY, "The last local date of the planned start, inclusive."),
    Parameter("status", _STATUS, "Only this status; may be repeated.", several=True),
    Parameter("isConfirmed", _FLAG, "Only confirmed ones, or only unconfirmed ones."),
    Parameter("scheduleId", ID, "Only sessions made from this schedule."),
    Parameter("childId", ID, "Only sessions that this child attends."),
    Parameter("nannyId", ID, "Only sessions of this nanny (a member id)."),
    Parameter(
        "order",
        Kind(_order, {"type": "string", "enum": list(_ORDERS), "default": _ORDERS[0]}),
        "Soonest first, or latest first.",
    ),
    *PAGING,
)
