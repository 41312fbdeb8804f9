"""The template of recurring care, and the batches of sessions made from it."""

from django.db import models
from django.db.models import F, Q

from handsel.models.families import Child, Family, Member
from handsel.models.fields import RateField, WeekdaysField
from handsel.models.rows import Identified
from handsel.rules.extending import MOST_WEEKS
from handsel.rules.recurrence import WEEK_STARTS, Pattern, Recurrence, Weekday


class CareSchedule(Identified):
    """The times at which care is wanted, in wall-clock time of the family's zone. It holds no session's state."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="care_schedules")
    name = models.CharField(max_length=120)
    recurrence = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Recurrence])
    days_of_week = WeekdaysField(default=frozenset)
    week_start = models.CharField(
        max_length=6, choices=[(day.value, day.value) for day in WEEK_STARTS], default=Weekday.MONDAY.value
    )
    start_time = models.TimeField()
    end_time = models.TimeField()
    hourly_rate = RateField()
    is_active = models.BooleanField(default=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    notes = models.TextField(blank=True, default="")
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    children = models.ManyToManyField(Child, through="CareScheduleChild", related_name="care_schedules")
    # How many weeks beyond the running one the worker keeps planned, and on whose word; null: not at all.
    weeks_ahead = models.PositiveSmallIntegerField(null=True, blank=True)
    extended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The Monday of the family's week in which it last did; null: not yet, as it now stands.
    extended_week = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="schedule_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(start_time=F("end_time")), name="schedule_has_a_length"),
            models.CheckConstraint(condition=Q(days_of_week__lte=127), name="weekdays_are_seven_bits"),
            models.CheckConstraint(
                condition=Q(recurrence__in=[kind.value for kind in Recurrence]), name="recurrence_is_known"
            ),
            models.CheckConstraint(
                condition=Q(week_start__in=[day.value for day in WEEK_STARTS]),
                name="schedule_weeks_begin_on_monday_or_sunday",
            ),
            models.CheckConstraint(condition=Q(hourly_rate__gte=0), name="schedule_rate_is_not_negative"),
            models.CheckConstraint(
                condition=Q(weeks_ahead__isnull=True) | Q(weeks_ahead__range=(1, MOST_WEEKS)),
                name="weeks_ahead_are_1_to_26",
            ),
            models.CheckConstraint(
                condition=Q(weeks_ahead__isnull=True, extended_by__isnull=True)
                | Q(weeks_ahead__isnull=False, extended_by__isnull=False),
                name="planned_ahead_on_somebodys_word",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pattern(self) -> Pattern:
        """Return the recurrence as the rules know it."""
        return Pattern(
            Recurrence(self.recurrence),
            self.days_of_week,
            self.start_date,
            self.end_date,
            Weekday(self.week_start),
        )


class CareScheduleChild(Identified):
    """A child that a schedule is for; the rows of one schedule name each child once."""

    schedule = models.ForeignKey(CareSchedule, on_delete=models.CASCADE, related_name="child_links")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="schedule_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "child"], name="a_schedule_names_a_child_once"),
        ]


class GenerationBatch(Identified):
    """One generation: who made which sessions at once, so that it can be undone at once."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    schedule = models.ForeignKey(CareSchedule, on_delete=models.SET_NULL, null=True, related_name="batches")
    from_date = models.DateField()
    to_date = models.DateField()
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "generation batches"
