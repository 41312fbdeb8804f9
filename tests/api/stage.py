"""Fill in what the OpenAPI file cannot say: ids that exist, and fields that agree with each other."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from handsel.access import tokens
from handsel.actions import care_sessions, tax_identities
from handsel.documents import export_files
from handsel.models import (
    CareSchedule,
    CareSession,
    ChangeRequest,
    Child,
    Expense,
    Export,
    Family,
    GenerationBatch,
    Invitation,
    IssuedDocument,
    IssuedFile,
    Member,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    Receipt,
    SessionImport,
    TaxIdentity,
    TimeOff,
)
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.exports import ExportStatus
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.pay.documents import FileFormat
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role
from handsel.rules.tax_numbers import TaxNumberKind
from tests.models.broken_documents import a_document
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_items import an_item
from tests.models.broken_pay_periods import a_period, settle_all
from tests.models.broken_payments import a_payment
from tests.models.broken_receipts import a_receipt
from tests.world import LONG_AGO, NOW, World

Body = dict[str, Any]

_STATES = {
    "startCareSession": State.CONFIRMED,
    "completeCareSession": State.IN_PROGRESS,
    "restoreCareSession": State.CANCELLED,
    "requestChanges": State.CONFIRMED,
}
_PERIOD_STATES = {
    "withdrawPayPeriod": PeriodStatus.SUBMITTED,
    "queryPayPeriod": PeriodStatus.SUBMITTED,
    "approvePayPeriod": PeriodStatus.SUBMITTED,
    "reopenPayPeriod": PeriodStatus.APPROVED,
    "askToReopenPayPeriod": PeriodStatus.APPROVED,
    "declineToReopenPayPeriod": PeriodStatus.APPROVED,
}
_NEED_A_TAX_NUMBER = {"getTaxIdentity", "deleteTaxIdentity", "shareTaxNumber"}
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)


# Where several are paid, whose it is has to be said.
_WHOSE_PAY = {"getTimesheet", "createExpense", "createPayItem", "recordPayment"}


class Stage:
    """The Riveras, one of whom asks. Nothing here clashes: every session lets others overlap."""

    table = "Planned start,Planned end,Children,Nanny\n"  # that any family may import

    def __init__(self, world: World, role: Role) -> None:
        self.world = world
        self.role = role
        self.me = {Role.PARENT: world.ana_of_riveras, Role.NANNY: world.noor_of_riveras}.get(role) or world.join(
            world.riveras, role
        )
        self.token = world.secret(self.me.user)
        self._numbers = count()

    def furnish(self, operation: str) -> None:
        """What an operation is about that no address names."""
        if operation in _NEED_A_TAX_NUMBER and not TaxIdentity.objects.filter(person=self.me.user).exists():
            draft = Draft.of(kind=TaxNumberKind.SSN, number="912-34-5678", legal_name="Noor Haddad")
            tax_identities.put(draft, by=self.me.user, at=NOW, source=Source.API)

    # Ids

    def id_for(self, parameter: str, operation: str) -> str:
        """The id of something new, in the state that the operation asks for."""
        make: dict[str, Callable[[str], UUID]] = {
            "familyId": lambda _: self.world.riveras.id,
            "childId": lambda _: self._child().id,
            "memberId": lambda _: self.world.join(self.world.riveras, Role.VIEWER, name=self._name()).id,
            "scheduleId": lambda _: self.world.schedule().id,
            "sessionId": lambda operation: self._session_for(operation).id,
            "batchId": lambda _: self._batch().id,
            "requestId": lambda operation: self._request(operation).id,
            "timeOffId": lambda _: self._time_off().id,
            "paymentId": lambda _: a_payment(self.world).id,
            "year": lambda _: 2026,
            "expenseId": lambda _: an_expense(self.world, entered_by=self.me).id,
            "receiptId": lambda _: a_receipt(an_expense(self.world, entered_by=self.me)).id,
            "periodId": lambda operation: self._period(operation).id,
            "itemId": lambda _: an_item(self.world, entered_by=self.me).id,
            "policyId": lambda _: a_policy(self.world, nanny=self._paid_nanny(), effective_from=self._new_day()).id,
            "documentId": lambda _: self._document().id,
            "exportId": lambda _: self._export().id,
            "importId": lambda _: self._import().id,
        }
        return str(make[parameter](operation))

    def _name(self) -> str:
        return f"Guest{next(self._numbers)}"

    def _new_day(self) -> date:
        return date(2030, 1, 1) + next(self._numbers) * _DAY

    def _child(self) -> Child:
        return Child.objects.create(family=self.world.riveras, first_name="Zuri", created_at=LONG_AGO)

    def _session_for(self, operation: str) -> CareSession:
        """Only what has begun is recorded; the undo takes back that it was."""
        if operation not in ("recordCareSession", "undoCareSession"):
            return self._session(_STATES.get(operation, State.UNCONFIRMED))
        session = self._session(State.CONFIRMED, "2026-06-01 04:00", hours=3)
        if operation == "undoCareSession":
            return care_sessions.move(
                Move.RECORD, session.id, EMPTY_DRAFT, by=self.world.ana, at=NOW, source=Source.API
            )
        return session

    def _session(self, state: State, start: str = "2026-06-01 08:00", **columns: Any) -> CareSession:
        return self.world.session(start, state=state, overlap_allowed=True, **columns)

    def _batch(self) -> GenerationBatch:
        return GenerationBatch.objects.create(
            family=self.world.riveras,
            from_date=NOW,
            to_date=NOW,
            created_by=self.world.ana_of_riveras,
            created_at=LONG_AGO,
        )

    def _request(self, operation: str) -> ChangeRequest:
        """One that this person may withdraw, or that the other side asked."""
        other = self.world.noor_of_riveras if self.role is Role.PARENT else self.world.ana_of_riveras
        return ChangeRequest.objects.create(
            family=self.world.riveras,
            session=self._session(State.CONFIRMED),
            message="Later?",
            asked_by=self.me if operation == "withdrawChangeRequest" and self.role is not Role.VIEWER else other,
            asked_at=LONG_AGO,
        )

    def _time_off(self) -> TimeOff:
        return TimeOff.objects.create(
            family=self.world.riveras,
            nanny=self.world.noor_of_riveras,
            from_date="2027-01-01",
            to_date="2027-01-01",
            entered_by=self.me,
            created_at=LONG_AGO,
        )

    def _document(self) -> IssuedDocument:
        """The next of the Riveras, with its files; about one's own pay for a nanny."""
        number = IssuedDocument.objects.filter(family=self.world.riveras).count() + 1
        nanny = self.me if self.me.role == Role.NANNY else self.world.noor_of_riveras
        document = a_document(self.world, number, nanny=nanny)
        IssuedFile.insert_many([IssuedFile.of(document, name, b"{}") for name in FileFormat])
        return document

    def _export(self) -> Export:
        """One's own, with its file."""
        made = {"created_at": NOW, "next_at": NOW, "finished_at": NOW, "status": ExportStatus.DONE}
        export = Export.objects.create(family=self.world.riveras, person=self.me.user, **made)
        export_files.put_part(export.id, "data/family.json", b"{}")
        export.size, export.sha256 = export_files.join(export.id)
        export_files.drop_parts(export.id)
        export.save()
        return export

    def _import(self) -> SessionImport:
        return SessionImport.objects.create(
            family=self.world.riveras, sha256="0" * 64, created_by=self.world.ana_of_riveras, created_at=NOW
        )

    def _paid_nanny(self) -> Member:
        """Oneself, else a new one, of whom no period waits for the family."""
        role = Role.NANNY
        return self.me if self.role is role else self.world.join(self.world.riveras, role, name=self._name())

    def _period(self, operation: str) -> PayPeriod:
        """One that this operation may be done to: a nanny's own next one, else that of a new nanny."""
        nanny = self._paid_nanny()
        last = settle_all(self.world, nanny)
        first = last.to_date + _DAY if last else date(2020, 1, 6)
        days = {"from_date": first, "to_date": first + 6 * _DAY}
        period = a_period(self.world, _PERIOD_STATES.get(operation, PeriodStatus.OPEN), nanny=nanny, **days)
        if operation == "declineToReopenPayPeriod":
            PayPeriod.objects.filter(pk=period.pk).update(reopen_ask="Too short.", reopen_asked_at=NOW)
        return period

    def _invitation(self) -> str:
        home = Family.objects.create(name="Home", time_zone="UTC", currency="EUR", created_at=LONG_AGO)
        host = Member.objects.create(family=home, user=self.world.ada, role=Role.PARENT, joined_at=LONG_AGO)
        secret = tokens.new_secret()
        Invitation.objects.create(
            family=home,
            email="guest@example.com",
            role=Role.VIEWER,
            token_hash=tokens.hash_of(secret),
            invited_by=host,
            created_at=LONG_AGO,
            expires_at=NOW + _YEAR,
        )
        return secret

    # What is sent

    def family_of(self, ids: Mapping[str, Any]) -> Family:
        """The family that an address is about, which the engine may have made by itself."""
        thing = self._named(ids)
        return thing if isinstance(thing, Family) else thing.family if thing else self.world.riveras

    def tag(self, ids: Mapping[str, Any]) -> str:
        """The ETag of what an address names."""
        return f'"{getattr(self._named(ids), "version", 1)}"'

    def _named(self, ids: Mapping[str, Any]) -> Any:
        for parameter, value in ids.items():
            with suppress(ValueError, AttributeError, TypeError):
                return _TABLES[parameter].objects.filter(pk=UUID(value)).first()
        return None

    def settled(self, operation: str, sent: Body, family: Family) -> Body:
        """A well-formed body or query whose fields agree with the family and with each other."""
        sent = dict(sent)
        if sent.get("childIds") is not None:
            sent["childIds"] = [str(self._some_child(family).id)]
        if sent.get("nannyId") is not None or operation in _WHOSE_PAY:
            nanny = family.members.active().filter(role=Role.NANNY).first()
            sent["nannyId"] = nanny and str(nanny.id)
        if sent.get("tellReason"):
            sent["tellReason"] = [str(family.id)]
        if operation == "updateFamily" and "currency" in sent:
            sent["currency"] = family.currency  # in which sessions are priced
        if "token" in sent:
            sent["token"] = self._invitation()
        if sent.get("dateOfBirth") is not None:
            sent["dateOfBirth"] = min(sent["dateOfBirth"], "2026-05-31")
        if operation == "recordPayment":
            _settle_payment(sent)
        if operation in ("createExpense", "updateExpense"):
            _settle_expense(sent)
        if operation == "issueDocument":
            sent.clear()
            kind = "YEAR_NANNY" if self.me.role == Role.NANNY else "YEAR_FAMILY"
            sent |= {"kind": kind, "year": 2026}
        if operation == "putTaxIdentity":
            sent["number"] = "912-34-5678"  # of any kind
        if operation in ("createPayItem", "updatePayItem"):
            _settle_item(sent)
        if operation in ("createPayPolicy", "updatePayPolicy"):
            self._settle_terms(sent)
        if operation == "previewPayPolicy":
            self._settle_terms(sent["policy"])
            sent["nannyId"] = str(self.world.noor_of_riveras.id)
        _settle_days(sent)
        _settle_period(operation, sent, family)
        _settle_hours(sent)
        _settle_recurrence(sent)
        _settle_instants(operation, sent)
        sent.pop("cursor", None)  # only a list makes one
        return sent

    def _settle_terms(self, sent: Body) -> None:
        """Without what fields say about each other; from a day of which there are no terms yet."""
        for name in ("nannyId", "dailyDoubleAfter", "seventhDay", "seventhDayDoubleAfter", "guaranteedMinutes"):
            sent.pop(name, None)
        for name in ("doubleMultiplier", "overtimeMultiplier", "cancellationTiers"):
            sent.pop(name, None)
        if "effectiveFrom" in sent:
            sent["effectiveFrom"] = str(self._new_day())

    def _some_child(self, family: Family) -> Child:
        return family.children.filter(archived_at=None).first() or Child.objects.create(
            family=family, first_name="Zuri", created_at=LONG_AGO
        )


