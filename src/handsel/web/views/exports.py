"""The whole record of a family as one file: asked for, watched, stopped and fetched."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import exports as actions
from handsel.documents import export_files
from handsel.pages import exports as pages
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    shown = pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "records/export.html", page=shown)


@responses.press
def start(request: Request, family_id: UUID) -> HttpResponse:
    actions.start(family_id, **responses.actor(request))
    return redirect("web:export_record", family_id)


@responses.press
def stop(request: Request, export_id: UUID) -> HttpResponse:
    export = actions.stop(export_id, **responses.actor(request))
    return redirect("web:export_record", export.family_id)


@responses.page
def file(request: Request, export_id: UUID) -> HttpResponse:
    export = actions.finished(export_id, by=request.user, at=timezone.now())
    try:
        content = export_files.read(export.id)
    except FileNotFoundError:
        sentence = gettext(
            "The file is not on this machine: it lies where it was written, or is gone. Export it again."
        )
        responses.warn(request, sentence)
        return redirect("web:export_record", export.family_id)
    headers = {"Content-Disposition": f'attachment; filename="handsel-{export.created_at:%Y-%m-%d}.zip"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)
