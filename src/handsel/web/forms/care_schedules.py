"""A schedule, and the range for which its sessions are generated."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain
from typing import Any, ClassVar, Self

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handsel.formatting import money
from handsel.pages.form_choices import Choices
from handsel.pages.schedules import weeks_ahead
from handsel.rules import extending, fields
from handsel.rules.recurrence import WEEK_STARTS, Pattern, Recurrence, Weekday
from handsel.web.forms import drafts, edits

RECURRENCES = (
    (Recurrence.ONCE, _("Once")),
    (Recurrence.WEEKLY, _("Weekly")),
    (Recurrence.BIWEEKLY, _("Every 2 weeks")),
    (Recurrence.MONTHLY, _("Monthly")),
)


_USUAL_WEEKS = 4  # that who turns on planning by itself is offered first
USUAL_RATE = _("Leave empty for the usual rate.")


def children_field(choices: Choices, *, required: bool = True) -> drafts.RuleField:
    listed = [(str(child_id), name) for child_id, name in choices.children]
    field = drafts.RuleField(
        fields.identities,
        empty=(),
        label=_("Children"),
        required=required,
        says_optional=False,
        widget=forms.CheckboxSelectMultiple(choices=listed),
    )
    field.needed = _("Choose at least one child.")
    return field


def nanny_field(choices: Choices) -> drafts.RuleField:
    listed = [*choices.nannies, ("", _("No nanny yet"))]
    return drafts.choices_of(fields.identity, listed, label=_("Nanny"), required=False, says_optional=False)


def rate_field(currency: str, **options: Any) -> drafts.RuleField:
    label = _("Rate, %(currency)s an hour") % {"currency": currency}
    return drafts.RuleField(
        drafts.amount, label=label, required=False, says_optional=False, widget=drafts.MoneyInput(currency), **options
    )


def add_rate(form: edits.EditForm, choices: Choices) -> None:
    """Add the rate of something that has a nanny or none.

    Another nanny gets the family's usual rate: the hint says so, and rate.js shows it as soon as one is chosen. It then
    sends `usual_rate_shown`, so that the old rate typed again is one that was written.
    """
    field = rate_field(choices.currency)
    form.fields["hourly_rate"] = field
    if not form.initial.get("nanny_id"):
        return
    usual = money.plain_amount(choices.usual_rate)
    field.widget.attrs |= {
        "data-usual-rate": money.localized_amount(usual, choices.currency),
        "data-rate": money.localized_amount(form.initial["hourly_rate"], choices.currency),
    }
    if "usual_rate_shown" in form.data:
        form.initial = {**form.initial, "hourly_rate": usual}
        form.filled_in_by_script = frozenset({"hourly_rate"})
    if usual:
        field.help_text = gettext("Another nanny gets the family’s usual rate, %(amount)s, unless you write one.") % {
            "amount": money.format_money(choices.usual_rate, choices.currency)
        }
    else:
        field.help_text = gettext("Another nanny gets the family’s usual rate, unless you write one.")


def weeks_ahead_field(**options: Any) -> drafts.RuleField:
    numbers = range(1, extending.MOST_WEEKS + 1)
    return drafts.choices_of(
        drafts.one_of({str(weeks): weeks for weeks in numbers}),
        [("", _("Off")), *((weeks, weeks_ahead(weeks)) for weeks in numbers)],
        label=_("Plan ahead automatically"),
        required=False,
        says_optional=False,
        help_text=_(
            "Each week Handsel plans the sessions that are missing, and the family confirms each one. "
            "Deleted sessions are not added again."
        ),
        **options,
    )


class DaysOfWeek(forms.CheckboxSelectMultiple):
    """Seven boxes that show two letters each, and tell a screen reader the whole name."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **options)
        return option | {"attrs": {**option["attrs"], "aria-label": str(label)}}


