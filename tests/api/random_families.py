"""Two nannies of the Riveras with a random fortnight each, written into the book: tests/rules/pay_fortnights.py makes
them. No amount of one is the other's by design, since every rate and amount has cents of its own.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from handsel.models import CareSession, CareSessionChild, Expense, Family, Member, PayItem, PayPeriod
from handsel.models.fields import pay_date_of
from handsel.rules.lifecycle import Status
from handsel.rules.pay.periods import PeriodStatus
from tests import approved_pay
from tests.api.contract import Api
from tests.models.broken_expenses import approved
from tests.rules.pay_fortnights import fortnight
from tests.world import LONG_AGO, World

CENTS = {"Noor": Decimal("0.17"), "Bea": Decimal("0.29")}


def write(world: World, seed: int) -> list[PayPeriod]:
    """Write their fortnights of the same days and approve them; return the periods."""
    random = Random(seed)
    case = fortnight(random)
    zone = case["sessions"][0]["timeZone"] if case["sessions"] else "America/New_York"
    Family.objects.filter(pk=world.riveras.pk).update(time_zone=zone)
    world.riveras.time_zone = zone
    nannies = [world.noor_of_riveras, world.bea_of_riveras]
    _terms(world, case)
    for nanny, facts in zip(nannies, (case, fortnight(random)), strict=True):
        _sessions(world, nanny, facts, random)
        _items(world, nanny, facts)
        _expenses(world, nanny, case, random)
    return [approved_pay.approve(world, _period(world, nanny, case)) for nanny in nannies]


def _terms(world: World, case: dict[str, Any]) -> None:
    ana = Api(world, world.ana)
    for policy in case["policies"]:
        body = {name: value for name, value in policy.items() if name != "scope"}
        body["nannyId"] = str(world.noor_of_riveras.id) if policy["scope"] == "NANNY" else None
        answer = ana.post(f"/families/{world.riveras.id}/pay-policies", body)
        assert answer.status_code == 201, answer.content


def _own(nanny: Member, amount: str | None) -> Decimal | None:
    """The amount with the nanny's own cents."""
    if amount is None:
        return None
    return Decimal(amount) + (CENTS[nanny.name] if Decimal(amount) < 9000 else -CENTS[nanny.name])


def _sessions(world: World, nanny: Member, case: dict[str, Any], random: Random) -> None:
    sessions = []
    for facts in case["sessions"]:
        is_cancelled, is_confirmed = facts["status"] == Status.CANCELLED, facts["isConfirmed"]
        # What ran was agreed on, promises the database.
        status = facts["status"] if is_confirmed or is_cancelled else Status.SCHEDULED
        ran = status in (Status.COMPLETED, Status.IN_PROGRESS)
        session = CareSession(
            family=world.riveras,
            status=status,
            scheduled_start=datetime.fromisoformat(facts["scheduledStart"]),
            scheduled_end=datetime.fromisoformat(facts["scheduledEnd"]),
            actual_start=datetime.fromisoformat(facts["actualStart"]) if ran else None,
            actual_end=datetime.fromisoformat(facts["actualEnd"]) if status == Status.COMPLETED else None,
            is_confirmed=is_confirmed,
            confirmed_at=LONG_AGO if is_confirmed else None,
            confirmed_by=world.ana_of_riveras if is_confirmed else None,
            cancelled_at=datetime.fromisoformat(facts["cancelledAt"]) if is_cancelled else None,
            cancelled_by=world.ana_of_riveras if is_cancelled else None,
            cancelled_for=facts["cancelledFor"] or "",
            hourly_rate=_own(nanny, facts["hourlyRate"]),
            time_zone=facts["timeZone"],
            overlap_allowed=True,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        session.give_to(nanny)
        session.pay_date = pay_date_of(session)
        sessions.append(session)
    CareSession.objects.bulk_create(sessions)
    CareSessionChild.objects.bulk_create(
        CareSessionChild(session=session, child=child)
        for session in sessions
        for child in random.choice([[world.emma], [world.theo], [world.emma, world.theo]])
    )


def _items(world: World, nanny: Member, case: dict[str, Any]) -> None:
    PayItem.objects.bulk_create(
        PayItem(
            family=world.riveras,
            nanny=nanny,
            kind=facts["kind"],
            date=date.fromisoformat(facts["date"]),
            minutes=facts.get("minutes"),
            hourly_rate=_own(nanny, facts.get("hourlyRate")),
            amount=_own(nanny, facts.get("amount")),
            in_regular_rate=facts.get("inRegularRate", False),
            reason="As agreed",
            entered_by=world.ana_of_riveras,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for facts in case["items"]
    )


def _expenses(world: World, nanny: Member, case: dict[str, Any], random: Random) -> None:
    """One laid out and one driven, on the first day of the period."""
    usual = {
        "family": world.riveras,
        "nanny": nanny,
        "date": date.fromisoformat(case["from"]),
        "entered_by": nanny,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        **approved(world),
    }
    distance, rate = Decimal(random.randint(1, 9999)).scaleb(-1), Decimal("0.7250")
    driven = (distance * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    Expense.objects.create(category="MEALS", amount=_own(nanny, f"{random.randint(10, 200)}.00"), **usual)
    Expense.objects.create(category="MILEAGE", amount=driven, distance=distance, rate=rate, unit="MI", **usual)


def _period(world: World, nanny: Member, case: dict[str, Any]) -> PayPeriod:
    return PayPeriod.objects.create(
        family=world.riveras,
        nanny=nanny,
        from_date=date.fromisoformat(case["from"]),
        to_date=date.fromisoformat(case["to"]),
        status=PeriodStatus.SUBMITTED,
        submitted_at=LONG_AGO,
        submitted_by=nanny,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
