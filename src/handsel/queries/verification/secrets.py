"""The check of what is encrypted: every secret opens with one of the keys."""

from handsel.access.encrypted_columns import COLUMNS
from handsel.queries.verification.checks import Look, by_rows, row_name


@by_rows("secrets open with a key", "secrets")
def secrets(look: Look) -> None:
    """Try to open every secret; one that no key opens, or that is another owner's, is named by its row and column."""
    for column in COLUMNS:
        for row in column.filled().iterator():
            look.counted += 1
            if column.text(row) is None:
                look.note(row_name(column.model._meta.db_table, row.pk, f"no key opens its {column.lookup}"))
