"""The times of a session that is recorded afterwards."""

from typing import Any

from handsel.pages.sessions import Planned
from handsel.web.forms.care_sessions import TimesForm, times


class RecordForm(TimesForm):
    """From when to when it was, as planned until somebody says otherwise."""

    shown_at = {"actual_start": "starts", "actual_end": "ends"}

    def __init__(self, *args: Any, planned: Planned, **options: Any) -> None:
        super().__init__(*args, initial=times(planned.day, planned.start, planned.end), **options)
        self.zone = planned.time_zone

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        scheduled = super().as_values(values)
        return {name.replace("scheduled", "actual"): value for name, value in scheduled.items()}

    def wrong(self) -> dict[str, str]:
        return {name.replace("scheduled", "actual"): message for name, message in super().wrong().items()}
