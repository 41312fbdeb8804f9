"""The API's own description: complete, valid, and true to the contract's table."""

import json
import re

import pytest
from django.db import DatabaseError, connection
from jsonschema_rs import Draft202012Validator

from handsel.api import docs
from handsel.api.v1 import ROUTERS, api, document

pytestmark = pytest.mark.any_database

TABLE = """
GET /me getMe
GET /families getFamilies
POST /families createFamily
GET /families/{} getFamily
PATCH /families/{} updateFamily
GET /families/{}/children getChildren
POST /families/{}/children createChild
GET /children/{} getChild
PATCH /children/{} updateChild
DELETE /children/{} deleteChild
GET /families/{}/members getMembers
PATCH /members/{} updateMember
DELETE /members/{} removeMember
POST /families/{}/invitations inviteMember
POST /invitations/accept acceptInvitation
GET /families/{}/care-schedules getCareSchedules
POST /families/{}/care-schedules createCareSchedule
GET /care-schedules/{} getCareSchedule
PATCH /care-schedules/{} updateCareSchedule
DELETE /care-schedules/{} deleteCareSchedule
GET /care-schedules/{}/occurrences previewOccurrences
POST /care-schedules/{}/generate-sessions generateSessionsFromSchedule
POST /generation-batches/{}/undo undoGeneration
GET /families/{}/care-sessions getCareSessions
GET /families/{}/care-sessions/unconfirmed getUnconfirmedSessions
GET /families/{}/care-sessions/attention getCareSessionsNeedingAttention
GET /me/care-sessions getMyCareSessions
POST /families/{}/care-sessions createImpromptuSession
POST /families/{}/care-sessions/confirm confirmCareSessions
GET /care-sessions/{} getCareSession
PATCH /care-sessions/{} updateCareSession
DELETE /care-sessions/{} deleteCareSession
POST /care-sessions/{}/confirm confirmCareSession
POST /care-sessions/{}/cancel cancelCareSession
POST /care-sessions/{}/start startCareSession
POST /care-sessions/{}/complete completeCareSession
POST /care-sessions/{}/record recordCareSession
POST /care-sessions/{}/restore restoreCareSession
POST /care-sessions/{}/undo undoCareSession
POST /care-sessions/{}/running-late tellRunningLate
GET /care-sessions/{}/events getCareSessionEvents
GET /families/{}/events getFamilyEvents
GET /care-sessions/{}/change-requests getChangeRequests
POST /care-sessions/{}/change-requests requestChanges
POST /change-requests/{}/accept acceptChangeRequest
POST /change-requests/{}/decline declineChangeRequest
POST /change-requests/{}/withdraw withdrawChangeRequest
GET /families/{}/time-off getTimeOff
POST /families/{}/time-off createTimeOff
DELETE /time-off/{} deleteTimeOff
GET /families/{}/pay-periods getPayPeriods
POST /families/{}/pay-periods createPayPeriod
GET /families/{}/pay-periods/next proposePayPeriod
GET /pay-periods/{} getPayPeriod
PATCH /pay-periods/{} updatePayPeriod
DELETE /pay-periods/{} deletePayPeriod
GET /pay-periods/{}/events getPayPeriodEvents
POST /pay-periods/{}/submit submitPayPeriod
POST /pay-periods/{}/withdraw withdrawPayPeriod
POST /pay-periods/{}/query queryPayPeriod
POST /pay-periods/{}/approve approvePayPeriod
POST /pay-periods/{}/reopen reopenPayPeriod
POST /pay-periods/{}/ask-reopen askToReopenPayPeriod
POST /pay-periods/{}/decline-reopen declineToReopenPayPeriod
GET /families/{}/pay-items getPayItems
POST /families/{}/pay-items createPayItem
GET /pay-items/{} getPayItem
PATCH /pay-items/{} updatePayItem
DELETE /pay-items/{} deletePayItem
POST /families/{}/session-imports importSessions
POST /session-imports/{}/undo undoSessionImport
POST /families/{}/exports startExport
GET /exports/{} getExport
GET /exports/{}/file getExportFile
GET /me/tax-identity getTaxIdentity
PUT /me/tax-identity putTaxIdentity
DELETE /me/tax-identity deleteTaxIdentity
PUT /me/tax-identity/shares/{} shareTaxNumber
DELETE /me/tax-identity/shares/{} unshareTaxNumber
GET /families/{}/timesheet getTimesheet
GET /families/{}/payments getPayments
POST /families/{}/payments recordPayment
GET /payments/{} getPayment
POST /payments/{}/void voidPayment
POST /payments/{}/acknowledge acknowledgePayment
GET /families/{}/balances getBalances
GET /families/{}/years/{} getYear
GET /pay-presets getPayPresets
GET /families/{}/pay-policies getPayPolicies
POST /families/{}/pay-policies createPayPolicy
POST /families/{}/pay-policies/preview previewPayPolicy
GET /pay-policies/{} getPayPolicy
PATCH /pay-policies/{} updatePayPolicy
DELETE /pay-policies/{} deletePayPolicy
GET /families/{}/expenses getExpenses
POST /families/{}/expenses createExpense
GET /expenses/{} getExpense
PATCH /expenses/{} updateExpense
DELETE /expenses/{} deleteExpense
POST /expenses/{}/approve approveExpense
POST /expenses/{}/decline declineExpense
POST /expenses/{}/receipts addReceipt
GET /receipts/{} getReceipt
DELETE /receipts/{} deleteReceipt
GET /families/{}/documents getDocuments
POST /families/{}/documents issueDocument
GET /documents/{} getDocument
GET /documents/{}/file getDocumentFile
GET /me/documents getMyDocuments
"""
DOCUMENT = document()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
ENTRIES = {entry["id"]: entry for _, _, entries in docs.page(DOCUMENT, may_write=True)["nouns"] for entry in entries}
FIELDS = {
    "CareSchedule": "id familyId name recurrence daysOfWeek weekStart startTime endTime hourlyRate isActive startDate "
    "endDate notes childIds nannyId rrule version createdAt updatedAt",
    "CareSession": "id familyId scheduleId slotDate scheduledStart scheduledEnd payDate isHeld actualStart actualEnd "
    "status isConfirmed hourlyRate notes childIds nannyId timeZone overlapAllowed confirmedAt confirmedBy cancelledAt "
    "cancelledBy cancelledFor cancelReason version createdAt updatedAt",
    "Family": "id name timeZone currency defaultHourlyRate address notes version createdAt",
    "Child": "id familyId firstName lastName dateOfBirth allergies medications notes isArchived version",
    "Member": "id familyId name role joinedAt email",
    "Event": "id kind at by source changes reason",
    "ChangeRequest": "id sessionId status message scheduledStart scheduledEnd childIds askedBy askedAt answeredBy "
    "answeredAt answer",
    "TimeOff": "id familyId nannyId from to startTime endTime reason",
    "EnteredTimeOff": "id familyId nannyId from to startTime endTime reason affected",
    "AffectedSession": "sessionId familyId scheduledStart scheduledEnd isConfirmed decided",
    "PayPeriod": "id familyId nannyId from to status note query reopenReason reopenAsk submittedAt submittedBy "
    "queriedAt queriedBy approvedAt approvedBy reopenedAt reopenedBy totals pendingExpenses covered payState "
    "statementId version",
    "PeriodProposal": "from to",
    "PayItem": "id familyId nannyId kind date minutes hourlyRate amount inRegularRate reason sessionId isHeld "
    "enteredBy version",
    "Payment": "id familyId nannyId date amount method note payPeriodId covers voids voidedBy reason acknowledgedAt "
    "recordedBy createdAt",
    "Balance": "nannyId due paid balance ahead forecast periods",
    "YearOfPay": "year nannyId months quarters totals notApproved",
    "PayPolicy": "id familyId nannyId effectiveFrom takesHoldOn preset workweekStart payFrequency payFor "
    "roundingMinutes roundingMode minimumMinutes night weeklyOvertimeAfter dailyOvertimeAfter dailyDoubleAfter "
    "seventhDay seventhDayDoubleAfter overtimeMultiplier doubleMultiplier overtimeBase federalOvertime holidays "
    "holidayMultiplier guaranteedMinutes basicRate cancellationTiers rolledUpHolidayPercent minimumWage mileageRate "
    "mileageUnit createdAt createdBy version",
    "PayPreset": "name sets sources says",
    "Expense": "id familyId nannyId date category amount distance unit rate note status answer decidedAt decidedBy "
    "payPeriodId receipts enteredBy version",
    "Previewed": "before after",
    "Document": "id familyId number kind nannyId childIds payPeriodId year from to language issuedAt issuedBy corrects "
    "correctedBy sha256",
    "Sha256": "json pdf xlsx csv",
    "NewDocument": "kind payPeriodId year nannyId childIds from to carerName carerAddress",
    "Invitation": "id acceptUrl expiresAt",
    "Generation": "batchId dryRun created existing skipped",
    "CareSessionChanges": "scheduledStart scheduledEnd hourlyRate notes childIds nannyId overlapAllowed actualStart "
    "actualEnd cancelReason cancelledFor reason",
}


