"""Random fortnights of care under random terms, for the properties of pay."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from handsel.rules import local_time
from handsel.rules.lifecycle import Status
from handsel.rules.pay import terms
from handsel.rules.pay.items import Item
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.terms import Terms
from handsel.rules.recurrence import Weekday
from tests.rules.test_pay_examples import Session

MONDAY = date(2026, 3, 2)
ZONES = ["America/New_York", "Europe/London", "America/St_Johns", "Asia/Kathmandu"]

rates = st.integers(0, 9999).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def sessions(draw, days: int = 14, zones: list[str] = ZONES):
    """A session of any state on one of the days, now and then over midnight, in another zone or without a rate."""
    number = draw(st.integers(0, 1 << 30))
    zone = draw(st.sampled_from(zones))
    day = MONDAY + timedelta(days=draw(st.integers(0, days - 1)))
    clock = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 1, 15, 30, 59])))
    start = local_time.instant(datetime.combine(day, clock), zone)
    end = start + timedelta(minutes=draw(st.integers(1, 1440)))
    status = draw(st.sampled_from([*[Status.COMPLETED] * 6, *Status]))
    began = start + timedelta(minutes=draw(st.integers(-240, 120)), seconds=draw(st.integers(0, 59)))
    ended = began + timedelta(minutes=draw(st.integers(0, 1440)))
    is_done, has_begun = status is Status.COMPLETED, status in {Status.COMPLETED, Status.IN_PROGRESS}
    is_cancelled = status is Status.CANCELLED
    return Session(
        f"{number:012}",
        status,
        draw(st.sampled_from([True, True, True, False])),
        zone,
        start,
        end,
        began if has_begun else None,
        ended if is_done else None,
        draw(st.none() | rates) if draw(st.booleans()) else Decimal("20.00"),
        start - timedelta(seconds=draw(st.integers(-3600, 300_000))) if is_cancelled else None,
        draw(st.sampled_from(["FAMILY", "NANNY"])) if is_cancelled else None,
    )


def session_lists(days: int = 14, zones: list[str] = ZONES):
    return st.lists(sessions(days, zones), max_size=12, unique_by=lambda session: session.id)


@st.composite
def versions(draw):
    """Terms with any of the rules on."""
    daily = draw(st.none() | st.integers(1, 1440))
    night = st.builds(
        terms.Night, st.just(time(22)), st.just(time(6)), st.integers(1, 20_000), st.integers(1, 480), st.booleans()
    )
    tiers = st.lists(
        st.builds(terms.Tier, st.integers(1, 96), st.integers(0, 100), st.integers(0, 300)), max_size=3
    ).map(lambda tiers: tuple(sorted(tiers, key=lambda tier: tier.notice_hours)))
    guaranteed = draw(st.sampled_from([0, 0, 1200, 2400, 2401]))
    return Terms(
        key=draw(st.integers()),
        effective_from=MONDAY + timedelta(days=draw(st.integers(-30, 14))),
        own=draw(st.booleans()),
        workweek_start=draw(st.sampled_from(Weekday)),
        pay_for=draw(st.sampled_from(terms.PayFor)),
        rounding_minutes=draw(st.sampled_from([0, 5, 6, 10, 15, 30])),
        rounding_mode=draw(st.sampled_from(terms.RoundingMode)),
        minimum_minutes=draw(st.sampled_from([0, 0, 60, 1440])),
        night=draw(st.none() | night),
        weekly_overtime_after=draw(st.none() | st.integers(1, 6000)),
        daily_overtime_after=daily,
        daily_double_after=draw(st.none() | st.integers(daily or 1, 1440)),
        seventh_day=draw(st.sampled_from([terms.SeventhDay.NONE, terms.SeventhDay.OVERTIME])),
        overtime_multiplier=draw(st.integers(101, 200)),
        double_multiplier=draw(st.integers(200, 400)),
        overtime_base=draw(st.sampled_from(terms.OvertimeBase)),
        federal_overtime=draw(st.booleans()),
        holidays=frozenset(draw(st.lists(st.integers(0, 13), max_size=3).map(_dates))),
        holiday_multiplier=draw(st.sampled_from([100, 150, 225, 400])),
        guaranteed_minutes=guaranteed,
        basic_rate=1850 if guaranteed else None,
        cancellation_tiers=draw(tiers),
        minimum_wage=draw(st.none() | st.just(1500)),
    )


def _dates(places: list[int]) -> list[date]:
    return [MONDAY + timedelta(days=place) for place in places]


@st.composite
def items(draw):
    kind = draw(st.sampled_from(["PAID_TIME_OFF", "SICK", "UNPAID_LEAVE", "BONUS", "ADJUSTMENT", "GIFT"]))
    day = MONDAY + timedelta(days=draw(st.integers(0, 13)))
    key = f"i{draw(st.integers(0, 1 << 30)):012}"
    if kind in {"BONUS", "ADJUSTMENT", "GIFT"}:
        amount = draw(st.integers(1, 50_000))
        return Item(key, LineKind(kind), day, amount=amount, in_regular_rate=kind == "BONUS" and draw(st.booleans()))
    return Item(key, LineKind(kind), day, minutes=draw(st.integers(1, 1440)), rate=1850)
