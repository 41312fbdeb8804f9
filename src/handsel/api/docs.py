"""The OpenAPI file as a page for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from handsel.api.openapi import BASE

_METHODS = ("get", "post", "patch", "delete")
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field: its name, what it holds, in words."""

    name: str
    holds: str
    about: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation. `sends` is the name of what its body holds, `answers` are (status, words)."""

    id: str
    method: str
    path: str
    summary: str
    parameters: list[Line]
    sends: str
    answers: list[tuple[str, str]]


def page(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows: `nouns` are (name, entries), `resources` are (name, what it is, fields)."""
    entries = [
        (operation["tags"][0], _entry(path, method, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]
    components = document["components"]["schemas"].items()
    return {
        "about": _plain(document["info"]["description"]),
        "base": BASE,
        "nouns": [(tag, [entry for _, entry in tagged]) for tag, tagged in groupby(entries, key=itemgetter(0))],
        "resources": [
            (name, _plain(schema.get("description", "")), list(_fields(schema))) for name, schema in components
        ],
    }


def _entry(path: str, method: str, operation: Mapping[str, Any]) -> Entry:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Entry(
        id=operation["operationId"],
        method=method.upper(),
        path=path.removeprefix(BASE),
        summary=operation["summary"],
        parameters=[
            Line(
                parameter["name"],
                _holds(parameter["schema"]),
                _plain(parameter.get("description", "")),
                parameter["required"],
            )
            for parameter in operation["parameters"]
        ],
        sends=_holds(body) if body else "",
        answers=[(str(status), _describe_answer(answer)) for status, answer in sorted(operation["responses"].items())],
    )


def _describe_answer(answer: Mapping[str, Any]) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return _holds(schema) if schema else _plain(answer["description"])


def _plain(text: str) -> str:
    """Descriptions are Markdown, as OpenAPI has it; this page shows them as text."""
    return text.replace("`", "")


def _fields(schema: Mapping[str, Any]) -> Iterator[Line]:
    if "properties" not in schema:
        yield Line("", _holds(schema), "", needed=False)
    for name, kind in schema.get("properties", {}).items():
        yield Line(name, _holds(kind), _plain(kind.get("description", "")), name in schema.get("required", ()))


def _holds(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: list of uuid, or null."""
    match schema:
        case {"$ref": str() as name}:
            return name.rpartition("/")[2]
        case {"enum": words}:
            more = ["…"] if len(words) > _MOST_WORDS else []
            return ", ".join([*map(str, words[:_MOST_WORDS]), *more])
        case {"anyOf": kinds}:
            return " or ".join(dict.fromkeys(_holds(kind) for kind in kinds))
        case {"type": "array", "items": kind}:
            return f"list of {_holds(kind)}"
        case {"type": [*kinds]}:
            return " or ".join(_holds({**schema, "type": kind}) for kind in kinds)
        case {"type": kind}:
            return str(kind if kind == "null" else schema.get("format", kind))
        case _:
            return "anything"