def test_every_row_of_the_table_and_no_other():
    described = {
        f"{method.upper()} {re.sub(r'{.*?}', '{}', path.removeprefix('/api/v1'))} {operation['operationId']}"
        for path, method, operation in OPERATIONS
    }
    assert described == set(TABLE.split("\n")[1:-1])


@pytest.mark.parametrize("name", FIELDS)
def test_resources_have_the_fields_of_the_contract(name):
    assert list(DOCUMENT["components"]["schemas"][name]["properties"]) == FIELDS[name].split()


def test_what_makes_a_thing_answers_201_and_what_removes_one_204():
    ok = {
        operation["operationId"]: next(int(status) for status in operation["responses"] if int(status) < 300)
        for _, _, operation in OPERATIONS
    }
    making = ("create", "invite", "issue", "requestChanges", "recordPayment", "voidPayment", "add")
    makes = {name for name in ok if name.startswith(making)}
    removes = {name for name in ok if name.startswith(("delete", "remove"))}
    assert {name for name, status in ok.items() if status == 201} == makes
    answers_nothing = {"tellRunningLate", "shareTaxNumber", "unshareTaxNumber"}
    assert {name for name, status in ok.items() if status == 204} == removes | answers_nothing


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[row[2]["operationId"] for row in OPERATIONS])
def test_every_operation_says_who_may_call_it_and_what_it_takes(path, method, operation):
    assert operation["security"] == [{"Token": []}, {"Browser": []}]
    assert operation["summary"]
    named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", path))
    headers = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
    assert ("Idempotency-Key" in headers) == (method == "post")
    assert ("If-Match" in headers) == ("412" in {str(status) for status in operation["responses"]})


