"""The terms of pay: the versions of a family, and what of them binds one nanny."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from handsel.models import PayPolicy
from handsel.rules.pay.workweeks import Timeline


def versions(family_id: UUID) -> list[PayPolicy]:
    """Return every version of a family and of its nannies, the earliest first. One query."""
    return list(PayPolicy.objects.filter(family_id=family_id).order_by("effective_from", "id"))


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
