"""Which pay period holds a session, said where its buttons would stand: until that is reopened, nothing changes."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from handsel.access import held_days, visibility
from handsel.access.checks import Standing
from handsel.models import CareSession, PayPeriod, User
from handsel.pages.session_rows import is_settled
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class HeldBy:
    """The sentence, and the page of the period: empty for who may not see it."""

    sentence: str
    link: str = ""


def by_what(session: CareSession, standing: Standing) -> HeldBy | None:
    """Return what holds a session that was fetched with its people; None where nothing does. One query where it is."""
    if not is_settled(session):
        return None
    return _held_by(held_days.of(session.family_id, session.nanny_id).period_of(session.pay_date), session, standing)


def instead_of_a_form(person: User, session_id: UUID) -> HeldBy | None:
    """Return what holds a session, to be said where a form would change it; None where nothing does. Raises NotVisible.

    Three queries.
    """
    standing, session = visibility.care_session(person, session_id)
    period = held_days.of(session.family_id, session.nanny_id).period_of(session.pay_date)
    return _held_by(period, session, standing) if period else None


def _held_by(period: object, session: CareSession, standing: Standing) -> HeldBy:
    formatter = standing.person.formatter
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
