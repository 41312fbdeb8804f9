"""The terms of pay, as dated versions: of a family, or of one nanny there."""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from handsel.models.families import Family, Member
from handsel.models.fields import RateField
from handsel.models.rows import Identified
from handsel.rules.pay.terms import (
    MileageUnit,
    Night,
    OvertimeBase,
    PayFor,
    PayFrequency,
    RoundingMode,
    SeventhDay,
    Terms,
    Tier,
)
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.recurrence import Weekday


def _word(kinds: type[StrEnum], default: StrEnum) -> Any:
    longest = max(len(kind.value) for kind in kinds)
    choices = [(kind.value, kind.value) for kind in kinds]
    return models.CharField(max_length=longest, choices=choices, default=default.value)


def _number(*, default: int | None = None) -> Any:
    if default is None:
        return models.PositiveSmallIntegerField(null=True, blank=True)
    return models.PositiveSmallIntegerField(default=default)


def _hundredths_field(default: str) -> Any:
    return models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(default))


class PayPolicy(Identified):
    """One version of the terms. The JSON of `night`, `holidays` and `cancellation_tiers` is what the API names."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="pay_policies")
    # Null: the family's, for every nanny who has none of their own by then.
    nanny = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    effective_from = models.DateField()
    # The one that the fields were filled from; empty for none.
    preset = models.CharField(max_length=40, blank=True, default="")
    workweek_start = _word(Weekday, Weekday.MONDAY)
    pay_frequency = _word(PayFrequency, PayFrequency.WEEK)
    pay_for = _word(PayFor, PayFor.ACTUAL)
    rounding_minutes = _number(default=0)
    rounding_mode = _word(RoundingMode, RoundingMode.NEAREST)
    minimum_minutes = _number(default=0)
    night = models.JSONField(null=True, blank=True)
    weekly_overtime_after = _number()
    daily_overtime_after = _number()
    daily_double_after = _number()
    seventh_day = _word(SeventhDay, SeventhDay.NONE)
    seventh_day_double_after = _number()
    overtime_multiplier = _hundredths_field("1.50")
    double_multiplier = _hundredths_field("2.00")
    overtime_base = _word(OvertimeBase, OvertimeBase.WEIGHTED)
    federal_overtime = models.BooleanField(default=False)
    holidays = models.JSONField(default=list, blank=True)
    holiday_multiplier = _hundredths_field("1.00")
    guaranteed_minutes = _number(default=0)
    basic_rate = RateField()
    cancellation_tiers = models.JSONField(default=list, blank=True)
    rolled_up_holiday_percent = _hundredths_field("0.00")
    minimum_wage = RateField()
    mileage_rate = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    mileage_unit = _word(MileageUnit, MileageUnit.MI)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "pay policies"
        constraints = [
            # A null is never equal to another: the family stands for the nanny whom its own versions do not name.
            models.UniqueConstraint("family", Coalesce("nanny", "family"), "effective_from", name="one_policy_per_day"),
            models.CheckConstraint(
                condition=Q(guaranteed_minutes=0) | Q(basic_rate__isnull=False), name="a_guarantee_has_a_basic_rate"
            ),
            models.CheckConstraint(
                condition=Q(double_multiplier__gte=F("overtime_multiplier")), name="double_is_no_less_than_overtime"
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.effective_from}"

    @property
    def terms(self) -> Terms:
        """Return the version as the arithmetic takes it; its key is the id."""
        return Terms(
            key=self.id,
            effective_from=self.effective_from,
            own=self.nanny_id is not None,
            workweek_start=Weekday(self.workweek_start),
            pay_for=PayFor(self.pay_for),
            rounding_minutes=self.rounding_minutes,
            rounding_mode=RoundingMode(self.rounding_mode),
            minimum_minutes=self.minimum_minutes,
            night=_night(self.night) if self.night else None,
            weekly_overtime_after=self.weekly_overtime_after,
            daily_overtime_after=self.daily_overtime_after,
            daily_double_after=self.daily_double_after,
            seventh_day=SeventhDay(self.seventh_day),
            seventh_day_double_after=self.seventh_day_double_after,
            overtime_multiplier=_hundredths(self.overtime_multiplier),
            double_multiplier=_hundredths(self.double_multiplier),
            overtime_base=OvertimeBase(self.overtime_base),
            federal_overtime=self.federal_overtime,
            holidays=frozenset(date.fromisoformat(holiday["date"]) for holiday in self.holidays),
            holiday_multiplier=_hundredths(self.holiday_multiplier),
            guaranteed_minutes=self.guaranteed_minutes,
            basic_rate=None if self.basic_rate is None else _hundredths(self.basic_rate),
            cancellation_tiers=tuple(
                Tier(tier["noticeHours"], tier["percent"], tier["minimumMinutes"]) for tier in self.cancellation_tiers
            ),
            rolled_up_holiday_percent=_hundredths(self.rolled_up_holiday_percent),
            minimum_wage=None if self.minimum_wage is None else _hundredths(self.minimum_wage),
        )


def _night(night: dict[str, Any]) -> Night:
    return Night(
        time.fromisoformat(night["from"]),
        time.fromisoformat(night["to"]),
        _hundredths(Decimal(night["amount"])),
        night["atLeastMinutes"],
        night["counts"],
    )


def _hundredths(value: Decimal) -> int:
    return int(value * 100)


class KnownTerms:
    """The versions of some families, and what of them binds each nanny there; worked out once."""

    def __init__(self, policies: Iterable[PayPolicy]) -> None:
        """Take all versions of some families, the earliest first."""
        self._policies: dict[UUID, list[PayPolicy]] = {}
        self._timelines: dict[tuple[UUID, UUID | None], Timeline] = {}
        for policy in policies:
            self._policies.setdefault(policy.family_id, []).append(policy)

    def versions(self, family_id: UUID) -> list[PayPolicy]:
        """Return every version of a family and of its nannies."""
        return self._policies.get(family_id, [])

    def timeline(self, family_id: UUID, nanny_id: UUID | None) -> Timeline:
        """Return what binds one nanny there: the family's until the first of their own."""
        key = (family_id, nanny_id)
        if key not in self._timelines:
            concerned = [policy.terms for policy in self.versions(family_id) if policy.nanny_id in (None, nanny_id)]
            self._timelines[key] = Timeline(concerned)
        return self._timelines[key]
