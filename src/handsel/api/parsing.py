"""From the bytes of a request to a Draft: bodies and query strings, read field by field.

Nothing is refused here that a field's own error could say: what is wrong with each travels in the draft, so that the
action can answer it together with its own findings.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from handsel.api import names
from handsel.api.errors import Malformed, TooLarge, UnsupportedMediaType
from handsel.api.forms import Form
from handsel.api.kinds import Kind
from handsel.rules.drafts import Draft
from handsel.rules.fields import Wrong

_NEEDED = "This is needed."
_TWICE = "This was given twice."
_UNKNOWN = "There is no such field here."
# Of a body with ten thousand unknown fields the first few say enough.
_UNKNOWN_TOLD = 20


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter; one that may be given `several` times is read into a tuple."""

    name: str
    kind: Kind
    about: str
    needed: bool = False
    several: bool = False


def body(request: HttpRequest, form: Form) -> Draft:
    """What the body says. None at all says nothing, as {} does; white space alone is no JSON."""
    raw = request.body
    if not raw:
        return _draft([], form.kinds, form.needed)
    if request.content_type != "application/json" or not _is_utf_8(request):
        raise UnsupportedMediaType
    sent = _json(raw)
    if not isinstance(sent, _Object):
        return Draft(wrong={names.unknown("body"): "Send a JSON object."})
    return _draft(sent.pairs, form.kinds, form.needed)


def query(request: HttpRequest, parameters: Iterable[Parameter]) -> Draft:
    """What the query string says."""
    known = {parameter.name: parameter for parameter in parameters}
    several = {name for name, parameter in known.items() if parameter.several}
    pairs = [(name, value) for name, values in request.GET.lists() if name not in several for value in values]
    kinds = {name: parameter.kind for name, parameter in known.items() if name not in several}
    draft = _draft(pairs, kinds, [name for name, parameter in known.items() if parameter.needed])
    values, wrong = dict(draft.values), dict(draft.wrong)
    for name in several & request.GET.keys():
        try:
            values[names.below(name)] = tuple(known[name].kind.parse(raw) for raw in request.GET.getlist(name))
        except Wrong as problem:
            wrong[names.below(name)] = str(problem)
    return Draft(values, wrong)


def check_size(request: HttpRequest) -> None:
    """Refuse a large body before it is read into memory."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge


def _is_utf_8(request: HttpRequest) -> bool:
    return (request.content_params or {}).get("charset", "utf-8").lower() in ("utf-8", "utf8")


class _Object:
    """A JSON object as it was sent: a dict would have forgotten a key that came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _json(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"), object_pairs_hook=_Object, parse_float=_number, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):  # also an integer of more digits than Python cares to read
        raise Malformed("The body is not JSON.") from None


def _number(literal: str) -> Decimal | float:
    """A decimal exactly as it was sent. An exponent stays no number, since none is accepted as money."""
    return float("nan") if "e" in literal.lower() else Decimal(literal)


def _no_constant(literal: str) -> None:
    raise ValueError(f"{literal} is not JSON")


def _draft(pairs: Iterable[tuple[str, Any]], kinds: Mapping[str, Kind], needed: Iterable[str]) -> Draft:
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    unknown: dict[str, str] = {}
    seen: set[str] = set()
    for name, raw in pairs:
        kind = kinds.get(name)
        if kind is None:
            if len(unknown) < _UNKNOWN_TOLD:
                unknown[names.unknown(name)] = _UNKNOWN
            continue
        field = names.below(name)
        if name in seen:
            wrong[field] = _TWICE
            values.pop(field, None)
            continue
        seen.add(name)
        try:
            values[field] = kind.parse(raw)
        except Wrong as problem:
            wrong[field] = str(problem)
    for name in needed:
        if name not in seen:
            wrong[names.below(name)] = _NEEDED
    return Draft(values, wrong | unknown)