class ScheduleForm(edits.EditForm):
    """The form asks for the rate of a schedule that exists only where the person may see it; who may not leaves it as
    it is. A new one takes the family's usual rate where somebody who does not see that says nothing.
    """

    _WHEN = ("recurrence", "days_of_week", "week_start", "start_time", "end_time", "start_date", "end_date")

    def __init__(
        self, *args: Any, choices: Choices, shows_rate: bool = True, is_new: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        takes_usual_rate = is_new and not choices.sees_usual_rate
        if takes_usual_rate:
            self.silent_when_empty = frozenset({"hourly_rate"})
        weekdays = [(day.value, WEEKDAYS[day.number]) for day in choices.formatter.weekdays]
        self.fields |= {
            "name": drafts.text(_("Name"), most=120, required=True),
            "child_ids": children_field(choices),
            "recurrence": drafts.RuleField(
                fields.choice(Recurrence),
                label=_("Repeats"),
                widget=forms.RadioSelect(choices=[(kind.value, name) for kind, name in RECURRENCES]),
            ),
            "days_of_week": drafts.RuleField(
                fields.weekdays,
                empty=frozenset(),
                label=_("On"),
                required=False,
                says_optional=False,
                widget=DaysOfWeek(choices=weekdays),
                help_text=_(
                    "Monthly with a weekday: the first day decides which one, as in the second Tuesday. "
                    "Monthly without a weekday: the same day of each month."
                ),
            ),
            "week_start": drafts.RuleField(
                fields.week_start,
                empty=Weekday.MONDAY,
                label=_("Weeks start on"),
                required=False,
                says_optional=False,
                widget=forms.RadioSelect(choices=[(day.value, WEEKDAYS[day.number]) for day in WEEK_STARTS]),
                help_text=_("It decides which days are in the same week."),
            ),
            "start_time": drafts.clock_field(_("From")),
            "end_time": drafts.clock_field(_("To")),
            "start_date": drafts.RuleField(fields.day, label=_("First day"), widget=drafts.DayInput()),
            "end_date": drafts.RuleField(fields.day, label=_("Last day"), required=False, widget=drafts.DayInput()),
            "nanny_id": nanny_field(choices),
            "notes": drafts.text(_("Notes"), most=4000, lines=3, help_text=_("Copied to each session.")),
            "weeks_ahead": weeks_ahead_field(),
        }
        if shows_rate and is_new:
            self.fields["hourly_rate"] = rate_field(choices.currency, help_text=USUAL_RATE if takes_usual_rate else "")
        elif shows_rate:
            add_rate(self, choices)

    def clean(self) -> dict[str, Any]:
        """Leave out what the page hides: a single session needs no weekday beside its day."""
        values = self.cleaned_data
        if "days_of_week" in values and values.get("recurrence") == Recurrence.ONCE:
            values["days_of_week"] = frozenset()
        return values

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        if self.cleaned_data.get("recurrence") == Recurrence.ONCE and {"recurrence", "start_date"} & values.keys():
            return values | {"days_of_week": frozenset()}
        return values

    @property
    def says_when(self) -> bool:
        """Say whether days and hours are filled in, whatever else is missing."""
        return all(name in self.cleaned_data for name in self._WHEN)

    @property
    def pattern(self) -> Pattern:
        """Return in which pattern it repeats, once days and hours are filled in (says_when)."""
        names = ("recurrence", "days_of_week", "start_date", "end_date", "week_start")
        return Pattern(*(self.cleaned_data[name] for name in names))

    @property
    def contradictions(self) -> list[str]:
        """Say what is wrong with what is filled in already, for somebody who is not done yet."""
        errors = chain.from_iterable(self.errors.as_data().values())
        return [str(error.message) for error in errors if error.code != "required"]

    @property
    def meaning(self) -> str:
        """Return what the preview shows, as a text that changes when the schedule comes to mean other days or hours."""
        values = self.cleaned_data
        days = ",".join(sorted(values["days_of_week"]))
        return "|".join(days if name == "days_of_week" else str(values[name]) for name in self._WHEN)


class WeeksAheadForm(drafts.DraftForm):
    """On a schedule's own page: how far to keep it planned, or empty for not at all."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["weeks_ahead"] = weeks_ahead_field(initial=_USUAL_WEEKS)


class GenerationForm(drafts.DraftForm):
    """For which days to generate. It always says them, whichever of the offered ranges they came from."""

    RANGES: ClassVar = (
        ("two", _("Next 2 weeks")),
        ("four", _("4 weeks")),
        ("month", _("To the end of next month")),
        ("own", _("Choose dates")),
    )
    kind = drafts.RuleField(
        str, label=_("Which dates?"), required=False, says_optional=False, widget=forms.RadioSelect(choices=RANGES)
    )
    from_date = drafts.RuleField(fields.day, label=_("From"), widget=drafts.DayInput())
    to_date = drafts.RuleField(fields.day, label=_("To"), widget=drafts.DayInput())

    @classmethod
    def starting(cls, begin: date, kind: str, own: Mapping[str, str]) -> Self:
        """Return the form of a range that begins where the plan ends, or of the person's own dates."""
        first, last = begin, begin + timedelta(days=27)
        if kind == "two":
            last = begin + timedelta(days=13)
        elif kind == "month":
            last = _end_of_next_month(begin)
        elif kind == "own":
            return cls({"kind": kind, "from_date": own.get("from_date", ""), "to_date": own.get("to_date", "")})
        kind = kind if kind in dict(cls.RANGES) else "four"
        return cls({"kind": kind, "from_date": first.isoformat(), "to_date": last.isoformat()})

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name != "kind"}


def _end_of_next_month(day: date) -> date:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (first_of_next + timedelta(days=32)).replace(day=1) - timedelta(days=1)
