"""The API against its own description: thousands of requests, well formed and not, from whoever may ask."""

import pytest

from handsel.api.v1 import document
from handsel.rules.roles import Role
from tests.api.stage import Stage
from tests.run import NIGHTLY

pytestmark = [pytest.mark.any_database, pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")]

# What each may not do, and so never gets a 2xx for; a viewer but these.
CANNOT = {
    Role.PARENT: {"startCareSession", "completeCareSession", "askToReopenPayPeriod", "acknowledgePayment"},
    Role.NANNY: {
        "updateFamily",
        "deleteChild",
        "updateMember",
        "removeMember",
        "inviteMember",
        "confirmCareSession",
        "confirmCareSessions",
        "approveExpense",
        "declineExpense",
        "queryPayPeriod",
        "approvePayPeriod",
        "reopenPayPeriod",
        "declineToReopenPayPeriod",
        "recordPayment",
        "voidPayment",
        "createPayPolicy",
        "previewPayPolicy",
        "updatePayPolicy",
        "deletePayPolicy",
        "importSessions",
        "undoSessionImport",
    },
}
A_VIEWER_MAY_WRITE = {
    *("createFamily", "acceptInvitation"),
    *("putTaxIdentity", "deleteTaxIdentity", "unshareTaxNumber"),
}
A_VIEWER_MAY_NOT_SEE = {
    *("getPayItems", "getPayItem", "getTimesheet"),
    *("getPayPolicies", "getPayPolicy"),
    *("getExpenses", "getExpense", "getReceipt"),
    *("getPayments", "getPayment", "getBalances", "getYear"),
    *("getDocuments", "getDocument", "getDocumentFile"),
    *("getExport", "getExportFile"),
    "getPayPeriods",
    "proposePayPeriod",
    "getPayPeriod",
    "getPayPeriodEvents",
    "getPayItems",
    "getPayItem",
}
# No engine makes up a picture: tests/api/test_receipts.py sends some.
TAKES_A_FILE = {"addReceipt"}
# By day one operation of each make: what is sent by its body, its address or its question, with an item, a list or no
# more than a yes for an answer. tests/api/test_bad_input.py sends nonsense in each field of every body by day,
# tests/api/test_lists.py asks each list for too much, and tests/access walks all of them.
BY_DAY = {
    "createFamily",
    "createCareSchedule",
    "generateSessionsFromSchedule",
    "getCareSessions",
    "recordCareSession",
    "confirmCareSession",
    "requestChanges",
    "createTimeOff",
    "createExpense",
    "createPayItem",
    "getTimesheet",
    "getYear",
}


@pytest.mark.parametrize(
    "role",
    [
        Role.PARENT,
        # What was sent is read alike whoever sends it, and who may not write is refused before it is read.
        pytest.param(Role.NANNY, marks=pytest.mark.nightly),
        pytest.param(Role.VIEWER, marks=pytest.mark.nightly),
    ],
)
def test_nothing_is_found_and_everything_reached(world, role, settings, tmp_path):
    from tests.api import fuzzing  # here, for schemathesis takes long to import

    settings.EXPORTS_DIR = tmp_path / "exports"
    asked = _operations().keys() - TAKES_A_FILE if NIGHTLY else BY_DAY
    result = fuzzing.run(Stage(world, role), asked)
    assert not result.wrong, "\n\n".join(result.wrong)
    # The description has no examples to try.
    assert result.phases >= {"coverage", "fuzzing", "stateful"}
    assert result.reached == _reached_by(role) & asked


def _operations() -> dict[str, str]:
    """The id of each -> its method."""
    return {
        operation["operationId"]: method
        for of_address in document()["paths"].values()
        for method, operation in of_address.items()
    }


def _reached_by(role: Role) -> set[str]:
    methods = _operations()
    if role is Role.VIEWER:
        seen = {name for name, method in methods.items() if method == "get"}
        return seen - A_VIEWER_MAY_NOT_SEE | A_VIEWER_MAY_WRITE
    return methods.keys() - CANNOT[role]