_TABLES: dict[str, Any] = {
    "familyId": Family,
    "childId": Child,
    "memberId": Member,
    "scheduleId": CareSchedule,
    "sessionId": CareSession,
    "batchId": GenerationBatch,
    "requestId": ChangeRequest,
    "timeOffId": TimeOff,
    "itemId": PayItem,
    "paymentId": Payment,
    "policyId": PayPolicy,
    "expenseId": Expense,
    "receiptId": Receipt,
    "documentId": IssuedDocument,
    "periodId": PayPeriod,
    "exportId": Export,
    "importId": SessionImport,
}


def _settle_payment(sent: Body) -> None:
    """Of a day that was, and of no period."""
    sent["date"] = min(sent["date"], "2026-05-31")
    sent.pop("payPeriodId", None)


def _settle_item(sent: Body) -> None:
    """What a sick day holds, and no session."""
    sent["kind"] = "SICK"
    for name in ("amount", "inRegularRate", "sessionId"):
        sent.pop(name, None)
    if sent.get("minutes") is None:
        sent["minutes"] = 60


def _settle_expense(sent: Body) -> None:
    """A lunch that was had, in a currency's cents."""
    sent["category"] = "MEALS"
    sent.pop("distance", None)
    sent["amount"] = "12.50"
    if "date" in sent:
        sent["date"] = min(sent["date"], "2026-05-31")


