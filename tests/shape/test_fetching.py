"""Rooms above access read on from a row, a family or a person at hand, and fetch nothing else by themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import handsel

pytestmark = pytest.mark.no_database

SOURCE = Path(handsel.__file__).parent
# admin shows rows as they are
ROOMS = ("actions", "notices", "queries", "pages", "documents", "api", "web", "management")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# What belongs to families, and what may stand for such a model.
MODELS = {model.__name__ for model in apps.get_app_config("handsel").get_models()} - {"User", "ApiToken"}
WRITES = {"create", "bulk_create", "get_or_create"}
# What a query may be narrowed to: a family or a person, or something of theirs that was fetched for the person.
SCOPES = {"family", "person", "user", "session", "schedule", "batch", "nanny", "child"}
IDS = {"pk", "id"}

# What reads otherwise, and why it may.
ELSEWHERE = {
    "actions.outside_calendars._to_read CareSession": "of the nanny whose calendar is at hand",
    "actions.outside_calendars.claim OutsideCalendar": "everybody's, by when it is due",
    "actions.duties.announce Duty": "of nobody",
    "actions.duties.done Duty": "of nobody",
    "actions.duties.take Duty": "of nobody",
    "actions.delivery._claim Delivery": "everybody's, by when it is due",
    "actions.delivery.route Notice": "everybody's, each to its own person",
    "notices.reminders.ending_plans CareSchedule": "everybody's, by how far they are planned",
    "notices.reminders.sessions_to_look_at CareSession": "everybody's, by when they are due",
    "notices.validity._entered TimeOff": "what notices at hand name",
    "notices.validity.sessions CareSession": "those that notices at hand name, kept to the family of each",
    "pages.members.still_open Delivery": "the mails of invitations at hand",
    "actions.forgetting.forget CalendarAddress": "everybody's, by age alone",
    "actions.invitations._may_be_mailed Delivery": "counts alone, of what goes to one address or from one person",
    "actions.forgetting.forget Delivery": "everybody's, by age alone",
    "queries.health._of_now Delivery": "counts alone, of everybody's",
    "queries.health.duties Duty": "of nobody",
    "actions.extending._due CareSchedule": "everybody's that is to be planned further",
    "actions.extending._go_on CareSchedule": "one of those; what is done to it goes through who asked for that",
    "actions.devices.add Device": "whoever had this browser before, by its address",
    "actions.devices.move Device": "whoever had this browser before, by its own cookie",
    "actions.devices.forget Device": "those that are at hand",
    "actions.forgetting.forget Invitation": "everybody's, by age alone",
    "actions.forgetting.forget Notice": "everybody's, by age alone",
    "actions.example_families.care.prepare_the_next_day CareSession": "the story tells of all its families",
    "actions.example_families.care.see_that_somebody_is_at_work CareSession": "the story tells of all its families",
    "actions.example_families.story._a_day_with_a_history CareSession": "the story tells of all its families",
    "actions.invitations.accept Invitation": "whoever holds the secret may, and is no member yet",
    "pages.members.offer Invitation": "whoever holds the secret may, and is no member yet",
    "actions.members.remove Invitation": "of the member's family, or sent by the member: said by a Q",
    "actions.people.delete Invitation": "those that were sent to one's own address",
    "actions.idempotency.forget IdempotencyKey": "everybody's, by age alone",
    "notices.outbox.change_facts Child": "the names of those that a change at hand names",
    "notices.outbox.change_facts Member": "the names of those that a change at hand names",
    "notices.audience.persons Member": "who is told, of sessions and requests at hand",
    "queries.freshness._elsewhere CareSession": "counts alone, of what overlaps what the page shows",
    "pages.session_rows.children Child": "the children of sessions at hand, prefetched",
}


def test_rows_are_fetched_for_somebody():
    assert sorted(set(_unscoped()) - ELSEWHERE.keys()) == []


def test_what_is_let_through_is_there():
    assert ELSEWHERE.keys() <= set(_unscoped())


def _unscoped() -> Iterator[str]:
    """Each place that reads a table for nobody: module, function and model."""
    for path in sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS and _is_model(node.value):
                calls = list(_chain(node, above))
                if not any(map(_narrows, calls)):
                    module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
                    yield f"{module}.{_function(node, above)} {ast.unparse(node.value)}"


def _is_model(named: ast.AST) -> bool:
    """One of ours, or a variable that may be any."""
    name = named.attr if isinstance(named, ast.Attribute) else ast.unparse(named)
    return name in MODELS or not name[:1].isupper()


def _chain(node: ast.AST, above: dict[ast.AST, ast.AST]) -> Iterator[ast.Call]:
    """The calls that follow one another on the manager: .filter(...).order_by(...)."""
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Call):
            yield node
        parent = above[node]
        if isinstance(parent, ast.Call) and parent.func is not node:
            return
        node = parent


def _narrows(call: ast.Call) -> bool:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in WRITES or method == "managers_of":
        return True
    return method in {"filter", "get"} and any(map(_is_scope, call.keywords))


def _is_scope(said: ast.keyword) -> bool:
    """family=..., family_id__in=...; and pk=row.pk of a row at hand, but not pk=an_id that anybody may have sent."""
    name = (said.arg or "").removesuffix("__in")
    if name in IDS:
        return isinstance(said.value, ast.Attribute | ast.ListComp | ast.Tuple)
    return not SCOPES.isdisjoint(name.removesuffix("_id").split("__"))


def _function(node: ast.AST, above: dict[ast.AST, ast.AST]) -> str:
    while not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
        node = above[node]
    return getattr(node, "name", "")
