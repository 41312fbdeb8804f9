"""Rows that several workers or requests take up, the duties that the worker does by itself, and what fails them."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

# By how much the clocks of several machines may differ without anything being wrong.
CLOCKS_DIFFER = timedelta(minutes=1)


class LeasedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows with a lease: each has `next_at`, from when on it may be taken up.

    Who takes a row up moves `next_at` on first. Until then the row is leased to them, and who dies with it leaves it to
    the next one from then on.
    """

    def due(self, at: datetime, longest: timedelta | None = None) -> Self:
        """Return those that may be taken up now.

        longest: what nobody ever moves `next_at` on by more than. What lies further ahead was written by a clock that
        went back since, and is due.
        """
        is_due = models.Q(next_at__lte=at)
        if longest is not None:
            is_due |= models.Q(next_at__gt=at + longest + CLOCKS_DIFFER)
        return self.filter(is_due)

    def claim(self, at: datetime, lease: timedelta, **columns: object) -> int:
        """Lease those that are still due until at + lease, and set these columns of theirs; how many that were.

        Of several that claim a row at once one gets it. No other lease of the row ends at the same instant, so its end
        tells whose it is (held_until).
        """
        return self.due(at).update(next_at=at + lease, **columns)

    def held_until(self, until: datetime) -> Self:
        """Return those that are still leased by the claim that ends then, and were not taken over since."""
        return self.filter(next_at=until)


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


class ClockLook(models.Model):
    """The one row that says when a worker last looked at the clock, and how the clock stepped the last time it did."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField()
    # What the clock showed after the step, and by how much it had gone ahead; less than nothing when it went back.
    stepped_at = models.DateTimeField(null=True, blank=True)
    stepped_by = models.DurationField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.looked_at}"


BACKUPS = "backups"


class ServerTrouble(models.Model):
    """One row for a server that fails us, as long as it does, and for backups that cannot be made. next_at: when that
    is to be said again.
    """

    server = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()
    # The kind of the error, never its text, which may name people.
    error = models.CharField(max_length=80)
    next_at = models.DateTimeField()

    objects = LeasedQuerySet["ServerTrouble"].as_manager()

    def __str__(self) -> str:
        return self.server
