"""What a session comes to, as pages and letters say it: by itself, before what its week adds."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.models import CareSession
from handsel.queries import pay_sums


def in_words(session: CareSession, times: tuple[datetime, datetime] | None, standing: Standing, currency: str) -> str:
    """Say what a session of these times comes to, for who may see it; nothing without a rate or times."""
    if times is None or not standing.sees_pay_of(session.nanny_id):
        return ""
    amount, may_grow = pay_sums.by_itself(session, times, standing.person.known_terms)
    return said(amount, currency, before_overtime=may_grow)


def said(amount: Decimal | None, currency: str, *, before_overtime: bool) -> str:
    """Return an amount of sessions by themselves, and where terms may add to it, that they may."""
    in_figures = money.format_money(amount, currency)
    if not in_figures or not before_overtime:
        return in_figures
    return gettext("%(amount)s before overtime") % {"amount": in_figures}
