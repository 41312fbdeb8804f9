"""Checks of versions: each row was changed as often as its history tells."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Model

from handsel.models import ApprovedAmounts, Child, Erasure, Event, Expense, PayItem, PayPolicy, Receipt
from handsel.queries.verification.checks import Check, Look, by_rows, by_sql, row_name
from handsel.rules.erasing import Erased
from handsel.rules.history import EventKind

BEGIN = (EventKind.CARE_SESSION_GENERATED, EventKind.CARE_SESSION_CREATED, EventKind.CARE_SESSION_IMPORTED)
CHANGE = (
    *(EventKind.CARE_SESSION_UPDATED, EventKind.CARE_SESSION_CORRECTED, EventKind.CARE_SESSION_CONFIRMED),
    *(EventKind.CARE_SESSION_CANCELLED, EventKind.CARE_SESSION_STARTED, EventKind.CARE_SESSION_COMPLETED),
    *(EventKind.CARE_SESSION_RECORDED, EventKind.CARE_SESSION_UNDONE, EventKind.CARE_SESSION_RESTORED),
)
_HISTORY_KEPT = ["events_are_kept", "all_events_are_kept"]


# What history names in its changes, by which key, and which lines tell of a change.
_NAMED: tuple[tuple[type[Model], str, tuple[EventKind, ...]], ...] = (
    (Child, "child_id", (EventKind.CHILD_UPDATED, EventKind.CHILD_ARCHIVED, EventKind.CHILD_ERASED)),
    (PayItem, "pay_item_id", (EventKind.PAY_ITEM_UPDATED,)),
    (PayPolicy, "pay_policy_id", (EventKind.PAY_POLICY_UPDATED,)),
    (Expense, "expense_id", (EventKind.EXPENSE_UPDATED, EventKind.EXPENSE_APPROVED, EventKind.EXPENSE_DECLINED)),
)


def _listed(kinds: tuple[EventKind, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def checks() -> Iterator[Check]:
    """Yield them for sessions, schedules, pay periods and families, and for what history names in its changes."""
    # What is asked for and agreed to is one change, told by up to two lines of its moment.
    yield by_sql(
        "versions of sessions are their changes",
        "sessions",
        "SELECT COUNT(*) FROM handsel_caresession",
        f"""SELECT 'handsel_caresession', s.id, 'its history tells of more or fewer changes'
        FROM handsel_caresession s LEFT JOIN (
            SELECT session_id, SUM(CASE WHEN agreed > 0 AND changed > 1 THEN 1 ELSE changed END) AS changed FROM (
                SELECT session_id, at, SUM(CASE WHEN kind IN ({_listed(CHANGE)}) THEN 1 ELSE 0 END) AS changed,
                    SUM(CASE WHEN kind = '{EventKind.CHANGE_REQUEST_ACCEPTED}' THEN 1 ELSE 0 END) AS agreed
                FROM handsel_event WHERE session_id IS NOT NULL GROUP BY session_id, at) moments
            GROUP BY session_id) told ON told.session_id = s.id
        WHERE COALESCE(told.changed, 0) <> s.version - 1""",
        _HISTORY_KEPT,
    )
    # Who writes takes the number after the greatest; what is older than numbers has 0.
    yield by_sql(
        "history has no gaps",
        "lines",
        "SELECT COUNT(*) FROM handsel_event WHERE number > 0",
        """SELECT 'handsel_family', family_id, 'a line of its history is gone' FROM handsel_event WHERE number > 0
        GROUP BY family_id HAVING COUNT(DISTINCT number) <> MAX(number)""",
        _HISTORY_KEPT,
    )
    yield by_sql(
        "sessions begin in their history",
        "sessions",
        "SELECT COUNT(*) FROM handsel_caresession",
        f"""SELECT 'handsel_caresession', s.id, '' FROM handsel_caresession s LEFT JOIN (
            SELECT session_id, COUNT(*) AS begun FROM handsel_event WHERE kind IN ({_listed(BEGIN)})
            GROUP BY session_id) told ON told.session_id = s.id
        WHERE COALESCE(told.begun, 0) <> 1""",
        _HISTORY_KEPT,
    )
    yield by_sql(
        "versions of schedules are their changes",
        "schedules",
        "SELECT COUNT(*) FROM handsel_careschedule",
        _counted("handsel_careschedule", "schedule_id", f"kind = '{EventKind.CARE_SCHEDULE_UPDATED}'"),
        _HISTORY_KEPT,
    )
    yield by_sql(
        "versions of pay periods are their changes",
        "pay periods",
        "SELECT COUNT(*) FROM handsel_payperiod",
        _counted(
            "handsel_payperiod",
            "pay_period_id",
            f"kind LIKE 'pay_period.%' AND kind <> '{EventKind.PAY_PERIOD_CREATED}'",
        ),
        _HISTORY_KEPT,
    )
    yield by_sql(
        "versions of families are their changes",
        "families",
        "SELECT COUNT(*) FROM handsel_family",
        _counted(
            "handsel_family", "family_id", f"kind IN ({_listed((EventKind.FAMILY_UPDATED, EventKind.FAMILY_ERASED))})"
        ),
        _HISTORY_KEPT,
    )
    yield from (_of_named(table, key, kinds) for table, key, kinds in _NAMED)
    yield receipts_told
    yield erasures_told


def _counted(table: str, column: str, changes: str) -> str:
    return f"""SELECT '{table}', t.id, 'its history tells of more or fewer changes' FROM {table} t LEFT JOIN (
            SELECT {column}, COUNT(*) AS changed FROM handsel_event WHERE {changes} GROUP BY {column}) told
        ON told.{column} = t.id WHERE COALESCE(told.changed, 0) <> t.version - 1"""


def _of_named(model: type[Model], key: str, kinds: tuple[EventKind, ...]) -> Check:
    name = str(model._meta.verbose_name_plural)

    @by_rows(f"versions of {name} are their changes", name, _HISTORY_KEPT)
    def check(look: Look) -> None:
        """Compare each row's version, and its family, with the lines that tell of its changes."""
        # unscoped: the whole book
        lines = Event.objects.filter(kind__in=kinds).values_list("family_id", f"changes__{key}")
        changes = Counter((family_id, UUID(changed[1])) for family_id, changed in lines.iterator())
        settled = _settlings() if model is Expense else Counter()
        # unscoped: the whole book
        everything = model._base_manager.values_list("pk", "family_id", "version")
        for pk, family_id, version in everything.iterator():
            look.counted += 1
            if version != 1 + changes[family_id, pk] + settled[pk]:
                look.note(row_name(model._meta.db_table, pk, "its history tells of more or fewer changes"))

    return check


