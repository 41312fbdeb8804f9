"""Actions on sessions."""

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
from handsel.actions.care_sessions.undoing import undo, undo_many

__all__ = [
    "BulkAnswer",
    "Refused",
    "cancel",
    "complete",
    "confirm",
    "create_impromptu",
    "delete",
    "move",
    "move_many",
    "record",
    "restore",
    "start",
    "start_after",
    "undo",
    "undo_many",
    "update",
]
