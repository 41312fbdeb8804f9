"""Promises about what pay periods hold: the sessions and entries of their days stay as they are, whatever is written
past the actions (access.held_days).
"""

from collections.abc import Callable, Iterable

from handsel.models.erasing_promises import Door, but_for_texts

SESSION, CHILD, ITEM = "handsel_caresession", "handsel_caresessionchild", "handsel_payitem"
# All but the link to a session that was deleted.
ITEM_COLUMNS = (
    *("family_id", "nanny_id", "kind", "date", "minutes", "hourly_rate", "amount", "in_regular_rate", "reason"),
    *("entered_by_id", "version", "created_at", "updated_at"),
)
# What erasing writes over.
SESSION_TEXTS, ITEM_TEXTS = {"notes", "cancel_reason"}, {"reason"}
# Where a schedule or a batch is deleted, its sessions stay, and only the link goes.
LINKS = ("schedule_id", "batch_id")

_HERS = """SELECT {what} FROM handsel_payperiod period WHERE period.family_id = {row}.family_id
    AND (period.nanny_id = {row}.nanny_id OR (period.nanny_id IS NULL AND {row}.nanny_id IS NULL))"""
# From seven days before her first period to the last day of her last one that was submitted or approved.
_IS_HELD = """(EXISTS ({hers} AND period.status IN ('SUBMITTED', 'APPROVED') AND period.to_date >= {row}.{day})
    AND {row}.{day} >= {begins})"""
_BEGINS = {"sqlite": "date(({first}), '-7 day')", "postgresql": "({first}) - 7"}
_LINKED_ANEW = " OR ".join(
    f"(NEW.{link} IS NOT NULL AND (OLD.{link} IS NULL OR NEW.{link} <> OLD.{link}))" for link in LINKS
)


def is_held(vendor: str, row: str, day: str) -> str:
    """Return the condition that a day of a row (NEW, OLD or an alias) is held of its nanny in its family."""
    first = _HERS.format(what="MIN(period.from_date)", row=row)
    begins = _BEGINS[vendor].format(first=first)
    return _IS_HELD.format(hers=_HERS.format(what=1, row=row), row=row, day=day, begins=begins)


def _child_of_held(vendor: str, row: str) -> str:
    held = is_held(vendor, "s", "pay_date")
    return f"EXISTS (SELECT 1 FROM {SESSION} s WHERE s.id = {row}.session_id AND {held})"


def sqlite[Promise](trigger: Callable[..., Promise], session_columns: Iterable[str], opens: Door) -> list[Promise]:
    """Return the triggers. session_columns: those of a session that stay. opens: the door for what is erased."""
    old, new = (is_held("sqlite", row, "pay_date") for row in ("OLD", "NEW"))
    old_child, new_child = (_child_of_held("sqlite", row) for row in ("OLD", "NEW"))
    name, columns, links = "held_sessions_stay_on", ", ".join(session_columns), ", ".join(LINKS)
    relinked = f"({_LINKED_ANEW}) AND {old}"
    old_item, new_item = (is_held("sqlite", row, "date") for row in ("OLD", "NEW"))
    return [
        trigger("held_items_stay_on_insert", "INSERT", ITEM, "TRUE", new_item),
        trigger(
            "held_items_stay_on_update",
            f"UPDATE OF {', '.join(ITEM_COLUMNS)}",
            ITEM,
            "TRUE",
            but_for_texts(f"{old_item} OR {new_item}", _others(ITEM_COLUMNS, ITEM_TEXTS), opens),
        ),
        trigger("held_items_stay_on_delete", "DELETE", ITEM, "TRUE", old_item),
        trigger(f"{name}_insert", "INSERT", SESSION, "TRUE", new),
        trigger(
            f"{name}_update",
            f"UPDATE OF {columns}",
            SESSION,
            "TRUE",
            but_for_texts(f"{old} OR {new}", _others(session_columns, SESSION_TEXTS), opens),
        ),
        trigger(f"{name}_update_of_links", f"UPDATE OF {links}", SESSION, "TRUE", relinked),
        trigger(f"{name}_delete", "DELETE", SESSION, "TRUE", old),
        trigger(f"{name}_insert_of_child", "INSERT", CHILD, "TRUE", new_child),
        trigger(f"{name}_update_of_child", "UPDATE", CHILD, "TRUE", f"{old_child} OR {new_child}"),
        trigger(f"{name}_delete_of_child", "DELETE", CHILD, "TRUE", old_child),
    ]


def _others(columns: Iterable[str], texts: set[str]) -> list[str]:
    return [column for column in columns if column not in texts]


def sharing(lock: str) -> str:
    """Return what shares a nanny's pay with other writers. lock: the key by which it is locked, of a {row}."""
    return f"""IF TG_OP <> 'INSERT' THEN
                    PERFORM pg_advisory_xact_lock_shared({lock.format(row="OLD")});
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    PERFORM pg_advisory_xact_lock_shared({lock.format(row="NEW")});
                END IF;"""


def postgresql[Promise](
    trigger: Callable[..., Promise], session_columns: Iterable[str], lock: str, opens: Door
) -> list[Promise]:
    """Return the triggers. lock: the key by which a nanny's pay is locked, of a {row}: each session that is written
    shares it, so that nobody settles her pay meanwhile. opens: the door for what is erased.
    """
    old, new = (is_held("postgresql", row, "pay_date") for row in ("OLD", "NEW"))
    old_child, new_child = (_child_of_held("postgresql", row) for row in ("OLD", "NEW"))
    columns, links = ", ".join(session_columns), ", ".join(LINKS)
    share = sharing(lock)
    written = f"(TG_OP <> 'INSERT' AND {old}) OR (TG_OP <> 'DELETE' AND {new})"
    written = but_for_texts(written, _others(session_columns, SESSION_TEXTS), opens)
    written_child = f"(TG_OP <> 'INSERT' AND {old_child}) OR (TG_OP <> 'DELETE' AND {new_child})"
    changes = "INSERT OR UPDATE{} OR DELETE"
    old_item, new_item = (is_held("postgresql", row, "date") for row in ("OLD", "NEW"))
    written_item = f"(TG_OP <> 'INSERT' AND {old_item}) OR (TG_OP <> 'DELETE' AND {new_item})"
    written_item = but_for_texts(written_item, _others(ITEM_COLUMNS, ITEM_TEXTS), opens)
    items = changes.format(f" OF {', '.join(ITEM_COLUMNS)}")
    return [
        trigger("held_items_stay", items, ITEM, written_item, first=share),
        trigger("held_sessions_stay", changes.format(f" OF {columns}"), SESSION, written, first=share),
        trigger("held_sessions_stay_on_links", f"UPDATE OF {links}", SESSION, f"({_LINKED_ANEW}) AND {old}"),
        trigger("held_sessions_stay_on_children", changes.format(""), CHILD, written_child),
    ]
