"""Columns of our own: hourly rates, amounts, pay dates, sets of weekdays, and numbers within a family."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.expressions import RawSQL

from handsel.rules import local_time
from handsel.rules.recurrence import Weekday

if TYPE_CHECKING:  # what is set and what is read; Django's fields take no such arguments when they run
    _DecimalField = models.DecimalField[Decimal | str | None, Decimal | None]
    _IntegerField = models.PositiveSmallIntegerField[Iterable[Weekday], frozenset[Weekday]]
    _DateField = models.DateField[date, date]
    _BigIntegerField = models.BigIntegerField[int | None, int]
else:
    _DecimalField, _IntegerField = models.DecimalField, models.PositiveSmallIntegerField
    _DateField, _BigIntegerField = models.DateField, models.BigIntegerField


class RateField(_DecimalField):
    """An hourly rate from 0 to 9999.99 in the family's currency; null means that none was agreed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_digits": 6, "decimal_places": 2, "null": True, "blank": True})


class PayDateField(_DateField):
    """The local date of a session's planned start, in the session's zone: it decides in which period it is paid. Every
    row that is inserted or saved gets it here; an UPDATE of the start alone has to name it (see pay_date_of).
    """

    def pre_save(self, model_instance: Any, add: bool) -> date:
        day = pay_date_of(model_instance)
        setattr(model_instance, self.attname, day)
        return day


def pay_date_of(session: Any) -> date:
    return local_time.local_date(session.scheduled_start, session.time_zone)


class AmountField(_DecimalField):
    """An amount in the family's currency, to the cent; what it may be says the table."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"max_digits": 9, "decimal_places": 2})


class NumberInFamilyField(_BigIntegerField):
    """A row's number in its family, in the order in which rows are written: one more than the greatest that the writer
    sees. Whoever writes after another has finished has the greater one; of two at the same moment both may have the
    same.
    """

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        number = super().pre_save(model_instance, add)
        if not add or number is not None:
            return number
        table = connection.ops.quote_name(model_instance._meta.db_table)
        family_id = model_instance._meta.get_field("family").get_db_prep_save(model_instance.family_id, connection)
        next_number = f"(SELECT COALESCE(MAX(number), 0) + 1 FROM {table} WHERE family_id = %s)"  # noqa: S608  our name
        return RawSQL(next_number, [family_id])  # noqa: S611  as above


class WeekdaysField(_IntegerField):
    """A frozenset of Weekday, stored as seven bits: bit 0 is Monday, bit 6 is Sunday."""

    description = "Weekdays"

    def from_db_value(self, value: int | None, expression: object, connection: object) -> frozenset[Weekday] | None:
        return None if value is None else self._days(value)

    def to_python(self, value: Any) -> frozenset[Weekday] | None:
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

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    @staticmethod
    def _days(bits: int) -> frozenset[Weekday]:
        return frozenset(day for day in Weekday if bits >> day.number & 1)
