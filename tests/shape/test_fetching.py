"""Rooms above access read on from a row, a family or a person at hand, and fetch nothing else by themselves."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

import handsel
from handsel.models import Family, User

pytestmark = [pytest.mark.no_database, pytest.mark.xdist_group("sources")]  # they are read in one process

SOURCE = Path(handsel.__file__).parent
# access is where rows are fetched for somebody, what is below knows of nobody, and admin shows rows as they are.
ELSEWHERE = {"access", "models", "migrations", "admin"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
WRITES = {"create", "bulk_create", "get_or_create"}
# What a query may be narrowed to: a family or a person, or something of theirs that was fetched for the person.
SCOPES = {"family", "person", "user", "session", "schedule", "batch", "nanny", "child"}
IDS = {"pk", "id"}


def _leads_to_people(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """By its columns, or by those of what they name, which may name the model in turn."""
    seen |= {model}
    named = {field.related_model for field in model._meta.fields if field.related_model} - seen
    return model is Family or User in named or any(_leads_to_people(one, seen) for one in named)


# What belongs to families and people, and what may stand for such a model; who knocks is found by the token.
MODELS = {model.__name__ for model in apps.get_app_config("handsel").get_models() if _leads_to_people(model)} - {
    "ApiToken"
}

# What reads otherwise says why in a comment: on the line above its statement, or beside the query.
UNSCOPED = re.compile(r"# unscoped: \S")


def test_rows_are_fetched_for_somebody_or_it_is_said_why_not():
    assert [place for place, reasons in _unscoped() if not reasons] == []


def test_no_reason_is_left_where_nothing_needs_it():
    given = {place for path in _sources() for place in _reasons(path)}
    assert given == {reason for _, reasons in _unscoped() for reason in reasons}


def _sources() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in ELSEWHERE)


def _reasons(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {f"{path}:{number}" for number, line in enumerate(lines, start=1) if UNSCOPED.search(line)}


@cache
def _unscoped() -> list[tuple[str, set[str]]]:
    """Each place that reads a table for nobody, and the places of the reasons that are given for it."""
    return [place for path in _sources() for place in _unscoped_in(path)]


def _unscoped_in(path: Path) -> Iterator[tuple[str, set[str]]]:
    tree, reasons = ast.parse(path.read_text("utf-8")), _reasons(path)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and _is_model(node.value):
            chain = list(_chain(node, above))
            if not any(_narrows(call) for call in chain):
                last = max(part.end_lineno for part in (node, *chain))
                beside = range(_statement(node, above).lineno - 1, last + 1)
                yield f"{path}:{node.lineno}", reasons & {f"{path}:{number}" for number in beside}


def _statement(node: ast.AST, above: dict[ast.AST, ast.AST]) -> ast.stmt:
    while not isinstance(node, ast.stmt):
        node = above[node]
    return node


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
