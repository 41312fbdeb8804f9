"""Entries of pay that are no session: paid time, unpaid leave, bonuses, adjustments and gifts."""

from django.db import models
from django.db.models import Q

from handsel.models.care_sessions import CareSession
from handsel.models.families import Family, Member
from handsel.models.fields import AmountField, RateField
from handsel.models.rows import Identified
from handsel.rules.fields import HIGHEST_RATE
from handsel.rules.pay.item_kinds import HIGHEST_AMOUNT, LONGEST_MINUTES, PAID_TIME, ItemKind

_MINUTES = Q(minutes__isnull=False, minutes__range=(1, LONGEST_MINUTES))
_RATE = Q(hourly_rate__isnull=False, hourly_rate__range=(0, HIGHEST_RATE))
_AMOUNT = Q(amount__isnull=False, amount__range=(-HIGHEST_AMOUNT, HIGHEST_AMOUNT))
_NO_RATE, _NO_AMOUNT = Q(hourly_rate__isnull=True), Q(amount__isnull=True)
_AMOUNT_ALONE = Q(minutes__isnull=True) & _NO_RATE & _AMOUNT


def _of_other_kinds(*kinds: ItemKind) -> Q:
    return ~Q(kind__in=[kind.value for kind in kinds])


class PayItem(Identified):
    """One entry; what its kind does not hold is null (rules.pay.item_kinds)."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="pay_items")
    # Null in a family that has no nanny, and keeps the book alone.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ItemKind])
    date = models.DateField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    hourly_rate = RateField()
    amount = AmountField(null=True, blank=True)
    in_regular_rate = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    # The session that an adjustment puts right.
    session = models.ForeignKey(CareSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ItemKind]), name="pay_item_kind_is_known"
            ),
            models.CheckConstraint(
                condition=_of_other_kinds(*sorted(PAID_TIME)) | _MINUTES & _RATE & _NO_AMOUNT,
                name="paid_time_has_minutes_and_a_rate",
            ),
            models.CheckConstraint(
                condition=_of_other_kinds(ItemKind.UNPAID_LEAVE) | _MINUTES & _NO_RATE & _NO_AMOUNT,
                name="unpaid_leave_has_minutes_alone",
            ),
            models.CheckConstraint(
                condition=_of_other_kinds(ItemKind.BONUS, ItemKind.GIFT) | _AMOUNT_ALONE & Q(amount__gt=0),
                name="a_bonus_or_gift_is_above_zero",
            ),
            models.CheckConstraint(
                condition=_of_other_kinds(ItemKind.ADJUSTMENT) | _AMOUNT_ALONE & ~Q(amount=0) & ~Q(reason=""),
                name="an_adjustment_changes_the_pay_and_says_why",
            ),
            models.CheckConstraint(
                condition=Q(in_regular_rate=False) | Q(kind=ItemKind.BONUS.value),
                name="a_bonus_alone_counts_in_the_regular_rate",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(kind=ItemKind.ADJUSTMENT.value),
                name="an_adjustment_alone_is_about_a_session",
            ),
        ]
        indexes = [models.Index(fields=["family", "nanny", "date"], name="pay_items_of_a_nanny")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.date}"
