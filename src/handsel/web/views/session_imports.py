"""Past sessions from a spreadsheet: looked at first, then imported, and taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import session_imports as actions
from handsel.actions.session_imports import ImportOutcome
from handsel.pages import session_imports as pages
from handsel.rules.refusals import Invalid, RowsRefused
from handsel.web import language, responses
from handsel.web.forms.session_imports import ImportForm
from handsel.web.requests import Request

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowToRead:
    """A row that somebody should look at: what is wrong with it, and what to know before it is taken."""

    number: int
    errors: list[str]
    warnings: list[str]
    session_id: UUID | None
    to_record: tuple[datetime, datetime] | None


@responses.form_page
def page(request: Request, family_id: UUID) -> HttpResponse:
    shown = pages.page(request.user, family_id, at=timezone.now())
    form = ImportForm(responses.form_data(request))
    outcome = None
    if request.method == "POST" and form.is_valid():
        is_preview = "preview" in request.POST
        try:
            outcome = actions.import_sessions(
                family_id,
                form.cleaned_data["table"].encode(),
                dry_run=is_preview,
                skip_refused=form.cleaned_data["skip_refused"],
                **responses.actor(request),
            )
        except RowsRefused as refusal:
            form.add_error("table", language.translate(refusal.errors["body"]))
            outcome = refusal.outcome
        except Invalid as refusal:
            form.add_error("table", language.translate(refusal.errors["body"]))
        else:
            if not is_preview:
                return _imported(request, family_id, outcome)
    rows = _to_read(outcome) if outcome else []
    return responses.answer(request, "records/import.html", form=form, page=shown, outcome=outcome, rows=rows)


@responses.press
def undo(request: Request, import_id: UUID) -> HttpResponse:
    undone = actions.undo(import_id, **responses.actor(request))
    sentence = ngettext("%(count)s session removed.", "%(count)s sessions removed.", undone.removed) % {
        "count": undone.removed
    }
    if undone.kept:
        kept = ngettext(
            "%(count)s stays: it was changed since, or is settled.",
            "%(count)s stay: they were changed since, or are settled.",
            undone.kept,
        ) % {"count": undone.kept}
        sentence = f"{sentence} {kept}"
    return responses.redirect_with_message(request, sentence, "web:import_sessions", undone.family_id)


def _imported(request: Request, family_id: UUID, outcome: ImportOutcome) -> HttpResponse:
    sentence = ngettext("%(count)s session imported.", "%(count)s sessions imported.", outcome.created) % {
        "count": outcome.created
    }
    if outcome.existing:
        there = ngettext("%(count)s was there already.", "%(count)s were there already.", outcome.existing) % {
            "count": outcome.existing
        }
        sentence = f"{sentence} {there}"
    undo = reverse("web:undo_import", args=[outcome.import_id]) if outcome.created else ""
    return responses.redirect_with_message(request, sentence, "web:import_sessions", family_id, undo=undo)


def _to_read(outcome: ImportOutcome) -> list[RowToRead]:
    rows = [row for row in outcome.rows if row.errors or row.warnings][:_MOST_SHOWN]
    return [
        RowToRead(
            row.row,
            [
                gettext("%(column)s: %(message)s")
                % {"column": error.column.value, "message": language.translate(error.message)}
                for error in row.errors
            ],
            [language.translate(warning.message) for warning in row.warnings],
            row.session_id,
            row.to_record,
        )
        for row in rows
    ]
