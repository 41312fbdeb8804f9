"""Actions on time off, and on the sessions that it touches."""

from handsel.actions.time_off.deciding import Affected
from handsel.actions.time_off.entering import Entered, count_everywhere, create, decide, delete

__all__ = [
    "Affected",
    "Entered",
    "count_everywhere",
    "create",
    "decide",
    "delete",
]
