"""A time that is typed for a start or a completion."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handsel.pages.asked_times import Question
from handsel.rules import asking_when, fields, local_time
from handsel.rules.drafts import Draft
from handsel.web.forms import drafts


class TimeForm(drafts.DraftForm):
    """A time of day; without a day it is the latest one that is possible."""

    def __init__(self, *args: Any, question: Question, **options: Any) -> None:
        wall = local_time.wall(question.planned, question.zone)
        is_possible = question.first <= question.planned <= question.last
        super().__init__(*args, initial={"time": f"{wall:%H:%M}"} if is_possible else {}, **options)
        self.question = question
        self.fields["time"] = drafts.clock_field(_("Time"), help_text=question.day_hint)
        if question.asks_day:
            self.fields["day"] = drafts.RuleField(fields.day, label=_("Day"), required=False, widget=drafts.DayInput())

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("time") is not None and self._moment is None:
            first, last = self.question.between
            self.add_error("time", gettext("Enter a time from %(first)s to %(last)s.") % {"first": first, "last": last})
        return values

    def draft(self) -> Draft:
        return Draft.of(at=self._moment)

    @property
    def _moment(self) -> datetime | None:
        clock, day, asked = self.cleaned_data.get("time"), self.cleaned_data.get("day"), self.question
        if clock is None:
            return None
        if day is None:
            return asking_when.latest_moment(clock, asked.zone, asked.first, asked.last)
        return asking_when.moment_on(day, clock, asked.zone, asked.first, asked.last)
