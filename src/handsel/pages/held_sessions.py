"""Which pay period holds a session, said where its buttons would stand: until that is reopened, nothing changes."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from handsel.access import held_days
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, PayPeriod
from handsel.pages.session_rows import is_settled
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class HeldBy:
    """The sentence, and the page of the period: empty for who may not see it."""

    sentence: str
    link: str = ""


def by_what(session: CareSession, standing: Standing, formatter: Formatter) -> HeldBy | None:
    """Return what holds a session that was fetched with its people; None where nothing does. One query where it is."""
    if not is_settled(session):
        return None
    period = held_days.of(session.family_id, session.nanny_id).period_of(session.pay_date)
    own = session.nanny_id == standing.member_id
    if not isinstance(period, PayPeriod) or not standing.may(Capability.SEE_PAY_RECORDS, own=own):
        return HeldBy(gettext("Its pay is settled, so nothing in it changes."))
    if period.status == PeriodStatus.APPROVED:
        sentence, by = gettext("Held by the pay period %(days)s, which %(name)s approved."), period.approved_by_id
    else:
        sentence, by = gettext("Held by the pay period %(days)s, which %(name)s submitted."), period.submitted_by_id
    days = formatter.days(period.from_date, period.to_date)
    name = formatter.names.of_id(by, gettext("someone who left"))
    return HeldBy(sentence % {"days": days, "name": name}, reverse("web:pay_period", args=[period.id]))