def _settlings() -> Counter[UUID]:
    """Return how often each expense was settled with a pay period, and set free by one that was reopened."""
    times: Counter[UUID] = Counter()
    # unscoped: the whole book
    for lines, holds_for in ApprovedAmounts.objects.values_list("lines", "holds_for").iterator():
        for line in lines:
            if line["expenseId"]:
                times[UUID(line["expenseId"])] += 1 if holds_for else 2
    return times


@by_rows("receipts are those that history tells of", "expenses", ["all_settled_receipts_stay", "settled_receipts_stay"])
def receipts_told(look: Look) -> None:
    """Compare how many receipts each expense has with the lines that tell of them; not of families that are erased."""
    told: Counter[UUID] = Counter()
    # unscoped: the whole book
    lines = Event.objects.filter(kind=EventKind.EXPENSE_UPDATED, changes__has_key="receipts")
    for changes in lines.values_list("changes", flat=True).iterator():
        before, after = changes["receipts"]
        told[UUID(changes["expense_id"][1])] += after - before
    # unscoped: the whole book
    there = Counter(Receipt.objects.values_list("expense_id", flat=True))
    # unscoped: the whole book
    erased = Erasure.objects.done().filter(kind=Erased.FAMILY).values("subject_id")
    # unscoped: the whole book
    for pk in Expense.objects.exclude(family__in=erased).values_list("pk", flat=True).iterator():
        look.counted += 1
        if there[pk] != told[pk]:
            look.note(
                row_name(Expense._meta.db_table, pk, f"{there[pk]} receipts, and its history tells of {told[pk]}")
            )


_ERASED = (EventKind.CHILD_ERASED, EventKind.FAMILY_ERASED, EventKind.MEMBER_ERASED)


@by_rows("history tells of every erasure", "erasures", ["erasures_are_kept", "all_erasures_are_kept"])
def erasures_told(look: Look) -> None:
    """Compare what was erased with the lines that tell of it, and see that no door was left open."""
    # unscoped: the whole book
    lines = set(Event.objects.filter(kind__in=_ERASED).values_list("family_id", "at").iterator())
    moments = set()
    # unscoped: the whole book
    for erasure in Erasure.objects.iterator():
        look.counted += 1
        moment = (erasure.family_id, erasure.done_at)
        moments.add(moment)
        if erasure.is_open:
            look.note(row_name(Erasure._meta.db_table, erasure.pk, "it lets texts be written over"))
        if erasure.done_at and erasure.family_id and moment not in lines:
            look.note(row_name(Erasure._meta.db_table, erasure.pk, "no history tells of it"))
    for family_id, at in sorted(lines - moments):
        look.note(
            row_name("handsel_family", family_id, f"its history tells of something erased at {at}, and no row does")
        )
