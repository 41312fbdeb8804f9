"""Payments: the record that money was paid. What is wrong is voided by another row, and nothing is changed."""

from django.db import models
from django.db.models import Q

from handsel.models.families import Family, Member
from handsel.models.fields import AmountField
from handsel.models.pay_periods import PayPeriod
from handsel.models.rows import Identified
from handsel.rules.pay.payments import HIGHEST_PAYMENT, LOWEST_PAYMENT, PaymentMethod


class Payment(Identified):
    """One payment or, where it names another, the void of that one, whose amount it repeats. Ids sort as they
    were made.

    A row never changes, but that a nanny acknowledges a payment (promise payments_never_change).
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="payments")
    # Null in a family that keeps its book alone.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    date = models.DateField()
    amount = AmountField()
    method = models.CharField(max_length=15, choices=[(method.value, method.value) for method in PaymentMethod])
    note = models.TextField(blank=True, default="")
    # The one that it covers first, if it names one.
    pay_period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    voids = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="voided_by")
    reason = models.TextField(blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voids"], name="voided_once"),
            models.CheckConstraint(
                condition=Q(amount__range=(LOWEST_PAYMENT, HIGHEST_PAYMENT)), name="a_payment_is_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(method__in=[method.value for method in PaymentMethod]), name="payment_method_is_known"
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True, reason="") | (Q(voids__isnull=False) & ~Q(reason="")),
                name="a_void_says_why",
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True) | Q(acknowledged_at__isnull=True), name="a_void_is_not_acknowledged"
            ),
        ]
        indexes = [models.Index(fields=["family", "nanny", "date"], name="payments_of_a_nanny")]

    def __str__(self) -> str:
        return f"{self.date} {self.method}"
