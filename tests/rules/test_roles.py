"""Who may do what, written out by hand from the rules and not from the code."""

import pytest

from handsel.rules import roles
from handsel.rules.roles import Capability, Role

pytestmark = pytest.mark.no_database

# One column each: PARENT, COORDINATOR, VIEWER; then a NANNY facing another nanny's thing, their own, and nobody's; then
# the nanny who founded the family and is alone in charge, facing another nanny's thing.
COLUMNS = ("PARENT", "COORDINATOR", "VIEWER", "another's", "their own", "nobody's", "in charge")
TABLE = {
    "SEE":              "x x x  x x x  x",
    "SEE_PAY":          "x x .  . x .  .",
    "SEE_DEFAULT_RATE": "x x .  . . .  x",
    "PLAN":             "x x .  x x x  x",
    "UPDATE_SESSION":   "x x .  . x x  .",
    "DELETE_SESSION":   "x x .  . x x  .",
    "CONFIRM":          "x x .  . . .  x",
    "CANCEL":           "x x .  . x x  .",
    "START":            ". x .  . x x  .",
    "COMPLETE":         "x x .  . x .  .",
    "RECORD":           "x x .  . x x  .",
    "RESTORE":          "x x .  . x x  .",
    "TELL_LATE":        "x . .  . x .  .",
    "REQUEST_CHANGES":  "x x .  . x x  .",
    "ANSWER_NANNY":     "x x .  . . .  .",
    "ANSWER_FAMILY":    ". x .  . x x  .",
    "ADD_CHILD":        "x x .  x x x  x",
    "EDIT_CARE_NOTES":  "x x .  x x x  x",
    "MANAGE_CHILDREN":  "x x .  . . .  x",
    "MANAGE_FAMILY":    "x x .  . . .  x",
    "INVITE":           "x x .  . . .  x",
    "MANAGE_MEMBERS":   "x x .  . . .  .",
    "TIME_OFF_ANY":     "x x .  . . .  .",
    "TIME_OFF_OWN":     ". . .  . x .  .",
    "SEE_PAY_TERMS":          "x x .  . x x  .",
    "SEE_PAY_RECORDS":        "x x .  . x .  .",
    "MANAGE_PAY_TERMS":       "x x .  . . .  x",
    "DECIDE_EXPENSES":        "x x .  . . .  x",
    "RECORD_PAYMENTS":        "x x .  . . .  x",
    "SUBMIT_PAY_PERIOD":      "x x .  . x .  .",
    "QUERY_PAY_PERIOD":       "x x .  . . .  .",
    "APPROVE_PAY_PERIOD":     "x x .  . . .  x",
    "ASK_TO_REOPEN":          ". . .  . x .  .",
    "ACKNOWLEDGE_PAYMENT":    ". . .  . x .  .",
    "ENTER_PAY_ITEMS":        "x x .  . x .  .",
    "CHANGE_PAY_ITEMS":       "x x .  . x .  .",
    "ISSUE_DOCUMENTS":        "x x .  . x .  .",
    "ISSUE_FAMILY_DOCUMENTS": "x x .  . . .  .",
    "EXPORT":                 "x x .  . x .  .",
    "IMPORT_SESSIONS":        "x x .  . . .  x",
    "SEE_ACCESS":        "x x .  . . .  x",
    "SHARE_TAX_NUMBER":       ". . .  . x .  .",
    "PRINT_TAX_NUMBER":       "x x .  . . .  .",
}  # fmt: skip
ASKING = {
    "PARENT": (Role.PARENT, {}),
    "COORDINATOR": (Role.COORDINATOR, {}),
    "VIEWER": (Role.VIEWER, {}),
    "another's": (Role.NANNY, {}),
    "their own": (Role.NANNY, {"own": True}),
    "nobody's": (Role.NANNY, {"unassigned": True}),
    "in charge": (Role.NANNY, {"in_charge": True}),
}


def test_every_capability_is_in_the_table():
    assert set(TABLE) == {capability.name for capability in Capability}


def test_who_may_do_what():
    may = {
        name: {column: roles.may(role, Capability[name], **asking) for column, (role, asking) in ASKING.items()}
        for name in TABLE
    }
    assert may == {
        name: {column: cell == "x" for column, cell in zip(COLUMNS, row.split(), strict=True)}
        for name, row in TABLE.items()
    }


def test_a_viewer_only_sees_however_the_thing_is_related():
    related = {"own": True, "unassigned": True, "in_charge": True}
    assert [capability for capability in Capability if roles.may(Role.VIEWER, capability, **related)] == [
        Capability.SEE
    ]


@pytest.mark.parametrize("role", [Role.PARENT, Role.COORDINATOR])
def test_being_in_charge_is_a_nannys_matter(role):
    for capability in Capability:
        assert roles.may(role, capability, in_charge=True) is roles.may(role, capability), capability


def test_being_in_charge_takes_nothing_away():
    for capability in Capability:
        for asking in ({}, {"own": True}, {"unassigned": True}):
            if roles.may(Role.NANNY, capability, **asking):
                assert roles.may(Role.NANNY, capability, **asking, in_charge=True), capability


def test_a_parent_starts_sessions_in_a_family_that_has_no_nanny_and_does_nothing_else_by_it():
    for capability in Capability:
        grants = [roles.may(Role.PARENT, capability, without_nanny=alone) for alone in (False, True)]
        assert grants[0] is grants[1] or (capability is Capability.START and grants == [False, True])
        assert roles.may(Role.VIEWER, capability, without_nanny=True) is roles.may(Role.VIEWER, capability)
