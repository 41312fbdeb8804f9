"""Making sessions from a schedule: the dry run, the one button, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.actions import generation
from handsel.actions.generation import Generation
from handsel.formatting import dates, lengths
from handsel.formatting.dates import Formatter
from handsel.pages import schedules
from handsel.pages.schedules import SchedulePage
from handsel.rules import pay
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Clashing, VersionConflict
from handsel.web import responses
from handsel.web.forms.care_schedules import GenerationForm
from handsel.web.requests import Request


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of the dry run. `result` is new, there or skipped."""

    date: date
    weekday: str
    result: str
    says: str
    clashes: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request, schedule_id: UUID) -> HttpResponse:
    """A GET asks what would happen and writes nothing. The POST makes that, unless the schedule changed meanwhile:
    then it shows what would happen now.
    """
    schedule = schedules.page(request.user, schedule_id, at=timezone.now())
    if request.method == "POST":
        return _generate(request, schedule)
    form = GenerationForm.starting(schedule.begin, request.GET.get("kind", ""), request.GET)
    return _dry_run(request, schedule, form)


@require_POST
@responses.signed_in
def undo(request: Request, batch_id: UUID) -> HttpResponse:
    undone = generation.undo(batch_id, **responses.actor(request))
    removed = ngettext("%(count)s session removed.", "%(count)s sessions removed.", undone.removed)
    said = removed % {"count": undone.removed}
    if undone.kept:
        kept = ngettext(
            "%(count)s was changed or answered and stays.", "%(count)s were changed or answered and stay.", undone.kept
        )
        said = f"{said} {kept % {'count': undone.kept}}"
    responses.flash(request, said)
    return redirect("web:index")


def _generate(request: Request, schedule: SchedulePage) -> HttpResponse:
    form = GenerationForm(request.POST)
    seen = responses.seen_version(request)
    made = form.send(generation.generate, schedule.line.id, version=seen, **responses.actor(request))
    if made is None:
        return _dry_run(request, schedule, form)
    count = len(made.created)
    if not count:
        responses.flash(request, _nothing(made))
    else:
        said = ngettext("%(count)s session generated.", "%(count)s sessions generated.", count) % {"count": count}
        if schedule.parents:
            said = f"{said} {gettext('%(parents)s are told.') % {'parents': schedule.parents}}"
        responses.flash(request, said, undo=reverse("web:undo_generation", args=[made.batch_id]))
    return redirect("web:family", schedule.family_id)


def _dry_run(request: Request, schedule: SchedulePage, form: GenerationForm) -> HttpResponse:
    possible = form.refusal is None or isinstance(form.refusal, VersionConflict)
    made = form.send(_rehearse, schedule.line.id, **responses.actor(request)) if possible else None
    return responses.answer(
        request,
        "care_schedules/generate.html",
        status=form.status,
        schedule=schedule,
        form=form,
        made=made,
        weeks=_weeks(made, Formatter.of(request.user), schedule) if made else [],
        hours=_hours(made) if made else "",
        nothing="" if not made or made.created else _nothing(made),
        clashes=sum(1 for one in made.created if one.clashes) if made else 0,
    )


def _nothing(made: Generation) -> str:
    """Why a generation has nothing to make."""
    if not made.existing and not made.skipped:
        return gettext("Nothing to generate: the schedule has no date in this time.")
    if made.skipped:
        return gettext("Nothing to generate: what has no session yet falls into time off.")
    return gettext("Nothing to generate: every date has its session already.")


def _rehearse(schedule_id: UUID, draft: Draft, **who: Any) -> Generation:
    return generation.generate(schedule_id, Draft({**draft.values, "dry_run": True}, draft.wrong), **who)


def _weeks(made: Generation, formatter: Formatter, schedule: SchedulePage) -> list[tuple[str, list[Slot]]]:
    """Every date of the range in its week: (which days, slots)."""
    slots = [_slot(one.slot_date, "new", schedule.hours, formatter, schedule, one.clashes) for one in made.created]
    slots += [_slot(one.slot_date, "there", schedule.hours, formatter, schedule) for one in made.existing]
    slots += [_slot(one.slot_date, "skipped", gettext("time off"), formatter, schedule) for one in made.skipped]
    slots.sort(key=lambda slot: slot.date)
    return [
        (formatter.days(first, first + timedelta(days=6)), list(some))
        for first, some in groupby(slots, key=lambda slot: formatter.week_of(slot.date))
    ]


def _slot(
    day: date, result: str, says: str, formatter: Formatter, schedule: SchedulePage, clashes: Iterable[Clashing] = ()
) -> Slot:
    return Slot(day, dates.weekday(day), result, says, [_clash(one, formatter, schedule.time_zone) for one in clashes])


def _clash(one: Clashing, formatter: Formatter, zone: str) -> str:
    hours = formatter.span(one.scheduled_start, one.scheduled_end, zone)
    if one.busy:
        return gettext("Busy %(hours)s") % {"hours": hours}
    return gettext("Overlaps another session, %(hours)s") % {"hours": hours}


def _hours(made: Generation) -> str:
    """How much care the new sessions are."""
    return lengths.format_duration(sum(pay.minutes(one.scheduled_start, one.scheduled_end) for one in made.created))
