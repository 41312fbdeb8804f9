"""Changes that one side asks of the other."""

from django.db import models
from django.db.models import F, Q

from handsel.models.care_sessions import CareSession
from handsel.models.families import Family, Member
from handsel.models.identity import Identified
from handsel.rules.change_requests import Answer


class ChangeRequest(Identified):
    """A message and, if wished, other times or children for one session."""

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