def _settle_period(operation: str, sent: Body, family: Family) -> None:
    """The days after the last one of the nanny, or another end of the one that was made last."""
    if operation == "updatePayPeriod":
        made = PayPeriod.objects.filter(family=family).order_by("id").last()
        sent["to"] = str(made.from_date + 3 * _DAY) if made else "2020-01-09"
    if operation != "createPayPeriod":
        return
    if not sent.get("nannyId"):
        nanny = family.members.active().filter(role=Role.NANNY).first()
        sent["nannyId"] = nanny and str(nanny.id)
    last = PayPeriod.objects.filter(family=family, nanny_id=sent["nannyId"]).order_by("from_date").last()
    first = last.to_date + _DAY if last else date(2020, 1, 6)
    sent["from"], sent["to"] = str(first), str(first + 6 * _DAY)


def _settle_days(sent: Body) -> None:
    """Ranges the right way round, and a year long at most."""
    for first, last in (("from", "to"), ("startDate", "endDate")):
        if sent.get(first) is not None and sent.get(last) is not None:
            sent[first], sent[last] = sorted((sent[first], sent[last]))
    if sent.get("from") is not None and sent.get("to") is not None:
        sent["to"] = min(sent["to"], str(date.fromisoformat(sent["from"]) + _YEAR))
    if ("startDate" in sent) != ("endDate" in sent):
        sent["endDate"] = None


