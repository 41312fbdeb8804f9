"""An example of whatever a schema of the OpenAPI file describes."""

import re
from collections.abc import Mapping
from typing import Any

_ID = "01890000-0000-7000-8000-000000000000"
# By the name of a field, where its schema allows it; the kind of the field decides for all others.
_NAMED: dict[str, Any] = {
    "name": "Weekday mornings",
    "firstName": "Emma",
    "lastName": "Rivera",
    "email": "noor@example.org",
    "timeZone": "America/New_York",
    "currency": "USD",
    "role": "NANNY",
    "recurrence": "WEEKLY",
    "daysOfWeek": ["MONDAY", "WEDNESDAY"],
    "dateOfBirth": "2022-05-14",
    "startTime": "06:00",
    "endTime": "14:30",
    "startDate": "2026-12-07",
    "from": "2026-12-07",
    "endDate": "2027-01-31",
    "to": "2027-01-31",
    "scheduledStart": "2026-12-09T06:00",
    "scheduledEnd": "2026-12-09T14:30",
    "actualStart": "2026-12-09T06:04",
    "actualEnd": "2026-12-09T14:41",
    "isActive": True,
    "dryRun": True,
    "address": "12 Elm Street",
    "allergies": "Peanuts",
    "notes": "Lunch is in the fridge.",
    "medications": "None",
    "message": "Could you come an hour later?",
    "reason": "We are away.",
    "token": "what the invitation's address ends in",
    "minutes": 10,
    "number": "987-65-4321",
    "legalName": "Noor Haddad",
}
_TEXTS = (
    "Text",
    "25.00",
    "1.50",
    "12.4",
    "2026-12-09T06:00",
    "06:00",
    "2026-12-09",
    "America/New_York",
    "noor@example.org",
)


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return a value that `schema` allows. References lead into `schemas`, the file's components."""
    match schema:
        case {"$ref": str() as reference}:
            return example(schemas[reference.rpartition("/")[2]], schemas)
        case {"anyOf": [first, *_]}:
            return example(first, schemas)
        case {"enum": [first, *_]}:
            return first
        case {"type": [first, *_]}:
            return example({**schema, "type": first}, schemas)
        case {"type": "array", "items": items}:
            return [example(items, schemas)]
        case {"type": "object"}:
            return {name: _field(name, field, schemas) for name, field in schema.get("properties", {}).items()}
        case {"type": "string"}:
            return _text(schema)
        case {"type": "boolean"}:
            return False
        case {"type": "integer" | "number"}:
            return schema.get("minimum", 1)
        case _:
            return None


def _field(name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    named = _NAMED.get(name)
    is_such = named in schema.get("enum", [named]) and re.search(schema.get("pattern", ""), str(named))
    return named if named is not None and is_such else example(schema, schemas)


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "uuid":
        return _ID
    patterns = [part["pattern"] for part in (schema, *schema.get("allOf", ())) if "pattern" in part]
    return next(text for text in _TEXTS if all(re.search(pattern, text) for pattern in patterns))
