"""Schedules, the templates of recurring care, and the sessions that are generated from them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import care_schedules, generation
from handsel.actions.generation import Generation
from handsel.formatting import money
from handsel.pages import form_choices, schedule_preview, schedules
from handsel.pages.form_choices import Choices, ScheduleAsItIs
from handsel.pages.schedule_preview import Preview
from handsel.pages.schedules import ScheduleToGenerate
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, VersionConflict
from handsel.web import language, responses
from handsel.web.forms.care_schedules import GenerationForm, ScheduleForm, WeeksAheadForm
from handsel.web.requests import Request
from handsel.web.views.care_sessions import flash_nothing_selected, parse_selection

if TYPE_CHECKING:
    from handsel.models import CareSchedule

# What a form is sent with that is not to be saved: a button's name, and what the script says while it is filled in.
_LOOKS = {"preview", "live"}


@responses.page
def listed(request: Request, family_id: UUID) -> HttpResponse:
    family = schedules.listed(request.user, family_id, off="off" in request.GET, after=request.GET.get("after"))
    return responses.answer(request, "care_schedules/list.html", family=family)


@responses.page
def page(request: Request, schedule_id: UUID) -> HttpResponse:
    return _page(request, schedule_id, WeeksAheadForm())


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    choices = form_choices.choices(request.user, family_id)
    form = ScheduleForm(
        responses.form_data(request), choices=choices, is_new=True, initial=_first_guess(request, choices)
    )
    if _wants_saving(request, form):
        schedule = responses.submit(request, form, care_schedules.create, family_id, duplicate_route="web:schedules")
        if schedule:
            return _saved(request, schedule, gettext("%(schedule)s is saved. No session exists yet."))
    return _form_page(request, form, choices)


@responses.form_page
def edit(request: Request, schedule_id: UUID) -> HttpResponse:
    schedule, choices = form_choices.schedule(request.user, schedule_id)
    data = responses.form_data(request)
    form = ScheduleForm(data, choices=choices, shows_rate=schedule.sees_pay, initial=schedule.values)
    if _wants_saving(request, form):
        version = responses.compared_version(request, form, schedule.version)
        saved = responses.submit(request, form, care_schedules.update, schedule_id, changes=True, version=version)
        if saved:
            return _saved(request, saved, gettext("%(schedule)s is saved. No session has changed."), changed="yes")
    shown = None if form.is_bound else ScheduleForm(schedule.values, choices=choices, shows_rate=schedule.sees_pay)
    return _form_page(request, form, choices, schedule, shown)


@responses.press
def switch(request: Request, schedule_id: UUID) -> HttpResponse:
    """Switch a schedule on or off, as the pressed button says."""
    turn_on = request.POST.get("on") == "yes"
    seen = responses.seen_version(request)
    schedule = care_schedules.update(schedule_id, Draft.of(is_active=turn_on), version=seen, **responses.actor(request))
    sentence = gettext("%(schedule)s is switched on.") if turn_on else gettext("%(schedule)s is switched off.")
    return responses.redirect_with_message(request, sentence % {"schedule": schedule.name}, "web:schedule", schedule_id)


@responses.press
def keep_ahead(request: Request, schedule_id: UUID) -> HttpResponse:
    """Plan it by itself from now on, so many weeks ahead, or no more."""
    form = WeeksAheadForm(request.POST)
    seen = responses.seen_version(request)
    saved = responses.submit(request, form, care_schedules.update, schedule_id, version=seen)
    if saved is None:
        return _page(request, schedule_id, form)
    if saved.weeks_ahead:
        sentence = gettext("%(schedule)s is planned ahead automatically from now on. It begins within 15 minutes.")
    else:
        sentence = gettext("%(schedule)s is no longer planned ahead automatically. Its sessions stay.")
    return responses.redirect_with_message(request, sentence % {"schedule": saved.name}, "web:schedule", schedule_id)


@responses.press
def keep_sessions(request: Request, schedule_id: UUID) -> HttpResponse:
    """Keep the ticked sessions, though the schedule no longer means them: its page names them no more."""
    try:
        kept = care_schedules.keep_sessions(schedule_id, parse_selection(request), **responses.actor(request))
    except Invalid as refusal:
        flash_nothing_selected(request, refusal)
    else:
        responses.flash(
            request, ngettext("%(count)s session kept.", "%(count)s sessions kept.", kept) % {"count": kept}
        )
    return redirect("web:schedule", schedule_id)


@responses.press
def delete(request: Request, schedule_id: UUID) -> HttpResponse:
    name, family_id = schedules.name_and_family(request.user, schedule_id)
    care_schedules.delete(schedule_id, version=responses.seen_version(request), **responses.actor(request))
    sentence = gettext("Schedule %(schedule)s deleted. Its sessions stay.") % {"schedule": name}
    return responses.redirect_with_message(request, sentence, "web:family", family_id)


def _page(request: Request, schedule_id: UUID, form: WeeksAheadForm) -> HttpResponse:
    schedule = schedules.page(request.user, schedule_id, at=timezone.now(), after=request.GET.get("after"))
    return responses.answer(request, "care_schedules/page.html", schedule=schedule, form=form)


def _saved(request: Request, schedule: "CareSchedule", sentence: str, **query: str) -> HttpResponse:
    """Lead to generating where that was pressed, else to the schedule; `changed` opens there what no longer fits."""
    route = "web:generate" if "plan" in request.POST else "web:schedule"
    responses.flash(request, sentence % {"schedule": schedule.name})
    return HttpResponseRedirect(reverse(route, args=[schedule.id], query=query if route == "web:schedule" else None))


def _wants_saving(request: Request, form: ScheduleForm) -> bool:
    """Say whether saving is pressed, and what is saved is what the preview showed: nobody saves what they have not
    seen.

    A form with something wrong is handed on all the same, so that the action's findings come with its own.
    """
    if request.method != "POST" or _LOOKS & request.POST.keys():
        return False
    return not form.is_valid() or request.POST.get("seen") == form.meaning


def _first_guess(request: Request, choices: Choices) -> dict[str, Any]:
    return {
        "child_ids": [str(child_id) for child_id, _ in choices.children],
        "recurrence": "WEEKLY",
        "week_start": form_choices.week_start(request.user, choices.family_id),
        "start_date": local_time.local_date(timezone.now(), choices.time_zone).isoformat(),
        "nanny_id": choices.likely_nanny,
        "hourly_rate": money.plain_amount(choices.usual_rate),
    }


def _form_page(
    request: Request,
    form: ScheduleForm,
    choices: Choices,
    schedule: ScheduleAsItIs | None = None,
    shown: ScheduleForm | None = None,
) -> HttpResponse:
    """Show the form beside what it means; `shown` says what a form that was not sent yet means."""
    shown_form = shown or form
    preview = _preview(shown_form, choices)
    context: dict[str, Any] = {
        "choices": choices,
        "schedule": schedule,
        "preview": preview,
        "seen": shown_form.meaning if preview else "",
        # Saving was pressed on something that the preview had not shown yet.
        "unseen": preview is not None
        and not _LOOKS & request.POST.keys()
        and form.is_bound
        and form.is_valid()
        and form.refusal is None,
    }
    if "live" in request.POST:
        return responses.render_partial(
            request, "care_schedules/_preview.html", problems=form.contradictions, live=True, **context
        )
    return responses.answer(request, "care_schedules/form.html", form=form, **context)


def _preview(form: ScheduleForm, choices: Choices) -> Preview | None:
    """Preview what the form means, once days and hours are filled in and make sense together."""
    if not form.is_bound:
        return None
    form.is_valid()
    values = form.cleaned_data
    if not form.says_when:
        return None
    pattern = form.pattern
    problems = recurrence.problems(pattern) | recurrence.hours_problems(values["start_time"], values["end_time"])
    for name, problem in problems.items():
        if name not in form.errors:  # where the action found it too
            form.add_error(name, language.translate(problem))
    if problems:
        return None
    today = local_time.local_date(timezone.now(), choices.time_zone)
    return schedule_preview.preview(pattern, values, choices, today=today, rate=values.get("hourly_rate"))


@responses.form_page
def generate(request: Request, schedule_id: UUID) -> HttpResponse:
    """A GET asks what would happen and writes nothing. The POST makes that, unless the schedule changed meanwhile:
    then it shows what would happen now.
    """
    schedule = schedules.to_generate(request.user, schedule_id, at=timezone.now())
    if request.method == "POST":
        return _generate(request, schedule)
    form = GenerationForm.starting(schedule.begin, request.GET.get("kind", ""), request.GET)
    return _dry_run(request, schedule, form)


@responses.press
def undo_generation(request: Request, batch_id: UUID) -> HttpResponse:
    undone = generation.undo(batch_id, **responses.actor(request))
    removed = ngettext("%(count)s session removed.", "%(count)s sessions removed.", undone.removed)
    sentence = removed % {"count": undone.removed}
    if undone.kept:
        kept_sentence = ngettext(
            "%(count)s was changed or confirmed and stays.",
            "%(count)s were changed or confirmed and stay.",
            undone.kept,
        )
        sentence = f"{sentence} {kept_sentence % {'count': undone.kept}}"
    responses.flash(request, sentence)
    return responses.redirect_back(request, "web:index")


def _generate(request: Request, schedule: ScheduleToGenerate) -> HttpResponse:
    form = GenerationForm(request.POST)
    seen = responses.seen_version(request)
    # What a changed schedule lacks is offered without what somebody deleted; own dates mean every date.
    action = generation.fill if "missing" in request.POST else generation.generate
    made = responses.submit(request, form, action, schedule.id, version=seen)
    if made is None:
        return _dry_run(request, schedule, form)
    count = len(made.created)
    if not count:
        return responses.redirect_with_message(
            request, schedules.nothing_to_generate(made), "web:family", schedule.family_id
        )
    sentence = ngettext("%(count)s session generated.", "%(count)s sessions generated.", count) % {"count": count}
    if schedule.parents:
        sentence = f"{sentence} {gettext('%(parents)s will get one message.') % {'parents': schedule.parents}}"
    undo = reverse("web:undo_generation", args=[made.batch_id])
    if "missing" in request.POST:
        return responses.redirect_with_message(request, sentence, "web:schedule", schedule.id, undo=undo)
    return responses.redirect_with_message(request, sentence, "web:family", schedule.family_id, undo=undo)


def _dry_run(request: Request, schedule: ScheduleToGenerate, form: GenerationForm) -> HttpResponse:
    possible = form.refusal is None or isinstance(form.refusal, VersionConflict)
    made = form.send(_rehearse, schedule.id, **responses.actor(request)) if possible else None
    rows = schedules.dry_run(request.user, made, schedule) if made else {}
    return responses.answer(request, "care_schedules/generate.html", schedule=schedule, form=form, made=made, **rows)


def _rehearse(schedule_id: UUID, draft: Draft, **who: Any) -> Generation:
    return generation.generate(schedule_id, Draft({**draft.values, "dry_run": True}, draft.wrong), **who)
