"""Items as who may see them sees them."""

from uuid import UUID

from handsel.access import held_days, paid_nannies, visibility
from handsel.models import PayItem, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import Draft, Problems
from handsel.rules.sentences import say

_FILTERS = {"nanny_id": "nanny_id", "kind": "kind", "from_date": "date__gte", "to_date": "date__lte"}


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's items by their day. parameters: nanny_id, from_date, to_date, kind, cursor, limit.

    Raises NotVisible, NotAllowed or Invalid. Three queries.
    """
    standing = visibility.standing(person, family_id)
    paid_nannies.check_sees(standing, parameters)
    problems = Problems(parameters)
    first, last = parameters.get("from_date"), parameters.get("to_date")
    if first and last and last < first:
        problems.add("to_date", say("The last day must not be before the first."))
    filters = {_FILTERS[name]: parameters[name] for name in _FILTERS if name in parameters}
    rows = visibility.pay_items(standing).filter(**filters)
    items, following = paging.paginate(rows, parameters, Order(f"pay_items:{family_id}", ("date", "id")), problems)
    held = held_days.held_entries(items)
    return Page([Row(item, is_held=item.id in held) for item in items], following)


def get(person: User, item_id: UUID) -> Row:
    """Return one item. Raises NotVisible."""
    return _row(visibility.pay_item(person, item_id)[1])


def shown(item: PayItem) -> Row:
    """Return an item just as an action left it."""
    return _row(item)


def _row(item: PayItem) -> Row:
    return Row(item, is_held=bool(held_days.held_entries([item])))
