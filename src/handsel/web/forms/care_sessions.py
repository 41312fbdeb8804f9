"""Sessions: a new one, another time, a correction, and what goes with a press."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handsel.formatting import money
from handsel.pages.form_choices import Choices
from handsel.pages.sessions import Planned
from handsel.rules import fields, local_time, running_late
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.roles import Role
from handsel.web.forms import drafts, edits
from handsel.web.forms.care_schedules import USUAL_RATE, add_rate, children_field, nanny_field, rate_field

_TIMES = ("day", "starts", "ends")


class TimesForm(drafts.DraftForm):
    """A day with two clock times, which an action knows as scheduled_start and scheduled_end.

    An end at or before the start is the next day's: equal times are 24 hours of care. With a zone the times are of
    that zone, else of the family's.
    """

    shown_at = {"scheduled_start": "starts", "scheduled_end": "ends"}
    day = drafts.RuleField(fields.day, label=_("Day"), widget=drafts.DayInput())
    starts = drafts.clock_field(_("From"))
    ends = drafts.clock_field(_("To"), help_text=_("The same time or an earlier one means the next day."))
    zone: str = ""

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value for name, value in values.items() if name not in _TIMES}
        day, starts, ends = (self.cleaned_data.get(name) for name in _TIMES)
        if day is None or starts is None or ends is None or not set(_TIMES) & set(values):
            return plain
        start, end = datetime.combine(day, starts), datetime.combine(day, ends)
        end += timedelta(days=int(end <= start))
        return plain | {"scheduled_start": self._at(start), "scheduled_end": self._at(end)}

    def wrong(self) -> dict[str, str]:
        errors = super().wrong()
        times = [errors.pop(name) for name in _TIMES if name in errors]
        return errors | ({"scheduled_start": times[0], "scheduled_end": times[0]} if times else {})

    def _at(self, wall: datetime) -> datetime:
        return local_time.instant(wall, self.zone) if self.zone else wall


def times(day: date, start: time | datetime, end: time | datetime) -> dict[str, str]:
    """Return what a TimesForm shows at first."""
    return {"day": day.isoformat(), "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}"}


class ImpromptuForm(TimesForm):
    """A one-time session, in the order in which somebody asks for it on the phone."""

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        if not choices.sees_usual_rate:
            self.silent_when_empty = frozenset({"hourly_rate"})
        hint = "" if choices.sees_usual_rate else USUAL_RATE
        self.fields |= {
            "child_ids": children_field(choices),
            "nanny_id": nanny_field(choices),
            "hourly_rate": rate_field(choices.currency, help_text=hint),
            "notes": drafts.text(_("Notes"), most=4000, lines=2),
            "is_confirmed": drafts.FlagField(
                label=_("The family has agreed") if choices.role is Role.NANNY else _("Confirm right away")
            ),
            "overlap_allowed": overlap_field(),
        }


class SessionForm(TimesForm, edits.EditForm):
    """Other times, children, nanny, rate or notes for a session that has not begun."""

    def __init__(self, *args: Any, choices: Choices, planned: Planned, **options: Any) -> None:
        initial = times(planned.day, planned.start, planned.end) | {
            "child_ids": [str(child_id) for child_id in planned.child_ids],
            "nanny_id": str(planned.nanny_id or ""),
            "hourly_rate": money.plain_amount(planned.hourly_rate),
            "notes": planned.notes,
            "overlap_allowed": planned.overlap_allowed,
        }
        super().__init__(*args, initial=initial, **options)
        self.zone = planned.time_zone
        self.fields |= {
            "child_ids": children_field(choices),
            "nanny_id": nanny_field(choices),
            "notes": drafts.text(_("Notes"), most=4000, lines=3),
            "overlap_allowed": overlap_field(),
        }
        if planned.sees_pay:
            add_rate(self, choices)

    def clean(self) -> dict[str, Any]:
        """Ask before two people who moved one time each have made a day into a night."""
        values = self.cleaned_data
        starts, ends = values.get("starts"), values.get("ends")
        is_night = starts is not None and ends is not None and ends <= starts
        if is_night and self.initial["starts"] < self.initial["ends"] and self.taken_over & {"starts", "ends"}:
            sentence = gettext("Somebody else moved the other time meanwhile: this would end on the next day.")
            self.add_error("ends", sentence)
        return values


class CorrectionForm(edits.EditForm):
    """What a completed session really was, and why the record changes."""

    def __init__(self, *args: Any, planned: Planned, **options: Any) -> None:
        initial = {
            "actual_start": _moment(planned.actual_start),
            "actual_end": _moment(planned.actual_end),
            "hourly_rate": money.plain_amount(planned.hourly_rate),
            "notes": planned.notes,
        }
        super().__init__(*args, initial=initial, **options)
        self.zone = planned.time_zone
        self.fields |= {
            "actual_start": _moment_field(_("Started")),
            "actual_end": _moment_field(_("Ended")),
            "notes": drafts.text(_("Notes"), most=4000, lines=3),
            "reason": drafts.text(_("Why"), most=4000, lines=2, required=True, help_text=_("Kept in the history.")),
        }
        if planned.sees_pay:
            self.fields["hourly_rate"] = rate_field(planned.currency)

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        moments = {
            name: local_time.instant(values[name], self.zone)
            for name in ("actual_start", "actual_end")
            if name in values
        }
        return values | moments


class NotesForm(edits.EditForm):
    """What may be changed while a session runs."""

    notes = drafts.text(_("Notes"), most=4000, lines=4)


def _whose_choice() -> drafts.RuleField:
    sides = [(CancelledFor.FAMILY, _("The family’s")), (CancelledFor.NANNY, _("The nanny’s"))]
    return drafts.RuleField(
        fields.choice(CancelledFor),
        label=_("Whose choice was it?"),
        required=False,
        says_optional=False,
        widget=forms.RadioSelect(choices=sides),
        help_text=_("Only what the family cancels late is paid."),
    )


class CancelledForm(NotesForm):
    """What may be changed of a cancelled session."""

    cancelled_for = _whose_choice()
    cancel_reason = drafts.text(_("Why it was cancelled"), most=4000, lines=2)


class CancelForm(drafts.DraftForm):
    cancelled_for = _whose_choice()
    reason = drafts.text(_("Why"), most=4000, lines=2)


class RunningLateForm(drafts.DraftForm):
    minutes = drafts.RuleField(running_late.minutes, label=_("Minutes late"), widget=drafts.NumberInput())
    message = drafts.text(_("Add a note"), most=4000, lines=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="id_late_%s", **options)


class ChangeRequestForm(TimesForm, edits.EditForm):
    """What should change. Times and children say something only where they differ from what is planned."""

    def __init__(self, *args: Any, planned: Planned, choices: Choices, **options: Any) -> None:
        children = {"child_ids": [str(child_id) for child_id in planned.child_ids]}
        super().__init__(*args, initial=times(planned.day, planned.start, planned.end) | children, **options)
        self.zone = planned.time_zone
        for name in _TIMES:
            self.fields[name].required = False
        self.fields["message"] = drafts.text(_("What would suit you better?"), most=4000, lines=3, required=True)
        self.fields["child_ids"] = children_field(choices, required=False)

    def clean(self) -> dict[str, Any]:
        """Require all three times, or none."""
        values = self.cleaned_data
        missing = [name for name in _TIMES if name in values and values[name] is None]
        if len(missing) < len(_TIMES):
            for name in missing:
                self.add_error(name, drafts.RuleField.needed)
        return values

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in super().as_values(values).items() if value not in (None, ())}


class AnswerForm(drafts.DraftForm):
    message = drafts.text(_("Add a note"), most=4000, lines=2)


def overlap_field() -> drafts.FlagField:
    return drafts.FlagField(
        label=_("May overlap another session"), help_text=_("For a nanny who cares for two families at once.")
    )


def _moment(wall: datetime | None) -> str:
    return f"{wall:%Y-%m-%dT%H:%M}" if wall else ""


def _moment_field(label: Any) -> drafts.RuleField:
    return drafts.RuleField(fields.moment, label=label, widget=drafts.MomentInput())
