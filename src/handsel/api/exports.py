"""The whole record of a family as one ZIP, which the worker writes."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.utils import timezone
from pydantic import Field

from handsel.actions import exports as actions
from handsel.api.parsing import Nothing, Query
from handsel.api.routes import File, Id, Request, Router, actor
from handsel.api.schemas import Instant, Resource, words
from handsel.documents import export_files
from handsel.rules.drafts import Problems
from handsel.rules.exports import ExportStatus
from handsel.rules.refusals import WrongState

if TYPE_CHECKING:
    from handsel.models import Export as ExportRow

router = Router("Export", "The whole record of a family, as you see it.")


class Export(Resource):
    location = "/exports/{id}"
    id: UUID
    status: Annotated[str, words(ExportStatus)]
    done: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=0)]
    bytes: int | None = Field(validation_alias="size")
    sha256: str | None = Field(validation_alias="checksum")
    expires_at: Instant


class ZipFile(Query):
    files = ("application/zip",)
    refusals = (409,)  # it is not there yet, or no more


@router.post("/families/{family_id}/exports", operation_id="startExport", response={202: Export})
def start_export(request: Request, family_id: Id, body: Nothing) -> "ExportRow":
    """Ask for an export; the one of yours that is under way is answered instead of a second"""
    Problems(body.draft).raise_if_any()
    return actions.start(family_id, **actor(request))


@router.get("/exports/{export_id}", operation_id="getExport", response=Export)
def get_export(request: Request, export_id: Id) -> "ExportRow":
    """How far your export is"""
    return actions.get(export_id, by=request.auth)


@router.get("/exports/{export_id}/file", operation_id="getExportFile", response={200: None})
def get_export_file(request: Request, export_id: Id, query: ZipFile) -> File:
    """The ZIP, for seven days"""
    Problems(query.draft).raise_if_any()
    export = actions.finished(export_id, by=request.auth, at=timezone.now())
    try:
        content = export_files.read(export.id)
    except FileNotFoundError:
        raise WrongState("The file lies on another machine, or is gone. Ask for another export.") from None
    return File(f"handsel-{export.created_at:%Y-%m-%d}.zip", "application/zip", content)
