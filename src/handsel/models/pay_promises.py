"""Promises about pay itself: its periods follow one another and are approved in order, what was approved stands, and
payments and documents are not told otherwise later.
"""

from collections.abc import Callable, Iterable

from handsel.models import promise_conditions as when

PERIOD, AMOUNTS = "handsel_payperiod", "handsel_approvedamounts"
PAYMENT, DOCUMENT = "handsel_payment", "handsel_issueddocument"

# What each needs: a table and a column of it.
NEEDS = {
    "a_void_repeats_the_payment": (PAYMENT, "voids_id"),
    "pay_periods_touch": (PERIOD, "from_date"),
    "approved_in_order": (PERIOD, "status"),
    "approved_amounts_never_change": (AMOUNTS, "period_id"),
    "all_approved_amounts_are_kept": (AMOUNTS, "period_id"),
    "documents_numbered_without_gaps": (DOCUMENT, "number"),
}

# Who changes the periods of a nanny waits for whoever does or writes what they hold (models.locks.lock_pay).
LOCK = "hashtextextended('pay of ' || COALESCE({row}.nanny_id, {row}.family_id)::text, 0)"
_ALONE_WITH_THE_PAY = f"""IF TG_OP = 'DELETE' THEN
                    PERFORM pg_advisory_xact_lock({LOCK.format(row="OLD")});
                ELSE
                    PERFORM pg_advisory_xact_lock({LOCK.format(row="NEW")});
                END IF;"""


def sqlite[Promise](trigger: Callable[..., Promise]) -> Iterable[Promise]:
    """Return the triggers."""
    begins_elsewhere = f"NEW.from_date <> date(({when.OTHERS.format(what='MAX(other.to_date)', row='NEW')}), '+1 day')"
    moves_away = f"{when.MOVES_AWAY} OR (OLD.to_date <> NEW.to_date AND {when.IS_SETTLED})"
    return [
        trigger("pay_periods_touch_on_insert", "INSERT", PERIOD, "TRUE", begins_elsewhere),
        trigger(
            "pay_periods_touch_on_update",
            "UPDATE OF family_id, nanny_id, from_date, to_date",
            PERIOD,
            "TRUE",
            moves_away,
        ),
        trigger("pay_periods_touch_on_delete", "DELETE", PERIOD, "TRUE", when.IS_SETTLED),
        trigger("approved_in_order_on_insert", "INSERT", PERIOD, "TRUE", when.OUT_OF_ORDER),
        trigger("approved_in_order_on_update", "UPDATE OF status", PERIOD, "TRUE", when.OUT_OF_ORDER),
        trigger("approved_amounts_never_change_on_update", "UPDATE", AMOUNTS, "TRUE", "TRUE"),
        trigger("approved_amounts_never_change_on_delete", "DELETE", AMOUNTS, "TRUE", "TRUE"),
        trigger(
            "approved_amounts_never_change_on_insert",
            "INSERT",
            AMOUNTS,
            "TRUE",
            "EXISTS (SELECT 1 FROM handsel_approvedamounts WHERE id = NEW.id)",
        ),
        trigger("a_void_repeats_the_payment_on_insert", "INSERT", PAYMENT, "TRUE", when.ANOTHER_VOID),
        trigger(
            "documents_numbered_without_gaps_on_insert",
            "INSERT",
            DOCUMENT,
            "TRUE",
            when.NOT_THE_NEXT_NUMBER,
        ),
    ]


def postgresql[Promise](trigger: Callable[..., Promise]) -> Iterable[Promise]:
    """Return the triggers."""
    return [
        trigger(
            "pay_periods_touch",
            "INSERT OR UPDATE OF family_id, nanny_id, from_date, to_date OR DELETE",
            PERIOD,
            f"""(TG_OP = 'INSERT'
            AND NEW.from_date <> ({when.OTHERS.format(what="MAX(other.to_date)", row="NEW")}) + 1)
        OR (TG_OP = 'UPDATE' AND ({when.MOVES_AWAY} OR (OLD.to_date <> NEW.to_date AND {when.IS_SETTLED})))
        OR (TG_OP = 'DELETE' AND {when.IS_SETTLED})""",
            first=_ALONE_WITH_THE_PAY,
        ),
        trigger(
            "approved_in_order",
            "INSERT OR UPDATE OF status",
            PERIOD,
            when.OUT_OF_ORDER,
            first=_ALONE_WITH_THE_PAY,
        ),
        trigger("approved_amounts_never_change", "UPDATE OR DELETE", AMOUNTS, "TRUE"),
        trigger("all_approved_amounts_are_kept", "TRUNCATE", AMOUNTS, "TRUE", each="STATEMENT"),
        trigger(
            "documents_numbered_without_gaps",
            "INSERT",
            DOCUMENT,
            when.NOT_THE_NEXT_NUMBER,
            # One at a time, as models.locks.lock_documents.
            first="PERFORM pg_advisory_xact_lock(hashtextextended('documents of ' || NEW.family_id::text, 0));",
        ),
        trigger("a_void_repeats_the_payment", "INSERT", PAYMENT, when.ANOTHER_VOID),
    ]
