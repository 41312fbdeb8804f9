"""The one door through the promises that nothing changes: what erasing may write over, and no more.

It stands open in a family while the transaction that erases there has its row of handsel_erasure `is_open`, which
nobody else ever sees. Through it go texts that people typed, the bytes of documents whose years are over and receipts.
No time, rate, amount or id goes, and of what is the record no row.
"""

from collections.abc import Callable, Iterable

# Of a row of a family, by its alias.
_STANDS_OPEN = "EXISTS (SELECT 1 FROM handsel_erasure door WHERE door.is_open AND door.family_id = {row}.family_id)"
# A file of a document stands in its family, and goes once the document says that its files are gone.
_FILE_MAY_GO = """EXISTS (
    SELECT 1 FROM handsel_issueddocument document JOIN handsel_erasure door ON door.family_id = document.family_id
    WHERE document.id = OLD.document_id AND document.files_dropped_at IS NOT NULL AND door.is_open)"""

_EVENT, _PAYMENT = "handsel_event", "handsel_payment"
_DOCUMENT, _FILE, _ERASURE = "handsel_issueddocument", "handsel_issuedfile", "handsel_erasure"

# All columns but the texts.
OF_EVENT = (
    *("id", "family_id", "session_id", "session_version", "schedule_id", "pay_period_id", "number", "kind", "at"),
    *("by_id", "source", "nanny_id"),
)
OF_PAYMENT = (
    *("id", "family_id", "nanny_id", "date", "amount", "method", "pay_period_id", "voids_id", "acknowledged_at"),
    *("recorded_by_id", "created_at"),
)
OF_DOCUMENT = (
    *("id", "family_id", "number", "kind", "nanny_id", "period_id", "year", "from_date", "to_date", "child_ids"),
    *("language", "issued_at", "issued_by_id", "corrects_id", "content_sha256", "sha256"),
)
# All of a payment but that it was acknowledged, which is said once.
_SAID_ONCE = tuple(column for column in OF_PAYMENT if column != "acknowledged_at")
_PAYMENT_TEXTS = ("note", "reason")

# What each needs: a table and a column of it.
NEEDS = {
    "payments_never_change": (_PAYMENT, "voids_id"),
    "all_payments_are_kept": (_PAYMENT, "voids_id"),
    "documents_never_change": (_DOCUMENT, "number"),
    "all_documents_are_kept": (_DOCUMENT, "number"),
    "document_files_never_change": (_FILE, "document_id"),
    "all_document_files_are_kept": (_FILE, "document_id"),
    "erasures_are_kept": (_ERASURE, "is_open"),
    "all_erasures_are_kept": (_ERASURE, "is_open"),
}

type Door = Callable[[str], str]


def door(columns_of: Callable[[str], set[str]]) -> Door:
    """Return the condition under which the door stands open for a row: never, as long as nothing can be erased."""
    is_there = bool(columns_of(_ERASURE)) and "files_dropped_at" in columns_of(_DOCUMENT)
    return lambda row: _STANDS_OPEN.format(row=row) if is_there else "FALSE"


def change(columns: Iterable[str]) -> str:
    """Return the condition that one of these columns is another than it was."""
    return " OR ".join(
        f"NEW.{column} <> OLD.{column} OR (NEW.{column} IS NULL) <> (OLD.{column} IS NULL)" for column in columns
    )


def but_for_texts(broken: str, kept: Iterable[str], opens: Door) -> str:
    """Return what is broken, but where only texts are written over while the door stands open."""
    if opens("OLD") == "FALSE":
        return broken
    return f"({broken}) AND (({change(kept)}) OR NOT {opens('OLD')})"


def _document_changes(opens: Door) -> str:
    if opens("OLD") == "FALSE":
        return "TRUE"
    return f"""{change(OF_DOCUMENT)} OR OLD.files_dropped_at IS NOT NULL OR NEW.files_dropped_at IS NULL
        OR NOT {opens("OLD")}"""


def _payment_changes(opens: Door) -> str:
    said = f"OLD.acknowledged_at IS NOT NULL OR {change((*_SAID_ONCE, *_PAYMENT_TEXTS))}"
    return but_for_texts(said, OF_PAYMENT, opens)


def _file_goes(opens: Door) -> str:
    return "TRUE" if opens("OLD") == "FALSE" else f"NOT {_FILE_MAY_GO}"


def sqlite[Promise](trigger: Callable[..., Promise], opens: Door) -> Iterable[Promise]:
    """Return the triggers."""
    changes = {
        ("events_are_kept", _EVENT): (but_for_texts("TRUE", OF_EVENT, opens), "TRUE"),
        ("payments_never_change", _PAYMENT): (_payment_changes(opens), "TRUE"),
        ("documents_never_change", _DOCUMENT): (_document_changes(opens), "TRUE"),
        ("document_files_never_change", _FILE): ("TRUE", _file_goes(opens)),
    }
    triggers = [trigger("erasures_are_kept_on_delete", "DELETE", _ERASURE, "TRUE", "TRUE")]
    for (name, table), (update, delete) in changes.items():
        # INSERT OR REPLACE deletes without asking the trigger of DELETE.
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
        triggers += [
            trigger(f"{name}_on_update", "UPDATE", table, "TRUE", update),
            trigger(f"{name}_on_delete", "DELETE", table, "TRUE", delete),
            trigger(f"{name}_on_insert", "INSERT", table, "TRUE", replaced),
        ]
    return triggers


def postgresql[Promise](trigger: Callable[..., Promise], opens: Door) -> Iterable[Promise]:
    """Return the triggers."""
    writes = "UPDATE OR DELETE"
    return [
        trigger("events_are_kept", writes, _EVENT, _gone_or(but_for_texts("TRUE", OF_EVENT, opens))),
        trigger("payments_never_change", writes, _PAYMENT, _gone_or(_payment_changes(opens))),
        trigger("documents_never_change", writes, _DOCUMENT, _gone_or(_document_changes(opens))),
        trigger("document_files_never_change", writes, _FILE, f"TG_OP = 'UPDATE' OR {_file_goes(opens)}"),
        trigger("erasures_are_kept", "DELETE", _ERASURE, "TRUE"),
        *(
            trigger(name, "TRUNCATE", table, "TRUE", each="STATEMENT")
            for name, table in (
                ("all_events_are_kept", _EVENT),
                ("all_payments_are_kept", _PAYMENT),
                ("all_documents_are_kept", _DOCUMENT),
                ("all_document_files_are_kept", _FILE),
                ("all_erasures_are_kept", _ERASURE),
            )
        ),
    ]


def _gone_or(changed: str) -> str:
    return f"TG_OP = 'DELETE' OR ({changed})"
