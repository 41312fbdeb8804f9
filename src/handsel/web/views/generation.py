"""Making sessions from a schedule: the dry run, the one button, and taking it back."""

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
from handsel.pages import schedules
from handsel.pages.schedules import ScheduleToGenerate
from handsel.rules.drafts import Draft
from handsel.rules.refusals import VersionConflict
from handsel.web import responses
from handsel.web.forms.care_schedules import GenerationForm
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request, schedule_id: UUID) -> HttpResponse:
    """A GET asks what would happen and writes nothing. The POST makes that, unless the schedule changed meanwhile:
    then it shows what would happen now.
    """
    schedule = schedules.to_generate(request.user, schedule_id, at=timezone.now())
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


def _generate(request: Request, schedule: ScheduleToGenerate) -> HttpResponse:
    form = GenerationForm(request.POST)
    seen = responses.seen_version(request)
    made = form.send(generation.generate, schedule.id, version=seen, **responses.actor(request))
    if made is None:
        return _dry_run(request, schedule, form)
    count = len(made.created)
    if not count:
        responses.flash(request, schedules.nothing_to_generate(made))
    else:
        said = ngettext("%(count)s session generated.", "%(count)s sessions generated.", count) % {"count": count}
        if schedule.parents:
            said = f"{said} {gettext('%(parents)s are told.') % {'parents': schedule.parents}}"
        responses.flash(request, said, undo=reverse("web:undo_generation", args=[made.batch_id]))
    return redirect("web:family", schedule.family_id)


def _dry_run(request: Request, schedule: ScheduleToGenerate, form: GenerationForm) -> HttpResponse:
    possible = form.refusal is None or isinstance(form.refusal, VersionConflict)
    made = form.send(_rehearse, schedule.id, **responses.actor(request)) if possible else None
    shown = schedules.dry_run(request.user, made, schedule) if made else {}
    context = {"schedule": schedule, "form": form, "made": made, **shown}
    return responses.answer(request, "care_schedules/generate.html", status=form.status, **context)


def _rehearse(schedule_id: UUID, draft: Draft, **who: Any) -> Generation:
    return generation.generate(schedule_id, Draft({**draft.values, "dry_run": True}, draft.wrong), **who)
