"""Kinds of lines of pay, in words."""

from django.utils.translation import gettext_lazy

from handsel.rules.pay.lines import LineKind

LINE_KINDS = {
    LineKind.WORK: gettext_lazy("Work"),
    LineKind.NIGHT: gettext_lazy("Night"),
    LineKind.CANCELLATION: gettext_lazy("Late cancellation"),
    LineKind.HOLIDAY: gettext_lazy("Holiday premium"),
    LineKind.DOUBLE_TIME: gettext_lazy("Double time"),
    LineKind.SEVENTH_DAY: gettext_lazy("Seventh day"),
    LineKind.OVERTIME_DAILY: gettext_lazy("Daily overtime"),
    LineKind.OVERTIME_WEEKLY: gettext_lazy("Weekly overtime"),
    LineKind.WORKWEEK_CHANGE: gettext_lazy("Change of workweek"),
    LineKind.GUARANTEE: gettext_lazy("Guaranteed hours"),
    LineKind.PAID_TIME_OFF: gettext_lazy("Paid time off"),
    LineKind.PAID_HOLIDAY: gettext_lazy("Paid holiday"),
    LineKind.SICK: gettext_lazy("Sick pay"),
    LineKind.UNPAID_LEAVE: gettext_lazy("Unpaid leave"),
    LineKind.BONUS: gettext_lazy("Bonus"),
    LineKind.ADJUSTMENT: gettext_lazy("Adjustment"),
    LineKind.ROLLED_UP_HOLIDAY: gettext_lazy("Rolled-up holiday pay"),
    LineKind.GIFT: gettext_lazy("Gift"),
    LineKind.EXPENSE: gettext_lazy("Expense"),
    LineKind.MILEAGE: gettext_lazy("Mileage"),
}


def line_kind_name(kind: str) -> str:
    """Return the name of a kind of line: Weekly overtime. One that an older version stored is shown as it is."""
    try:
        return str(LINE_KINDS[LineKind(kind)])
    except ValueError:
        return kind
