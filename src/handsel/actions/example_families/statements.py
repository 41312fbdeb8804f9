"""The pay statements of the example, which are issued after it was loaded, by the worker.

Whoever approves a pay period issues its statement in the same transaction. The example alone leaves that for later: to
print takes longer than a first page should wait.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import visibility
from handsel.actions import issued_documents
from handsel.models import ApprovedAmounts, IssuedDocument, Member
from handsel.models.locks import lock_pay
from handsel.rules import example_people
from handsel.rules.history import Source
from handsel.rules.pay.documents import DocumentKind


def issue_next(at: datetime) -> int:
    """Issue the statement of the first approval in the example families that has none; return how many that were.

    One query where there is no such family, as in every book but an example.
    """
    members = Member.objects.filter(user__email__in=example_people.ADDRESSES)
    families = list(members.order_by("family_id").values_list("family_id", flat=True).distinct())
    amounts = _first_without_statement(families) if families else None
    if amounts is None:
        return 0
    period, by = amounts.period, amounts.approved_by.user
    prepared = issued_documents.prepare_statement(period, amounts, by=by, at=at)
    with transaction.atomic():
        lock_pay(period.family_id, period.nanny_id)
        if _first_without_statement(families) != amounts:  # another worker was first
            return 0
        standing = visibility.standing(by, period.family_id)
        issued_documents.issue_statement(period, amounts, prepared, by=standing, at=at, source=Source.WORKER)
    return 1


def _first_without_statement(families: list[UUID]) -> ApprovedAmounts | None:
    """Return the approval whose statement is the next to be issued: each has its own, in their order."""
    statements = IssuedDocument.objects.filter(family__in=families, kind=DocumentKind.PAY_STATEMENT)
    issued = Counter(statements.values_list("period_id", flat=True))
    approvals = ApprovedAmounts.objects.filter(family__in=families).order_by("approved_at", "id")
    for amounts in approvals.select_related("period__family", "period__nanny__user", "approved_by__user"):
        if not issued[amounts.period_id]:
            return amounts
        issued[amounts.period_id] -= 1
    return None
