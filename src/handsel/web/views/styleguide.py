"""Every component in every state, from the templates that pages use: what a change of the CSS does is seen here.

For who makes Handsel: in example and debug mode alone, of nobody and in English.
"""

import dataclasses
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from handsel.pages.children import ChildNote
from handsel.pages.families import Beginning
from handsel.pages.nannys_week import Mark, WeekDay
from handsel.pages.schedule_preview import Preview
from handsel.pages.schedules import ScheduleLine
from handsel.pages.session_rows import Button, Day, Row, Running
from handsel.pages.today import CareNote, Hero
from handsel.rules import fields
from handsel.rules.recurrence import WEEK
from handsel.web.forms import drafts
from handsel.web.forms.care_schedules import RECURRENCES, DaysOfWeek

_NOBODYS = UUID(int=0)
_COLOURS = (
    "paper sheet shade ink soft rule line green green-wash on-green amber amber-wash blue blue-fill on-blue grey red "
    "red-wash"
)
_LONG_NAME = "Mittwochs-Vertretung und Wochenend-Begleitung"
_LONG_WORDS = "Kinderbetreuungsvereinbarung Donnerstagnachmittagsbetreuung · Oberschleißheim-Hackermoos"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if not (settings.EXAMPLE or settings.DEBUG):
        raise Http404
    with translation.override("en"):
        return render(request, "styleguide.html", _components())


def _components() -> dict[str, object]:
    rows = _rows()
    later = Button("start", "Start", "Start session", opens_at="02:00")
    return {
        "colours": _COLOURS.split(),
        "rows": rows,
        "beginning": Beginning(rows[0].id, "Riveras", 2, None),
        "days": [Day(date(2026, 12, 9), "Wed", 9, "Dec", True, rows[:2])],
        "running": _hero(rows[2], running=Running(8_040, 510), started="06:04"),
        "next_up": _hero(replace(rows[1], who="Zuri", buttons=(later,)), when="in 50 min, until 14:30"),
        "week": _week(),
        "schedules": _schedules(),
        "preview": _preview(),
        "requests": _requests(),
        "children": [
            ChildNote(_NOBODYS, "Emma Rivera", "5, born 14 March 2021", "Peanuts. EpiPen in the bag.", "", "", False),
            ChildNote(_NOBODYS, "Zuri Okafor", "", "", "Salbutamol, 2 puffs", "Naps at noon.\nGrey rabbit.", False),
        ],
        "form": _Fields({"starts": "", "repeats": "WEEKLY", "on": ["MONDAY"], "agreed": "on", "rate": "25.00"}),
        "said": [
            SimpleNamespace(level_tag="success", message="5 sessions generated.", extra_tags="/"),
            SimpleNamespace(level_tag="success", message="Saved.", extra_tags=""),
            SimpleNamespace(level_tag="error", message="Mon 14 Dec: it clashes with another session.", extra_tags=""),
        ],
        "clashes": [(_NOBODYS, "Mon 14 Dec, 13:00–17:00"), (None, "Fri 18 Dec, 12:00–17:00")],
        "shell": SimpleNamespace(is_example=True, first_name="Noor", other_examples=[("ana", "Ana"), ("ada", "Ada")]),
    }


def _sample(kind: type[Any], **values: Any) -> Any:
    """Return what a page shows, with these values; what is not said is empty."""
    return kind(**dict.fromkeys((field.name for field in dataclasses.fields(kind)), "") | values)


def _rows() -> list[Row]:
    """Return a session in each state, as whoever may act on it sees it; a night that clashes; the longest words."""
    needs_answer = _sample(
        Row,
        id=_NOBODYS,
        version=1,
        mark="needs-answer",
        word="Not confirmed yet",
        date=date(2026, 12, 14),
        day="Mon 14 Dec",
        start="06:00",
        end="14:30",
        start_at="2026-12-14T06:00-05:00",
        end_at="2026-12-14T14:30-05:00",
        dash="–",
        who="Emma and Theo",
        about="Noor · 8 h 30 min · $212.50",
        buttons=(Button("confirm", "Confirm"), Button("request-changes", "Request changes", "", False, True)),
    )

    restore = Button("restore", "Restore", "Restore", False)

    def row(mark: str, word: str, about: str, *buttons: Button, who: str = needs_answer.who) -> Any:
        return replace(needs_answer, mark=mark, word=word, about=about, buttons=buttons, who=who)

    return [
        needs_answer,
        row("confirmed", "Confirmed", "Noor · 8 h 30 min", Button("start", "Start")),
        row("in-progress", "In progress", "Noor · since 06:04", Button("complete", "Complete", "Complete session")),
        row("done", "Done", "Noor · 8 h 8 min, 06:58–15:06 · $203.33"),
        row("cancelled", "Cancelled", "Noor · cancelled by Ana: “We are at the lake.”", restore),
        replace(
            needs_answer,
            clash="Overlaps busy time, 20:00–23:00",
            start="21:00",
            end="06:00",
            who="Zuri",
            about="Okafors · 9 h · ends the next day",
        ),
        row("confirmed", "Confirmed", _LONG_WORDS, who=_LONG_NAME),
    ]