def test_the_file_is_valid_and_says_what_it_describes():
    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert [error.message for error in OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).iter_errors()] == []
    assert DOCUMENT["info"]["title"] == "Handsel"
    assert DOCUMENT["servers"][0]["url"] == "/"
    described = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert all(described.values())
    assert {tag for _, _, operation in OPERATIONS for tag in operation["tags"]} == described.keys()


def test_no_list_of_words_collides_as_identifiers():
    """Generators make one name of GMT+0, GMT-0 and GMT0."""
    for enum in _enums(DOCUMENT):
        words = [word for word in enum if isinstance(word, str)]
        names = [re.sub(r"\W", "", word.replace("-", "MINUS", 1) if word[0] == "-" else word) for word in words]
        assert len(set(names)) == len(words) < 200


def _enums(schema):
    if isinstance(schema, dict):
        yield from [schema["enum"]] if isinstance(schema.get("enum"), list) else []
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _enums(inner)


def test_every_reference_leads_somewhere():
    for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(DOCUMENT)):
        assert name in DOCUMENT["components"]["schemas"]


def test_the_file_is_served_to_anybody(client, db):
    answer = client.get("/api/v1/openapi.json")
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json() == json.loads(json.dumps(DOCUMENT))
    assert client.post("/api/v1/openapi.json").status_code == 405


def test_the_readable_page_names_every_operation_and_needs_no_other_host(client, db):
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    for _, _, operation in OPERATIONS:
        assert f'id="{operation["operationId"]}"' in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert not re.search(r"<script(?![^>]* src=)", text)


@pytest.mark.parametrize(
    ("operation", "entry"),
    [(operation, entry) for _, _, operation in OPERATIONS for entry in [ENTRIES[operation["operationId"]]]],
    ids=list(ENTRIES),
)
def test_the_readable_page_has_an_example_of_each_body_that_its_schema_allows(operation, entry):
    if "application/json" not in operation.get("requestBody", {}).get("content", {}):
        assert entry["example"] == ""
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, validate_formats=True)
    validator.validate(json.loads(entry["example"]))


def test_the_readable_page_says_who_is_asking_and_leads_to_each_schema_from_answers_too(client, db):
    text = client.get("/api/docs").content.decode()
    assert "Authorization: Bearer" in text
    assert "X-CSRFToken" in text
    anchors = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links <= anchors
    assert links >= ENTRIES.keys() | DOCUMENT["components"]["schemas"].keys() - {"Nothing"}
    assert "data-trying" not in text
    assert "csrf" not in text.lower().replace("x-csrftoken", "").replace("the csrf token", "")


def test_whoever_is_signed_in_may_try_what_reads_and_what_runs_dry(world, client, settings):
    client.force_login(world.ana)
    writes = {operation["operationId"] for _, method, operation in OPERATIONS if method != "get"}
    page = client.get("/api/docs").content.decode()
    assert 'data-csrf="' in page
    assert tried(page) == ENTRIES.keys() - writes | {"generateSessionsFromSchedule"}
    assert page.count("data-dry") == 1
    settings.EXAMPLE = True
    page = client.get("/api/docs").content.decode()
    assert tried(page) == ENTRIES.keys() - {"importSessions", "addReceipt"}
    assert "data-dry" not in page


def tried(page):
    return set(re.findall(r'aria-label="The answer of (\w+)"', page))


def test_no_route_of_ninja_is_left_out():
    routes = {pattern.name for pattern in api.urls[0]} - {"api-root"}
    assert routes == {operation["operationId"] for _, _, operation in OPERATIONS}


def test_every_field_that_is_needed_is_one():
    for router in ROUTERS:
        for operation in router.operations:
            for sent in filter(None, (operation.body, operation.query)):
                assert sent.model_fields.keys() >= {*sent.needed, *getattr(sent, "repeatable", ())}


def test_healthz_answers_while_the_database_does(client, db, monkeypatch):
    well = client.get("/healthz")
    assert (well.status_code, well.json()) == (200, {"status": "ok"})

    def silent(*_args):
        raise DatabaseError("no such host")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", silent)
        ill = client.get("/healthz")
    assert (ill.status_code, ill.json()["status"]) == (503, "unavailable")
    assert "host" not in ill.json()["reason"]
