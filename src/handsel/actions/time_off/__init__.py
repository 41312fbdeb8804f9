"""Actions on time off, and on the sessions that it touches."""

from handsel.actions.time_off.deciding import Affected
from handsel.actions.time_off.entering import Entered, count_everywhere, create, decide, delete
from handsel.actions.time_off.reversing import PlannedAgain, Undone, open_decisions, plan_again, undo

__all__ = [
    "Affected",
    "Entered",
    "PlannedAgain",
    "Undone",
    "count_everywhere",
    "create",
    "decide",
    "delete",
    "open_decisions",
    "plan_again",
    "undo",
]
