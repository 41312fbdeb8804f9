"""What people do with sessions."""

from handsel.actions.care_sessions.bulk import BulkAnswer, Refused, cancel_many, confirm_many, restore_many
from handsel.actions.care_sessions.editing import delete, update
from handsel.actions.care_sessions.impromptu import create_impromptu
from handsel.actions.care_sessions.moves import cancel, complete, confirm, restore, start

__all__ = [
    "BulkAnswer",
    "Refused",
    "cancel",
    "cancel_many",
    "complete",
    "confirm",
    "confirm_many",
    "create_impromptu",
    "delete",
    "restore",
    "restore_many",
    "start",
    "update",
]
