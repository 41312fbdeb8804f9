"""A lock that no row stands for."""

from uuid import UUID

from django.db import connection

_63_BITS = 2**63 - 1


def lock_makers(family_id: UUID) -> None:
    """Let one transaction at a time count what a family has and make more of it.

    Taken after every row lock, and so in nobody's way: who removes a member holds the family's row and waits for its
    schedules, whose generation would wait here for the family. SQLite lets one writer in anyway. Why no row: decision
    record 0034.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [family_id.int & _63_BITS])
