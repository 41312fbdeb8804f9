"""A check by SQL for each promise that needs more than a column (models.promises): the rows that break it now."""

from collections.abc import Iterator

from handsel.models import promise_conditions as when
from handsel.models import promises
from handsel.queries.verification.checks import Check, by_sql

_SESSION, _PERIOD = "handsel_caresession", "handsel_payperiod"
_SAME_NANNY = "(b.nanny_id = a.nanny_id OR (b.nanny_id IS NULL AND a.nanny_id IS NULL))"
_IS_HELD = "('SUBMITTED', 'APPROVED')"


def checks(vendor: str) -> Iterator[Check]:
    """Yield them for a database."""
    yield _no_double_booking()
    yield _no_session_lasts_two_days(vendor)
    yield from _of_whom()
    yield from _of_the_family()
    yield from _of_periods(vendor)
    yield by_sql(
        "documents_numbered_without_gaps",
        "families",
        "SELECT COUNT(DISTINCT family_id) FROM handsel_issueddocument",
        """SELECT 'handsel_family', family_id, 'its documents are not numbered 1, 2, 3 ... without gaps'
        FROM handsel_issueddocument GROUP BY family_id
        HAVING COUNT(*) <> MAX(number) OR COUNT(DISTINCT number) <> COUNT(*) OR MIN(number) <> 1""",
    )
    yield by_sql(
        "a_void_repeats_the_payment",
        "voids",
        "SELECT COUNT(*) FROM handsel_payment WHERE voids_id IS NOT NULL",
        f"""SELECT 'handsel_payment', a.id, '' FROM handsel_payment a
        WHERE a.voids_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM handsel_payment b
            WHERE b.id = a.voids_id AND b.voids_id IS NULL AND b.amount = a.amount AND b.family_id = a.family_id
            AND {_SAME_NANNY})""",
    )


def _no_double_booking() -> Check:
    # Of two that overlap, one overlaps the next by its start.
    takes = f"{when.TAKES.format(row='s')} AND s.nanny_person_id IS NOT NULL"
    following = """SELECT s.id, s.scheduled_end AS ends, LEAD(s.scheduled_start) OVER nannys AS next_starts,
        LEAD(s.id) OVER nannys AS next_id"""
    return by_sql(
        "no_double_booking",
        "sessions that take their nanny",
        f"SELECT COUNT(*) FROM {_SESSION} s WHERE {takes}",
        f"""SELECT '{_SESSION}', id, 'the next one of its nanny starts before it ends' FROM (
            {following} FROM {_SESSION} s WHERE {takes}
            WINDOW nannys AS (PARTITION BY s.nanny_person_id ORDER BY s.scheduled_start, s.id)) pairs
        WHERE next_starts < ends""",
    )


def _no_session_lasts_two_days(vendor: str) -> Check:
    latest = {
        "sqlite": "datetime(scheduled_start, '+2 days')",
        "postgresql": "scheduled_start + interval '48 hours'",
    }
    return by_sql(
        "no_session_lasts_two_days",
        "sessions",
        f"SELECT COUNT(*) FROM {_SESSION}",
        f"SELECT '{_SESSION}', id, '' FROM {_SESSION} WHERE scheduled_end >= {latest[vendor]}",
    )


def _of_whom() -> Iterator[Check]:
    yield by_sql(
        "nanny_is_her_person",
        "sessions with a nanny",
        f"SELECT COUNT(*) FROM {_SESSION} WHERE nanny_id IS NOT NULL",
        f"""SELECT '{_SESSION}', s.id, '' FROM {_SESSION} s
        WHERE (s.nanny_id IS NOT NULL OR s.nanny_person_id IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM handsel_member m
            WHERE m.id = s.nanny_id AND m.user_id = s.nanny_person_id AND m.family_id = s.family_id)""",
        ["nanny_is_her_person", "a_member_stays_who_it_is"],
    )
    yield by_sql(
        "time_off_person_is_the_nanny",
        "time off",
        "SELECT COUNT(*) FROM handsel_timeoff WHERE person_id IS NOT NULL",
        """SELECT 'handsel_timeoff', t.id, '' FROM handsel_timeoff t
        WHERE t.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM handsel_member m
            WHERE m.id = t.nanny_id AND m.user_id = t.person_id AND m.family_id = t.family_id)""",
    )
    # Whose account was deleted before names were kept is nobody any more: promises came later.
    since = "(SELECT MIN(applied) FROM django_migrations WHERE app = 'handsel' AND name = '0011_name_on_record')"
    yield by_sql(
        "who gave care has a name",
        "members who gave care",
        f"SELECT COUNT(DISTINCT nanny_id) FROM {_SESSION} WHERE status = 'COMPLETED'",
        f"""SELECT DISTINCT 'handsel_member', m.id, 'nobody can read who gave the care' FROM handsel_member m
        JOIN handsel_user u ON u.id = m.user_id JOIN {_SESSION} s ON s.nanny_id = m.id
        WHERE u.name = '' AND m.name_on_record = '' AND s.status = 'COMPLETED'
        AND (m.removed_at IS NULL OR m.removed_at > {since}) AND EXISTS (SELECT 1 FROM handsel_member reader
            WHERE reader.family_id = s.family_id AND reader.removed_at IS NULL)""",
        ["who_gave_care_has_a_name", "a_record_keeps_its_name"],
    )


