"""History: one line for every action. Written, never changed, never deleted (triggers refuse it)."""

from django.db import models

from handsel.models.families import Family, Member
from handsel.models.identity import Identified


class Event(Identified):
    """Who did what, when, from where, with the old and the new values.

    session_id and schedule_id are no foreign keys: the line outlives what it is about.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="events")
    session_id = models.UUIDField(null=True)
    schedule_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=8)
    # {"camelCaseField": [old, new]} in the API's form.
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    # The nanny whose pay the line shows; null when it is nobody's, or of two nannies at once.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["family", "at", "id"], name="events_of_a_family"),
            models.Index(fields=["session_id", "at", "id"], name="events_of_a_session"),
        ]
