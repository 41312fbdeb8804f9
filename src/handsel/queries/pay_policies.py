"""The terms of pay: the versions of a family, and what of them binds one nanny."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from handsel.access import visibility
from handsel.models import PayPolicy, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import Draft
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


def versions(family_id: UUID) -> list[PayPolicy]:
    """Return every version of a family and of its nannies, the earliest first. One query."""
    return list(PayPolicy.objects.filter(family_id=family_id).order_by("effective_from", "id"))


def versions_by_family(family_ids: Collection[UUID]) -> dict[UUID, list[PayPolicy]]:
    """Return the same of some families. One query, where there are any."""
    by_family: dict[UUID, list[PayPolicy]] = {family_id: [] for family_id in family_ids}
    rows = PayPolicy.objects.filter(family_id__in=by_family).order_by("effective_from", "id")
    for policy in rows if by_family else ():
        by_family[policy.family_id].append(policy)
    return by_family


def timeline(policies: Iterable[PayPolicy], nanny_id: UUID | None) -> Timeline:
    """Return what binds one nanny of these versions of their family, as rules.pay takes it: the family's until the
    first of their own. The key of its terms is the id of the version. nanny_id: None in a family that has none.
    """
    return Timeline(policy.terms for policy in policies if policy.nanny_id in (None, nanny_id))


def holding_on(policies: Iterable[PayPolicy], nanny_id: UUID | None, day: date) -> PayPolicy | None:
    """Return the version whose terms hold for one nanny on a day; None before the first takes hold."""
    policies = list(policies)
    key = timeline(policies, nanny_id).terms_on(day.toordinal()).key
    return next((policy for policy in policies if policy.id == key), None)


def agreed_by(policies: Iterable[PayPolicy], nanny_id: UUID | None, day: date) -> PayPolicy | None:
    """Return the version that was agreed on last for one nanny by a day, whether or not it has taken hold: their own,
    where there is any by then. policies: the earliest first.
    """
    agreed = [policy for policy in policies if policy.effective_from <= day]
    own = [policy for policy in agreed if nanny_id is not None and policy.nanny_id == nanny_id]
    familys = [policy for policy in agreed if policy.nanny_id is None]
    return next(iter((own or familys)[-1:]), None)


def before(policies: Iterable[PayPolicy], policy: PayPolicy, nanny_id: UUID | None) -> PayPolicy | None:
    """Return the version that one nanny would go by without this one, on the day on which it takes hold for them."""
    policies = list(policies)
    days = (day for day, terms in timeline(policies, nanny_id).holds if terms.key == policy.id)
    day = next(map(date.fromordinal, days), policy.effective_from)
    return holding_on((other for other in policies if other.id != policy.id), nanny_id, day)


def taking_hold(policies: Iterable[PayPolicy]) -> dict[UUID, date]:
    """Return from which day on each version holds, by its id, without those that never do: of the family's told among
    the family's alone, of a nanny's own among both. policies: all of one family.
    """
    policies = list(policies)
    days: dict[UUID, date] = {}
    for nanny_id in {policy.nanny_id for policy in policies}:
        own = {policy.id for policy in policies if policy.nanny_id == nanny_id}
        for day, terms in timeline(policies, nanny_id).holds:
            if (key := UUID(str(terms.key))) in own:
                days[key] = date.fromordinal(day)
    return days


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's versions that the person may see, the earliest first. parameters: cursor, limit.

    Raises NotVisible, NotAllowed or Invalid. Three queries.
    """
    standing = visibility.standing(person, family_id)
    if not standing.may(Capability.SEE_PAY_TERMS, unassigned=True):
        raise NotAllowed
    rows = visibility.pay_policies(standing)
    order = Order(f"pay_policies:{family_id}", ("effective_from", "id"))
    policies, following = paging.paginate(rows, parameters, order)
    days = taking_hold(versions(family_id))
    return Page([Row(policy, takes_hold_on=days.get(policy.id)) for policy in policies], following)


def get(person: User, policy_id: UUID) -> Row:
    """Return one version. Raises NotVisible. Two queries."""
    return shown(visibility.pay_policy(person, policy_id)[1])


def shown(policy: PayPolicy) -> Row:
    """Return a version just as an action left it. One query."""
    return Row(policy, takes_hold_on=taking_hold(versions(policy.family_id)).get(policy.id))
