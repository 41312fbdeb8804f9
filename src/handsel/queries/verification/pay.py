"""Checks of what pay stores: approved amounts against their lines, what these were made of, and payments."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from handsel.models import ApprovedAmounts, CareSession, Event, Expense, PayItem, Payment, PayPeriod
from handsel.queries.verification.checks import Look, by_rows, row_name
from handsel.rules import local_time
from handsel.rules.history import EventKind
from handsel.rules.pay import covering, stored
from handsel.rules.pay.covering import Paid, PeriodDue
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.periods import HELD, HELD_BEFORE_FIRST, PeriodStatus
from handsel.rules.pay.stored import cents

_APPROVED, _PERIOD = ApprovedAmounts._meta.db_table, PayPeriod._meta.db_table
_SESSION, _ITEM, _EXPENSE = (model._meta.db_table for model in (CareSession, PayItem, Expense))
# Who changes a session and who submits its pay read the clock, then wait for each other.
_A_MOMENT = timedelta(minutes=1)


@by_rows("pay dates are the days of the starts", "sessions", ["pay_date_is_near_the_start"])
def pay_dates(look: Look) -> None:
    """Compare each session's pay date with the local date of its start."""
    # unscoped: the whole book
    rows = CareSession.objects.values_list("id", "pay_date", "scheduled_start", "time_zone")
    for pk, day, start, zone in rows.iterator():
        look.counted += 1
        if day != local_time.local_date(start, zone):
            look.note(row_name(_SESSION, pk, f"{day} is not the day of its start"))


@by_rows("approved totals are the sums of their lines", "approved amounts", ["approved_amounts_never_change"])
def approved_totals(look: Look) -> None:
    """Compare the totals of everything that was approved with the sums of its lines and weeks."""
    # unscoped: the whole book
    for amounts in ApprovedAmounts.objects.iterator(chunk_size=100):
        look.counted += 1
        try:
            sums = stored.totals_of(amounts.lines, amounts.weeks)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            look.note(row_name(_APPROVED, amounts.pk, "its lines cannot be read"))
            continue
        if wrong := sorted(name for name, text in sums.items() if amounts.totals.get(name) != text):
            look.note(row_name(_APPROVED, amounts.pk, f"not the sum of its lines: {', '.join(wrong)}"))


@by_rows(
    "every approval has its amounts", "pay periods", ["all_approved_amounts_are_kept", "approved_amounts_never_change"]
)
def approvals(look: Look) -> None:
    """Compare what was approved of each period with its history: one row for each time, the last of which holds."""
    # unscoped: the whole book
    told = Counter(
        Event.objects.filter(kind=EventKind.PAY_PERIOD_APPROVED).values_list("pay_period_id", flat=True).iterator()
    )
    there: dict[UUID, list[Any]] = defaultdict(list)
    # unscoped: the whole book
    for amounts in ApprovedAmounts.objects.order_by("approved_at", "id").values("pk", "period_id", "family_id"):
        there[amounts["period_id"]].append(amounts)
    # unscoped: the whole book
    for period in PayPeriod.objects.iterator():
        look.counted += 1
        of_period = there[period.id]
        if len(of_period) != told[period.id]:
            why = f"{len(of_period)} approvals, and its history tells of {told[period.id]}"
            look.note(row_name(_PERIOD, period.pk, why))
        elif period.amounts_id and period.amounts_id != of_period[-1]["pk"]:
            look.note(row_name(_PERIOD, period.pk, "its amounts are not those that were approved last"))
        elif any(amounts["family_id"] != period.family_id for amounts in of_period):
            look.note(row_name(_PERIOD, period.pk, "its amounts are another family's"))


@by_rows("pay periods are what history tells", "pay periods", ["pay_periods_touch"])
def period_days(look: Look) -> None:
    """Compare the days of each period, and whose it is, with the lines that told of them."""
    told: dict[UUID | None, dict[str, str]] = defaultdict(dict)
    kinds = (EventKind.PAY_PERIOD_CREATED, EventKind.PAY_PERIOD_UPDATED, EventKind.PAY_PERIOD_DELETED)
    # unscoped: the whole book
    lines = Event.objects.filter(kind__in=kinds).order_by(*Event.AS_WRITTEN)
    for kind, period_id, nanny_id, changes in lines.values_list(
        "kind", "pay_period_id", "nanny_id", "changes"
    ).iterator():
        if kind == EventKind.PAY_PERIOD_DELETED:
            del told[period_id]
            continue
        told[period_id] |= {name: new for name, (_, new) in changes.items()} | {"nanny_id": str(nanny_id)}
    there = set()
    # unscoped: the whole book
    for period in PayPeriod.objects.iterator():
        look.counted += 1
        there.add(period.pk)
        said = told[period.pk]
        stands = (period.from_date.isoformat(), period.to_date.isoformat(), str(period.nanny_id))
        if (said.get("from_date"), said.get("to_date"), said.get("nanny_id")) != stands:
            look.note(row_name(_PERIOD, period.pk, "its days or its nanny are not what history tells"))
    for pk in told.keys() - there:
        look.note(row_name(_PERIOD, pk, "history tells of it, and it is gone"))


