"""A version of the terms of pay, as people write it: hours instead of minutes, a holiday a line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from handsel.actions.pay_policies import DEFAULTS
from handsel.pages.pay_terms import PLACES
from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.pay import policy_fields
from handsel.rules.pay.terms import MileageUnit, OvertimeBase, PayFor, PayFrequency, RoundingMode, SeventhDay
from handsel.rules.recurrence import WEEK, Weekday
from handsel.rules.sentences import say
from handsel.web.forms import drafts, edits

_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")
_WEEKDAYS = [(day.value, WEEKDAYS[day.number]) for day in WEEK]
_FREQUENCIES = (
    (PayFrequency.WEEK, _("Every week")),
    (PayFrequency.TWO_WEEKS, _("Every two weeks")),
    (PayFrequency.HALF_MONTH, _("Twice a month")),
    (PayFrequency.MONTH, _("Every month")),
    (PayFrequency.OWN, _("When we choose")),
)
_PAID_FOR = (
    (PayFor.ACTUAL, _("The time that passed")),
    (PayFor.PLANNED, _("The planned time")),
    (PayFor.GREATER, _("Whichever is longer")),
)
_ROUNDING_MODES = (
    (RoundingMode.NEAREST, _("to the nearest")),
    (RoundingMode.UP, _("up")),
    (RoundingMode.DOWN, _("down")),
)
_SEVENTH_DAYS = (
    (SeventhDay.NONE, _("As other days")),
    (SeventhDay.OVERTIME, _("Overtime")),
    (SeventhDay.OVERTIME_THEN_DOUBLE, _("Overtime, then double")),
)
_BASES = (
    (OvertimeBase.WEIGHTED, _("What an hour of that week comes to on average")),
    (OvertimeBase.RATE_WORKED, _("The rate of the hour itself")),
)
_UNITS = ((MileageUnit.MI, _("miles")), (MileageUnit.KM, _("kilometers")))
_NIGHT = ("night_from", "night_to", "night_amount", "night_at_least")
_TIERS = range(policy_fields.MOST_TIERS)


def _hours(least: int, most: int) -> Any:
    """Return a parser of hours that gives minutes: 40, 37.5, 37,5 or 37:30."""

    def parse(raw: Any) -> int:
        text = raw.strip() if isinstance(raw, str) else ""
        minutes = -1
        if match := _CLOCK.fullmatch(text):
            minutes = int(match[1]) * 60 + int(match[2])
        elif match := _NUMBER.fullmatch(text):
            exact = Decimal(f"{match[1]}.{match[2] or 0}") * 60
            minutes = int(exact) if exact == int(exact) else -1
        if not least <= minutes <= most:
            raise Wrong(say("Enter hours as 40 or 37:30, of %(most)s at most.", most=most // 60))
        return minutes

    return parse


def as_hours(minutes: int | None) -> str:
    """Return minutes as the form holds them: 40, or 37:30."""
    if minutes is None:
        return ""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes % 60 else str(minutes // 60)


def _holidays(raw: Any) -> list[dict[str, Any]]:
    """Parse a holiday a line: 2026-12-25 Christmas."""
    lines = [line.strip() for line in fields.text(raw, most=10_000, lines=True).split("\n")]
    holidays = []
    for line in filter(None, lines):
        day, _space, name = line.partition(" ")
        holidays.append({"date": fields.day(day), "name": fields.text(name, least=1, most=120)})
    if len(holidays) > policy_fields.MOST_HOLIDAYS:
        raise Wrong(say("Name at most %(most)s.", most=policy_fields.MOST_HOLIDAYS))
    return holidays


def _with_point(parse: Any) -> Any:
    """Take 1,5 as half of the world writes it; in 1,212 the comma parts thousands."""
    comma = re.compile(r" *(?:0,[0-9]{1,4}|[0-9]{1,3},[0-9]{1,2}) *")
    return lambda raw: parse(raw.replace(",", ".") if isinstance(raw, str) and comma.fullmatch(raw) else raw)


def _hours_field(label: Any, *, least: int = 1, most: int = policy_fields.A_DAY, **options: Any) -> drafts.RuleField:
    widget = drafts.MoneyInput()
    return drafts.RuleField(
        _hours(least, most), label=label, required=False, says_optional=False, widget=widget, **options
    )


def _number_field(parse: Any, label: Any, **options: Any) -> drafts.RuleField:
    options = {"required": False, "says_optional": False, "widget": drafts.MoneyInput(), **options}
    return drafts.RuleField(_with_point(parse), label=label, **options)


def _choice(kinds: Any, options: Any, label: Any, **more: Any) -> drafts.RuleField:
    return drafts.choices_of(fields.choice(kinds), [(str(kind), name) for kind, name in options], label=label, **more)


def _whole(least: int, most: int) -> Any:
    return lambda raw: fields.whole(raw, least=least, most=most)


class PayTermsForm(edits.EditForm):
    """One version. Everything but the day has a value that changes nothing."""

    shown_at: Mapping[str, str] = {
        f"cancellation_tiers.{number}.notice_hours": f"tier_{number}_hours" for number in _TIERS
    }

    def __init__(self, *args: Any, nannies: Sequence[tuple[UUID, str]], currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= self._first(nannies) | self._overtime() | self._rest(currency)

    @staticmethod
    def _first(nannies: Sequence[tuple[UUID, str]]) -> dict[str, Any]:
        listed = [("", _("All nannies")), *nannies]
        steps = [
            (str(minutes), _("not at all") if minutes == 0 else str(minutes)) for minutes in policy_fields.ROUNDINGS
        ]
        return {
            "effective_from": drafts.RuleField(
                fields.day,
                label=_("From"),
                widget=drafts.DayInput(),
                help_text=_("They take hold at the first start of a workweek from this day on."),
            ),
            "nanny_id": drafts.choices_of(fields.identity, listed, label=_("For"), required=False, says_optional=False),
            "preset": drafts.choices_of(
                policy_fields.preset,
                [("", _("Own terms")), *PLACES.items()],
                empty="",
                label=_("Began with"),
                help_text=_("It says where the numbers came from, and changes none of them."),
                required=False,
                says_optional=False,
            ),
            "workweek_start": drafts.choices_of(fields.choice(Weekday), _WEEKDAYS, label=_("The workweek begins on")),
            "pay_frequency": _choice(PayFrequency, _FREQUENCIES, _("Pay is settled")),
            "pay_for": _choice(PayFor, _PAID_FOR, _("Which time is paid")),
            "rounding_minutes": drafts.choices_of(policy_fields.rounding, steps, label=_("Rounded to minutes")),
            "rounding_mode": _choice(RoundingMode, _ROUNDING_MODES, _("Rounded which way")),
            "minimum_minutes": _hours_field(_("Hours at least, of each session"), least=0, empty=0),
        }

    @staticmethod
    def _overtime() -> dict[str, Any]:
        week = policy_fields.A_WEEK
        return {
            "weekly_overtime_after": _hours_field(_("Overtime after hours a week"), most=week),
            "daily_overtime_after": _hours_field(_("Overtime after hours a day")),
            "daily_double_after": _hours_field(_("Double after hours a day")),
            "seventh_day": _choice(SeventhDay, _SEVENTH_DAYS, _("The seventh day in a row")),
            "seventh_day_double_after": _hours_field(_("Double after hours of the seventh day")),
            "overtime_multiplier": _number_field(policy_fields.multiplier, _("Overtime, times"), required=True),
            "double_multiplier": _number_field(policy_fields.multiplier, _("Double, times"), required=True),
            "overtime_base": _choice(OvertimeBase, _BASES, _("Times what")),
            "federal_overtime": drafts.FlagField(
                label=_("Figure what federal law asks for (United States)"),
            ),
            "holidays": drafts.RuleField(
                _holidays,
                empty=(),
                label=_("Days"),
                required=False,
                says_optional=False,
                widget=forms.Textarea({"rows": 3}),
                help_text=_("One a line: 2026-12-25 Christmas"),
            ),
            "holiday_multiplier": _number_field(
                policy_fields.holiday_multiplier, _("Work on holidays, times"), required=True
            ),
        }

    @staticmethod
    def _rest(currency: str) -> dict[str, Any]:
        money: dict[str, Any] = {"widget": drafts.MoneyInput(currency)}
        tiers: dict[str, Any] = {}
        for number in _TIERS:
            tiers[f"tier_{number}_hours"] = _number_field(
                _whole(1, policy_fields.LONGEST_NOTICE_HOURS), _("Hours of notice, less than")
            )
            tiers[f"tier_{number}_percent"] = _number_field(_whole(0, 100), _("Percent of the planned time"))
            tiers[f"tier_{number}_least"] = _hours_field(_("Hours at least"), least=0, empty=0)
        return {
            "guaranteed_minutes": _hours_field(
                _("Guaranteed hours a week"), least=0, most=policy_fields.A_WEEK, empty=0
            ),
            "basic_rate": drafts.RuleField(
                drafts.amount, label=_("Basic rate an hour"), required=False, says_optional=False, **money
            ),
            **tiers,
            "night_from": drafts.clock_field(_("Night from"), required=False, says_optional=False),
            "night_to": drafts.clock_field(_("Night to"), required=False, says_optional=False),
            "night_amount": drafts.RuleField(
                drafts.amount, label=_("Paid for it"), required=False, says_optional=False, **money
            ),
            "night_at_least": _hours_field(_("From so many hours on")),
            "night_counts": drafts.FlagField(label=_("Its hours count toward overtime"), initial=True),
            "rolled_up_holiday_percent": _number_field(
                policy_fields.percent, _("Holiday pay on top, percent"), empty=Decimal("0.00")
            ),
            "minimum_wage": drafts.RuleField(
                drafts.amount, label=_("Warn below, an hour"), required=False, says_optional=False, **money
            ),
            "mileage_rate": _number_field(policy_fields.mileage_rate, _("Rate of a mile or kilometer")),
            "mileage_unit": _choice(MileageUnit, _UNITS, _("Driven in")),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for the rest of a night, and of a cancellation, that is half filled in."""
        for names in (_NIGHT, *((f"tier_{number}_hours", f"tier_{number}_percent") for number in _TIERS)):
            empty = [name for name in names if self.cleaned_data.get(name) is None and name not in self.errors]
            if any(self.cleaned_data.get(name) is not None for name in names):
                for name in empty:
                    self.add_error(name, drafts.RuleField.needed)
        return self.cleaned_data

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the draft's values: of what is made of several fields all of it, where one of them is named."""
        parts = {name for name in values if name.startswith(("night_", "tier_"))}
        plain = {name: value for name, value in values.items() if name not in parts}
        if any(name.startswith("night_") for name in parts):
            plain["night"] = self._night()
        if any(name.startswith("tier_") for name in parts):
            plain["cancellation_tiers"] = self._tiers()
        return plain

    def _night(self) -> dict[str, Any] | None:
        sent = self.cleaned_data
        if any(sent.get(name) is None for name in _NIGHT):
            return None
        return {
            "from": sent["night_from"],
            "to": sent["night_to"],
            "amount": sent["night_amount"],
            "atLeastMinutes": sent["night_at_least"],
            "counts": sent["night_counts"],
        }

    def _tiers(self) -> list[dict[str, Any]]:
        sent = self.cleaned_data
        return [
            {
                "noticeHours": sent[f"tier_{number}_hours"],
                "percent": sent[f"tier_{number}_percent"],
                "minimumMinutes": sent.get(f"tier_{number}_least") or 0,
            }
            for number in _TIERS
            if sent.get(f"tier_{number}_hours") is not None and sent.get(f"tier_{number}_percent") is not None
        ]

    @property
    def meaning(self) -> str:
        """Return all that terms say beyond their defaults: what was looked at before saving is what is saved."""
        values = self.draft().values
        empty: tuple[Any, ...] = (None, "", [], ())
        return "|".join(
            f"{name}={value}"
            for name, value in sorted(values.items())
            if value not in empty and value != DEFAULTS.get(name)
        )

    @property
    def has_rare(self) -> bool:
        """Say whether something of what stands folded away is filled in, or wrong."""
        shown = self.data if self.is_bound else self.initial
        rare = [name for name in self.fields if name.startswith(("tier_", "night_")) and name != "night_counts"]
        rare += ["rolled_up_holiday_percent", "minimum_wage", "mileage_rate"]
        nothing = (None, "", "0", "0.00")
        return any(shown.get(name) not in nothing or name in self.errors for name in rare)

    @property
    def tiers(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each cancellation, for the page."""
        return [
            (self[f"tier_{number}_hours"], self[f"tier_{number}_percent"], self[f"tier_{number}_least"])
            for number in _TIERS
        ]


def initial(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form starts from, of the values of a version by their names."""
    hours = (
        "minimum_minutes",
        "weekly_overtime_after",
        "daily_overtime_after",
        "daily_double_after",
        "seventh_day_double_after",
        "guaranteed_minutes",
    )
    shown = {name: "" if value is None else str(value) for name, value in values.items()}
    shown |= {name: as_hours(values[name]) for name in hours}
    night = values["night"] or {}
    shown |= {
        "federal_overtime": values["federal_overtime"],
        "night_from": night.get("from", ""),
        "night_to": night.get("to", ""),
        "night_amount": night.get("amount", ""),
        "night_at_least": as_hours(night.get("atLeastMinutes")),
        "night_counts": night.get("counts", True),
        "holidays": "\n".join(f"{holiday['date']} {holiday['name']}" for holiday in values["holidays"]),
    }
    for number, tier in enumerate(values["cancellation_tiers"]):
        shown[f"tier_{number}_hours"] = str(tier["noticeHours"])
        shown[f"tier_{number}_percent"] = str(tier["percent"])
        shown[f"tier_{number}_least"] = as_hours(tier["minimumMinutes"])
    day = values.get("effective_from")
    return shown | {"effective_from": day.isoformat() if isinstance(day, date) else ""}
