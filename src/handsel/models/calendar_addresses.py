"""Secret addresses at which a calendar app reads a person's sessions without signing in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from handsel.models.families import Family
from handsel.models.identity import Identified


class CalendarAddress(Identified):
    """One address: whose sessions it gives, of which family, and how much of them it tells."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_addresses")
    # Null: all families of the person.
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    # Otherwise it says "Busy", and no more.
    is_full = models.BooleanField(default=True)
    shows_children = models.BooleanField(default=False)
    shows_notes = models.BooleanField(default=False)
    alarm_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # How often it was answered in full in the hour that began then.
    window_started_at = models.DateTimeField(null=True, blank=True)
    answers_in_window = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "calendar addresses"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_full=True) | Q(shows_children=False, shows_notes=False), name="busy_tells_no_more"
            ),
        ]
