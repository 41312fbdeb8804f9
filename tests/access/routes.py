"""The table of what every route answers to whom. A route that is missing here fails the walk.

Each row: the operation id, or the method and the name of a page; the thing that the address names ("" for none); the
statuses for the six roles in the order of ROLES, asking for what is theirs; what is sent. Whoever asks for what is not
theirs gets 404, so that stands nowhere below. In what is sent, "$child" is the id of that thing of the same family.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.push_service import Browser

ROLES = ("parent", "nanny", "other nanny", "founding nanny", "coordinator", "viewer")
OUTSIDERS = ("removed member", "stranger")

#            parent, nanny (of the thing), other nanny, founding nanny, coordinator, viewer
EVERYBODY = "200 200 200 200 200 200"
PLANNING = "200 200 200 200 200 403"
FAMILY = "200 403 403 200 200 403"  # the family, or the nanny who answers for it
MANAGERS = "200 403 403 403 200 403"  # not even a founding nanny
THEIR_OWN = "200 200 403 200 200 403"
THEIRS_ALONE = "403 200 403 200 403 403"  # of the nanny, whom no parent overrules
AT_WORK = "403 200 403 200 200 403"
THEIR_PERIOD = "200 200 404 200 200 404"
THEIR_PAY = "200 200 200 200 200 403"


@dataclass(frozen=True)
class Row:
    route: str
    about: str
    says: str
    send: dict[str, Any] = field(default_factory=dict)
    # What who belongs to no family gets at an address that names nothing of any, or a thing of their own.
    outsiders: int = 0
    # What who is not signed in gets where that is neither 401 nor the sign-in page.
    nobody: int = 0

    def status_for(self, role: str) -> int:
        return int(self.says.split()[ROLES.index(role)])


def made(says: str) -> str:
    """The same, where success makes a thing."""
    return says.replace("200", "201")


def gone(says: str) -> str:
    return says.replace("200", "204")


def on(says: str) -> str:
    """The same, where success leads to the next page."""
    return says.replace("200", "302")


SETTINGS = {"name": "Renamed", "language": "en", "hour_cycle": "12", "week_starts_on": "6"}
TIMES = {"scheduledStart": "2031-03-04T15:00", "scheduledEnd": "2031-03-04T19:00"}
DAYS = {"from": "2031-03-03", "to": "2031-03-16"}
CALENDAR = {"name": "Phone", "detail": "full"}
OUTSIDE = {"outside_name": "Private", "outside_address": "https://calendar.example.com/secret.ics"}
PAYMENT = {"date": "2026-05-25", "amount": "20.00", "method": "CASH"}
LUNCH = {"category": "MEALS", "date": "2026-05-25", "amount": "20.00"}
SICK = {"kind": "SICK", "date": "2026-05-25", "minutes": "7:30", "hourly_rate": "20.00"}
GIFT = {"kind": "GIFT", "date": "2026-05-25", "amount": "20.00"}
NOTICES = {"email": ["family"], "push": [], "mails_together": "no", "mails_at": "18:00"}
BROWSER = Browser("https://push.example.org/ring").subscription
CSV = "Planned start,Planned end,Children,Nanny\n"
TAX_IDENTITY = {"kind": "SSN", "number": "987-65-4321", "legalName": "Renamed", "address": "1 Main Street"}
TAX_NUMBER = {"kind": "SSN", "tax_number": "987-65-4321", "legal_name": "Renamed", "address": ""}
NEW_SCHEDULE = {
    "name": "Fridays",
    "recurrence": "WEEKLY",
    "daysOfWeek": ["FRIDAY"],
    "startTime": "09:00",
    "endTime": "12:00",
    "startDate": "2031-03-03",
    "childIds": ["$child"],
}

API = [
    Row("getMe", "", EVERYBODY, outsiders=200),
    Row("getFamilies", "", EVERYBODY, outsiders=200),
    Row(
        "createFamily",
        "",
        made(EVERYBODY),
        {"name": "New", "timeZone": "Europe/Paris", "currency": "EUR"},
        outsiders=201,
    ),
    Row("getFamily", "family", EVERYBODY),
    Row("updateFamily", "family", FAMILY, {"notes": "The key is under the mat."}),
    Row("getChildren", "family", EVERYBODY),
    Row("createChild", "family", made(PLANNING), {"firstName": "Newborn"}),
    Row("getChild", "child", EVERYBODY),
    Row("updateChild", "child", PLANNING, {"allergies": "Nuts"}),
    Row("updateChild", "child", FAMILY, {"firstName": "Renamed"}),
    Row("deleteChild", "child", gone(FAMILY)),
    Row("deleteChild", "spare child", gone(FAMILY)),
    Row("getMembers", "family", EVERYBODY),
    Row("updateMember", "member", MANAGERS, {"role": "VIEWER"}),
    Row("updateMember", "membership", "403 403 403 403 200 403", {"role": "COORDINATOR"}),
    Row("removeMember", "member", gone(MANAGERS)),
    Row("removeMember", "membership", "204 204 204 409 204 204"),
    Row("inviteMember", "family", made(FAMILY), {"email": "guest@example.com", "role": "PARENT"}),
    Row("acceptInvitation", "", "409 409 409 409 409 409", {"token": "$token"}, outsiders=200),
    Row("getCareSchedules", "family", EVERYBODY),
    Row("createCareSchedule", "family", made(PLANNING), NEW_SCHEDULE),
    Row("getCareSchedule", "schedule", EVERYBODY),
    Row("updateCareSchedule", "schedule", PLANNING, {"isActive": False}),
    Row("deleteCareSchedule", "schedule", gone(PLANNING)),
    Row("previewOccurrences", "schedule", EVERYBODY, DAYS),
    Row("generateSessionsFromSchedule", "schedule", PLANNING, DAYS),
    Row("generateSessionsFromSchedule", "schedule", PLANNING, DAYS | {"dryRun": True}),
    Row("undoGeneration", "batch", PLANNING),
    Row("getCareSessions", "family", EVERYBODY),
    Row("getUnconfirmedSessions", "family", EVERYBODY),
    Row("getCareSessionsNeedingAttention", "family", EVERYBODY),
    Row("getMyCareSessions", "", EVERYBODY, outsiders=200),
    Row(
        "createImpromptuSession",
        "family",
        made(PLANNING),
        TIMES | {"childIds": ["$child"], "hourlyRate": "10.00", "isConfirmed": True},
    ),
    Row("confirmCareSessions", "family", FAMILY, {"sessionIds": ["$unconfirmed"]}),
    Row("getCareSession", "unconfirmed", EVERYBODY),
    Row("getCareSession", "completed", EVERYBODY),
    Row("getCareSession", "another's", EVERYBODY),
    Row("getCareSession", "nobody's", EVERYBODY),
    Row("updateCareSession", "unconfirmed", THEIR_OWN, TIMES),
    Row("updateCareSession", "nobody's", PLANNING, {"notes": "Bring boots."}),
    Row("updateCareSession", "completed", THEIR_OWN, {"notes": "All well.", "reason": "Forgotten."}),
    Row("deleteCareSession", "confirmed", gone(THEIR_OWN)),
    Row("deleteCareSession", "nobody's", gone(PLANNING)),
    Row("deleteCareSession", "completed", "409 409 403 409 409 403"),
    Row("confirmCareSession", "unconfirmed", FAMILY),
    Row("confirmCareSession", "clashing", "409 403 403 200 409 403"),
    Row("confirmCareSession", "completed", "409 403 403 409 409 403"),
    Row("cancelCareSession", "confirmed", THEIR_OWN, {"reason": "Fever."}),
    Row("cancelCareSession", "nobody's", PLANNING),
    Row("startCareSession", "confirmed", AT_WORK),
    Row("completeCareSession", "running", THEIR_OWN),
    Row("recordCareSession", "unrecorded", THEIR_OWN, {"notes": "All well."}),
    Row("tellRunningLate", "confirmed", gone("200 200 403 200 403 403"), {"minutes": 10, "message": "$canary"}),
    Row("undoCareSession", "running", AT_WORK),
    Row("undoCareSession", "completed", "409 409 403 409 409 403"),
    Row("restoreCareSession", "cancelled", THEIR_OWN),
    Row("getCareSessionEvents", "unconfirmed", EVERYBODY),
    Row("getCareSessionEvents", "another's", EVERYBODY),
    Row("getFamilyEvents", "family", EVERYBODY),
    Row("getChangeRequests", "asked by family", EVERYBODY),
    Row("requestChanges", "confirmed", made(THEIR_OWN), {"message": "An hour later?"}),
    Row("acceptChangeRequest", "request of family", AT_WORK),
    Row("acceptChangeRequest", "request of nanny", MANAGERS),
    Row("declineChangeRequest", "request of family", AT_WORK, {"message": "I can't."}),
    Row("declineChangeRequest", "request of nanny", MANAGERS),
    Row("withdrawChangeRequest", "request of family", "200 403 403 403 403 403"),
    Row("withdrawChangeRequest", "request of nanny", "403 200 403 200 403 403"),
    Row("getTimeOff", "family", EVERYBODY),
    Row("getTimesheet", "family", THEIR_OWN, DAYS | {"nannyId": "$nanny"}),
    Row("createTimeOff", "family", made(MANAGERS), DAYS | {"nannyId": None}),
    Row("createTimeOff", "family", made(THEIR_OWN), DAYS | {"nannyId": "$nanny"}),
    Row("deleteTimeOff", "time off", gone(THEIRS_ALONE)),
    Row("getExpenses", "family", THEIR_PAY),
    Row("createExpense", "family", made(THEIR_OWN), {"nannyId": "$nanny"} | LUNCH),
    Row("getExpense", "expense", "200 200 404 200 200 404"),
    Row("updateExpense", "expense", "200 200 404 200 200 404", {"note": "For two"}),
    Row("updateExpense", "expense of the family", "200 403 404 403 200 404", {"note": "For two"}),
    Row("approveExpense", "expense", "200 403 404 200 200 404"),
    Row("declineExpense", "expense", "200 403 404 200 200 404", {"answer": "Not for us"}),
    Row("deleteExpense", "expense", gone("200 200 404 200 200 404")),
    Row("deleteExpense", "expense of the family", gone("200 403 404 403 200 404")),
    # What is no file is refused of whom it would be taken.
    Row("addReceipt", "expense", "415 415 404 415 415 404", {"$file": b"no picture"}),
    Row("addReceipt", "expense of the family", "415 403 404 403 415 404", {"$file": b"no picture"}),
    Row("getReceipt", "receipt", "200 200 404 200 200 404"),
    Row("deleteReceipt", "receipt", gone("200 200 404 200 200 404")),
    Row("getDocuments", "family", THEIR_PAY),
    Row("issueDocument", "family", made(MANAGERS), {"kind": "YEAR_FAMILY", "year": 2025}),
    Row("issueDocument", "family", made(THEIR_OWN), {"kind": "YEAR_NANNY", "year": 2025, "nannyId": "$nanny"}),
    Row("getDocument", "document", "200 200 404 200 200 404"),
    Row("getDocument", "document of the family", "200 404 404 404 200 404"),
    Row("getDocumentFile", "document", "200 200 404 200 200 404"),
    Row("getDocumentFile", "document of the family", "200 404 404 404 200 404"),
    Row("getMyDocuments", "", EVERYBODY, outsiders=200),
    Row("getPayPeriods", "family", THEIR_PAY),
    Row("proposePayPeriod", "family", THEIR_OWN, {"nannyId": "$nanny"}),
    Row("createPayPeriod", "family", made(THEIR_OWN), {"nannyId": "$nanny", "to": "$end of a period"}),
    Row("getPayPeriod", "approved period", THEIR_PERIOD),
    Row("getPayPeriod", "period", THEIR_PERIOD),
    Row("getPayPeriodEvents", "period", THEIR_PERIOD),
    Row("updatePayPeriod", "period", THEIR_PERIOD, {"to": "2020-01-27"}),
    Row("deletePayPeriod", "period", gone(THEIR_PERIOD)),
    Row("submitPayPeriod", "period", THEIR_PERIOD.replace("200", "409")),
    Row("withdrawPayPeriod", "submitted period", THEIR_PERIOD),
    Row("queryPayPeriod", "submitted period", "200 403 404 403 200 404", {"message": "And Tuesday?"}),
    Row("approvePayPeriod", "submitted period", "200 403 404 200 200 404"),
    Row("reopenPayPeriod", "approved period", "409 403 404 409 409 404", {"reason": "Too short."}),
    Row("askToReopenPayPeriod", "approved period", "403 200 404 200 403 404", {"reason": "Too short."}),
    Row("declineToReopenPayPeriod", "approved period", "409 403 404 403 409 404", {"message": "It is not."}),
    Row("getPayItems", "family", THEIR_PAY),
    Row("createPayItem", "family", made(THEIR_OWN), {"nannyId": "$nanny"} | GIFT),
    Row("getPayItem", "pay item", "200 200 404 200 200 404"),
    Row("getPayItem", "pay item of the family", "200 200 404 200 200 404"),
    Row("updatePayItem", "pay item", "200 200 404 200 200 404", {"reason": "Thank you"}),
    Row("updatePayItem", "pay item of the family", "200 403 404 403 200 404", {"reason": "Thank you"}),
    Row("deletePayItem", "pay item", gone("200 200 404 200 200 404")),
    Row("getPayments", "family", THEIR_PAY),
    Row("recordPayment", "family", made(FAMILY), {"nannyId": "$nanny"} | PAYMENT),
    Row("getPayment", "payment", "200 200 404 200 200 404"),
    Row("voidPayment", "payment", made("200 403 404 200 200 404"), {"reason": "Never given"}),
    Row("acknowledgePayment", "payment", "403 200 404 200 403 404"),
    Row("getBalances", "family", THEIR_PAY),
    Row("getYear", "family", THEIR_OWN, {"nannyId": "$nanny"}),
    Row("deletePayItem", "pay item of the family", gone("200 403 404 403 200 404")),
    Row("startExport", "family", "202 202 202 202 202 403"),
    Row("getExport", "export", "404 200 404 200 404 404"),
    Row("getExportFile", "export", "404 409 404 409 404 404"),
    Row("importSessions", "family", FAMILY, {"$raw": CSV}),
    Row("undoSessionImport", "import", FAMILY),
    Row("getTaxIdentity", "", EVERYBODY, {"reveal": "true"}, outsiders=200),
    Row("putTaxIdentity", "", EVERYBODY, TAX_IDENTITY, outsiders=200),
    Row("deleteTaxIdentity", "", gone(EVERYBODY), outsiders=204),
    Row("shareTaxNumber", "family", gone(PLANNING)),
    Row("unshareTaxNumber", "family", gone(EVERYBODY)),
    Row("getPayPresets", "", EVERYBODY, outsiders=200),
    Row("getPayPolicies", "family", PLANNING),
    Row("createPayPolicy", "family", made(FAMILY), {"effectiveFrom": "2031-03-03"}),
    Row("previewPayPolicy", "family", FAMILY, {"policy": {"effectiveFrom": "2031-03-03"}, "nannyId": "$nanny"} | DAYS),
    Row("getPayPolicy", "policy", "200 200 200 200 200 404"),
    Row("getPayPolicy", "another's policy", "200 404 200 404 200 404"),
    Row("updatePayPolicy", "policy", "200 403 403 200 200 404", {"payFor": "PLANNED"}),
    Row("updatePayPolicy", "another's policy", "200 404 403 404 200 404", {"payFor": "PLANNED"}),
    Row("deletePayPolicy", "policy", gone("200 403 403 200 200 404")),
]

DAY = {"day": "2031-03-04", "starts": "15:00", "ends": "19:00"}
RANGE = {"kind": "own", "from_date": "2031-03-03", "to_date": "2031-03-16"}
SCHEDULE = {
    "name": "Fridays",
    "recurrence": "WEEKLY",
    "days_of_week": ["FRIDAY"],
    "start_time": "09:00",
    "end_time": "12:00",
    "start_date": "2031-03-03",
    "child_ids": ["$child"],
}
TERMS = {
    "effective_from": "2031-03-03",
    "workweek_start": "MONDAY",
    "pay_frequency": "WEEK",
    "pay_for": "ACTUAL",
    "rounding_minutes": "0",
    "rounding_mode": "NEAREST",
    "seventh_day": "NONE",
    "overtime_multiplier": "1.50",
    "double_multiplier": "2.00",
    "overtime_base": "WEIGHTED",
    "holiday_multiplier": "1.00",
    "mileage_unit": "MI",
}
TERMS_SEEN = "effective_from=2031-03-03"  # what was looked at before they are saved
SEEN = "WEEKLY|FRIDAY|MONDAY|09:00:00|12:00:00|2031-03-03|None"  # what the preview was of
NEW_FAMILY = {"role": "PARENT", "name": "New", "time_zone": "Europe/Paris", "currency": "EUR"}

PAGES = [
    Row("GET web:index", "", on(EVERYBODY), outsiders=302),
    # Outside example mode there is no such address, whichever way one asks.
    *(
        Row(f"{method} web:enter_example", "", "404 404 404 404 404 404", {"person": "ana"}, outsiders=404, nobody=404)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    Row("POST web:language", "", on(EVERYBODY), {"language": "en"}, outsiders=302, nobody=302),
    Row("GET web:more", "", EVERYBODY, outsiders=200),
    Row("GET web:today", "", "302 200 200 200 302 302", outsiders=302),
    Row("GET web:calendar", "", EVERYBODY, outsiders=302),
    Row("GET web:calendar_add", "", "302 200 302 302 302 403", outsiders=403),
    Row("GET web:inbox", "", EVERYBODY, outsiders=200),
    Row("POST web:read_all", "", on(EVERYBODY), outsiders=302),
    Row("POST web:notice", "notice", on(EVERYBODY)),
    Row("GET web:settings", "", EVERYBODY, outsiders=200),
    Row("POST web:settings", "", on(EVERYBODY), SETTINGS, 302),
    Row("POST web:add_device", "", on(EVERYBODY), BROWSER, 302),
    Row("POST web:remove_device", "device", on(EVERYBODY), outsiders=302),
    Row("POST web:try_device", "device", on(EVERYBODY), outsiders=302),
    Row("GET web:security", "", EVERYBODY, outsiders=200),
    Row("GET web:devices", "", EVERYBODY, outsiders=200),
    Row("POST web:sign_out_one", "sign-in", on(EVERYBODY), outsiders=302),
    Row("POST web:sign_out_others", "", on(EVERYBODY), outsiders=302),
    # Who has not shown a moment ago who they are is asked to.
    Row("GET web:delete_account", "", on(EVERYBODY), outsiders=302),
    Row("POST web:delete_account", "", on(EVERYBODY), outsiders=302),
    Row("GET web:tokens", "", EVERYBODY, outsiders=200),
    Row("POST web:tokens", "", on(EVERYBODY), {"name": "Script", "scope": "read"}, 302),
    Row("GET web:calendars", "", EVERYBODY, outsiders=200),
    Row("POST web:calendars", "", EVERYBODY, CALENDAR, 200),
    Row("POST web:revoke_address", "address", on(EVERYBODY), outsiders=302),
    Row("POST web:add_outside_calendar", "", "403 302 302 302 403 403", OUTSIDE, outsiders=403),
    Row("POST web:remove_outside_calendar", "outside calendar", on(EVERYBODY), outsiders=302),
    Row("POST web:revoke_token", "key", on(EVERYBODY), outsiders=302),
    Row("GET web:export_record", "family", PLANNING),
    Row("POST web:start_export", "family", on(PLANNING)),
    Row("POST web:stop_export", "export", "404 302 404 302 404 404"),
    Row("GET web:export_file", "export", "404 409 404 409 404 404"),
    Row("GET web:import_sessions", "family", FAMILY),
    Row("POST web:import_sessions", "family", FAMILY, {"table": CSV, "preview": "yes"}),
    Row("POST web:undo_import", "import", on(FAMILY)),
    Row("GET web:tax_number", "", EVERYBODY, outsiders=200),
    Row("POST web:tax_number", "", on(EVERYBODY), TAX_NUMBER, outsiders=302),
    Row("POST web:reveal_tax_number", "", EVERYBODY, outsiders=200),
    Row("POST web:delete_tax_number", "", on(EVERYBODY), outsiders=302),
    Row("POST web:share_tax_number", "family", on(PLANNING)),
    Row("POST web:unshare_tax_number", "family", on(EVERYBODY)),
    Row("GET web:notices", "", EVERYBODY, outsiders=200),
    Row("POST web:notices", "", on(EVERYBODY), NOTICES, 302),
    Row("GET web:families", "", EVERYBODY, outsiders=200),
    Row("GET web:new_family", "", EVERYBODY, outsiders=200),
    Row("POST web:new_family", "", on(EVERYBODY), NEW_FAMILY, 302),
    Row("GET web:family", "family", EVERYBODY),
    Row("GET web:family_home", "family", "200 302 302 200 200 302"),
    Row("GET web:to_record", "family", on(EVERYBODY)),
    Row("GET web:pay_periods", "family", THEIR_PAY),
    Row("POST web:pay_periods", "family", on(THEIR_OWN), {"nanny_id": "$nanny", "to_date": "$end of a period"}),
    Row("GET web:pay_period", "approved period", THEIR_PERIOD),
    Row("GET web:pay_period", "period", THEIR_PERIOD),
    Row("POST web:change_pay_period", "period", on(THEIR_PERIOD), {"to_date": "2020-01-27"}),
    Row("POST web:delete_pay_period", "period", on(THEIR_PERIOD)),
    Row("POST web:submit_pay_period", "period", THEIR_PERIOD.replace("200", "409")),
    Row("POST web:withdraw_pay_period", "submitted period", on(THEIR_PERIOD)),
    Row("POST web:query_pay_period", "submitted period", on("200 403 404 403 200 404"), {"message": "And Tuesday?"}),
    Row("POST web:approve_pay_period", "submitted period", on("200 403 404 200 200 404")),
    Row("POST web:reopen_pay_period", "approved period", "409 403 404 409 409 404", {"reason": "Too short."}),
    Row("POST web:ask_to_reopen_pay_period", "approved period", on("403 200 404 200 403 404"), {"reason": "More."}),
    Row("POST web:decline_to_reopen_pay_period", "approved period", "409 403 404 403 409 404", {"message": "No."}),
    Row("GET web:edit_family", "family", FAMILY),
    Row("POST web:edit_family", "family", on(FAMILY), {"name": "N", "time_zone": "Europe/Paris", "currency": "USD"}),
    Row("GET web:children", "family", EVERYBODY),
    Row("GET web:new_child", "family", PLANNING),
    Row("POST web:new_child", "family", on(PLANNING), {"first_name": "Newborn"}),
    Row("GET web:erase_family", "family", FAMILY),
    Row("POST web:ask_to_erase_family", "family", on(FAMILY)),
    Row("POST web:keep_family", "family", FAMILY.replace("200", "409")),
    Row("GET web:erase_child", "child", FAMILY),
    Row("POST web:ask_to_erase_child", "child", on(FAMILY)),
    Row("POST web:keep_child", "child", FAMILY.replace("200", "409")),
    Row("GET web:child", "child", PLANNING),
    Row("POST web:child", "child", on(PLANNING), {"first_name": "$canary", "last_name": "$canary", "notes": "Naps."}),
    Row("POST web:archive_child", "child", on(FAMILY)),
    Row("GET web:members", "family", EVERYBODY),
    Row("GET web:phone", "family", "200 403 403 403 403 403"),
    Row("POST web:phone", "family", "302 403 403 403 403 403", {"phone": "+1 555 010 0199"}),
    Row("POST web:members", "family", FAMILY, {"email": "guest@example.com", "role": "PARENT"}),
    Row("POST web:member_role", "member", on(MANAGERS), {"role": "VIEWER"}),
    Row("POST web:member_role", "membership", "403 403 403 403 302 403", {"role": "COORDINATOR"}),
    Row("POST web:remove_member", "member", on(MANAGERS)),
    Row("POST web:remove_member", "membership", "302 302 302 409 302 302"),
    Row("POST web:revoke_invitation", "invitation", on(FAMILY)),
    Row("GET web:pay", "family", PLANNING),
    Row("GET web:documents", "family", PLANNING),
    Row("POST web:documents", "family", PLANNING),
    Row("GET web:my_documents", "", EVERYBODY, outsiders=200),
    Row("GET web:document_file", "document", "200 200 404 200 200 404"),
    Row("GET web:payments", "family", PLANNING),
    Row("GET web:new_payment", "family", FAMILY),
    Row(
        "POST web:new_payment",
        "family",
        on(FAMILY),
        {"nanny_id": "$nanny", "date": "2026-05-25", "amount": "20.00", "method": "CASH"},
    ),
    Row("GET web:void_payment", "payment", "200 403 404 200 200 404"),
    Row("POST web:void_payment", "payment", on("200 403 404 200 200 404"), {"reason": "Never given"}),
    Row("POST web:acknowledge_payment", "payment", on("403 200 404 200 403 404")),
    Row("GET web:family_records_now", "family", on(EVERYBODY)),
    Row("GET web:family_records", "family", EVERYBODY),
    Row("GET web:family_records_csv", "family", EVERYBODY),
    Row("GET web:records", "", "302 200 302 302 302 302", outsiders=302),
    Row("GET web:my_records_now", "", "404 302 302 302 404 404", outsiders=404),
    Row("GET web:my_records", "", "404 200 200 200 404 404", outsiders=404),
    Row("GET web:my_records_csv", "", "404 200 200 200 404 404", outsiders=404),
    Row("GET web:schedules", "family", EVERYBODY),
    Row("GET web:new_schedule", "family", PLANNING),
    Row("POST web:new_schedule", "family", PLANNING, SCHEDULE | {"preview": "1"}),
    Row("POST web:new_schedule", "family", on(PLANNING), SCHEDULE | {"seen": SEEN}),
    Row("GET web:schedule", "schedule", EVERYBODY),
    Row("GET web:edit_schedule", "schedule", PLANNING),
    Row("POST web:edit_schedule", "schedule", on(PLANNING), SCHEDULE | {"seen": SEEN}),
    Row("POST web:switch_schedule", "schedule", on(PLANNING), {"on": "no"}),
    Row("POST web:keep_ahead", "schedule", on(PLANNING), {"weeks_ahead": "4"}),
    Row("POST web:keep_sessions", "schedule", on(PLANNING), {"session": ["$unconfirmed"]}),
    Row("POST web:delete_schedule", "schedule", on(PLANNING)),
    Row("GET web:generate", "schedule", PLANNING),
    Row("POST web:generate", "schedule", on(PLANNING), RANGE),
    Row("POST web:undo_generation", "batch", on(PLANNING)),
    Row("GET web:family_sessions", "family", EVERYBODY),
    Row("GET web:new_session", "family", PLANNING),
    Row("POST web:new_session", "family", on(PLANNING), DAY | {"child_ids": ["$child"], "is_confirmed": "on"}),
    Row("POST web:confirm_sessions", "family", on(FAMILY), {"session": ["$unconfirmed"]}),
    Row("POST web:undo_sessions", "family", "302 302 302 302 302 403"),
    Row("POST web:restore_sessions", "family", "302 302 302 302 302 403"),
    Row("POST web:cancel_sessions", "family", "200 200 302 200 200 403", {"session": ["$unconfirmed"]}),
    Row(
        "POST web:cancel_sessions", "family", on("200 200 200 200 200 403"), {"session": ["$unconfirmed"], "sure": "1"}
    ),
    Row("GET web:session", "unconfirmed", EVERYBODY),
    Row("GET web:session", "completed", EVERYBODY),
    Row("GET web:session", "asked by family", EVERYBODY),
    Row("GET web:session", "another's", EVERYBODY),
    Row("GET web:session", "clashing", EVERYBODY),
    Row("GET web:session", "nobody's", EVERYBODY),
    Row("GET web:session_ics", "another's", EVERYBODY),
    Row("GET web:edit_session", "unconfirmed", THEIR_OWN),
    Row("GET web:edit_session", "completed", THEIR_OWN),
    Row("POST web:edit_session", "unconfirmed", on(THEIR_OWN), DAY | {"child_ids": ["$child"], "nanny_id": "$nanny"}),
    Row("POST web:delete_session", "confirmed", on(THEIR_OWN)),
    Row("POST web:confirm_session", "unconfirmed", on(FAMILY)),
    Row("POST web:cancel_session", "confirmed", on(THEIR_OWN), {"reason": "Fever."}),
    Row("GET web:start_session", "confirmed", "302 200 302 200 200 302"),
    Row("GET web:complete_session", "running", "200 200 302 200 200 302"),
    Row("GET web:record_session", "unrecorded", "200 200 302 200 200 302"),
    Row("GET web:started_session", "running", "200 200 302 200 200 302"),
    Row("POST web:started_session", "running", on(THEIR_OWN), {"when": "planned"}),
    Row("POST web:ask_to_confirm", "unconfirmed", "403 409 403 409 403 403"),
    Row("POST web:record_sessions", "family", "302 302 302 302 302 403"),
    Row("POST web:start_session", "confirmed", on(AT_WORK)),
    Row("POST web:complete_session", "running", on(THEIR_OWN)),
    Row("POST web:record_session", "unrecorded", on(THEIR_OWN)),
    Row("POST web:running_late", "confirmed", on("200 200 403 200 403 403"), {"minutes": "10"}),
    Row("POST web:undo_session", "running", on(AT_WORK)),
    Row("POST web:restore_session", "cancelled", on(THEIR_OWN)),
    Row("GET web:request_changes", "confirmed", THEIR_OWN),
    Row("POST web:request_changes", "confirmed", on(THEIR_OWN), DAY | {"message": "Later?", "child_ids": ["$child"]}),
    Row("POST web:accept_request", "request of family", on(AT_WORK)),
    Row("POST web:accept_request", "request of nanny", on(MANAGERS)),
    Row("POST web:decline_request", "request of family", on(AT_WORK)),
    Row("POST web:withdraw_request", "request of family", "302 403 403 403 403 403"),
    Row("GET web:expenses", "family", THEIR_PAY),
    Row("GET web:new_expense", "family", THEIR_PAY),
    # A nanny is not asked whose it is: it is their own.
    Row("POST web:new_expense", "family", on(THEIR_PAY), {"nanny_id": "$nanny"} | LUNCH),
    Row("GET web:edit_expense", "expense", "200 200 404 200 200 404"),
    Row("POST web:edit_expense", "expense", on("200 200 404 200 200 404"), LUNCH),
    Row("POST web:add_receipt", "expense", on("200 200 404 200 200 404")),
    Row("POST web:approve_expense", "expense", on("200 403 404 200 200 404")),
    Row("GET web:decline_expense", "expense", "200 403 404 200 200 404"),
    Row("POST web:decline_expense", "expense", on("200 403 404 200 200 404"), {"answer": "Not for us"}),
    Row("POST web:delete_expense", "expense", on("200 200 404 200 200 404")),
    Row("GET web:pay_terms", "family", PLANNING),
    Row("GET web:raise", "family", FAMILY),
    Row("POST web:undo_raise", "raise", on(FAMILY)),
    Row("POST web:raise", "family", "422 403 403 422 422 403", {"old_rate": "0.01"}),
    Row("GET web:new_pay_terms", "family", FAMILY),
    Row("POST web:new_pay_terms", "family", on(FAMILY), TERMS | {"seen": TERMS_SEEN}),
    Row("GET web:edit_pay_terms", "policy", "200 403 403 200 200 404"),
    Row("POST web:edit_pay_terms", "policy", on("200 403 403 200 200 404"), TERMS | {"seen": TERMS_SEEN}),
    Row("POST web:delete_pay_terms", "policy", on("200 403 403 200 200 404")),
    Row("GET web:pay_items", "family", THEIR_PAY),
    Row("GET web:new_pay_item", "family", THEIR_PAY),
    Row("POST web:new_pay_item", "family", on(THEIR_PAY), {"nanny_id": "$nanny"} | SICK),
    Row("GET web:pay_item", "pay item", "200 200 404 200 200 404"),
    Row("GET web:pay_item", "pay item of the family", "200 200 404 200 200 404"),
    Row("POST web:pay_item", "pay item", on("200 200 404 200 200 404"), GIFT),
    Row("POST web:pay_item", "pay item of the family", on("200 403 404 403 200 404"), GIFT),
    Row("POST web:delete_pay_item", "pay item", on("200 200 404 200 200 404")),
    Row("POST web:restore_pay_item", "removed pay item", "302 404 404 404 404 404"),
    Row("GET web:time_off", "family", EVERYBODY),
    Row("POST web:time_off", "family", on(PLANNING), {"from_date": "2031-03-03", "to_date": "2031-03-04"}),
    Row("POST web:delete_time_off", "time off", on(THEIRS_ALONE)),
    Row("GET web:time_off_entry", "time off", THEIR_OWN),
    Row("POST web:pay_time_off", "time off", on(THEIR_OWN), {"family_id": "$family", "kind": "SICK"}),
    Row("POST web:time_off_entry", "time off", on(THEIRS_ALONE)),
    Row("POST web:count_everywhere", "time off", on(THEIRS_ALONE)),
    Row("POST web:undo_time_off", "time off", on(THEIRS_ALONE)),
    Row("GET web:plan_again", "time off", "200 200 404 200 200 404"),
    Row("POST web:plan_again", "time off", "302 302 404 302 302 404"),
    Row("GET web:cant_come", "", "403 200 200 200 403 403", outsiders=403),
    Row(
        "POST web:cant_come",
        "",
        "403 302 302 302 403 403",
        {"from_date": "2031-03-03", "to_date": "2031-03-04", "decided": "yes"},
        outsiders=403,
    ),
]

# Open to everybody, and the same for everybody: method and route -> status.
PUBLIC = {
    "GET healthz": 200,
    "GET metrics": 404,  # off; tests/observability
    "GET api_docs": 200,
    "GET openapi": 200,
    "GET feeds:calendar": 404,  # nobody knows any secret; tests/feeds
    "GET web:mail_answer": 404,  # nor any of these: tests/web/test_mail_answers.py
    "POST web:mail_undo": 404,
    "GET web:mail_stop": 404,
    "GET web:unsent_form": 404,  # nor any id: tests/web/test_unsent.py
    "GET web:manifest": 200,
    "GET web:service_worker": 200,
    "GET web:offline": 200,
    "GET web:unsent": 200,
    "GET web:styleguide": 404,  # but in example and debug mode
}
# Ways of signing in: -> what somebody who is signed out gets, and somebody who is signed in.
SIGN_IN = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),
    "account_inactive": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_request_login_code": (200, 302),
    "account_confirm_login_code": (302, 302),
    "account_email_verification_sent": (302, 302),
    "account_email": (302, 200),
    "account_reauthenticate": (302, 200),
    "mfa_index": (302, 302),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_add_webauthn": (302, 302),
    "mfa_login_webauthn": (302, 302),
    "mfa_reauthenticate_webauthn": (302, 302),
    "mfa_edit_webauthn": (302, 302),
    "mfa_remove_webauthn": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
}
# Whoever holds the address of an invitation may read it, signed in or not.
INVITATION = "web:invitation"
