"""The table of who may do what, read by every action, button and page."""

from enum import StrEnum, unique


class Role(StrEnum):
    PARENT = "PARENT"
    NANNY = "NANNY"
    COORDINATOR = "COORDINATOR"
    VIEWER = "VIEWER"


class Scope(StrEnum):
    """The scope of a key to the API."""

    READ = "read"
    WRITE = "write"


# Who speaks for a family and looks after its members.
MANAGERS = frozenset({Role.PARENT, Role.COORDINATOR})
# Who may begin a family's book.
FOUNDERS = MANAGERS | {Role.NANNY}


@unique
class Capability(StrEnum):
    """A thing that a member may or may not do, in the words of docs/reference/roles.md."""

    SEE = "see the family, its children, schedules and sessions"
    SEE_PAY = "see the rate and the amounts of a session or schedule"
    SEE_DEFAULT_RATE = "see the family's default rate"
    PLAN = "plan: schedules, generating and undoing, impromptu sessions"
    UPDATE_SESSION = "update or correct a session"
    DELETE_SESSION = "delete a session"
    CONFIRM = "confirm a session"
    CANCEL = "cancel a session"
    START = "start a session"
    COMPLETE = "complete a session"
    RECORD = "record a session that nobody started"
    RESTORE = "restore a cancelled session"
    TELL_LATE = "say that one is running late"
    REQUEST_CHANGES = "request changes to a session"
    ANSWER_NANNY = "answer a nanny's request for changes"
    ANSWER_FAMILY = "answer the family's request for changes"
    ADD_CHILD = "add a child"
    EDIT_CARE_NOTES = "edit a child's allergies, medications and notes"
    MANAGE_CHILDREN = "edit all of a child, archive it"
    MANAGE_FAMILY = "change the family's settings"
    INVITE = "invite people"
    MANAGE_MEMBERS = "change roles, remove members"
    TIME_OFF_ANY = "enter or delete anybody's time off"
    TIME_OFF_OWN = "enter or delete one's own time off"
    SEE_PAY_TERMS = "see the terms of pay"
    SEE_PAY_RECORDS = "see timesheets, pay periods, pay items, expenses, payments, balances and documents"
    MANAGE_PAY_TERMS = "make, change and delete the terms of pay"
    DECIDE_EXPENSES = "approve or decline an expense"
    RECORD_PAYMENTS = "record or void a payment"
    SUBMIT_PAY_PERIOD = "make, change, delete, submit or withdraw a pay period"
    QUERY_PAY_PERIOD = "query a pay period, decline to reopen it"
    APPROVE_PAY_PERIOD = "approve or reopen a pay period"
    ASK_TO_REOPEN = "ask to reopen a pay period"
    ACKNOWLEDGE_PAYMENT = "acknowledge a payment"
    ENTER_PAY_ITEMS = "enter a pay item or an expense"
    CHANGE_PAY_ITEMS = "change or delete a pay item or an expense"
    ISSUE_DOCUMENTS = "issue a document about a nanny's pay"
    ISSUE_FAMILY_DOCUMENTS = "see or issue a document about the family's or a child's year"
    EXPORT = "export the record"
    IMPORT_SESSIONS = "import sessions, undo an import"
    SHARE_TAX_NUMBER = "store, see and share a tax number"
    PRINT_TAX_NUMBER = "ask for a document with a tax number that was shared"
    SEE_ACCESS = "see who looked and who changed"


class Reach(StrEnum):
    """The things to which a role may do it."""

    ALL = "yes"
    OWN = "their own"
    OWN_OR_UNASSIGNED = "their own or unassigned"
    OWN_OR_FAMILYS = "their own or the family's"
    ENTERED = "what they entered"


_FAMILY = dict.fromkeys(MANAGERS, Reach.ALL)
_FAMILY_AND_NANNY = _FAMILY | {Role.NANNY: Reach.ALL}
_FAMILY_AND_OWN_OR_UNASSIGNED = _FAMILY | {Role.NANNY: Reach.OWN_OR_UNASSIGNED}
_FAMILY_AND_OWN = _FAMILY | {Role.NANNY: Reach.OWN}

