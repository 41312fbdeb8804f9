"""What a late cancellation is paid or will be, said before something is done that makes it so or takes it away."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext

from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.models import CareSession
from handsel.queries import late_cancellations
from handsel.rules.lifecycle import State


class LatePay(NamedTuple):
    """How long and how much is paid of a session that is cancelled, or would be if the family cancelled it now; empty
    where that is nothing, or not this person's to see.
    """

    length: str = ""
    amount: str = ""
    is_cancelled: bool = False

    @property
    def if_cancelled(self) -> str:
        """Say what cancelling would pay."""
        return "" if self.is_cancelled else _if_cancelled(self.length, self.amount)

    @property
    def if_restored(self) -> str:
        """Say what is not paid any more once it is restored."""
        sentence = gettext("Restored, the %(amount)s for its late cancellation are not paid.")
        return self._lost(sentence) if self.is_cancelled else ""

    @property
    def if_undone(self) -> str:
        """Say what is not paid any more once its last move is taken back."""
        if self.is_cancelled:
            return self._lost(gettext("Taken back, the %(amount)s for its late cancellation are not paid."))
        return self._lost(gettext("Not confirmed, it would not be paid if it is cancelled late: now %(amount)s."))

    @property
    def if_changed(self) -> str:
        """Say what another nanny or none, other times, or another cause takes away."""
        if self.is_cancelled:
            return self._lost(
                gettext("Said to be the nanny’s choice, the %(amount)s for its late cancellation are not paid.")
            )
        return self._lost(
            gettext(
                "Cancelled by the family now, %(length)s are paid: %(amount)s. With another nanny, without one or at"
                " other times that is not owed."
            )
        )

    def _lost(self, sentence: str) -> str:
        return sentence % {"length": self.length, "amount": self.amount} if self.amount else ""


def of_session(session: CareSession, standing: Standing, *, at: datetime) -> LatePay:
    """Return what one session is paid, or would be. At most two queries."""
    length, amount = _paid([session], standing, at)
    return LatePay(length, amount, session.state is State.CANCELLED)


def paid_if_cancelled(sessions: Collection[CareSession], standing: Standing, *, at: datetime) -> str:
    """Say what sessions of a family would be paid if the family cancelled them now; nothing where that is nothing, or
    not this person's to see.
    """
    return _if_cancelled(*_paid(sessions, standing, at))


def _if_cancelled(length: str, amount: str) -> str:
    if not length:
        return ""
    return gettext("Cancelled by the family now, %(length)s are paid: %(amount)s.") % {
        "length": length,
        "amount": amount,
    }


def _paid(sessions: Collection[CareSession], standing: Standing, at: datetime) -> tuple[str, str]:
    """Return how long and how much the cancellation of sessions is paid, as far as this person may see."""
    seen = [session for session in sessions if standing.sees_pay_of(session.nanny_id)]
    pays = late_cancellations.if_cancelled(seen, at=at).values()
    if not pays:
        return "", ""
    amount = sum((pay.amount for pay in pays), Decimal(0))
    length = dates.format_duration(sum(pay.minutes for pay in pays))
    return length, money.format_money(amount, seen[0].family.currency)
