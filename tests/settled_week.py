"""A week of Noor's with the Riveras that was settled, by the actions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handsel.actions import (
    care_sessions,
    children,
    expenses,
    generation,
    pay_items,
    pay_periods,
    payments,
    period_moves,
    receipts,
    tax_identities,
)
from handsel.documents import pdf
from handsel.documents.receipt_files import ReceiptFile
from handsel.models import (
    ApprovedAmounts,
    CareSessionChild,
    Event,
    GenerationBatch,
    IssuedDocument,
    IssuedFile,
    Receipt,
    TaxIdentity,
)
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.pay.expenses import Decision, ExpenseCategory
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.receipts import FileType
from handsel.rules.tax_numbers import TaxNumberKind
from tests.world import World, wall

MAY_4, MAY_10 = date(2026, 5, 4), date(2026, 5, 10)


def print_nothing(patch: pytest.MonkeyPatch) -> None:
    """Have documents without their PDF, which takes a tenth of a second."""

    def missing(*_: Any, **__: Any) -> bytes:
        raise pdf.NoPrinter

    patch.setattr(pdf, "render", missing)


def _at(text: str) -> dict[str, Any]:
    return {"at": wall(text), "source": Source.WEB}


def rows(world: World) -> dict[str, Any]:
    """Write the book down, and return its rows by what they are called."""
    riveras, noor, ana = world.riveras.id, world.noor, world.ana
    times = {"scheduled_start": wall("2026-05-05 09:00"), "scheduled_end": wall("2026-05-05 17:00")}
    draft = Draft.of(child_ids=(world.emma.id,), nanny_id=world.noor_of_riveras.id, is_confirmed=True, **times)
    session = care_sessions.create_impromptu(riveras, draft, by=ana, **_at("2026-05-04 09:00"))
    care_sessions.record(session.id, by=noor, **_at("2026-05-05 18:00"))
    children.update(world.emma.id, Draft.of(notes="Naps at noon."), by=ana, **_at("2026-05-05 18:00"))
    bonus = Draft.of(kind=ItemKind.BONUS, date=MAY_4, amount=Decimal("40.00"))
    item = pay_items.create(riveras, bonus, by=noor, **_at("2026-05-06 18:00"))
    lunch = Draft.of(
        date=date(2026, 5, 6),
        category=ExpenseCategory.MEALS,
        amount=Decimal("18.50"),
        file=ReceiptFile(FileType.PDF, b"%PDF-1.4"),
    )
    expense = receipts.enter(riveras, lunch, by=noor, **_at("2026-05-06 18:00"))
    expenses.decide(Decision.APPROVE, expense.id, by=ana, **_at("2026-05-06 19:00"))
    days = Draft.of(from_date=MAY_4, to_date=MAY_10)
    period = pay_periods.create(riveras, days, by=noor, **_at("2026-05-11 09:00"))
    period_moves.move(PeriodMove.SUBMIT, period.id, by=noor, **_at("2026-05-11 09:00"))
    period_moves.move(PeriodMove.APPROVE, period.id, by=ana, **_at("2026-05-11 10:00"))
    paid = Draft.of(
        nanny_id=world.noor_of_riveras.id,
        date=date(2026, 5, 12),
        amount=Decimal("300.00"),
        method=PaymentMethod.CASH,
        pay_period_id=period.id,
    )
    payment = payments.record(riveras, paid, by=ana, **_at("2026-05-12 10:00"))
    twice = payments.record(riveras, paid, by=ana, **_at("2026-05-12 10:01"))
    void = payments.void(twice.id, Draft.of(reason="Twice."), by=ana, **_at("2026-05-12 10:02"))
    payments.acknowledge(payment.id, by=noor, **_at("2026-05-13 10:00"))
    number = Draft.of(kind=TaxNumberKind.SSN, number="078-05-1120", legal_name="Noor Haddad", address="5 Elm Street")
    tax_identities.put(number, by=noor, **_at("2026-05-13 10:00"))
    schedule = world.schedule()
    a_day = Draft.of(from_date=date(2026, 6, 3), to_date=date(2026, 6, 3))
    generation.generate(schedule.id, a_day, by=ana, **_at("2026-05-13 10:00"))
    document = IssuedDocument.objects.get()
    return {
        "session": session,
        "item": item,
        "expense": expense,
        "receipt": Receipt.objects.get(),
        "period": period,
        "amounts": ApprovedAmounts.objects.get(),
        "payment": payment,
        "void": void,
        "document": document,
        "file": IssuedFile.objects.get(document=document, format="csv"),
        "identity": TaxIdentity.objects.get(),
        "child": world.emma,
        "event": Event.objects.get(kind="care_session.recorded"),
        "beginning": Event.objects.get(kind="care_session.created"),
        "link": CareSessionChild.objects.get(session=session),
        "schedule": schedule,
        "batch": GenerationBatch.objects.get(),
        "riveras": world.riveras,
        "okafors": world.okafors,
        "noor": world.noor_of_riveras,
        "bea": world.bea_of_riveras,
    }
