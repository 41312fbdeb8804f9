"""What the worker does by itself, and when it last did."""

from django.db import models

from handsel.models.leases import LeasedQuerySet


class Duty(models.Model):
    """One row for each duty of the worker: the lease that keeps two workers from doing it at once, and how it went."""

    name = models.CharField(max_length=40, primary_key=True)
    # Since when somebody has meant to do it: a worker that never came shows too.
    since = models.DateTimeField()
    late_after = models.DurationField()
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    # What went wrong the last time: the kind of the error, never its text, which may name people.
    last_error = models.CharField(max_length=80, blank=True, default="")

    objects = LeasedQuerySet["Duty"].as_manager()

    class Meta:
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return self.name