@by_rows("approved lines are about what is there", "lines", ["settled_expenses_stay", "all_settled_expenses_stay"])
def approved_lines(look: Look) -> None:
    """Compare the lines that hold with the sessions, entries and expenses that they were made of."""
    # unscoped: the whole book
    for period in PayPeriod.objects.filter(amounts__isnull=False).select_related("amounts").iterator(chunk_size=100):
        amounts: Any = period.amounts
        ids = {
            key: {UUID(line[key]) for line in amounts.lines if line[key]}
            for key in ("sessionId", "itemId", "expenseId")
        }
        # unscoped: of a period at hand
        sessions = CareSession.objects.in_bulk(ids["sessionId"])
        # unscoped: the whole book
        items = PayItem.objects.in_bulk(ids["itemId"])
        # unscoped: the whole book
        expenses = Expense.objects.in_bulk(ids["expenseId"])
        for line in amounts.lines:
            look.counted += 1
            for wrong in (
                _about_session(line, period, sessions),
                _about_entry(line, period, items),
                _about_expense(line, period, expenses),
            ):
                if wrong:
                    look.note(f"{wrong} ({row_name(_PERIOD, period.pk)})")
        # unscoped: the whole book
        unpaid = Expense.objects.filter(pay_period=period).exclude(pk__in=ids["expenseId"])
        for pk in unpaid.values_list("pk", flat=True):
            look.note(row_name(_EXPENSE, pk, "settled with a pay period that has no line of it"))


def _about_session(line: Any, period: PayPeriod, sessions: dict[UUID, CareSession]) -> str | None:
    if not line["sessionId"]:
        return None
    session = sessions.get(UUID(line["sessionId"]))
    if session is None:
        return row_name(_SESSION, line["sessionId"], "a line is about it, and it is gone")
    if (session.family_id, session.nanny_id) != (period.family_id, period.nanny_id):
        return row_name(_SESSION, session.pk, "it is not of the nanny whose line is about it")
    if line["kind"] == LineKind.WORK:
        if line["rate"] is not None and session.hourly_rate != Decimal(line["rate"]):
            return row_name(_SESSION, session.pk, "its rate is not that of its line")
        if line["date"] != session.pay_date.isoformat():
            return row_name(_SESSION, session.pk, "its day is not that of its line")
    return None


def _about_entry(line: Any, period: PayPeriod, items: dict[UUID, PayItem]) -> str | None:
    if not line["itemId"]:
        return None
    item = items.get(UUID(line["itemId"]))
    if item is None:
        return row_name(_ITEM, line["itemId"], "a line is about it, and it is gone")
    same = (item.family_id, item.nanny_id, item.kind, item.date.isoformat())
    if same != (period.family_id, period.nanny_id, line["kind"], line["date"]):
        return row_name(_ITEM, item.pk, "it is not what its line says")
    if item.amount is not None and item.amount != Decimal(line["amount"]):
        return row_name(_ITEM, item.pk, "its amount is not that of its line")
    return None


def _about_expense(line: Any, period: PayPeriod, expenses: dict[UUID, Expense]) -> str | None:
    if not line["expenseId"]:
        return None
    expense = expenses.get(UUID(line["expenseId"]))
    if expense is None:
        return row_name(_EXPENSE, line["expenseId"], "a line is about it, and it is gone")
    if expense.pay_period_id != period.pk:
        return row_name(_EXPENSE, expense.pk, "it is not settled with the period that reimburses it")
    if expense.amount != Decimal(line["amount"]) or expense.date.isoformat() != line["date"]:
        return row_name(_EXPENSE, expense.pk, "its amount or day is not that of its line")
    return None


@by_rows("what pay periods hold is as it was submitted", "pay periods", ["held_sessions_stay", "held_items_stay"])
def held_days(look: Look) -> None:
    """Look for sessions and entries of held days that were made or changed after these were submitted."""
    first_of: dict[tuple[UUID, UUID | None], UUID] = {}
    # unscoped: the whole book
    for period in PayPeriod.objects.order_by("from_date").iterator():
        is_first = first_of.setdefault((period.family_id, period.nanny_id), period.pk) == period.pk
        if period.status not in HELD or period.submitted_at is None:
            continue
        look.counted += 1
        days = (period.from_date - HELD_BEFORE_FIRST if is_first else period.from_date, period.to_date)
        after = Q(updated_at__gt=period.submitted_at + _A_MOMENT) | Q(created_at__gt=period.submitted_at + _A_MOMENT)
        hers = Q(after, family_id=period.family_id, nanny_id=period.nanny_id)
        # unscoped: of a period at hand
        for pk in CareSession.objects.filter(hers, pay_date__range=days).values_list("pk", flat=True):
            look.note(row_name(_SESSION, pk, "made or changed after its pay was submitted"))
        # unscoped: the whole book
        for pk in PayItem.objects.filter(hers, date__range=days).values_list("pk", flat=True):
            look.note(row_name(_ITEM, pk, "made or changed after its pay was submitted"))


