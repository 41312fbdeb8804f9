"""What nannies laid out for a family, or drove for it."""

from django.db import models
from django.db.models import Q

from handsel.models.families import Family, Member
from handsel.models.fields import AmountField
from handsel.models.pay_periods import PayPeriod
from handsel.models.rows import Identified
from handsel.rules.pay.expenses import (
    HIGHEST_AMOUNT,
    LONGEST_DISTANCE,
    LOWEST_AMOUNT,
    SHORTEST_DISTANCE,
    ExpenseCategory,
    ExpenseStatus,
)
from handsel.rules.pay.terms import MileageUnit

_IS_MILEAGE = Q(category=ExpenseCategory.MILEAGE.value)


class Expense(Identified):
    """One of them. Of a drive the rate and its unit are those of its day's terms, copied."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="expenses")
    # Null in a family that has no nanny, and keeps the book alone.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    date = models.DateField()
    category = models.CharField(
        max_length=10, choices=[(category.value, category.value) for category in ExpenseCategory]
    )
    amount = AmountField()
    distance = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    unit = models.CharField(
        max_length=2, choices=[(unit.value, unit.value) for unit in MileageUnit], blank=True, default=""
    )
    rate = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    note = models.TextField(blank=True, default="")
    status = models.CharField(
        max_length=8,
        choices=[(status.value, status.value) for status in ExpenseStatus],
        default=ExpenseStatus.PENDING.value,
    )
    # Why it was declined.
    answer = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The approved period that it was settled with; null until then, and again once that is reopened.
    pay_period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses")
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=[category.value for category in ExpenseCategory]),
                name="expense_category_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in ExpenseStatus]), name="expense_status_is_known"
            ),
            models.CheckConstraint(
                condition=_IS_MILEAGE & Q(amount__gte=0) | Q(amount__range=(LOWEST_AMOUNT, HIGHEST_AMOUNT)),
                name="an_expense_is_above_zero",
            ),
            models.CheckConstraint(
                condition=_IS_MILEAGE
                & Q(distance__isnull=False, distance__range=(SHORTEST_DISTANCE, LONGEST_DISTANCE))
                & Q(rate__isnull=False, rate__gte=0, unit__in=[unit.value for unit in MileageUnit])
                | ~_IS_MILEAGE & Q(distance__isnull=True, rate__isnull=True, unit=""),
                name="a_drive_has_distance_rate_and_unit",
            ),
            models.CheckConstraint(
                condition=Q(status=ExpenseStatus.PENDING.value, decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(status=ExpenseStatus.PENDING.value) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="an_answered_expense_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(status=ExpenseStatus.DECLINED.value) & ~Q(answer="")
                | ~Q(status=ExpenseStatus.DECLINED.value) & Q(answer=""),
                name="a_declined_expense_says_why",
            ),
            models.CheckConstraint(
                condition=Q(pay_period__isnull=True) | Q(status=ExpenseStatus.APPROVED.value),
                name="an_approved_expense_alone_is_settled",
            ),
        ]
        indexes = [models.Index(fields=["family", "nanny", "date"], name="expenses_of_a_nanny")]

    def __str__(self) -> str:
        return f"{self.category} of {self.date}"
