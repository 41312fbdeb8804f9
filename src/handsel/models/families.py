"""Families, their children, their members, and their history."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext

from handsel.models.fields import NumberInFamilyField, RateField
from handsel.models.rows import Identified
from handsel.rules.roles import MANAGERS, Role


class Family(Identified):
    """A household, and the tenant: nothing of it is visible to who is not its member."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    default_hourly_rate = RateField()
    address = models.CharField(max_length=4000, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "families"
        constraints = [
            models.CheckConstraint(condition=Q(default_hourly_rate__gte=0), name="default_rate_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Child(Identified):
    """A child of one family; archived, never lost, once schedules or sessions name it."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="children")
    first_name = models.CharField(max_length=120)
    last_name = models.CharField(max_length=120, blank=True, default="")
    date_of_birth = models.DateField(null=True, blank=True)
    allergies = models.TextField(blank=True, default="")
    medications = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "children"

    def __str__(self) -> str:
        return self.first_name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


def in_charge(prefix: str = "") -> Q:
    """Return the condition on members who are in charge while nobody else is: managers, and a nanny who founded.

    prefix: the path from the rows that are filtered to their member ("invited_by__").
    """
    nanny = {f"{prefix}role": Role.NANNY, f"{prefix}is_founder": True}
    return Q(**{f"{prefix}role__in": MANAGERS}) | Q(**nanny)


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> "MemberQuerySet":
        return self.filter(removed_at__isnull=True)

    def managers_of(self, family_id: UUID | OuterRef) -> "MemberQuerySet":
        """Return those who keep a family manageable once the first of them has joined."""
        return self.active().filter(family_id=family_id, role__in=MANAGERS)

    def last_in_charge(self) -> "MemberQuerySet":
        """Return those without whom others would stay in a family that nobody could manage."""
        fellow_members = Member.objects.active().filter(family_id=OuterRef("family_id")).exclude(pk=OuterRef("pk"))
        return (
            self.active()
            .filter(in_charge(), Exists(fellow_members))
            .exclude(Exists(fellow_members.filter(role__in=MANAGERS)))
        )


class Member(Identified):
    """A person in a family, with one role.

    A removed member keeps the row, since history names it; who joins again gets the same row back, so that a
    person is one member of a family for good.
    """

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    # The nanny who founded the family; they are in charge until the first parent or coordinator joins.
    is_founder = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    # A parent's own, for this family alone; pages show it (access.phones), and nothing else does.
    phone = models.CharField(max_length=40, blank=True, default="")
    # Whom the family's record of care names, when the account behind it is deleted.
    name_on_record = models.CharField(max_length=120, blank=True, default="")

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "user"], name="one_membership_per_person"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(phone="") | Q(role=Role.PARENT, removed_at__isnull=True),
                name="a_phone_is_a_parents_who_is_here",
            ),
            models.CheckConstraint(
                condition=Q(name_on_record="") | Q(removed_at__isnull=False), name="a_record_names_who_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"

    @property
    def name(self) -> str:
        """Return the name by which the family knows them; of a deleted account, whose care is in no record, none."""
        return self._known_name or gettext("Someone who left")

    @property
    def first_name(self) -> str:
        """Return how a page speaks of them within a sentence: the first word of the name."""
        return self._known_name.split(" ", 1)[0] or gettext("someone who left")

    @property
    def _known_name(self) -> str:
        return self.name_on_record or self.user.name

    @property
    def is_nanny(self) -> bool:
        """Return whether they are one of the family's nannies now."""
        return self.removed_at is None and self.role == Role.NANNY


class Event(Identified):
    """One line of the history: who did what, when, from where, with the old and the new values.

    It is never changed and never deleted (triggers refuse it). Lines are read in the order in which they were written
    (AS_WRITTEN): a clock that went back makes `at` smaller than that of the line before.
    session_id, schedule_id and pay_period_id are no foreign keys: the line outlives what it is about.
    """

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="events")
    session_id = models.UUIDField(null=True)
    # The version of the session that this led to, of what an undo can read backwards (rules.undoing).
    session_version = models.PositiveIntegerField(null=True)
    schedule_id = models.UUIDField(null=True)
    pay_period_id = models.UUIDField(null=True)
    # What was written before there were numbers has 0, and goes by the clock.
    number = NumberInFamilyField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=8)
    # {"field": [old, new]} in JSON: instants in UTC, money as strings (actions.history.as_json).
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    # The nanny whose pay the line shows; null when it is nobody's, or of two nannies at once.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")

    AS_WRITTEN = ("number", "at", "id")

    class Meta:
        indexes = [
            models.Index(fields=["family", "at", "id"], name="events_of_a_family"),
            models.Index(fields=["family", "number", "at", "id"], name="events_as_written"),
            models.Index(fields=["session_id", "at", "id"], name="events_of_a_session"),
            models.Index(
                fields=["pay_period_id", "at", "id"],
                condition=Q(pay_period_id__isnull=False),
                name="events_of_a_pay_period",
            ),
        ]

    @classmethod
    def insert_many(cls, rows: Sequence[Self]) -> None:
        """Write new lines in one statement. COPY takes no expression, so before it their numbers are asked for."""
        if connection.vendor == "postgresql":
            # unscoped: the families that the lines are of
            of_families = cls.objects.filter(family__in={row.family_id for row in rows}).order_by()
            last = dict(of_families.values_list("family_id").annotate(last=Max("number")))
            for row in rows:
                row.number = last.get(row.family_id, 0) + 1
        super().insert_many(rows)
