"""Whether the program can do its work."""

from django.db import DatabaseError, connection


def trouble() -> str | None:
    """What is wrong, in a word for the operator; None when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return None