def _hero(row: Row, **more: Any) -> Any:
    return _sample(
        Hero,
        row=row,
        family_id=_NOBODYS,
        where="Riveras",
        children=[CareNote("Emma", "Peanuts. EpiPen in the blue bag.", ""), CareNote("Theo", "", "Nap at 12:30.")],
        notes="Swimming bag is packed.",
        address="48 Larkspur Lane, side door",
        **more,
    )


def _week() -> list[WeekDay]:
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    marks = {0: "done", 1: "done", 2: "in-progress", 3: "confirmed", 4: "needs-answer"}
    return [
        WeekDay(
            weekday=weekday,
            number=7 + at,
            is_today=at == 2,
            is_off=at == 6,
            hours="8 h" if at in marks else "off" if at == 6 else "–",
            marks=[Mark(marks[at], str(6 + at), "8")] if at in marks else [],
        )
        for at, weekday in enumerate(weekdays)
    ]


def _schedules() -> list[ScheduleLine]:
    strip = [(day, "8.5" if day in "MWF" else "") for day in "MTWTFSS"]
    about = "06:00–14:30, every Monday · Noor"
    on = ScheduleLine(_NOBODYS, "Mornings", about, "", "planned to Fri 25 Dec", strip, True)
    return [on, replace(on, name=_LONG_NAME, planned_to="nothing planned yet", is_active=False)]


def _preview() -> Preview:
    dates = [("Tue", 15, "Dec 2026"), ("Tue", 19, "Jan 2027"), ("Tue", 16, "Feb"), ("Tue", 16, "Mar")]
    return Preview(
        title="The third Tuesday of every month",
        about="21:00–06:00, Emma with Bea, from 15 December 2026.",
        dates=[*dates, ("Tue", 20, "Apr"), ("Tue", 18, "May")],
        figures=[("A month", "1 session"), ("A week", "2.1 h"), ("Cost a week", "$51.75")],
        one="Each is 9 h and costs $225.00.",
        overnight="Ends the next day, 9 h.",
    )


def _requests() -> list[dict[str, object]]:
    declined: dict[str, object] = {
        "id": UUID(int=1),
        "is_open": False,
        "asked_by": "Ana",
        "asked_at": "Mon 7 Dec, 19:40",
        "message": "Could we start an hour later?",
        "old": "06:00–14:30",
        "new": "07:00–15:30",
        "status": "declined",
        "answered_by": "Noor",
        "answered_at": "Mon 7 Dec, 20:05",
        "answer": "I have to leave at 15:00 that day.",
    }
    open_request = declined | {"id": UUID(int=2), "is_open": True, "new": "07:00–15:00"}
    return [declined, open_request | {"may_answer": True}, open_request | {"id": UUID(int=3), "may_withdraw": True}]


class _Fields(drafts.DraftForm):
    """One field of each kind, one of them refused."""

    name = drafts.text("Name", most=120, required=False)
    starts = drafts.RuleField(fields.wall_time, label="From", widget=drafts.ClockInput())
    first = drafts.RuleField(fields.day, label="First day", required=False, widget=drafts.DayInput())
    rate = drafts.RuleField(
        fields.money, label="Rate, USD an hour", required=False, widget=drafts.MoneyInput(), help_text="The usual rate."
    )
    nanny = drafts.choices_of(str, [("", "Nobody yet"), ("noor", "Noor")], label="Nanny", required=False)
    repeats = drafts.RuleField(
        str, label="Repeats", widget=forms.RadioSelect(choices=[(kind.value, name) for kind, name in RECURRENCES])
    )
    on = drafts.RuleField(
        fields.weekdays,
        label="On",
        widget=DaysOfWeek(choices=[(day.value, day.capitalize()) for day in WEEK]),
        help_text="A word about it.",
    )
    notes = drafts.text("Notes", most=4000, lines=3)
    agreed = drafts.FlagField(label="The family has agreed")
