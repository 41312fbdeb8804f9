"""Lines of pay as spreadsheets show them: what the API answers of a line, beside the session that it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

# A line, a week or the totals with the API's names: money, rates and minutes as text, days as ISO dates.
type Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SessionOfLine:
    """The session that a line is about. Times are instants, none where nothing happened."""

    child_names: tuple[str, ...]
    scheduled_start: datetime
    scheduled_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class PayRow:
    """One line, with its session if it is about one."""

    line: Fields
    session: SessionOfLine | None = None

    @property
    def reference(self) -> str:
        return str(self.line["sessionId"] or self.line["itemId"] or self.line["expenseId"] or "")


@dataclass(frozen=True, slots=True)
class PaySheet:
    """What a spreadsheet of pay holds. Who may see what has been settled before."""

    rows: Sequence[PayRow]
    weeks: Sequence[Fields]
    totals: Fields
    currency: str


HEADINGS = (
    gettext_lazy("Kind"),
    gettext_lazy("Date"),
    gettext_lazy("Workweek"),
    gettext_lazy("Children"),
    gettext_lazy("Planned start"),
    gettext_lazy("Planned end"),
    gettext_lazy("Actual start"),
    gettext_lazy("Actual end"),
    gettext_lazy("Time zone"),
    gettext_lazy("Minutes"),
    gettext_lazy("Counted minutes"),
    gettext_lazy("Rate"),
    gettext_lazy("Multiplier"),
    gettext_lazy("Amount"),
    gettext_lazy("Currency"),
    gettext_lazy("Arithmetic"),
    gettext_lazy("Source"),
    gettext_lazy("Reference"),
)
