"""The page of documents: what was issued, and what can be, with what is missing said before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.documents.document_page import DOCUMENT_KINDS
from handsel.formatting.dates import Formatter
from handsel.formatting.names import join_facts
from handsel.models import Child, Family, IssuedDocument, Member, PayPeriod, User
from handsel.pages import pay_tabs
from handsel.queries import issued_documents as queries
from handsel.queries.paging import Row
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.pay.documents import OF_A_PERIOD, OF_NO_NANNY, DocumentKind, FileFormat
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability, Role

_FORMATS = (FileFormat.PDF, FileFormat.XLSX, FileFormat.CSV)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An issued document as a list shows it. files: format and name of each that there is."""

    id: UUID
    title: str
    about: str
    issued: str
    note: str
    files: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: values with their labels. is_alone: the family never had a nanny; has_nobodys_periods: some
    of its periods are of that time.
    """

    kinds: list[tuple[DocumentKind, str]]
    periods: list[tuple[UUID, str]]
    nannies: list[tuple[UUID, str]]
    children: list[tuple[UUID, str]]
    years: list[int]
    is_alone: bool
    has_nobodys_periods: bool


def page(person: User, family_id: UUID, *, at: datetime, after: str | None = None) -> dict[str, Any]:
    """Return the page's context. Raises NotVisible, or NotAllowed for who sees nobody's pay. At most nine queries."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        raise NotAllowed
    documents = queries.documents(person, family_id, Draft({"cursor": after} if after else {}))
    periods = _periods(standing)
    waiting = sum(period.status != PeriodStatus.APPROVED for period in periods)
    return {
        "family_id": family.id,
        "family_name": family.name,
        "tabs": pay_tabs.tabs(standing, "documents"),
        "rows": [_row(document, standing, family) for document in documents.items],
        "being_made": [_being_made(period, person.formatter) for period in periods if _lacks_statement(period)],
        "after": documents.next,
        "choices": _choices(standing, family, periods, at),
        "waiting": _waiting(waiting) if waiting == len(periods) else "",
    }


def _periods(standing: Standing) -> list[Any]:
    """Return the pay periods that somebody sees, latest first, each with whether what was approved last has its
    statement: the example's are issued later, by the worker.
    """
    # unscoped: of periods at hand
    statements = IssuedDocument.objects.filter(period=OuterRef("pk"), kind=DocumentKind.PAY_STATEMENT)
    has_statement = Exists(statements.filter(issued_at__gte=OuterRef("approved_at")))
    periods = visibility.pay_periods(standing).annotate(has_statement=has_statement)
    return list(periods.select_related("nanny__user").order_by("-from_date"))


def _lacks_statement(period: Any) -> bool:
    return period.status == PeriodStatus.APPROVED and not period.has_statement


def _being_made(period: PayPeriod, formatter: Formatter) -> str:
    return join_facts(_name(period.nanny, formatter), formatter.days(period.from_date, period.to_date))


def mine(person: User, *, after: str | None = None) -> dict[str, Any]:
    """Return the context of one's own documents in all families. Two queries."""
    documents = queries.mine(person, Draft({"cursor": after} if after else {}))
    # unscoped: of families whose documents are the person's own
    families = Family.objects.in_bulk({document.family_id for document in documents.items})
    return {
        "rows": [_own_row(document, families[document.family_id], person) for document in documents.items],
        "after": documents.next,
    }


def of_period(standing: Standing, period: PayPeriod, formatter: Formatter) -> dict[str, Any]:
    """Return what was issued about a pay period as a list, also what a newer one corrects. One query."""
    documents = queries.of_period(standing, period)
    return {"rows": [_shown(document, period.family, formatter, "") for document in documents]}


def _waiting(count: int) -> str:
    if not count:
        return gettext("Documents are made of approved pay periods. There is none yet.")
    sentence = ngettext(
        "Documents are made of approved pay periods; %(count)s waits.",
        "Documents are made of approved pay periods; %(count)s wait.",
        count,
    )
    return sentence % {"count": count}


def _row(document: Row, standing: Standing, family: Family) -> DocumentRow:
    names = standing.person.known_names
    nanny = names.of_id(document.nanny_id, "") if document.nanny_id else ""
    return _shown(document, family, standing.person.formatter, nanny)


def _own_row(document: Row, family: Family, person: User) -> DocumentRow:
    return _shown(document, family, person.formatter, family.name)


def _shown(document: Row, family: Family, formatter: Formatter, whose: str) -> DocumentRow:
    number = gettext("No. %(number)s") % {"number": document.number}
    days = formatter.days(document.from_date, document.to_date) if document.from_date else str(document.year)
    note = gettext("A newer one corrects this.") if document.corrected_by else ""
    if document.files_dropped_at:
        note = gettext("Its files are gone: who it names was erased, and its years are over.")
    day = formatter.full_at(document.issued_at, family.time_zone)
    return DocumentRow(
        document.id,
        f"{DOCUMENT_KINDS[DocumentKind(document.kind)]} {number}",
        join_facts(whose, days),
        gettext("Issued on %(day)s") % {"day": day},
        note,
        [
            (name.value, name.value.upper())
            for name in _FORMATS
            if document.sha256.get(name.value) and not document.files_dropped_at
        ],
    )


def _choices(standing: Standing, family: Family, periods: list[PayPeriod], at: datetime) -> Choices:
    formatter, names = standing.person.formatter, standing.person.known_names
    approved = [period for period in periods if period.status == PeriodStatus.APPROVED]
    sees_all = standing.may(Capability.ISSUE_FAMILY_DOCUMENTS)
    kinds = [
        kind
        for kind in DocumentKind
        if (sees_all or kind not in OF_NO_NANNY) and (approved or kind not in {*OF_A_PERIOD, DocumentKind.CARE_RECEIPT})
    ]
    children = Child.objects.filter(family=family).order_by("created_at", "id")
    this_year = local_time.local_date(at, family.time_zone).year
    first_year = min((period.from_date.year for period in periods), default=this_year)

    def label(period: PayPeriod) -> str:
        return join_facts(
            _name(period.nanny, formatter) if sees_all else "",
            formatter.days(period.from_date, period.to_date),
            str(period.to_date.year),
        )

    nannies: list[Member] = []
    if standing.role is not Role.NANNY:
        nannies = list(paid_nannies.of_family(family.id).select_related("user"))
    return Choices(
        [(kind, str(DOCUMENT_KINDS[kind])) for kind in kinds],
        [(period.id, label(period)) for period in approved],
        [(nanny.id, _name(nanny, formatter)) for nanny in nannies],
        [(child.id, names.of(child)) for child in children],
        list(range(this_year, first_year - 1, -1)),
        is_alone=standing.role is not Role.NANNY and not nannies,
        has_nobodys_periods=any(period.nanny_id is None for period in approved),
    )


def _name(nanny: Member | None, formatter: Formatter) -> str:
    return formatter.names.whole(nanny, nanny.name) if nanny else ""
