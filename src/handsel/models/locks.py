"""Locks that no row stands for."""

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


def lock_pay(family_id: UUID, nanny_id: UUID | None) -> None:
    """Let one transaction at a time settle what a nanny earns in a family.

    Whoever writes what a pay period may hold shares this lock (share_pay, and promise held_sessions_stay): who waits
    for it here sees all that they wrote, and they see what is settled. Taken before anything is computed.
    """
    _lock_pay("pg_advisory_xact_lock", family_id, nanny_id)


def share_pay(family_id: UUID, nanny_id: UUID | None) -> None:
    """Let nobody settle what a nanny earns in a family until the transaction ends; others may share this."""
    _lock_pay("pg_advisory_xact_lock_shared", family_id, nanny_id)


def _lock_pay(function: str, family_id: UUID, nanny_id: UUID | None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtextextended('pay of ' || %s, 0))", [str(nanny_id or family_id)])


def lock_documents(family_id: UUID) -> None:
    """Let one transaction at a time give a document its number. Taken after every other lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            sql = "SELECT pg_advisory_xact_lock(hashtextextended('documents of ' || %s, 0))"
            cursor.execute(sql, [str(family_id)])