GRANTS: dict[Capability, dict[Role, Reach]] = {
    Capability.SEE: dict.fromkeys(Role, Reach.ALL),
    Capability.SEE_PAY: _FAMILY_AND_OWN,
    Capability.SEE_DEFAULT_RATE: _FAMILY,
    Capability.PLAN: _FAMILY_AND_NANNY,
    Capability.UPDATE_SESSION: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.DELETE_SESSION: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.CONFIRM: _FAMILY,
    Capability.CANCEL: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.START: {Role.COORDINATOR: Reach.ALL, Role.NANNY: Reach.OWN_OR_UNASSIGNED},
    Capability.COMPLETE: _FAMILY_AND_OWN,
    Capability.RECORD: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.RESTORE: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.TELL_LATE: {Role.PARENT: Reach.ALL, Role.NANNY: Reach.OWN},
    Capability.REQUEST_CHANGES: _FAMILY_AND_OWN_OR_UNASSIGNED,
    Capability.ANSWER_NANNY: _FAMILY,
    Capability.ANSWER_FAMILY: {Role.COORDINATOR: Reach.ALL, Role.NANNY: Reach.OWN_OR_UNASSIGNED},
    Capability.ADD_CHILD: _FAMILY_AND_NANNY,
    Capability.EDIT_CARE_NOTES: _FAMILY_AND_NANNY,
    Capability.MANAGE_CHILDREN: _FAMILY,
    Capability.MANAGE_FAMILY: _FAMILY,
    Capability.INVITE: _FAMILY,
    Capability.MANAGE_MEMBERS: _FAMILY,
    Capability.TIME_OFF_ANY: _FAMILY,
    Capability.TIME_OFF_OWN: {Role.NANNY: Reach.OWN},
    Capability.SEE_PAY_TERMS: _FAMILY | {Role.NANNY: Reach.OWN_OR_FAMILYS},
    Capability.SEE_PAY_RECORDS: _FAMILY_AND_OWN,
    Capability.MANAGE_PAY_TERMS: _FAMILY,
    Capability.DECIDE_EXPENSES: _FAMILY,
    Capability.RECORD_PAYMENTS: _FAMILY,
    Capability.SUBMIT_PAY_PERIOD: _FAMILY_AND_OWN,
    Capability.QUERY_PAY_PERIOD: _FAMILY,
    Capability.APPROVE_PAY_PERIOD: _FAMILY,
    Capability.ASK_TO_REOPEN: {Role.NANNY: Reach.OWN},
    Capability.ACKNOWLEDGE_PAYMENT: {Role.NANNY: Reach.OWN},
    Capability.ENTER_PAY_ITEMS: _FAMILY_AND_OWN,
    Capability.CHANGE_PAY_ITEMS: _FAMILY | {Role.NANNY: Reach.ENTERED},
    Capability.ISSUE_DOCUMENTS: _FAMILY_AND_OWN,
    Capability.ISSUE_FAMILY_DOCUMENTS: _FAMILY,
    Capability.EXPORT: _FAMILY_AND_OWN,
    Capability.IMPORT_SESSIONS: _FAMILY,
    Capability.SHARE_TAX_NUMBER: dict.fromkeys(FOUNDERS, Reach.OWN),
    Capability.PRINT_TAX_NUMBER: _FAMILY,
    Capability.SEE_ACCESS: _FAMILY,
}

# Until a parent or coordinator joins, the nanny who founded the family keeps its book: they may invite, confirm
# and settle pay on the family's word, and look after the family's own page. They change nobody's role, remove nobody.
IN_CHARGE: frozenset[Capability] = frozenset(
    {
        Capability.SEE_DEFAULT_RATE,
        Capability.CONFIRM,
        Capability.MANAGE_CHILDREN,
        Capability.MANAGE_FAMILY,
        Capability.INVITE,
        Capability.MANAGE_PAY_TERMS,
        Capability.DECIDE_EXPENSES,
        Capability.RECORD_PAYMENTS,
        Capability.APPROVE_PAY_PERIOD,
        Capability.IMPORT_SESSIONS,
        Capability.SEE_ACCESS,
    }
)

# A parent does this too in a family that has no nanny, and keeps the book alone.
WITHOUT_NANNY: frozenset[Capability] = frozenset({Capability.START})


def to_answer(asker: Role) -> Capability:
    """Return the capability it takes to answer a request for changes: the family answers a nanny, the nanny everybody
    else.
    """
    return Capability.ANSWER_NANNY if asker is Role.NANNY else Capability.ANSWER_FAMILY


def may(
    role: Role,
    capability: Capability,
    *,
    own: bool = False,
    unassigned: bool = False,
    in_charge: bool = False,
    without_nanny: bool = False,
) -> bool:
    """Say whether a member may do this.

    own: the thing's nanny is this very member; of what is changed by who entered it, that it was they. unassigned: the
    thing has no nanny. in_charge: this member is the nanny
    who founded the family, and no parent or coordinator has joined yet. without_nanny: the family has no nanny.
    """
    if without_nanny and role is Role.PARENT and capability in WITHOUT_NANNY:
        return True
    if in_charge and role is Role.NANNY and capability in IN_CHARGE:
        return True
    match GRANTS[capability].get(role):
        case Reach.ALL:
            return True
        case Reach.OWN | Reach.ENTERED:
            return own
        case Reach.OWN_OR_UNASSIGNED | Reach.OWN_OR_FAMILYS:
            return own or unassigned
        case None:
            return False
