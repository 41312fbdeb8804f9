"""From the bytes of a request to a Draft: bodies and query strings, read field by field.

Nothing is refused here that a field's own error could say: what is wrong with each travels in the draft, so that the
action can answer it together with its own findings.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PrivateAttr, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from handsel.api import inputs
from handsel.api.errors import Malformed, TooLarge, UnsupportedMediaType
from handsel.api.schemas import api_name, as_sent
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.fields import Wrong

_NEEDED = "This is required."
_TWICE = "This was given twice."
_UNKNOWN = "There is no such field here."
# Of a body with ten thousand unknown fields the first few say enough.
_UNKNOWN_TOLD = 20


class Sent(BaseModel):
    """What a request may say. Each field may be missing, but for those that are `needed`.

    Subclasses have no docstring: the OpenAPI file would show it.
    """

    model_config = ConfigDict(alias_generator=api_name, extra="forbid", validate_assignment=True)
    needed: ClassVar[tuple[str, ...]] = ()
    _draft: Draft = PrivateAttr()

    @property
    def draft(self) -> Draft:
        """Return what was said, and what is wrong with it."""
        return self._draft

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Any]], wrong_elsewhere: Mapping[str, str] | None = None) -> Self:
        """Read names in camelCase with their values, one by one."""
        sent = cls.model_construct()
        names = {field.alias: name for name, field in cls.model_fields.items()}
        values: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        unknown: dict[str, str] = {}
        seen_names: set[str] = set()
        for alias, raw in pairs:
            name = names.get(alias)
            if name is None:
                if len(unknown) < _UNKNOWN_TOLD:
                    unknown[as_sent(alias)] = _UNKNOWN
            elif name in seen_names:
                values.pop(name, None)
                wrong[name] = _TWICE
            else:
                seen_names.add(name)
                try:
                    setattr(sent, name, raw)
                    values[name] = getattr(sent, name)
                except ValidationError as error:
                    wrong |= _named(name, error.errors()[0]["ctx"]["error"])
        for name in cls.needed:
            if name not in seen_names:
                wrong[name] = _NEEDED
        sent._draft = Draft(values, {**wrong, **unknown, **(wrong_elsewhere or {})})
        return sent

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        schema.pop("required", None)
        return schema | ({"required": [api_name(name) for name in cls.needed]} if cls.needed else {})


class WrongParts(Wrong):
    """What is wrong with the fields of an object, or of a list's items, each by its way from there."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = dict(parts)
        super().__init__("; ".join(self.parts.values()))


def _named(name: str, wrong: Wrong) -> dict[str, str]:
    if isinstance(wrong, WrongParts):
        return {f"{name}.{part}": sentence for part, sentence in wrong.parts.items()}
    return {name: str(wrong)}


class Part(Sent):
    """An object within a body, of which each field is needed."""

    @classmethod
    def parse(cls, raw: object) -> dict[str, Any]:
        """Return the values by the names of the API. Raises Wrong."""
        if not isinstance(raw, _Object):
            raise Wrong("Send a JSON object.")
        draft = cls.of(raw.pairs).draft
        if draft.wrong:
            raise WrongParts(draft.wrong)
        return {api_name(name): draft[name] for name in cls.model_fields}

    @classmethod
    def parse_list(cls, most: int) -> Callable[[object], list[dict[str, Any]]]:
        """Return a parser for a list of these."""

        def parse(raw: object) -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = []
            wrong: dict[str, str] = {}
            for number, item in enumerate(fields.listed(raw, most)):
                try:
                    items.append(cls.parse(item))
                except Wrong as error:
                    wrong |= _named(str(number), error)
            if wrong:
                raise WrongParts(wrong)
            return items

        return parse

    @classmethod
    def described(cls) -> dict[str, Any]:
        """Return its description, whole in itself."""
        schema = cls.model_json_schema()
        schema.pop("title")
        return schema


def draft_of(body: type[Sent]) -> Callable[[object], Draft]:
    """Return a parser for a whole body within another one: what is wrong in it travels in its draft."""

    def parse(raw: object) -> Draft:
        if not isinstance(raw, _Object):
            raise Wrong("Send a JSON object.")
        return body.of(raw.pairs).draft

    return parse


class Query(Sent):
    repeatable: ClassVar[tuple[str, ...]] = ()
    # The types of files that may be asked for instead of JSON.
    files: ClassVar[tuple[str, ...]] = ()
    # Statuses that come beside the usual ones.
    refusals: ClassVar[tuple[int, ...]] = ()

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        """Read what the query string says. A parameter that is `repeatable` is read as one list."""
        pairs: list[tuple[str, Any]] = []
        for name, values in request.GET.lists():
            pairs += [(name, values)] if name in cls.repeatable else [(name, value) for value in values]
        return cls.of(pairs)


class Body(Sent):
    media: ClassVar[str] = "application/json"

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        """Read what the body says, where no parameter is known. None at all says nothing, as {} does."""
        unknown = Query.read(request).draft.wrong
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge  # before it is read into memory
        if not request.body:
            return cls.of([], unknown)
        if request.content_type != "application/json" or not _is_utf_8(request):
            raise UnsupportedMediaType
        value = _json(request.body)
        if isinstance(value, _Object):
            return cls.of(value.pairs, unknown)
        body = cls.model_construct()
        body._draft = Draft(wrong={as_sent("body"): "Send a JSON object.", **unknown})
        return body


class CsvBody(Body):
    media = "text/csv"
    _raw: bytes = PrivateAttr(b"")

    @property
    def raw(self) -> bytes:
        """Return the table as it was sent."""
        return self._raw

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        """Read a table, which may be larger than what else is sent."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_TABLE:
            raise TooLarge("Send at most five megabytes.")
        if request.content_type != cls.media or not _is_utf_8(request):
            raise UnsupportedMediaType("Send the body as text/csv, in UTF-8.")
        body = cls.of([])
        # Django reads no more than its own limit; whoever asks for the body later finds this one.
        body._raw = request._body = request.read()
        return body


class Upload:
    """One file, sent as multipart/form-data in a part of this name."""

    part = "file"

    @classmethod
    def read(cls, request: HttpRequest) -> Draft:
        """Read the file, which lies on the disk by then; whatever else was sent is unknown."""
        if request.content_type != "multipart/form-data":
            raise UnsupportedMediaType("Send the file as multipart/form-data, in a part called file.")
        files, fields = request.FILES, request.POST
        sent = [*request.GET, *(name for name in fields if name != "csrfmiddlewaretoken"), *files]
        wrong = {as_sent(name): _UNKNOWN for name in sent[:_UNKNOWN_TOLD] if name != cls.part}
        file = files.get(cls.part)
        if len(files.getlist(cls.part)) > 1:
            wrong[cls.part] = _TWICE
        return Draft({} if file is None else {cls.part: file}, wrong)


class Paging(Query):
    limit: inputs.Limit = Field(description="How many at most.")
    cursor: inputs.Cursor = Field(description="The `next` of the part before.")


class Nothing(Body):
    pass


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
    """Parse a decimal exactly as it was sent. An exponent stays no number, since none is accepted as money."""
    return float("nan") if "e" in literal.lower() else Decimal(literal)


def _no_constant(literal: str) -> None:
    raise ValueError(f"{literal} is not JSON")
