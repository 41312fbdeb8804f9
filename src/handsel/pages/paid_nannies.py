"""Whose pay a page is about: of several nannies one is chosen on top."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from handsel.access import paid_nannies
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import Member
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.rules.roles import Capability


def of(standing: Standing) -> list[Member]:
    """Return whose pay this person may see. Raises NotAllowed for who sees nobody's."""
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        raise NotAllowed
    nannies = paid_nannies.of_family(standing.family_id).select_related("user")
    if not standing.may(Capability.SEE_PAY_RECORDS):
        nannies = nannies.filter(pk=standing.member_id)
    return list(nannies)


def chosen(nannies: Sequence[Member], nanny_id: UUID | None) -> Member | None:
    """Return the nanny who is asked for, else the first who is one still. Raises NotVisible."""
    if nanny_id is not None:
        named = next((nanny for nanny in nannies if nanny.id == nanny_id), None)
        if named is None:
            raise NotVisible
        return named
    present = [nanny for nanny in nannies if nanny.is_nanny]
    return next(iter([*present, *nannies]), None)


def choices(nannies: Iterable[Member], here: Member | None, formatter: Formatter) -> list[tuple[UUID, str, bool]]:
    return [(nanny.id, formatter.names.whole(nanny, nanny.name), nanny == here) for nanny in nannies]
