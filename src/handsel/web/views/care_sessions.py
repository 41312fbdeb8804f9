"""Sessions: the list, the page, a new one, moves of one and of many, changes."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import care_sessions
from handsel.actions.care_sessions import BulkAnswer
from handsel.documents import calendar_ics
from handsel.formatting import money
from handsel.pages import clash_warnings, form_choices, held_sessions, session_lists, sessions
from handsel.pages.held_sessions import HeldBy
from handsel.queries import calendar_feed
from handsel.rules import fields, local_time
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move
from handsel.rules.refusals import Clash, Invalid, NotAllowed, NotVisible, Refusal, VersionConflict
from handsel.rules.roles import Role
from handsel.web import language, refusals, responses
from handsel.web.forms.care_sessions import (
    CancelForm,
    CancelledForm,
    CorrectionForm,
    ImpromptuForm,
    NotesForm,
    RunningLateForm,
    SessionForm,
    times,
)
from handsel.web.forms.drafts import DraftForm
from handsel.web.forms.edits import EditForm
from handsel.web.requests import Request

if TYPE_CHECKING:
    from handsel.models import CareSession

_YEARS = range(2000, 3000)  # whatever the database can hold


@responses.page
def listed(request: Request, family_id: UUID) -> HttpResponse:
    past = "past" in request.GET
    session_list = session_lists.page(
        request.user, family_id, at=timezone.now(), past=past, after=request.GET.get("after")
    )
    return responses.answer(request, "care_sessions/list.html", listed=session_list)


@responses.page
def page(request: Request, session_id: UUID) -> HttpResponse:
    return show(request, session_id)


def show(
    request: Request, session_id: UUID, *, status: int = 200, refusal: str = "", already: bool = False, **forms: Any
) -> HttpResponse:
    """Show the session's page, also as the answer to a press that was refused there."""
    session = sessions.page(request.user, session_id, at=timezone.now())
    forms.setdefault("cancel_form", CancelForm(initial={"cancelled_for": session["cancelled_for"]}))
    forms.setdefault("late_form", RunningLateForm())
    return responses.answer(
        request, "care_sessions/page.html", status=status, session=session, refusal=refusal, already=already, **forms
    )


@responses.page
def calendar_file(request: Request, session_id: UUID) -> HttpResponse:
    """Return the session for a calendar app, as it stands now."""
    page = request.build_absolute_uri(reverse("web:session", args=[session_id]))
    entry = calendar_feed.session(request.user, session_id, page=page)
    day = local_time.local_date(entry.start, entry.time_zone)
    headers = {"Content-Disposition": f'attachment; filename="care-{day}.ics"'}
    return HttpResponse(calendar_ics.export(entry), content_type=calendar_ics.MEDIA_TYPE, headers=headers)


# A new one


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    choices = form_choices.choices(request.user, family_id)
    form = ImpromptuForm(responses.form_data(request), choices=choices, initial=_first_guess(request, choices))
    session = responses.submit(request, form, care_sessions.create_impromptu, family_id, duplicate_route="web:family")
    if session:
        sentence = gettext("Added: %(session)s.") % {"session": _named(request, session)}
        # Beside one that waits for an answer its page says so all the time.
        overlaps = clash_warnings.by_own_calendars(session, request.user) if session.is_confirmed else ""
        responses.flash(request, f"{sentence} {overlaps}." if overlaps else sentence)
        return responses.redirect_back(request, "web:session", session.id)
    clashes = _clashes(request, form.refusal, choices.time_zone)
    return responses.answer(request, "care_sessions/new.html", form=form, choices=choices, clashes=clashes)


def _first_guess(request: Request, choices: form_choices.Choices) -> dict[str, object]:
    """Suggest tomorrow afternoon with everybody's usual company; a parent who plans agrees by doing so."""
    tomorrow = local_time.local_date(timezone.now(), choices.time_zone) + timedelta(days=1)
    guess: dict[str, object] = {
        **times(tomorrow, fields.wall_time("15:00"), fields.wall_time("19:00")),
        "child_ids": [str(child_id) for child_id, _ in choices.children] if len(choices.children) == 1 else [],
        "nanny_id": choices.likely_nanny,
        "hourly_rate": money.plain_amount(choices.usual_rate),
        "is_confirmed": choices.role is not Role.NANNY,
    }
    return guess | dict(_asked(request))


