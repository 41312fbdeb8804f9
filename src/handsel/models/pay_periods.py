"""Pay periods, and what approving one stored of its timesheet."""

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce

from handsel.models.families import Family, Member
from handsel.models.rows import Identified
from handsel.rules.pay.periods import HELD, HELD_BEFORE_FIRST, PeriodStatus


class PayPeriod(Identified):
    """Days of one nanny in one family, both ends inclusive, that both sides settle. Those of one nanny touch (promise
    pay_periods_touch).
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="pay_periods")
    # Null in a family that keeps its book alone.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="pay_periods")
    from_date = models.DateField()
    to_date = models.DateField()
    status = models.CharField(
        max_length=9, choices=[(status.value, status.value) for status in PeriodStatus], default=PeriodStatus.OPEN
    )
    # The last words of each move, who made it last, and when.
    note = models.TextField(blank=True, default="")
    query = models.TextField(blank=True, default="")
    reopen_reason = models.TextField(blank=True, default="")
    # What the nanny asks for, while nobody answered.
    reopen_ask = models.TextField(blank=True, default="")
    reopen_asked_at = models.DateTimeField(null=True, blank=True)
    # Whether who submitted it last took it as it is, with sessions that would be paid if somebody confirmed them.
    accepted_unpaid = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    queried_at = models.DateTimeField(null=True, blank=True)
    queried_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What holds while it is approved; what held before is kept beside it.
    amounts = models.OneToOneField(
        "ApprovedAmounts", on_delete=models.PROTECT, null=True, blank=True, related_name="holds_for"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "nanny", "from_date"], name="one_period_begins_on_a_day"),
            models.UniqueConstraint(
                fields=["nanny"],
                condition=Q(status=PeriodStatus.SUBMITTED),
                name="one_submitted_period_per_nanny",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in PeriodStatus]), name="period_status_is_known"
            ),
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="period_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(status=PeriodStatus.APPROVED, amounts__isnull=False)
                | Q(~Q(status=PeriodStatus.APPROVED), amounts__isnull=True),
                name="approved_periods_have_amounts",
            ),
            models.CheckConstraint(
                condition=Q(status=PeriodStatus.OPEN) | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="what_was_submitted_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(reopen_asked_at__isnull=True, reopen_ask="")
                | Q(status=PeriodStatus.APPROVED, reopen_asked_at__isnull=False),
                name="only_what_is_approved_is_asked_to_reopen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_date} to {self.to_date} {self.status}"


def is_held() -> Q:
    """Return the condition for sessions whose pay date a period holds (rules.pay.periods.HeldDays)."""
    hers = PayPeriod.objects.filter(family=OuterRef("family_id")).alias(whose=Coalesce("nanny_id", "family_id"))
    hers = hers.filter(whose=Coalesce(OuterRef("nanny_id"), OuterRef("family_id")))
    week_later = ExpressionWrapper(OuterRef("pay_date") + HELD_BEFORE_FIRST, output_field=models.DateField())
    has_begun = Exists(hers.filter(from_date__lte=week_later))
    return Q(Exists(hers.filter(status__in=HELD, to_date__gte=OuterRef("pay_date")))) & Q(has_begun)


class ApprovedAmounts(Identified):
    """The timesheet of a period as it was approved, in the words of the API. It never changes: approving again makes
    another.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(PayPeriod, on_delete=models.PROTECT, related_name="approvals")
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    # Lists and objects with the fields that the API gives lines, weeks and totals: money and minutes as text.
    lines = models.JSONField()
    weeks = models.JSONField()
    totals = models.JSONField()
    # The rest of the timesheet: what stands apart, warnings, the versions of the terms.
    apart = models.JSONField()
    warnings = models.JSONField()
    policy_ids = models.JSONField()

    class Meta:
        verbose_name_plural = "approved amounts"

    def __str__(self) -> str:
        return f"{self.period_id} at {self.approved_at:%Y-%m-%d %H:%M}"
