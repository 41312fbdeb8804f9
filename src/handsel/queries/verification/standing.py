"""Checks of the database itself: that its file is whole, and that what keeps its promises stands."""

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint

from handsel.models import promises
from handsel.queries.verification.checks import Look, by_rows, rows

# What SQLite has of constraints stands in the statements that made its tables and indexes.
_CONSTRAINTS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')",
    "postgresql": """SELECT conname FROM pg_constraint WHERE convalidated
        UNION SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
        WHERE indisunique AND indisvalid""",
}


@by_rows("the promises stand", "promises")
def promises_stand(look: Look) -> None:
    """Look for triggers, exclusions and constraints that are not in this database, or are switched off."""
    missing = promises.missing(connection.SchemaEditorClass(connection))
    words = {word.strip('"') for (text,) in rows(_CONSTRAINTS[connection.vendor]) for word in str(text).split()}
    for model in apps.get_app_config("handsel").get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint | UniqueConstraint):
                look.counted += 1
                if constraint.name not in words:
                    missing.append(constraint.name)
    look.counted += promises.count(connection.SchemaEditorClass(connection))
    for name in missing:
        look.note(f"{name} is not kept by this database")


@by_rows("the file is whole", "files")
def file_is_whole(look: Look) -> None:
    """Let SQLite look through its own file; PostgreSQL has checksums for that, and no statement."""
    if connection.vendor != "sqlite":
        return
    look.counted = 1
    for (answer,) in rows("PRAGMA main.integrity_check(20)"):
        if answer != "ok":
            look.note(str(answer))
