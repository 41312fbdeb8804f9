"""What letters say of pay: a new rate or new terms, with the old beside them, to who may see them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from handsel.formatting.dates import Formatter
from handsel.models import PayPolicy
from handsel.notices.validity import ValidNotice
from handsel.pages import pay_terms
from handsel.pages import raises as raises_in_words
from handsel.queries import pay_policies, raises
from handsel.queries.raises import MadeRaise
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Capability

KINDS = frozenset({NoticeKind.NEW_PAY_TERMS, NoticeKind.RATE_RAISED})


def of_notices(notices: Sequence[ValidNotice], formatter: Formatter) -> dict[UUID, list[str]]:
    """Return what those of these kinds say of pay, by their ids; the notices are of one person. Two queries at most."""
    of_terms = {entry.notice.family_id for entry in notices if entry.notice.kind == NoticeKind.NEW_PAY_TERMS}
    of_raises = {UUID(entry.notice.facts["raise"]) for entry in notices if entry.notice.kind == NoticeKind.RATE_RAISED}
    versions, raised = pay_policies.versions_by_family(of_terms), raises.by_id(of_raises)
    lines: dict[UUID, list[str]] = {}
    for entry in notices:
        match entry.notice.kind:
            case NoticeKind.NEW_PAY_TERMS:
                lines[entry.notice.id] = _of_terms(entry, formatter, versions[entry.notice.family_id])
            case NoticeKind.RATE_RAISED:
                lines[entry.notice.id] = _of_raise(entry, formatter, raised)
    return lines


def _of_terms(entry: ValidNotice, formatter: Formatter, policies: list[PayPolicy]) -> list[str]:
    """Return new terms of pay with the old ones beside them. policies: the versions of the family."""
    notice, standing = entry.notice, entry.standing
    new = next((policy for policy in policies if str(policy.id) == notice.facts["pay_policy"]), None)
    if new is None or not standing.may_with(Capability.SEE_PAY_TERMS, new.nanny_id):
        return []
    old = pay_policies.before(policies, new, standing.member_id)
    return pay_terms.differences(
        *(pay_terms.in_words(policy, notice.family.currency, formatter) for policy in (old, new))
    )


def _of_raise(entry: ValidNotice, formatter: Formatter, raised: Mapping[UUID, MadeRaise]) -> list[str]:
    made = raised.get(UUID(entry.notice.facts["raise"]))
    if made is None or not entry.standing.sees_pay_of(made.nanny_id):
        return []
    return raises_in_words.in_words(made, entry.notice.family.currency, formatter)
