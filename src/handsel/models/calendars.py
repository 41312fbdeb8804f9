"""Calendars elsewhere: the secret addresses at which they read the book, and those that the book reads itself."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from handsel.models.families import Family
from handsel.models.leases import LeasedQuerySet
from handsel.models.rows import Identified


class CalendarAddress(Identified):
    """One secret address, read without signing in: whose sessions, of which family, and how much of them it tells."""

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


class OutsideCalendar(Identified):
    """Another calendar that makes its person busy: its address, when it is next read, and how it went the last time."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outside_calendars")
    name = models.CharField(max_length=120)
    # A secret that has to be sent, so it can't be kept as a hash (access.encryption).
    encrypted_address = models.TextField()
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # When it last came whole, and not as "unchanged".
    full_read_at = models.DateTimeField(null=True, blank=True)
    # Why it could not be read the last time (rules.outside_calendars.Trouble), and how often in a row.
    last_error = models.CharField(max_length=20, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    # What of it was not read as it stands (rules.outside_calendars.Remarks), or "". It names events, so it
    # is encrypted as the address is.
    encrypted_remarks = models.TextField(blank=True, default="")
    # What the server calls the state that was read (RFC 9110, 8.8).
    etag = models.CharField(max_length=255, blank=True, default="")
    last_modified = models.CharField(max_length=64, blank=True, default="")

    objects = LeasedQuerySet["OutsideCalendar"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_error="", failures=0) | (~Q(last_error="") & Q(failures__gt=0)),
                name="errors_are_counted",
            ),
        ]


class BusyTime(Identified):
    """A time from one instant to another at which the person is busy; of one calendar none touches another."""

    calendar = models.ForeignKey(OutsideCalendar, on_delete=models.CASCADE, related_name="busy_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="busy_starts_before_it_ends"),
            models.UniqueConstraint(fields=["calendar", "starts_at"], name="busy_once_at_a_time"),
        ]


class CalendarEntry(Identified):
    """What a mailed file last put of a session into one person's calendar: later files keep it true.

    session_id is no foreign key: a session that was deleted has to leave the calendars too. `version` is the SEQUENCE
    that was sent, and `seen_version` the session's version that was last found to say nothing else. `fingerprint` is of
    what was said (documents.calendar_ics).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    session_id = models.UUIDField()
    version = models.PositiveIntegerField()
    seen_version = models.PositiveIntegerField()
    is_off = models.BooleanField()
    fingerprint = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "calendar entries"
        constraints = [
            models.UniqueConstraint(fields=["person", "session_id"], name="one_entry_for_each_session_and_person"),
        ]
        indexes = [
            # What a file may have to correct (actions.mailed_calendars).
            models.Index(fields=["ends_at"], condition=Q(is_off=False), name="calendar_entries_that_are_on"),
        ]
