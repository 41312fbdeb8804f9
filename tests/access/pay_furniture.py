"""What is paid in a family, one of each kind, and the rates by which one sees that pay leaks."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from handsel.models import (
    ApprovedAmounts,
    Event,
    Expense,
    Family,
    IssuedDocument,
    IssuedFile,
    Member,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
)
from handsel.rules import local_time
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.pay.periods import PeriodStatus
from tests.models.broken_pay_periods import NO_TOTALS
from tests.world import ZONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEFAULT_RATE, FIRST_RATE, SECOND_RATE, NOBODYS_RATE = (Decimal(rate) for rate in ("55.17", "77.31", "66.13", "44.19"))
RATES = {str(rate) for rate in (DEFAULT_RATE, FIRST_RATE, SECOND_RATE, NOBODYS_RATE)}
# The schedules' seven hours a week and the two completed sessions cost this.
PAY = RATES | {str(amount) for amount in (7 * FIRST_RATE, 7 * SECOND_RATE, FIRST_RATE + SECOND_RATE)}


def terms(family: Family, canary: str, nanny: Member | None, parent: Member, now: datetime) -> PayPolicy:
    return PayPolicy.objects.create(
        family=family,
        nanny=nanny,
        effective_from=today(now),
        holidays=[{"date": today(now).isoformat(), "name": canary}],
        basic_rate=SECOND_RATE if nanny else None,
        created_by=parent,
        created_at=now,
    )


def today(at: datetime) -> date:
    """By the family's clock: in the first hours of a day of UTC it is still the day before there."""
    return local_time.local_date(at, ZONE)


def expense_of(family: Family, canary: str, nanny: Member, by: Member) -> Expense:
    now = timezone.now()
    return Expense.objects.create(
        family=family,
        nanny=nanny,
        category="MEALS",
        date=today(now),
        amount=FIRST_RATE,
        note=canary,
        entered_by=by,
        created_at=now,
        updated_at=now,
    )


def raise_of(family: Family, nanny: Member, parent: Member, at: datetime) -> Event:
    """One that changed nothing that is there any more."""
    changes = {"hourly_rate": ["25.00", "27.50"], "from_date": [None, "2031-03-03"]}
    changes |= {"schedule_ids": [None, []], "session_ids": [None, []]}
    return Event.objects.create(
        family=family, kind="pay_rate.raised", at=at, by=parent, source="WEB", changes=changes, nanny=nanny
    )


def pay_item_of(family: Family, canary: str, nanny: Member, by: Member) -> PayItem:
    now = timezone.now()
    return PayItem.objects.create(
        family=family,
        nanny=nanny,
        kind="GIFT",
        date=today(now),
        amount=FIRST_RATE,
        reason=canary,
        entered_by=by,
        created_at=now,
        updated_at=now,
    )


def removed_pay_item(family: Family, canary: str, nanny: Member, by: Member) -> PayItem:
    """Return one that is gone, as it was; the history tells who removed it."""
    item = pay_item_of(family, canary, nanny, by)
    gone = {"pay_item_id": item.id, "kind": item.kind, "date": item.date.isoformat(), "amount": str(item.amount)}
    gone |= {"nanny_id": nanny.id, "reason": canary, "entered_by_id": by.id}
    Event.objects.create(
        family=family,
        kind="pay_item.deleted",
        at=timezone.now(),
        by=by,
        source="WEB",
        changes={name: [str(old), None] for name, old in gone.items()},
        nanny=nanny,
    )
    PayItem.objects.filter(pk=item.pk).delete()
    return item


def payment_of(family: Family, canary: str, nanny: Member, by: Member) -> Payment:
    """Return one that counts, beside one that was voided."""
    now = timezone.now()
    columns = {"family": family, "nanny": nanny, "recorded_by": by, "created_at": now}
    columns |= {"date": today(now), "amount": FIRST_RATE, "method": "CASH"}
    wrong = Payment.objects.create(**columns)
    Payment.objects.create(voids=wrong, reason=canary, **columns)
    return Payment.objects.create(note=canary, **columns)


def document_of(
    family: Family, canary: str, number: int, nanny: Member | None, by: Member, now: datetime
) -> IssuedDocument:
    document = IssuedDocument.objects.create(
        family=family,
        number=number,
        kind=DocumentKind.YEAR_NANNY if nanny else DocumentKind.YEAR_FAMILY,
        nanny=nanny,
        year=2026,
        language="en",
        issued_at=now,
        issued_by=by,
        content_sha256="0" * 64,
        sha256={},
    )
    IssuedFile.insert_many([IssuedFile.of(document, name, canary.encode()) for name in FileFormat])
    return document


def pay_periods_of(family: Family, canary: str, nanny: Member, parent: Member) -> dict[str, Any]:
    """Three of a nanny, one after the other, on days on which nobody worked."""
    first, week = date(2020, 1, 6), timedelta(days=7)
    now = timezone.now()
    submitted = {"submitted_at": now, "submitted_by": nanny}
    stored = {name: [] for name in ("lines", "weeks", "apart", "warnings", "policy_ids")}
    things: dict[str, Any] = {"end of a period": str(first + 4 * week - timedelta(days=1))}
    for number, (name, columns) in enumerate(
        {"approved period": submitted, "submitted period": submitted, "period": {}}.items()
    ):
        things[name] = PayPeriod.objects.create(
            family=family,
            nanny=nanny,
            from_date=first + number * week,
            to_date=first + (number + 1) * week - timedelta(days=1),
            status=PeriodStatus.SUBMITTED if columns else PeriodStatus.OPEN,
            created_at=now,
            updated_at=now,
            **dict.fromkeys(("note", "query", "reopen_reason"), canary),
            **columns,
        )
        if name == "approved period":
            approved = things[name]
            approved.amounts = ApprovedAmounts.objects.create(
                family=family,
                period=approved,
                approved_at=now,
                approved_by=parent,
                totals=NO_TOTALS,
                **stored,
            )
            approved.status, approved.approved_at, approved.approved_by = PeriodStatus.APPROVED, now, parent
            approved.save()
    return things
