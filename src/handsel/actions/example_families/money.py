"""The money of the example: what Noor and the Riveras agreed on, settled and paid, and what waits for an answer.

What is settled ends a week before this one: the sessions that people try things on are never held.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from handsel.actions import expenses, pay_items, pay_periods, pay_policies, payments, period_moves, receipts
from handsel.actions.example_families.cast import NOORS_RATE, clock
from handsel.actions.example_families.story import DAY, WEEK, Story
from handsel.documents import till_receipt
from handsel.documents.receipt_files import ReceiptFile
from handsel.models import Expense, Payment, PayPeriod
from handsel.rules import local_time
from handsel.rules.pay import policy_fields
from handsel.rules.pay.expenses import Decision, ExpenseCategory
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.presets import PRESETS
from handsel.rules.pay.terms import PayFrequency
from handsel.rules.receipts import FileType

# On which Mondays the pay periods begin and the last one ends, in weeks before this one: a summer, and fortnights.
_PERIODS = (15, 7, 5, 3, 1)
_STATE = "US_NY"
_OF_THE_FAMILY: dict[str, Any] = {
    **policy_fields.filled_in(PRESETS[_STATE]),
    "preset": _STATE,
    "pay_frequency": PayFrequency.TWO_WEEKS,
    "daily_overtime_after": 480,
    "cancellation_tiers": [{"noticeHours": 24, "percent": 50, "minimumMinutes": 0}],
    "mileage_rate": Decimal("0.7250"),
}
_OF_NOOR = {**_OF_THE_FAMILY, "guaranteed_minutes": 1500, "basic_rate": NOORS_RATE}
_AQUARIUM = (("2 children", "18.00"), ("1 adult", "16.00"))
_PAINTS = (("Finger paints", "11.50"), ("Paper A2", "7.25"))


def tell(story: Story, monday: date) -> None:
    """Write down all that comes of it, in the story of the week that `monday` begins."""
    _Money(story, monday).tell()


class _Money:
    def __init__(self, story: Story, monday: date) -> None:
        self.story, self.cast = story, story.cast
        self.starts = [monday - weeks * WEEK for weeks in _PERIODS]
        self.riveras = story.cast.riveras.id

    def tell(self) -> None:
        first, second, third, fourth, end = self.starts
        self._agree_on(first - 3 * DAY, first, _OF_THE_FAMILY)
        self._agree_on(second - 3 * DAY, second, _OF_NOOR, nanny_id=self.cast.noor_of_riveras.id)
        aquarium = "Aquarium with both, they know every fish by now."
        self._spend(second - 2 * WEEK + 2 * DAY, ExpenseCategory.ACTIVITIES, "34.00", aquarium, _AQUARIUM, "AQUARIUM")
        self._drive(second + 4 * DAY)
        for number, start in enumerate((second, third, fourth)):
            self._settle(number, start)
        self._pay(first, clock(second + 2 * DAY, "09:05"), mistyped=True)
        self._pay(second, clock(third + 2 * DAY, "08:50"))
        self._pay(third, clock(fourth + 2 * DAY, "09:10"))
        self._put_right(third, fourth + 4 * DAY)
        yesterday = self.story.today - DAY
        paints = "Finger paints and paper, ours are used up."
        self._spend(yesterday - DAY, ExpenseCategory.SUPPLIES, "18.75", paints, _PAINTS, "CORNER SHOP", answered=False)
        self._submit(3, clock(yesterday, "20:45"), end)

    def _agree_on(self, day: date, effective: date, terms: dict[str, Any], **whose: UUID) -> None:
        at = clock(day, "19:50")
        self.story.does(
            at, self.cast.ana, pay_policies.create, self.riveras, effective_from=effective, **whose, **terms
        )

    def _period(self, start: date) -> UUID:
        return PayPeriod.objects.get(family=self.riveras, from_date=start).id

    def _settle(self, number: int, end: date) -> None:
        """Write down that a period is submitted on the evening of the day after it, and approved at the next noon."""
        self._submit(number, clock(end, "19:30"), end)
        self._move(clock(end + DAY, "12:40"), PeriodMove.APPROVE, self.starts[number])

    def _submit(self, number: int, at: datetime, end: date) -> None:
        start, cast = self.starts[number], self.cast
        days = {"from_date": start, "to_date": end - DAY}
        self.story.does(at, cast.noor, pay_periods.create, self.riveras, **days)
        self._move(at + timedelta(minutes=3), PeriodMove.SUBMIT, start)

    def _move(self, at: datetime, move: PeriodMove, start: date, **words: str) -> None:
        who = self.cast.noor if move is PeriodMove.SUBMIT else self.cast.ana
        # The worker issues the statements: to print four takes a second that nobody is to wait for.
        action = partial(period_moves.move, move, with_statement=False)
        self.story.does(at, who, action, partial(self._period, start), **words)

    def _put_right(self, start: date, day: date) -> None:
        """Write down that an approved period is reopened for what was forgotten, and approved again."""
        reason = "The bonus that we agreed on is missing."
        self._move(clock(day, "18:10"), PeriodMove.REOPEN, start, reason=reason)
        bonus = {"kind": ItemKind.BONUS, "amount": Decimal("40.00"), "reason": "Two late evenings for the school play"}
        at = clock(day, "18:40")
        self.story.does(at, self.cast.noor, pay_items.create, self.riveras, date=start + 11 * DAY, **bonus)
        self._move(clock(day, "18:45"), PeriodMove.SUBMIT, start, note="With the bonus now.")
        self._move(clock(day, "21:00"), PeriodMove.APPROVE, start)

    def _spend(
        self,
        day: date,
        category: ExpenseCategory,
        amount: str,
        note: str,
        bought: till_receipt.Bought,
        shop: str,
        *,
        answered: bool = True,
    ) -> None:
        """Write down that Noor enters what she laid out, with a photo of the receipt, and whether Ana approves."""

        def photo() -> ReceiptFile:
            return ReceiptFile(FileType.JPEG, till_receipt.render(shop, f"{day:%m/%d/%Y}", bought, amount))

        spent = {"date": day, "category": category, "amount": Decimal(amount), "note": note, "file": photo}
        self.story.does(clock(day, "20:10"), self.cast.noor, receipts.enter, self.riveras, **spent)
        if answered:
            self._approve(day)

    def _drive(self, day: date) -> None:
        drive = {"date": day, "category": ExpenseCategory.MILEAGE, "distance": Decimal("12.4")}
        note = "To the pediatrician and back"
        self.story.does(clock(day, "20:15"), self.cast.noor, expenses.create, self.riveras, note=note, **drive)
        self._approve(day)

    def _approve(self, day: date) -> None:
        def expense() -> UUID:
            return Expense.objects.get(family=self.riveras, date=day).id

        approve = partial(expenses.decide, Decision.APPROVE)
        self.story.does(clock(day + DAY, "07:15"), self.cast.ana, approve, expense)

    def _pay(self, start: date, at: datetime, *, mistyped: bool = False) -> None:
        """Write down that Ana pays what is due of a period, and Noor says that she got it."""
        day = local_time.local_date(at, self.cast.riveras.time_zone)
        transfer = {
            "nanny_id": self.cast.noor_of_riveras.id,
            "date": day,
            "method": PaymentMethod.TRANSFER,
            "pay_period_id": partial(self._period, start),
        }

        def due() -> Decimal:
            approved = PayPeriod.objects.filter(family=self.riveras, from_date=start)
            return Decimal(approved.values_list("amounts__totals", flat=True).get()["due"])

        def with_another_digit() -> Decimal:
            return due() + 100

        if mistyped:
            before = at - timedelta(minutes=4)
            self.story.does(before, self.cast.ana, payments.record, self.riveras, amount=with_another_digit, **transfer)
            reason = "Typed 100 too much: the transfer was right."
            voided = at - timedelta(minutes=2)
            self.story.does(voided, self.cast.ana, payments.void, partial(self._payment, start), reason=reason)
        self.story.does(at, self.cast.ana, payments.record, self.riveras, amount=due, **transfer)
        self.story.page(at + DAY, self._say_that_it_came(start))

    def _payment(self, start: date) -> UUID:
        counting = Payment.objects.filter(family=self.riveras, voids=None, voided_by=None)
        return counting.get(pay_period=self._period(start)).id

    def _say_that_it_came(self, start: date) -> Callable[[datetime], Any]:
        def turn(at: datetime) -> None:
            payments.acknowledge(self._payment(start), by=self.cast.noor, at=at, source=self.story.source)

        return turn
