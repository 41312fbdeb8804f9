"""What is written down of who looked: at which private things, on which pages and by which operations. No Django.

docs/decisions/0071 says why. Care notes on pages, sign-ins, calendars and what an operator opens are noted where
they are shown; everything else by the route that answers it, here.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# How long a line is kept, and how often it is written at most.
KEPT_FOR = timedelta(days=400)
WRITTEN_EVERY = timedelta(hours=1)


class Thing(StrEnum):
    """What was looked at."""

    CARE_NOTES = "CARE_NOTES"
    PAY = "PAY"
    DOCUMENT = "DOCUMENT"
    RECEIPT = "RECEIPT"
    TAX_NUMBER = "TAX_NUMBER"
    EXPORT = "EXPORT"
    CALENDAR = "CALENDAR"
    SIGN_IN = "SIGN_IN"
    OPERATOR = "OPERATOR"


# Only they see who looked at it who see the pay that it is about.
OF_PAY = frozenset({Thing.PAY, Thing.DOCUMENT, Thing.RECEIPT, Thing.TAX_NUMBER, Thing.EXPORT})


class Noun(StrEnum):
    """What an id names by which somebody looked."""

    FAMILY = "family"
    CHILD = "child"
    CHILDREN = "children"  # of a family
    MINE = "mine"  # what is one's own, in every family
    PERIOD = "period"
    ITEM = "item"
    PAYMENT = "payment"
    EXPENSE = "expense"
    RECEIPT = "receipt"
    DOCUMENT = "document"
    POLICY = "policy"
    EXPORT = "export"
    ADDRESS = "address"
    PERSON = "person"


class Way(StrEnum):
    """By what somebody came."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105  a word for a key to the API, and none
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a route shows. argument: the name in its address of the id; when: what the query has to ask for."""

    thing: Thing
    noun: Noun
    argument: str = ""
    when: str = ""


def _pay(noun: Noun, argument: str = "", *routes: str) -> dict[str, tuple[Shown, ...]]:
    return dict.fromkeys(routes, (Shown(Thing.PAY, noun, argument),))


# The name of a route -> what it shows when it answers 200. Several operations at one address go by the first of them.
ROUTES: dict[str, tuple[Shown, ...]] = {
    **dict.fromkeys(("web:child", "api:getChild"), (Shown(Thing.CARE_NOTES, Noun.CHILD, "child_id"),)),
    "api:getChildren": (Shown(Thing.CARE_NOTES, Noun.CHILDREN, "family_id"),),
    # History tells what care notes and amounts were.
    "api:getFamilyEvents": (
        Shown(Thing.CARE_NOTES, Noun.CHILDREN, "family_id"),
        Shown(Thing.PAY, Noun.FAMILY, "family_id"),
    ),
    **_pay(Noun.FAMILY, "family_id", "web:pay", "web:pay_periods", "web:payments", "web:new_payment"),
    **_pay(Noun.FAMILY, "family_id", "web:pay_items", "web:new_pay_item", "web:expenses", "web:new_expense"),
    **_pay(Noun.FAMILY, "family_id", "web:family_records", "web:pay_terms", "web:new_pay_terms", "web:raise"),
    **_pay(Noun.FAMILY, "family_id", "api:getTimesheet", "api:getPayPeriods", "api:proposePayPeriod"),
    **_pay(Noun.FAMILY, "family_id", "api:getPayItems", "api:getPayments", "api:getBalances", "api:getYear"),
    **_pay(Noun.FAMILY, "family_id", "api:getExpenses", "api:getPayPolicies", "api:previewPayPolicy"),
    **_pay(Noun.PERIOD, "period_id", "web:pay_period", "api:getPayPeriod", "api:getPayPeriodEvents"),
    **_pay(Noun.ITEM, "item_id", "web:pay_item", "api:getPayItem"),
    **_pay(Noun.PAYMENT, "payment_id", "web:void_payment", "api:getPayment"),
    **_pay(Noun.EXPENSE, "expense_id", "web:edit_expense", "web:decline_expense", "api:getExpense"),
    **_pay(Noun.POLICY, "policy_id", "web:edit_pay_terms", "api:getPayPolicy"),
    **_pay(Noun.MINE, "", "web:my_records"),
    **dict.fromkeys(("web:documents", "api:getDocuments"), (Shown(Thing.DOCUMENT, Noun.FAMILY, "family_id"),)),
    **dict.fromkeys(("web:my_documents", "api:getMyDocuments"), (Shown(Thing.DOCUMENT, Noun.MINE),)),
    **dict.fromkeys(("web:document_file", "api:getDocument"), (Shown(Thing.DOCUMENT, Noun.DOCUMENT, "document_id"),)),
    "api:getDocumentFile": (
        Shown(Thing.DOCUMENT, Noun.DOCUMENT, "document_id"),
        Shown(Thing.TAX_NUMBER, Noun.DOCUMENT, "document_id", when="taxNumber"),
    ),
    "api:getReceipt": (Shown(Thing.RECEIPT, Noun.RECEIPT, "receipt_id"),),
    "web:reveal_tax_number": (Shown(Thing.TAX_NUMBER, Noun.PERSON),),
    "api:getTaxIdentity": (Shown(Thing.TAX_NUMBER, Noun.PERSON, when="reveal"),),
    **dict.fromkeys(("web:export_file", "api:getExportFile"), (Shown(Thing.EXPORT, Noun.EXPORT, "export_id"),)),
    "web:family_records_csv": (Shown(Thing.EXPORT, Noun.FAMILY, "family_id"),),
    "web:my_records_csv": (Shown(Thing.EXPORT, Noun.MINE),),
}
