"""Past sessions from a spreadsheet, and taking such an import back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from handsel.actions import session_imports as actions
from handsel.actions.session_imports import ImportOutcome, UndoneImport
from handsel.api import inputs
from handsel.api.parsing import CsvBody, Nothing, Query
from handsel.api.routes import Id, Request, Router, actor
from handsel.api.schemas import ImportedRow, Resource
from handsel.rules.drafts import Problems

router = Router("Import", "Past sessions from a spreadsheet, completed and confirmed.")

Count = Annotated[int, Field(ge=0)]


class SessionImport(Resource):
    import_id: UUID | None
    dry_run: bool
    rows: list[ImportedRow]
    created: Count
    existing: Count
    refused: Count


class UndoneSessionImport(Resource):
    removed: Count
    kept: Count


class ImportQuery(Query):
    dry_run: inputs.QueryFlag = Field(description="`true`: write nothing, and answer what would happen.")
    skip_refused: inputs.QueryFlag = Field(description="`true`: leave refused rows out, instead of writing nothing.")


@router.post("/families/{family_id}/session-imports", operation_id="importSessions", response=SessionImport)
def import_sessions(request: Request, family_id: Id, body: CsvBody, query: ImportQuery) -> ImportOutcome:
    """Import past sessions from CSV: each row that has none yet becomes one; safe to repeat"""
    Problems(query.draft).raise_if_any()
    flags = {"dry_run": query.draft.get("dry_run", False), "skip_refused": query.draft.get("skip_refused", False)}
    return actions.import_sessions(family_id, body.raw, **flags, **actor(request))


@router.post("/session-imports/{import_id}/undo", operation_id="undoSessionImport", response=UndoneSessionImport)
def undo_session_import(request: Request, import_id: Id, body: Nothing) -> UndoneImport:
    """Take an import back within seven days: what nobody has changed since is removed"""
    Problems(body.draft).raise_if_any()
    return actions.undo(import_id, **actor(request))