def _asked(request: Request) -> Iterator[tuple[str, str]]:
    """Return what the address says of the times, as far as that is a day and times."""
    for name, sent, parse in (
        ("day", request.GET.get("day"), fields.day),
        ("starts", request.GET.get("from"), fields.wall_time),
        ("ends", request.GET.get("to"), fields.wall_time),
    ):
        try:
            parse(sent)
        except fields.Wrong:
            continue
        yield name, str(sent)


# Moves


@responses.press
def move(request: Request, session_id: UUID, move: Move) -> HttpResponse:
    """Make one move. The page says what happened or, after a second press, that it is done already."""
    form = CancelForm(request.POST) if MOVES[move].with_reason else None
    draft = form.draft() if form else Draft.of()
    return make_move(request, session_id, move, draft, at=timezone.now(), form=form)


def make_move(
    request: Request,
    session_id: UUID,
    move: Move,
    draft: Draft,
    *,
    at: datetime,
    form: DraftForm | None = None,
    action: Callable[..., "CareSession"] | None = None,
) -> HttpResponse:
    """Make the move and redirect to the page that says so; show the session with the reason where it is refused.

    form: where the draft was typed, which shows what is wrong with it. action: what makes more of it than this move.
    """
    make = action or partial(care_sessions.move, move)
    version = responses.seen_version(request) or responses.version(request.GET.get("version", ""))
    actor = responses.actor(request) | {"at": at, "version": version}
    try:
        session = make(session_id, draft, **actor)
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        if form is not None and draft.wrong and isinstance(refusal, Invalid):
            return show(request, session_id, status=form.status, cancel_form=form)
        return refused(request, session_id, move, refusal)
    flash_move(request, move, session)
    return responses.redirect_back(request, "web:session", session_id)


def flash_move(request: Request, move: Move, session: "CareSession") -> None:
    """Say on the next page what was done, with the times that were recorded, and the address that takes it back."""
    step = MOVES[move]
    undo = step.undo and reverse("web:undo_session", args=[session.id], query={"version": session.version})
    formatter = request.user.formatter
    facts = sessions.moved(session, formatter)
    responses.flash(request, gettext(step.done) % facts, undo=undo or "")
    if move is Move.COMPLETE and sessions.was_forgotten(session, at=timezone.now()):
        hours = formatter.span(*session.planned_times, session.time_zone)
        instead = reverse("web:record_session", args=[session.id], query={"instead": "yes", "version": session.version})
        responses.offer(request, gettext("It was planned %(hours)s.") % {"hours": hours}, instead)


def flash_started(request: Request, session: "CareSession") -> None:
    """Say on the next page when it started, once that is put right."""
    facts = sessions.moved(session, request.user.formatter)
    responses.flash(request, gettext(MOVES[Move.START].done) % facts)


