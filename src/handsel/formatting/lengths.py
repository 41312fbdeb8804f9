"""How long something is, in hours and minutes, and how many there are."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from handsel.formatting.money import format_number


def format_duration(minutes: Fraction | int) -> str:
    """8 h 30 min; seconds are left out, as on any clock."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return gettext("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def format_hours(minutes: Fraction | int) -> str:
    """Hours with one decimal at most: 8.5."""
    tenths = round(minutes / 6)
    return format_number(Decimal(tenths) / 10 if tenths % 10 else tenths // 10)


def format_session_count(count: int) -> str:
    return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}
