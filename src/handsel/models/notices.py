"""What people are told: the outbox, which is also each person's inbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from handsel.models.care_schedules import GenerationBatch
from handsel.models.care_sessions import CareSession
from handsel.models.families import Family
from handsel.models.identity import Identified


class Notice(Identified):
    """One thing that one person is told, written in the transaction of the action that causes it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(CareSession, on_delete=models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(GenerationBatch, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    # What the sentence needs, as it was then: names, counts, times. Never pay.
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    # Null until it was decided by which ways it leaves the book (deliveries).
    routed_at = models.DateTimeField(null=True, blank=True)
    # What it reminds of, where it does: of several that come to it at once one writes it. Empty for all others.
    dedup_key = models.CharField(max_length=200, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dedup_key"], condition=~Q(dedup_key=""), name="nobody_is_reminded_twice"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notices_of_a_person"),
            # The number beside Inbox on every page.
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notices"),
            # What the worker takes up next (actions.delivery.route).
            models.Index(fields=["at"], condition=Q(routed_at__isnull=True), name="notices_to_route"),
        ]