_TOLD = ("date", "amount", "method", "note", "pay_period_id", "nanny_id")


@by_rows("payments are what history tells", "payments", ["payments_never_change", "all_payments_are_kept"])
def payments(look: Look) -> None:
    """Compare payments, voids and acknowledgements with the lines of history that told of them."""
    kinds = (EventKind.PAYMENT_RECORDED, EventKind.PAYMENT_VOIDED, EventKind.PAYMENT_ACKNOWLEDGED)
    told: dict[EventKind, dict[UUID, Any]] = {kind: {} for kind in kinds}
    # unscoped: the whole book
    for kind, changes in Event.objects.filter(kind__in=kinds).values_list("kind", "changes").iterator():
        told[EventKind(kind)][UUID(changes["payment_id"][1])] = changes
    recorded, voided, acknowledged = (told[kind] for kind in kinds)
    table, there = Payment._meta.db_table, set()
    # unscoped: the whole book
    for payment in Payment.objects.iterator():
        look.counted += 1
        there.add(payment.pk)
        if wrong := _not_as_told(payment, recorded, voided, acknowledged):
            look.note(row_name(table, payment.pk, wrong))
    for pk in sorted((recorded.keys() | voided.keys()) - there):
        look.note(row_name(table, pk, "history tells of it, and it is gone"))


def _not_as_told(payment: Payment, recorded: Any, voided: Any, acknowledged: Any) -> str | None:
    if payment.voids_id is not None:
        void = voided.get(payment.pk)
        if void is None or void["payment_id"][0] != str(payment.voids_id):
            return "history tells of no such void"
        return None if Decimal(void["amount"][0]) == payment.amount else "its amount is not what history tells"
    if payment.pk not in recorded:
        return "history does not tell of it"
    changes = recorded[payment.pk]
    for name in _TOLD:
        said, stands = changes.get(name, (None, None))[1], getattr(payment, name)
        if (said or "") != ("" if stands is None else str(stands)):
            return f"its {name.removesuffix('_id')} is not what history tells"
    if (payment.acknowledged_at is not None) != (payment.pk in acknowledged):
        return "whether it was acknowledged is not what history tells"
    return None


@by_rows("payments cover what is due", "nannies who are paid")
def coverings(look: Look) -> None:
    """Add up what payments cover and what is left ahead, and look whether each names its own nanny's period."""
    periods: dict[Any, list[PeriodDue]] = defaultdict(list)
    # unscoped: the whole book
    approved = PayPeriod.objects.filter(status=PeriodStatus.APPROVED, amounts__isnull=False)
    columns = ("pk", "family_id", "nanny_id", "to_date", "amounts__totals")
    for pk, family_id, nanny_id, last, totals in approved.values_list(*columns).iterator():
        sums = (cents(totals.get(name, "0")) for name in ("gross", "reimbursements", "gifts"))
        periods[family_id, nanny_id].append(PeriodDue(pk, last, *sums))
    paid: dict[Any, list[Paid]] = defaultdict(list)
    # unscoped: the whole book
    for payment in Payment.objects.filter(voids=None, voided_by=None).select_related("pay_period").iterator():
        whose = (payment.family_id, payment.nanny_id)
        if payment.pay_period and (payment.pay_period.family_id, payment.pay_period.nanny_id) != whose:
            look.note(row_name(Payment._meta.db_table, payment.pk, "it names another nanny's pay period"))
        paid[whose].append(Paid(payment.id, payment.date, cents(str(payment.amount)), payment.pay_period_id))
    for whose in periods.keys() | paid.keys():
        look.counted += 1
        covers = covering.cover(periods[whose], paid[whose])
        due = sum(period.due for period in covers.periods)
        covered = sum(covers.covered(period.key) for period in covers.periods)
        over = [period for period in covers.periods if covers.covered(period.key) > max(0, period.due)]
        credit = -sum(period.due for period in covers.periods if period.due < 0)
        if over or covered + covers.ahead != credit + sum(payment.amount for payment in paid[whose]):
            look.note(row_name("handsel_member", whose[1] or whose[0], f"of {due} cents due, {covered} are covered"))


def checks() -> Iterator[Any]:
    yield from (pay_dates, approved_totals, approvals, period_days, approved_lines, held_days, payments, coverings)
