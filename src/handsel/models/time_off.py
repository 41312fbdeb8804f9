"""Time off of nannies and families, whom a nanny tells why, and what was decided over sessions for it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from handsel.models.care_sessions import CareSession
from handsel.models.families import Family, Member
from handsel.models.rows import Identified
from handsel.rules.roles import Role
from handsel.rules.time_off import Decision


class TimeOffQuerySet(models.QuerySet["TimeOff"]):
    def counting_in(self, families: Any) -> QuerySet[Any, Any]:
        """Return what counts in these families (ids, or a query of ids), once for each of them.

        Annotated with the family it counts in (`in_family_id`), as whose there (`in_nanny_id`, null for the whole
        family's), by which clocks (`in_zone`), and whether that family is told the reason (`tells_reason`).
        """
        family, everywhere = F("person__memberships__family_id"), "person__memberships__"
        own = Q(
            **{
                f"{everywhere}family__in": families,
                f"{everywhere}role": Role.NANNY,
                f"{everywhere}removed_at__isnull": True,
            }
        )
        told = TimeOffReason.objects.filter(time_off=OuterRef("pk"), family=OuterRef("in_family_id"))
        rows: QuerySet[Any, Any] = self.filter(Q(person__isnull=True, family__in=families) | own)
        annotated: QuerySet[Any, Any] = rows.annotate(
            in_family_id=Coalesce(family, F("family_id")),
            in_nanny_id=Coalesce(F(f"{everywhere}id"), F("nanny_id")),
            in_zone=Coalesce(F(f"{everywhere}family__time_zone"), F("family__time_zone")),
            tells_reason=Case(
                When(person__isnull=True, then=True), default=Exists(told), output_field=models.BooleanField()
            ),
        )
        return annotated


class TimeOff(Identified):
    """Time off of a nanny or of a whole family: days, both ends inclusive; with hours, those of each day."""

    # Where it was entered, and by whose clocks; it counts there alone where it has no person.
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="time_off")
    # Null: the whole family is away.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The nanny as a person, of time off that is their own: it counts wherever they are a nanny.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_date = models.DateField()
    to_date = models.DateField()
    start_time = models.TimeField(null=True, blank=True)
    end_time = models.TimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = TimeOffQuerySet.as_manager()

    # As counting_in has it.
    in_family_id: UUID
    in_nanny_id: UUID | None
    in_zone: str
    tells_reason: bool

    class Meta:
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(condition=Q(from_date__lte=F("to_date")), name="time_off_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(start_time__isnull=True, end_time__isnull=True)
                | Q(start_time__isnull=False, end_time__isnull=False),
                name="time_off_has_both_hours_or_none",
            ),
        ]
        indexes = [
            # access.absences: what is still to come, of families and of their nannies wherever it was entered.
            models.Index(fields=["to_date"], name="time_off_by_its_last_day"),
        ]

    @property
    def is_own(self) -> bool:
        """Say whether the nanny entered it for themselves, so that nobody else takes it back."""
        return self.nanny_id is not None and self.entered_by_id == self.nanny_id


class TimeOffReason(Identified):
    """A family that is told the reason of a nanny's own time off."""

    time_off = models.ForeignKey(TimeOff, on_delete=models.CASCADE, related_name="told_families")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["time_off", "family"], name="a_family_is_told_a_reason_once"),
        ]


class TimeOffDecision(Identified):
    """What somebody did to a session for time off: what it takes to take that back.

    time_off_id is no foreign key: after the time off was taken back its sessions may still be planned again.
    """

    time_off_id = models.UUIDField()
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(CareSession, on_delete=models.CASCADE, related_name="+")
    decision = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Decision])
    # The columns that were written, as they were before, and the version that the session had afterwards.
    before = models.JSONField()
    session_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["time_off_id", "session"], name="a_session_is_decided_once"),
            models.CheckConstraint(
                condition=Q(decision__in=[kind.value for kind in Decision if kind is not Decision.KEEP]),
                name="decision_changed_something",
            ),
        ]

    @staticmethod
    def columns_of(session: CareSession, names: Iterable[str]) -> dict[str, str | None]:
        """Return these columns of a session as `before` keeps them."""
        return {
            name: None if getattr(session, name) is None else _column(name).value_to_string(session) for name in names
        }

    @property
    def columns_before(self) -> dict[str, Any]:
        """Return the columns as they were, as the session holds them."""
        return {name: _column(name).to_python(value) for name, value in self.before.items()}


def _column(name: str) -> Any:
    return CareSession._meta.get_field(name)
