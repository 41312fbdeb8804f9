"""Notices of which nothing is left to do or to know: they leave the inbox, and no badge counts them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import batched
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from handsel.models import CareSession, Member, Notice
from handsel.notices import validity
from handsel.notices.kinds import CLOSING, KINDS
from handsel.rules.roles import Role

_FAMILIES_AT_ONCE = 100
_NOTHING: Mapping[UUID, datetime] = MappingProxyType({})


def close_past(at: datetime) -> int:
    """Close what time alone made over, where nobody pressed anything; return how many notices that are."""
    # unscoped: everybody's, by what is open still
    rows = Notice.objects.filter(kind__in=CLOSING, over_at__isnull=True)
    families = rows.order_by("family_id").values_list("family_id", flat=True).distinct()
    return sum(close(some, at=at) for some in batched(list(families), _FAMILIES_AT_ONCE))


@transaction.atomic(savepoint=False)
def close(families: Iterable[UUID], *, at: datetime, undone: Mapping[UUID, datetime] = _NOTHING) -> int:
    """Close the notices of these families that are over, and note of those that speak of many sessions which are left.
    Return how many were closed. Two queries, one more where plans end and one for what changed.

    undone: the sessions of which a move is undone, and when it was made: what it closed opens again. Whoever changes
    sessions calls this when it is done. What another holds at this moment is left to the worker (close_past): so nobody
    waits here for a row, and no two for each other.
    """
    rows = Notice.objects.filter(family__in=set(families), kind__in=CLOSING).annotate(is_nannys=_is_nannys())
    is_open = Q(over_at__isnull=True)
    rows = rows.filter(is_open | Q(over_at__gte=min(undone.values())) if undone else is_open)
    notices = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("id"))
    if not notices:
        return 0
    sessions = validity.still_true(notices, at=at, with_people=False)
    subjects = validity.subjects(notices, at)
    changed = [notice for notice in notices if _settle(notice, sessions[notice.id], subjects, undone, at)]
    # unscoped: the rows at hand
    Notice.objects.bulk_update(changed, ["over_at", "facts"])
    return sum(notice.over_at == at for notice in changed)


def _settle(
    notice: Notice,
    sessions: Iterable[CareSession],
    subjects: Collection[str],
    undone: Mapping[UUID, datetime],
    at: datetime,
) -> bool:
    """Set since when the notice is over, and what is left of many; return whether that changed."""
    row, over_at, facts = KINDS[notice.kind], notice.over_at, notice.facts
    left = [session for session in sessions if not _is_anothers(notice, session)]
    if over_at is not None and not any(over_at >= undone[each.id] for each in left if each.id in undone):
        return False
    is_true = bool(left) if row.states else facts.get(row.condition.subject) in subjects
    notice.over_at = None if is_true else over_at or at
    if row.states and notice.session_id is None:
        ids = [str(session.id) for session in left]
        if len(ids) != (len(facts["left"]) if "left" in facts else facts.get("count")):
            notice.facts = facts | {"left": ids}
    return (over_at, facts) != (notice.over_at, notice.facts)


def _is_anothers(notice: Notice, session: CareSession) -> bool:
    """Whether a nanny was told of it as their own and it is another's by now."""
    is_own = KINDS[notice.kind].is_own and notice.is_nannys  # type: ignore[attr-defined]  # annotated in close
    return is_own and session.nanny_person_id not in (None, notice.person_id)


def _is_nannys() -> Exists:
    is_theirs = {"user": OuterRef("person"), "family": OuterRef("family"), "role": Role.NANNY}
    # unscoped: who was told, in the family of what they were told
    return Exists(Member.objects.active().filter(**is_theirs))
