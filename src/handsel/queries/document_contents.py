"""What documents say, of what approving stored: as the API answers it, and beside it what files show.

Number and time of issue are not in it: who issues adds them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from handsel.documents.document_page import Printing
from handsel.documents.pay_rows import PayRow, PaySheet
from handsel.formatting import pay_sources
from handsel.models import ApprovedAmounts, CareSessionChild, Child, Event, Family, Member, PayPeriod, User
from handsel.queries import payments, tax_identities, timesheets
from handsel.queries.payments import Coverings
from handsel.rules.pay import stored
from handsel.rules.pay.care_costs import PeriodCost
from handsel.rules.pay.covering import PeriodDue
from handsel.rules.pay.documents import OF_A_PERIOD, OF_NO_NANNY, DocumentKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.stored import ApprovedPeriod, Fields, as_text, cents

_LATE = timedelta(hours=1)


@dataclass(frozen=True)
class Subject:
    """What a document is about, as far as its kind asks for it. nanny: None where it is about no one nanny, and in a
    family that keeps its book alone, which names who cared.
    """

    kind: DocumentKind
    family: Family
    nanny: Member | None = None
    period: PayPeriod | None = None
    year: int | None = None
    from_date: date | None = None
    to_date: date | None = None
    children: Sequence[Child] = ()
    carer_name: str = ""
    carer_address: str = ""

    @property
    def child_ids(self) -> list[str]:
        return [str(child.id) for child in self.children]


@dataclass(frozen=True)
class Contents:
    """What a document says, and what its files show beside it."""

    content: dict[str, Any]
    sheet: PaySheet
    printing: Printing


def stamp(family_id: UUID, *, at: datetime) -> object:
    """Return what is another one whenever a document of this family, or its pay, may come to something else.

    Two queries. Every action in the family writes an event; what people call themselves is theirs and writes none.
    """
    # An event is seen later than its time says: by a transaction's length, by a difference of clocks. So they are
    # counted, for one that comes late may not be the newest.
    events = Event.objects.filter(family_id=family_id, at__gte=at - _LATE).count()
    members = Member.objects.filter(family_id=family_id).order_by("id")
    return events, list(members.values_list("id", "name_on_record", "user__name", "user__tax_identity__changed_at"))


def contents(subject: Subject, *, by: User, approving: ApprovedAmounts | None = None) -> Contents:
    """Return what a document says, in the active language. approving: what is about to be stored of its period.

    A dozen queries, however many rows there are.
    """
    return _Maker(subject, by, approving).contents()


@dataclass
class _Maker:
    subject: Subject
    by: User
    approving: ApprovedAmounts | None

    def contents(self) -> Contents:
        subject = self.subject
        head = {
            "kind": subject.kind.value,
            "language": self.by.language,
            "currency": subject.family.currency,
            "family": {"id": str(subject.family.id), "name": subject.family.name},
            "nanny": None if subject.kind in OF_NO_NANNY else self.nanny(),
        }
        said, lines, weeks = self.about()
        sessions = timesheets.sessions_of_lines(
            subject.family.id, [UUID(line["sessionId"]) for line in lines if line["sessionId"]]
        )
        rows = [PayRow(line, sessions.get(line["sessionId"] and UUID(line["sessionId"]))) for line in lines]
        sheet = PaySheet(rows, weeks, stored.totals_of(lines, weeks), subject.family.currency)
        printing = Printing(
            self.by.formatter,
            subject.family.time_zone,
            names=self.names,
            child_names={str(session_id): of_session.child_names for session_id, of_session in sessions.items()},
        )
        return Contents(head | said, sheet, printing)

    def about(self) -> tuple[dict[str, Any], list[Fields], list[Fields]]:
        """Return what the kind says, with its lines and weeks."""
        subject = self.subject
        if subject.period is not None:
            return self.of_period(subject.period)
        if subject.year is None:
            return self.receipt()
        if subject.kind is DocumentKind.YEAR_CHILD:
            return self.year_of_child(subject.year, subject.children[0])
        return self.of_year(subject.year)

    # Who

    def nanny(self) -> dict[str, Any]:
        """Return who is paid: by their tax identity where they issue it or have shared it, else by the book."""
        subject, member = self.subject, self.subject.nanny
        if member is None:
            return {"id": None, "name": subject.carer_name, "address": subject.carer_address or None}
        legal = tax_identities.named(member.user_id, subject.family.id, by=self.by)
        name, address = legal or (member.name, None)
        return {"id": str(member.id), "name": name, "address": address}

    @cached_property
    def members(self) -> dict[UUID, Member]:
        members = Member.objects.filter(family=self.subject.family).select_related("user")
        return {member.id: member for member in members}

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of members and children, and of periods their days."""
        form = self.by.formatter
        return {
            **{str(member_id): member.name for member_id, member in self.members.items()},
            **{str(child.id): str(child) for child in self.children},
            **{str(period.id): form.days(period.from_date, period.to_date) for period in self.periods},
        }

    @cached_property
    def children(self) -> list[Child]:
        """Return the family's children in the order in which they were entered."""
        return list(Child.objects.filter(family=self.subject.family).order_by("created_at", "id"))

    # What was approved

    @cached_property
    def periods(self) -> list[PayPeriod]:
        """Return the periods that it may be about, by nanny and day: of one nanny, or of all."""
        periods = PayPeriod.objects.filter(family=self.subject.family).select_related("amounts")
        if self.subject.kind not in OF_NO_NANNY:
            periods = periods.filter(nanny=self.subject.nanny)
        # What a statement adds up of other periods are their totals alone.
        rest = ("apart", "warnings", "policy_ids", *(("lines", "weeks") if self.subject.kind in OF_A_PERIOD else ()))
        periods = periods.defer(*(f"amounts__{column}" for column in rest))
        return list(periods.order_by("nanny__joined_at", "nanny_id", "from_date"))

    @cached_property
    def approved(self) -> list[ApprovedPeriod]:
        approved = []
        for period in self.periods:
            amounts = period.amounts if period.status == PeriodStatus.APPROVED else None
            if self.approving is not None and self.approving.period_id == period.id:
                amounts = self.approving
            if amounts is None:
                continue
            has_lines = self.subject.period is None or self.subject.period.id == period.id
            lines, weeks = (pay_sources.read_stored(amounts.lines), amounts.weeks) if has_lines else ((), ())
            days = (period.from_date, period.to_date)
            approved.append(ApprovedPeriod(period.id, period.nanny_id, *days, lines, weeks, amounts.totals))
        return approved

    @cached_property
    def covering(self) -> Coverings:
        """Return what payments cover, for each nanny."""
        due, nannies = None, {period.nanny_id for period in self.periods}
        if self.approving is not None:
            period, totals = self.approving.period, self.approving.totals
            sums = (cents(totals[name]) for name in ("gross", "reimbursements", "gifts"))
            due = (period.nanny_id, PeriodDue(period.id, period.to_date, *sums))
        return payments.of_family(self.subject.family.id, nannies, approving=due)

    def paid_of_wages(self, period: ApprovedPeriod) -> list[tuple[date, int]]:
        """Return what payments cover of a period's wages, and when they were made."""
        covers = self.covering[period.nanny].covers
        return [
            (cover.payment.date, cover.wages)
            for cover in covers
            if cover.payment and cover.period.key == period.key and cover.wages
        ]

    # What each kind says

    def of_period(self, period: PayPeriod) -> tuple[dict[str, Any], list[Fields], list[Fields]]:
        [own] = [approved for approved in self.approved if approved.key == period.id]
        year = [
            approved.totals
            for approved in self.approved
            if approved.last.year == own.last.year and approved.last <= own.last
        ]
        covered = self.covering[own.nanny].covered(own.key)
        said = {
            "period": self.moves(period),
            "lines": list(own.lines),
            "weeks": list(own.weeks),
            "totals": dict(own.totals),
            "yearToDate": stored.added(year),
            "covered": as_text(covered),
            "open": as_text(cents(own.totals["due"]) - covered),
        }
        return said, list(own.lines), list(own.weeks)

    def moves(self, period: PayPeriod) -> dict[str, Any]:
        at, by = period.approved_at, period.approved_by_id
        if self.approving is not None:
            at, by = self.approving.approved_at, self.approving.approved_by_id
        return {
            "from": period.from_date.isoformat(),
            "to": period.to_date.isoformat(),
            "submittedAt": _instant(period.submitted_at),
            "submittedBy": str(period.submitted_by_id),
            "approvedAt": _instant(at),
            "approvedBy": str(by),
        }

    def of_year(self, year: int) -> tuple[dict[str, Any], list[Fields], list[Fields]]:
        # An expense may be settled with a period of the next year.
        with_lines = {period.key for period in self.approved if any(stored.of_year([period], year))}
        nannies = dict.fromkeys(
            period.nanny_id
            for period in self.periods
            if period.from_date.year <= year <= period.to_date.year or period.id in with_lines
        )
        if self.subject.kind is DocumentKind.YEAR_NANNY:
            nannies = {self.subject.nanny.id if self.subject.nanny else None: None}
        is_of_all = self.subject.kind is DocumentKind.YEAR_FAMILY
        made = payments.made_in(self.subject.family.id, year)
        nannies |= dict.fromkeys(payment.nanny_id for payment in made if is_of_all)
        lines, weeks = stored.of_year(self.approved, year)
        said = {
            "year": year,
            "nannies": [self.year_of_nanny(nanny_id, year) for nanny_id in nannies],
            "payments": [
                {
                    "id": str(payment.id),
                    "nannyId": payment.nanny_id and str(payment.nanny_id),
                    "date": payment.date.isoformat(),
                    "amount": f"{payment.amount:.2f}",
                    "method": payment.method,
                    "payPeriodId": payment.pay_period_id and str(payment.pay_period_id),
                }
                for payment in made
                if payment.nanny_id in nannies
            ],
        }
        return said, lines, weeks

    def year_of_nanny(self, nanny_id: UUID | None, year: int) -> dict[str, Any]:
        approved = [period for period in self.approved if period.nanny == nanny_id]
        lines, weeks = stored.of_year(approved, year)
        is_approved = {period.key for period in approved}
        covering = self.covering.get(nanny_id)

        def wages_paid(first: date, last: date) -> int:
            return covering.wages_paid(first, last) if covering else 0

        quarters = [(date(year, 3 * number - 2, 1), number) for number in range(1, 5)]
        ends = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]
        name = self.members[nanny_id].name if nanny_id else self.subject.carer_name
        return {
            "nannyId": nanny_id and str(nanny_id),
            "name": name,
            "months": stored.months(lines, weeks),
            "quarters": [
                {"quarter": number, "wagesPaid": as_text(wages_paid(first, last))}
                for (first, number), last in zip(quarters, ends, strict=True)
            ],
            "totals": stored.totals_of(lines, weeks) | {"wagesPaid": as_text(wages_paid(date(year, 1, 1), ends[-1]))},
            "notApproved": [
                str(period.id)
                for period in self.periods
                if period.nanny_id == nanny_id
                and period.id not in is_approved
                and period.from_date.year <= year <= period.to_date.year
            ],
        }

    def costs(self, periods: Iterable[ApprovedPeriod]) -> list[PeriodCost]:
        """Return what each period cost the children. One query."""
        periods = list(periods)
        session_ids = {line["sessionId"] for period in periods for line in period.lines if line["sessionId"]}
        links = CareSessionChild.objects.filter(
            session__family=self.subject.family, session__in=[UUID(session_id) for session_id in session_ids]
        ).order_by("child__created_at", "child_id")
        children_of: dict[str, list[UUID]] = {}
        for session_id, child_id in links.values_list("session_id", "child_id"):
            children_of.setdefault(str(session_id), []).append(child_id)
        order = [child.id for child in self.children]
        return [PeriodCost(period, order, children_of, self.paid_of_wages(period)) for period in periods]

    def year_of_child(self, year: int, child: Child) -> tuple[dict[str, Any], list[Fields], list[Fields]]:
        costs = self.costs(self.approved)
        earned: dict[tuple[int, UUID | None], int] = {}
        paid: dict[tuple[int, UUID | None], int] = {}
        for cost in costs:
            for month, of_month in cost.earned_by_month(child.id, year).items():
                earned[month, cost.period.nanny] = earned.get((month, cost.period.nanny), 0) + of_month
            for day, amount in cost.paid(child.id):
                if day.year == year:
                    key = (day.month, cost.period.nanny)
                    paid[key] = paid.get(key, 0) + amount
        order = list(dict.fromkeys(period.nanny_id for period in self.periods))
        keys = sorted({*earned, *paid}, key=lambda key: (key[0], order.index(key[1])))
        said = {
            "year": year,
            "childId": str(child.id),
            "months": [
                {
                    "month": month,
                    "nannyId": nanny_id and str(nanny_id),
                    "earned": as_text(earned.get((month, nanny_id), 0)),
                    "paid": as_text(paid.get((month, nanny_id), 0)),
                }
                for month, nanny_id in keys
            ],
        }
        lines = [
            line for cost in costs for line in cost.lines_of(child.id) if date.fromisoformat(line["date"]).year == year
        ]
        return said, lines, []

    def receipt(self) -> tuple[dict[str, Any], list[Fields], list[Fields]]:
        subject = self.subject
        inside = [period for period in self.approved if is_inside(period, subject)]
        costs = self.costs(inside)
        said = {
            "from": subject.from_date.isoformat() if subject.from_date else "",
            "to": subject.to_date.isoformat() if subject.to_date else "",
            "children": [
                {
                    "childId": str(child.id),
                    "name": f"{child.first_name} {child.last_name}".strip(),
                    "dateOfBirth": child.date_of_birth and child.date_of_birth.isoformat(),
                }
                for child in subject.children
            ],
            "periods": [self.period_of_receipt(cost) for cost in costs],
        }
        return (
            said,
            [line for cost in costs for line in cost.lines],
            [week for cost in costs for week in cost.period.weeks],
        )

    def period_of_receipt(self, cost: PeriodCost) -> dict[str, Any]:
        return {
            "payPeriodId": str(cost.period.key),
            "from": cost.period.first.isoformat(),
            "to": cost.period.last.isoformat(),
            "children": [
                {
                    "childId": str(child.id),
                    "charge": as_text(cost.charge(child.id)),
                    "paid": [
                        {"date": day.isoformat(), "amount": as_text(amount)} for day, amount in cost.paid(child.id)
                    ],
                }
                for child in self.subject.children
            ],
            "notAllotted": as_text(cost.allotment.total_not_allotted),
        }


def is_inside(period: ApprovedPeriod | PayPeriod, subject: Subject) -> bool:
    """Say whether a receipt of these days is about a whole period."""
    first, last = (period.from_date, period.to_date) if isinstance(period, PayPeriod) else (period.first, period.last)
    return bool(subject.from_date and subject.to_date and subject.from_date <= first and last <= subject.to_date)


def _instant(at: Any) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None