@responses.press
def undo(request: Request, session_id: UUID) -> HttpResponse:
    """Take the last move back: of the version that the message or the button showed."""
    version = responses.version(request.GET.get("version", "")) or responses.seen_version(request)
    sentence = sessions.undone_sentence(request.user, session_id)
    try:
        session = care_sessions.undo(session_id, version=version, **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return refused(request, session_id, None, refusal)
    responses.flash(request, sentence % {"session": _named(request, session)})
    return responses.redirect_back(request, "web:session", session_id)


@responses.press
def tell_running_late(request: Request, session_id: UUID) -> HttpResponse:
    form = RunningLateForm(request.POST)
    try:
        care_sessions.tell_running_late(session_id, form.draft(), **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Invalid:
        return show(request, session_id, status=form.status, late_form=form)
    except Refusal as refusal:
        return refused(request, session_id, None, refusal)
    responses.flash(request, gettext("Sent: %(minutes)s min late.") % {"minutes": form.cleaned_data["minutes"]})
    return responses.redirect_back(request, "web:session", session_id)


def refused(request: Request, session_id: UUID, move: Move | None, refusal: Refusal) -> HttpResponse:
    """Show the session as it stands now, with the reason beside it."""
    stands = sessions.planned(request.user, session_id)
    if move is not None and stands.state is MOVES[move].to:
        return show(request, session_id, status=409, already=True)
    if isinstance(refusal, VersionConflict):
        return show(request, session_id, status=412, refusal=gettext("This has changed meanwhile. Look at it again."))
    clashes = _clashes(request, refusal, stands.time_zone)
    status = refusals.status(refusal)
    return show(request, session_id, status=status, refusal=refusals.message(refusal), clashes=clashes)


def _clashes(request: Request, refusal: Refusal | None, zone: str) -> list[tuple[UUID | None, str]]:
    """Return what is in the way: (session or None where it is another family's, when)."""
    if not isinstance(refusal, Clash):
        return []
    formatter = request.user.formatter
    return [
        (other.session_id, formatter.dated(other.scheduled_start, other.scheduled_end, zone))
        for other in refusal.clashes
    ]


# Moves of many: a family's answer, a week that is cancelled, what one press did taken back


@responses.press
def move_many(request: Request, family_id: UUID, move: Move) -> HttpResponse:
    """Move all that the page showed, or those that are ticked.

    For a move that asks a reason first a page that says which sessions these are, then the press that makes it.
    """
    draft = parse_selection(request)
    if MOVES[move].with_reason:
        form = CancelForm(request.POST if "sure" in request.POST else None)
        if "sure" not in request.POST or not form.is_valid():
            try:
                shown = session_lists.movable(request.user, family_id, move, draft, at=timezone.now())
            except Invalid as refusal:
                return _nothing(request, family_id, refusal)
            form.initial = {"cancelled_for": shown["cancelled_for"]}
            return responses.answer(request, "care_sessions/cancel.html", status=form.status, chosen=shown, form=form)
        draft = Draft({**draft.values, **form.cleaned_data}, draft.wrong)
    actor = responses.actor(request)
    try:
        answer = care_sessions.move_many(move, family_id, draft, **actor)
    except Invalid as refusal:
        return _nothing(request, family_id, refusal)
    flash_result(request, request.user, move, answer, at=actor["at"])
    return responses.redirect_back(request, "web:family_home", family_id)


@responses.press
def undo_many(request: Request, family_id: UUID) -> HttpResponse:
    """Take back what one press did to many: each that can be, and for each reason a line of the others."""
    draft = _moved_together(request, family_id, request.GET.get("pressed", ""))
    try:
        answer = care_sessions.undo_many(family_id, draft, **responses.actor(request))
    except Invalid:
        responses.flash(request, gettext("There is nothing left to undo."))
        return responses.redirect_back(request, "web:family_home", family_id)
    count = len(answer.moved)
    if count:
        sentence = gettext("%(count)s taken back.")
        responses.flash(request, sentence % {"count": count})
    warn_of_refused(request, request.user, None, answer)
    return responses.redirect_back(request, "web:family_home", family_id)


def _moved_together(request: Request, family_id: UUID, sent: str) -> Draft:
    """Return what one press moved, which happened at the instant that its undo put into the address."""
    pressed = moment_pressed(sent)
    if pressed is None:
        return Draft.of()
    return Draft.of(session_ids=session_lists.moved_together(request.user, family_id, pressed), made_at=pressed)


def moment_pressed(sent: str) -> datetime | None:
    """Return the instant of a press that an undo put into its address; None where that is nonsense."""
    try:
        pressed = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return pressed if pressed.tzinfo and pressed.year in _YEARS else None


def parse_selection(request: HttpRequest) -> Draft:
    """Read what the pressed button ("Confirm all 7") names, or the ticked boxes (session:version, with commas)."""
    sent = request.POST.getlist("all") or request.POST.getlist("session")
    boxes = [box.partition(":") for ticked in sent for box in ticked.split(",")]
    try:
        session_ids = fields.identities([session_id for session_id, _, _ in boxes])
    except fields.Wrong as wrong:
        return Draft(wrong={"session_ids": wrong.sentence})
    return Draft.of(
        session_ids=session_ids,
        versions={fields.identity(session_id): responses.version(seen) for session_id, _, seen in boxes},
    )


def flash_nothing_selected(request: HttpRequest, refusal: Invalid) -> None:
    responses.warn(request, language.translate(refusal.errors.get("session_ids", refusal.detail)))


def _nothing(request: Request, family_id: UUID, refusal: Invalid) -> HttpResponse:
    flash_nothing_selected(request, refusal)
    return responses.redirect_back(request, "web:family_home", family_id)


def flash_result(request: HttpRequest, person: Any, move: Move, answer: BulkAnswer, *, at: datetime) -> None:
    """Say how many moved, with the address that takes it back; and a line for each reason why others did not, with the
    days of the sessions it held up, as the person reads them.
    """
    step, count = MOVES[move], len(answer.moved)
    if count and step.done_of_many:
        undo = step.undo and reverse("web:undo_sessions", args=[answer.family_id], query={"pressed": at.isoformat()})
        responses.flash(request, ngettext(*step.done_of_many, count) % {"count": count}, undo=undo or "")
    warn_of_refused(request, person, move, answer)


def warn_of_refused(request: HttpRequest, person: Any, move: Move | None, answer: BulkAnswer) -> None:
    for detail, days in session_lists.named(person, answer.family_id, move, answer.refused):
        why = language.translate(detail)
        responses.warn(request, gettext("%(days)s: %(why)s") % {"days": days, "why": why} if days else why)


# Changes


@responses.form_page
def edit(request: Request, session_id: UUID) -> HttpResponse:
    """Edit what the state allows: the plan, the record with a reason, why it was cancelled, or the notes alone."""
    planned = sessions.planned(request.user, session_id, at=timezone.now())
    if not planned.may_update:
        raise NotAllowed
    if request.method != "POST" and (held := held_sessions.instead_of_a_form(request.user, session_id)):
        return show_held(request, planned, held)
    choices = form_choices.choices(request.user, planned.family_id, named=planned.child_ids)
    data = responses.form_data(request)
    form: EditForm
    match planned.state:
        case State.UNCONFIRMED | State.CONFIRMED:
            form = SessionForm(data, choices=choices, planned=planned)
        case State.COMPLETED:
            form = CorrectionForm(data, planned=planned)
        case State.CANCELLED:
            names = ("notes", "cancel_reason", "cancelled_for")
            form = CancelledForm(data, initial={name: getattr(planned, name) for name in names})
        case _:
            form = NotesForm(data, initial={"notes": planned.notes})
    version = responses.compared_version(request, form, planned.version)
    saved = responses.submit(request, form, care_sessions.update, session_id, changes=True, version=version)
    if saved:
        withdrawn = planned.state is State.CONFIRMED and saved.state is State.UNCONFIRMED
        sentence = gettext("Saved. The family has to confirm again.") if withdrawn else gettext("Saved.")
        return responses.redirect_with_message(request, sentence, "web:session", session_id)
    clashes = _clashes(request, form.refusal, planned.time_zone)
    shown: dict[str, Any] = {"form": form, "planned": planned, "choices": choices, "clashes": clashes}
    return responses.answer(request, "care_sessions/edit.html", **shown)


def show_held(request: Request, planned: sessions.Planned, held: HeldBy) -> HttpResponse:
    """Say in place of a form that a pay period holds the session, and lead there."""
    return responses.answer(request, "care_sessions/held.html", planned=planned, held=held)


@responses.press
def delete(request: Request, session_id: UUID) -> HttpResponse:
    planned = sessions.planned(request.user, session_id)
    try:
        care_sessions.delete(session_id, version=responses.seen_version(request), **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return show(request, session_id, status=refusals.status(refusal), refusal=refusals.message(refusal))
    sentence = gettext("Deleted: %(session)s.") % {"session": planned.title}
    return responses.redirect_with_message(request, sentence, "web:family", planned.family_id)


def _named(request: Request, session: "CareSession") -> str:
    """Return "Mon 14 Dec, 06:00–14:30"."""
    return request.user.formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone)
