"""Making sessions from a schedule: the dry run, the one button, and taking it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import generation
from handsel.actions.generation import Generation
from handsel.pages import schedules
from handsel.pages.schedules import ScheduleToGenerate
from handsel.rules.drafts import Draft
from handsel.rules.refusals import VersionConflict
from handsel.web import responses
from handsel.web.forms.care_schedules import GenerationForm
from handsel.web.requests import Request


@responses.form_page
def page(request: Request, schedule_id: UUID) -> HttpResponse:
    """A GET asks what would happen and writes nothing. The POST makes that, unless the schedule changed meanwhile:
    then it shows what would happen now.
    """
    schedule = schedules.to_generate(request.user, schedule_id, at=timezone.now())
    if request.method == "POST":
        return _generate(request, schedule)
    form = GenerationForm.starting(schedule.begin, request.GET.get("kind", ""), request.GET)
    return _dry_run(request, schedule, form)


@responses.press
def undo(request: Request, batch_id: UUID) -> HttpResponse:
    undone = generation.undo(batch_id, **responses.actor(request))
    removed = ngettext("%(count)s session removed.", "%(count)s sessions removed.", undone.removed)
    sentence = removed % {"count": undone.removed}
    if undone.kept:
        kept = ngettext(
            "%(count)s was changed or answered and stays.", "%(count)s were changed or answered and stay.", undone.kept
        )
        sentence = f"{sentence} {kept % {'count': undone.kept}}"
    return responses.done(request, sentence, "web:index")


def _generate(request: Request, schedule: ScheduleToGenerate) -> HttpResponse:
    form = GenerationForm(request.POST)
    seen = responses.seen_version(request)
    made = responses.submit(request, form, generation.generate, schedule.id, version=seen)
    if made is None:
        return _dry_run(request, schedule, form)
    count = len(made.created)
    if not count:
        return responses.done(request, schedules.nothing_to_generate(made), "web:family", schedule.family_id)
    sentence = ngettext("%(count)s session generated.", "%(count)s sessions generated.", count) % {"count": count}
    if schedule.parents:
        sentence = f"{sentence} {gettext('%(parents)s are told.') % {'parents': schedule.parents}}"
    undo = reverse("web:undo_generation", args=[made.batch_id])
    return responses.done(request, sentence, "web:family", schedule.family_id, undo=undo)


def _dry_run(request: Request, schedule: ScheduleToGenerate, form: GenerationForm) -> HttpResponse:
    possible = form.refusal is None or isinstance(form.refusal, VersionConflict)
    made = form.send(_rehearse, schedule.id, **responses.actor(request)) if possible else None
    rows = schedules.dry_run(request.user, made, schedule) if made else {}
    return responses.answer(request, "care_schedules/generate.html", schedule=schedule, form=form, made=made, **rows)


def _rehearse(schedule_id: UUID, draft: Draft, **who: Any) -> Generation:
    return generation.generate(schedule_id, Draft({**draft.values, "dry_run": True}, draft.wrong), **who)
