"""Real sessions of care: planned, agreed, done; and the changes that are asked for."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from handsel.models.care_schedules import CareSchedule, GenerationBatch
from handsel.models.families import Child, Family, Member
from handsel.models.fields import PayDateField, RateField
from handsel.models.rows import Identified
from handsel.rules import lifecycle
from handsel.rules.change_requests import Answer
from handsel.rules.lifecycle import State, Status
from handsel.rules.overlap import Stretch
from handsel.rules.pay.sessions import CancelledFor

# What may not overlap for one nanny: agreed or running, unless somebody said so for the session (nanny shares).
TAKES_THE_NANNY = Q(is_confirmed=True, status__in=(Status.SCHEDULED, Status.IN_PROGRESS), overlap_allowed=False)

# What nobody answered, edited or moved, or asked to change since it was generated.
UNTOUCHED = Q(status=Status.SCHEDULED, is_confirmed=False, version=1, change_requests__isnull=True)

# No session is as long (promise no_session_lasts_two_days): a day at most, and what the clocks are put back. What began
# before this has ended, and is not read: the indexes are by the start, and a nanny's years grow.
LONGER_THAN_ANY = timedelta(days=2)


def ends_after(at: datetime) -> Q:
    return Q(scheduled_end__gt=at, scheduled_start__gt=at - LONGER_THAN_ANY)


class CareSessionQuerySet(models.QuerySet["CareSession"]):
    def unconfirmed(self) -> "CareSessionQuerySet":
        return self.filter(status=Status.SCHEDULED, is_confirmed=False)

    def ending_after(self, at: datetime) -> "CareSessionQuerySet":
        return self.filter(ends_after(at))

    def overlapping(self, start: datetime, end: datetime) -> "CareSessionQuerySet":
        """Return those that share time with start to end; touching is not overlapping."""
        return self.filter(ends_after(start), scheduled_start__lt=end)

    def taking_the_nanny(self) -> "CareSessionQuerySet":
        return self.filter(TAKES_THE_NANNY)

    def planned_or_running(self) -> "CareSessionQuerySet":
        """Return what a new session of the same nanny may clash with: agreed or not, but not cancelled or over."""
        return self.filter(status__in=(Status.SCHEDULED, Status.IN_PROGRESS), overlap_allowed=False)

    def billable(self) -> "CareSessionQuerySet":
        return self.filter(status=Status.COMPLETED, is_confirmed=True)


class CareSession(Identified):
    """One session. It keeps its slot (schedule and local date) for ever, even when it is moved."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="care_sessions")
    schedule = models.ForeignKey(CareSchedule, on_delete=models.SET_NULL, null=True, related_name="care_sessions")
    batch = models.ForeignKey(GenerationBatch, on_delete=models.SET_NULL, null=True, related_name="care_sessions")
    slot_date = models.DateField(null=True, blank=True)
    scheduled_start = models.DateTimeField()
    scheduled_end = models.DateTimeField()
    pay_date = PayDateField(editable=False)
    actual_start = models.DateTimeField(null=True, blank=True)
    actual_end = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        max_length=11, choices=[(status.value, status.value) for status in Status], default=Status.SCHEDULED
    )
    is_confirmed = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whose choice it was: cancelled late by the family it may be paid. Empty as long as it is not cancelled.
    cancelled_for = models.CharField(
        max_length=6, choices=[(whose.value, whose.value) for whose in CancelledFor], blank=True, default=""
    )
    cancel_reason = models.TextField(blank=True, default="")
    hourly_rate = RateField()
    notes = models.TextField(blank=True, default="")
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="care_sessions")
    # The nanny as a person, since double booking is counted over all their families (promise nanny_is_her_person).
    nanny_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    time_zone = models.CharField(max_length=64)
    overlap_allowed = models.BooleanField(default=False)
    children = models.ManyToManyField(Child, through="CareSessionChild", related_name="care_sessions")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CareSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "slot_date"], name="one_session_per_slot"),
            models.UniqueConstraint(
                fields=["nanny_person"],
                condition=Q(status=Status.IN_PROGRESS, overlap_allowed=False),
                name="one_running_session_per_nanny",
            ),
            models.CheckConstraint(condition=Q(scheduled_start__lt=F("scheduled_end")), name="starts_before_it_ends"),
            models.CheckConstraint(
                condition=Q(is_confirmed=True, confirmed_at__isnull=False, confirmed_by__isnull=False)
                | Q(is_confirmed=False, confirmed_at__isnull=True, confirmed_by__isnull=True),
                name="confirmed_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False, cancelled_by__isnull=False)
                | Q(~Q(status=Status.CANCELLED), cancelled_at__isnull=True, cancelled_by__isnull=True),
                name="cancelled_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_for__in=list(CancelledFor))
                | Q(~Q(status=Status.CANCELLED), cancelled_for=""),
                name="cancelled_for_the_family_or_the_nanny",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(Status.SCHEDULED, Status.CANCELLED), actual_start__isnull=True, actual_end__isnull=True
                )
                | Q(status=Status.IN_PROGRESS, actual_start__isnull=False, actual_end__isnull=True)
                # A CHECK lets NULL pass, so each time is asked for by name.
                | Q(
                    status=Status.COMPLETED,
                    actual_start__isnull=False,
                    actual_end__isnull=False,
                    actual_end__gte=F("actual_start"),
                ),
                name="actual_times_match_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(Status.SCHEDULED, Status.CANCELLED)) | Q(is_confirmed=True),
                name="only_agreed_sessions_run",
            ),
            models.CheckConstraint(condition=Q(hourly_rate__gte=0), name="session_rate_is_not_negative"),
        ]
        indexes = [
            # A family's lists and pages, by the time of the session.
            models.Index(fields=["family", "scheduled_start", "id"], name="sessions_of_a_family"),
            # queries.care_sessions.unconfirmed and the parent's home: what still needs an answer.
            models.Index(
                fields=["family", "scheduled_end"],
                condition=Q(status=Status.SCHEDULED, is_confirmed=False),
                name="sessions_needing_an_answer",
            ),
            # The nanny's Today, and the search for clashes.
            models.Index(
                fields=["nanny_person", "scheduled_start"],
                condition=Q(nanny_person__isnull=False),
                name="sessions_of_a_nanny",
            ),
            # What somebody may have to be reminded of, in all families (notices.reminders).
            models.Index(fields=["scheduled_start"], name="sessions_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.scheduled_start:%Y-%m-%d %H:%M} {self.status}"

    @property
    def state(self) -> State:
        """Return status and confirmation as the one word that people use."""
        return lifecycle.state(Status(self.status), self.is_confirmed)

    @property
    def planned_times(self) -> Stretch:
        return self.scheduled_start, self.scheduled_end

    @property
    def actual_times(self) -> Stretch | None:
        """Return from when to when the session ran; None until it has ended."""
        return (self.actual_start, self.actual_end) if self.actual_start and self.actual_end else None

    @property
    def is_billable(self) -> bool:
        """Say whether it was agreed on and is done, as billable() asks."""
        return self.status == Status.COMPLETED and self.is_confirmed

    @property
    def is_exclusive(self) -> bool:
        """Say whether its nanny may have nothing else at its time."""
        return self.nanny_person_id is not None and not self.overlap_allowed

    def give_to(self, nanny: Member | None) -> None:
        """Set the nanny and the nanny's person, which must never part."""
        self.nanny = nanny
        self.nanny_person_id = None if nanny is None else nanny.user_id


class CareSessionChild(Identified):
    """A child that attends a session."""

    session = models.ForeignKey(CareSession, on_delete=models.CASCADE, related_name="child_links")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="session_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "child"], name="a_session_names_a_child_once"),
        ]


def with_planned_to(schedules: QuerySet[CareSchedule]) -> QuerySet[Any]:
    """Return schedules with `planned_to`, the last slot that has a session."""
    slots = CareSession.objects.filter(schedule=OuterRef("pk")).order_by("-slot_date").values("slot_date")
    return schedules.annotate(planned_to=Subquery(slots[:1]))


class ChangeRequest(Identified):
    """A change that one side asks of the other: a message and, if wished, other times or children for one session."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(CareSession, on_delete=models.CASCADE, related_name="change_requests")
    status = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in Answer], default=Answer.OPEN)
    message = models.TextField()
    # What the session was when this was asked: who asked agreed to no other.
    session_version = models.PositiveIntegerField(default=1)
    scheduled_start = models.DateTimeField(null=True, blank=True)
    scheduled_end = models.DateTimeField(null=True, blank=True)
    # A list of child ids as strings, or null when no other children are asked for.
    child_ids = models.JSONField(null=True, blank=True)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(status=Answer.OPEN), name="one_open_change_request"
            ),
            models.CheckConstraint(
                condition=Q(status=Answer.OPEN, answered_at__isnull=True, answered_by__isnull=True)
                | Q(~Q(status=Answer.OPEN), answered_at__isnull=False, answered_by__isnull=False),
                name="answered_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(scheduled_start__isnull=True)
                | Q(scheduled_end__isnull=True)
                | Q(scheduled_start__lt=F("scheduled_end")),
                name="proposal_starts_before_it_ends",
            ),
        ]
