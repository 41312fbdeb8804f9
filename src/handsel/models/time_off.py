"""Time off of a nanny or of a whole family."""

from django.db import models
from django.db.models import F, Q

from handsel.models.families import Family, Member
from handsel.models.identity import Identified


class TimeOff(Identified):
    """Days from and to, both inclusive; with hours, those hours of each day, else whole days."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="time_off")
    # Null: the whole family is away.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_date = models.DateField()
    to_date = models.DateField()
    start_time = models.TimeField(null=True, blank=True)
    end_time = models.TimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="time_off_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(start_time__isnull=True, end_time__isnull=True)
                | Q(start_time__isnull=False, end_time__isnull=False),
                name="time_off_has_both_hours_or_none",
            ),
        ]
