"""Tables and the promises that the database keeps."""

from handsel.models.access_log import AccessLine
from handsel.models.calendars import BusyTime, CalendarAddress, CalendarEntry, OutsideCalendar
from handsel.models.care_schedules import CareSchedule, CareScheduleChild, GenerationBatch
from handsel.models.care_sessions import CareSession, CareSessionChild, ChangeRequest
from handsel.models.erasures import Erasure
from handsel.models.expenses import Expense
from handsel.models.exports import Export
from handsel.models.families import Child, Event, Family, Member
from handsel.models.guards import FormToken, KeptForm, RateLimitCounter, UsedCode
from handsel.models.issued_documents import IssuedDocument, IssuedFile
from handsel.models.leases import ClockLook, Duty, ServerTrouble
from handsel.models.notices import Delivery, Device, Notice, NoticeChoice
from handsel.models.pay_items import PayItem
from handsel.models.pay_periods import ApprovedAmounts, PayPeriod
from handsel.models.pay_policies import PayPolicy
from handsel.models.payments import Payment
from handsel.models.people import User
from handsel.models.receipts import Receipt
from handsel.models.session_imports import SessionImport, SessionImportRow
from handsel.models.tax_identities import TaxIdentity, TaxNumberShare
from handsel.models.time_off import TimeOff, TimeOffDecision, TimeOffReason
from handsel.models.tokens import ApiToken, IdempotencyKey, Invitation

__all__ = [
    "AccessLine",
    "ApiToken",
    "ApprovedAmounts",
    "BusyTime",
    "CalendarAddress",
    "CalendarEntry",
    "CareSchedule",
    "CareScheduleChild",
    "CareSession",
    "CareSessionChild",
    "ChangeRequest",
    "Child",
    "ClockLook",
    "Delivery",
    "Device",
    "Duty",
    "Erasure",
    "Event",
    "Expense",
    "Export",
    "Family",
    "FormToken",
    "GenerationBatch",
    "IdempotencyKey",
    "Invitation",
    "IssuedDocument",
    "IssuedFile",
    "KeptForm",
    "Member",
    "Notice",
    "NoticeChoice",
    "OutsideCalendar",
    "PayItem",
    "PayPeriod",
    "PayPolicy",
    "Payment",
    "RateLimitCounter",
    "Receipt",
    "ServerTrouble",
    "SessionImport",
    "SessionImportRow",
    "TaxIdentity",
    "TaxNumberShare",
    "TimeOff",
    "TimeOffDecision",
    "TimeOffReason",
    "UsedCode",
    "User",
]
