"""What a late cancellation will be paid, said before it is done."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.models import CareSession
from handsel.queries import late_cancellations


def paid_if_cancelled(sessions: Collection[CareSession], standing: Standing, *, at: datetime) -> str:
    """Say what sessions of a family would be paid if the family cancelled them now; nothing where that is nothing, or
    not this person's to see.
    """
    length, amount = _paid(sessions, standing, at)
    if not length:
        return ""
    return gettext("Cancelled by the family now, %(length)s are paid: %(amount)s.") % {
        "length": length,
        "amount": amount,
    }


def lost_if_restored(session: CareSession, standing: Standing, *, at: datetime) -> str:
    """Say what a cancelled session is paid, and no more once it is restored; nothing as above."""
    _, amount = _paid([session], standing, at)
    return (
        gettext("Restored, the %(amount)s for its late cancellation are not paid.") % {"amount": amount}
        if amount
        else ""
    )


def _paid(sessions: Collection[CareSession], standing: Standing, at: datetime) -> tuple[str, str]:
    """Return how long and how much the cancellation of sessions is paid, as far as this person may see."""
    seen = [session for session in sessions if standing.sees_pay_of(session.nanny_id)]
    pays = late_cancellations.if_cancelled(seen, at=at).values()
    if not pays:
        return "", ""
    amount = sum((pay.amount for pay in pays), Decimal(0))
    length = dates.format_duration(sum(pay.minutes for pay in pays))
    return length, money.format_money(amount, seen[0].family.currency)
