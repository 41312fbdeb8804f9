"""A schedule's days as a parent would say them: "every Monday, Wednesday and Friday"."""

from django.utils import dateformat
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, gettext_lazy, pgettext

from handsel.formatting import names
from handsel.rules import recurrence
from handsel.rules.recurrence import Pattern, Recurrence

_NTH = {
    1: gettext_lazy("the first %(days)s of every month"),
    2: gettext_lazy("the second %(days)s of every month"),
    3: gettext_lazy("the third %(days)s of every month"),
    4: gettext_lazy("the fourth %(days)s of every month"),
    -1: gettext_lazy("the last %(days)s of every month"),
}


def in_words(pattern: Pattern) -> str:
    days = names.join_names([str(WEEKDAYS[day.number]) for day in recurrence.in_order(pattern.days)])
    said = {"days": days, "day": pattern.start_date.day}
    match pattern.recurrence:
        case Recurrence.ONCE:
            day = dateformat.format(pattern.start_date, pgettext("day of a single session", "l j F Y"))
            return gettext("once, on %(day)s") % {"day": day}
        case Recurrence.WEEKLY:
            return gettext("every %(days)s") % said
        case Recurrence.BIWEEKLY:
            return gettext("every second week on %(days)s") % said
        case Recurrence.MONTHLY if days:
            return str(_NTH[pattern.ordinal]) % said
        case Recurrence.MONTHLY if pattern.start_date.day == 31:
            return gettext("the last day of every month")
        case Recurrence.MONTHLY if pattern.start_date.day > 28:
            return gettext("day %(day)s of every month, or its last day when it is shorter") % said
        case Recurrence.MONTHLY:
            return gettext("day %(day)s of every month") % said