def _settle_hours(sent: Body) -> None:
    """Both or none, and never the same."""
    if "startTime" in sent or "endTime" in sent:
        start, end = sent.get("startTime") or "06:00", sent.get("endTime") or "14:30"
        sent["startTime"], sent["endTime"] = start, end if end != start else ("12:01" if start != "12:01" else "12:02")


def _settle_recurrence(sent: Body) -> None:
    """A single session on its start date's own weekday, any other on some."""
    if "recurrence" in sent or "daysOfWeek" in sent:
        once = sent.setdefault("recurrence", "WEEKLY") == "ONCE"
        sent["daysOfWeek"] = [] if once else sent.get("daysOfWeek") or ["MONDAY"]


def _settle_instants(operation: str, sent: Body) -> None:
    """It is noon in UTC."""
    if sent.get("scheduledStart") is not None or sent.get("scheduledEnd") is not None:
        sent["scheduledStart"], sent["scheduledEnd"] = "2026-06-01T09:00", "2026-06-01T21:00:00Z"
    if operation == "createImpromptuSession":
        sent["overlapAllowed"] = True
    if sent.get("at") is not None:
        sent["at"] = "2026-06-01T12:00:00.5Z" if operation == "completeCareSession" else "2026-06-01T07:00:00-04:00"
    for name, value in (("actualStart", "2026-06-01T10:00Z"), ("actualEnd", "2026-06-01T12:00:00Z")):
        if name in sent:
            sent[name] = value
