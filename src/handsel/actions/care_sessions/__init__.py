"""Actions on sessions."""

from handsel.actions.care_sessions.afterwards import confirm_and_record, record_instead
from handsel.actions.care_sessions.asking import ask_to_confirm
from handsel.actions.care_sessions.editing import create_impromptu, delete, update
from handsel.actions.care_sessions.handover import start_after
from handsel.actions.care_sessions.moves import (
    BulkAnswer,
    Refused,
    cancel,
    complete,
    confirm,
    move,
    move_many,
    record,
    restore,
    start,
)
from handsel.actions.care_sessions.running_late import tell_running_late
from handsel.actions.care_sessions.undoing import undo, undo_many

__all__ = [
    "BulkAnswer",
    "Refused",
    "ask_to_confirm",
    "cancel",
    "complete",
    "confirm",
    "confirm_and_record",
    "create_impromptu",
    "delete",
    "move",
    "move_many",
    "record",
    "record_instead",
    "restore",
    "start",
    "start_after",
    "tell_running_late",
    "undo",
    "undo_many",
    "update",
]