def _of_the_family() -> Iterator[Check]:
    """Yield a check for each row that names another of its family."""
    for name, (table, column, whole) in promises.OF_THE_FAMILY.items():
        yield by_sql(
            name,
            "rows",
            f"SELECT COUNT({column}) FROM {table}",
            f"""SELECT '{table}', a.id, '' FROM {table} a JOIN {whole} b ON b.id = a.{column}
            WHERE b.family_id <> a.family_id""",
        )
    for link, whole in (("session", _SESSION), ("schedule", "handsel_careschedule")):
        yield by_sql(
            f"{link}_children_are_of_the_family",
            "rows",
            f"SELECT COUNT(*) FROM {whole}child",
            f"""SELECT '{whole}child', a.id, '' FROM {whole}child a JOIN {whole} b ON b.id = a.{link}_id
            JOIN handsel_child c ON c.id = a.child_id WHERE b.family_id <> c.family_id""",
            [f"{link}_children_are_of_the_family", "a_child_stays_in_the_family"],
        )
    for noun, table in (("session", _SESSION), ("schedule", "handsel_careschedule"), ("pay_period", _PERIOD)):
        stays = {"session": "a_session_stays_in_the_family", "schedule": "a_schedule_stays_in_the_family"}
        yield by_sql(
            f"history of a {noun.replace('_', ' ')} is of its family",
            "lines",
            f"SELECT COUNT({noun}_id) FROM handsel_event",
            f"""SELECT DISTINCT '{table}', b.id, 'another family''s history is about it' FROM handsel_event a
            JOIN {table} b ON b.id = a.{noun}_id WHERE b.family_id <> a.family_id""",
            [stays[noun]] if noun in stays else [f"a {noun} of the family"],
        )
    yield by_sql(
        "a_batch_stays_in_the_family",
        "batches",
        "SELECT COUNT(*) FROM handsel_generationbatch",
        """SELECT 'handsel_generationbatch', a.id, '' FROM handsel_generationbatch a
        JOIN handsel_member b ON b.id = a.created_by_id WHERE b.family_id <> a.family_id""",
    )


def _of_periods(vendor: str) -> Iterator[Check]:
    yield by_sql(
        "pay_periods_touch",
        "pay periods",
        f"SELECT COUNT(*) FROM {_PERIOD}",
        f"""SELECT '{_PERIOD}', id, 'it does not begin on the day after the one before' FROM (
            SELECT id, from_date, LAG(to_date) OVER (
                PARTITION BY family_id, COALESCE(nanny_id, family_id) ORDER BY from_date, id) AS ended
            FROM {_PERIOD}) pairs
        WHERE from_date <> {"date(ended, '+1 day')" if vendor == "sqlite" else "ended + 1"}""",
    )
    yield by_sql(
        "approved_in_order",
        "pay periods",
        f"SELECT COUNT(*) FROM {_PERIOD}",
        f"""SELECT '{_PERIOD}', a.id, 'one before it is not approved' FROM {_PERIOD} a
        WHERE a.status IN {_IS_HELD} AND EXISTS (SELECT 1 FROM {_PERIOD} b
            WHERE b.family_id = a.family_id AND {_SAME_NANNY} AND b.from_date < a.from_date
            AND b.status <> 'APPROVED')""",
    )
    yield by_sql(
        "settled_with_approved_pay",
        "settled expenses",
        "SELECT COUNT(pay_period_id) FROM handsel_expense",
        f"""SELECT 'handsel_expense', a.id, '' FROM handsel_expense a JOIN {_PERIOD} b ON b.id = a.pay_period_id
        WHERE b.status <> 'APPROVED' OR b.family_id <> a.family_id OR NOT {_SAME_NANNY}""",
    )
