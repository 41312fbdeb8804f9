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
    seen = [session for session in sessions if standing.sees_pay_of(session.nanny_id)]
    pays = late_cancellations.if_cancelled(seen, at=at).values()
    if not pays:
        return ""
    facts = {
        "length": dates.format_duration(sum(pay.minutes for pay in pays)),
        "amount": money.format_money(sum((pay.amount for pay in pays), Decimal(0)), seen[0].family.currency),
    }
    return gettext("Cancelled by the family now, %(length)s are paid: %(amount)s.") % facts
