"""A set of weekdays in one small integer: bit 0 is Monday, bit 6 is Sunday."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from handsel.rules.recurrence import Weekday


class WeekdaysField(models.PositiveSmallIntegerField):
    """Speaks of a frozenset of Weekday, stores 0 to 127."""

    description = "Weekdays"

    def from_db_value(self, value: int | None, expression, connection) -> frozenset[Weekday] | None:
        return None if value is None else self._days(value)

    def to_python(self, value) -> frozenset[Weekday] | None:
        if value is None or isinstance(value, frozenset):
            return value
        if isinstance(value, int):
            return self._days(value)
        if isinstance(value, str) and value.isdecimal():
            return self._days(int(value))
        try:
            return frozenset(Weekday(day) for day in value)
        except (TypeError, ValueError) as error:
            raise ValidationError("Not a set of weekdays.") from error

    def get_prep_value(self, value: Iterable[Weekday] | int | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return sum(1 << Weekday(day).number for day in set(value))

    def value_to_string(self, obj) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    @staticmethod
    def _days(bits: int) -> frozenset[Weekday]:
        return frozenset(day for day in Weekday if bits >> day.number & 1)
