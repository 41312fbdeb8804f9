"""Exports of a family's record: what was asked for, how far it is, and the file that came of it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from handsel.models.families import Family
from handsel.models.leases import LeasedQuerySet
from handsel.models.rows import Identified
from handsel.rules.exports import KEPT_FOR, UNDER_WAY, ExportStatus


class Export(Identified):
    """One person's export of one family. The file lies in the data directory (management.exporting), by this id."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    status = models.CharField(
        max_length=7,
        choices=[(status.value, status.value) for status in ExportStatus],
        default=ExportStatus.QUEUED,
    )
    # What is being written just now, and how many parts of how many are done.
    step = models.CharField(max_length=40, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # Why it failed: the kind of the error, never its text, which may name people.
    error = models.CharField(max_length=80, blank=True, default="")

    objects = LeasedQuerySet["Export"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "family"], condition=Q(status__in=UNDER_WAY), name="one_export_at_a_time"
            ),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="no_more_done_than_there_is"),
        ]

    @property
    def checksum(self) -> str | None:
        """Return the SHA-256 of the file, once it is there."""
        return self.sha256 or None

    @property
    def expires_at(self) -> datetime:
        return self.created_at + KEPT_FOR
