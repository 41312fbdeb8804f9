"""ninja's router, with what holds for all of our operations: drafts, ETags, If-Match, Idempotency-Key, nothing unknown.

A view names the ids of its address, `body` or `query` for what is sent, and `version` for the one that If-Match names.
It answers what the rooms below gave it, which is read by the `response` schema.
"""

import hashlib
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import ninja
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from pydantic import PlainValidator, WithJsonSchema

from handsel.access import replica
from handsel.actions import idempotency
from handsel.api import openapi
from handsel.api.parsing import Body, Query
from handsel.api.schemas import Resource, as_sent
from handsel.rules import fields
from handsel.rules.history import Source
from handsel.rules.refusals import Invalid, NotVisible, VersionConflict

if TYPE_CHECKING:
    from handsel.models import User

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')
# No row ever has it: what If-Match names can be nothing that stands here.
_NO_VERSION = -1
_MOST_TAGS = 20
_KEPT_HEADERS = ("ETag", "Location")

type Version = int | None


class Request(HttpRequest):
    """A request of somebody whom auth.py knows."""

    auth: "User"
    may_write: bool  # by a token that may, or from a browser
    token_id: UUID  # where they came by a token


def actor(request: Request) -> dict[str, Any]:
    """Return who does it, when and from where: the keywords of every action."""
    return {"by": request.auth, "at": timezone.now(), "source": Source.API}


def _identity(raw: str) -> UUID:
    """Parse an id; what is none names nothing, so it raises NotVisible."""
    try:
        return fields.identity(raw)
    except fields.Wrong:
        raise NotVisible from None


Id = Annotated[UUID, PlainValidator(_identity), WithJsonSchema({"type": "string", "format": "uuid"})]


@dataclass(frozen=True, slots=True)
class File:
    """A file as an answer."""

    name: str
    type: str
    content: bytes

    def response(self) -> HttpResponse:
        headers = {
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(self.content, content_type=self.type, headers=headers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """A view, and what is done around it. `answer` is what its result is read by, None for an empty answer."""

    method: str
    path: str
    view: Callable[..., Any]
    status: int
    answer: type[Resource] | None
    body: type[Body] | None
    query: type[Query] | None
    versioned: bool
    # Of what is about pay: who sees nobody's is refused also where they only look.
    of_pay: bool
    # Of what takes a file: reads it, before anything is written or locked; its result is the view's `file`.
    before: Callable[..., Any] | None = None
    # Of what answers a file: the types that it may be of.
    answers: tuple[str, ...] = ()
    # Whether it may answer what is there already, with 200, instead of something new.
    may_be_old: bool = False

    @property
    def tagged(self) -> bool:
        return self.answer is not None and "version" in self.answer.model_fields

    @property
    def location(self) -> str:
        return self.answer.location if self.answer is not None and self.status == 201 else ""

    def __call__(self, request: Request, ids: dict[str, UUID]) -> HttpResponse:
        arguments = ids | self._sent(request, ids)
        if self.method == "POST":
            body = arguments["file"].content if self.before else None
            return _with_idempotency_key(request, body, lambda: self._answer(request, arguments))
        if self.method == "GET":
            return replica.read(lambda: self._answer(request, arguments))[0]
        return self._answer(request, arguments)[0]

    def _sent(self, request: Request, ids: dict[str, UUID]) -> dict[str, Any]:
        if self.before is not None:
            return {"file": self.before(request, **ids)}
        sent: dict[str, Any] = {}
        if self.body is not None:
            sent["body"] = self.body.read(request)
        if self.query is not None:
            sent["query"] = self.query.read(request)
        if sent:
            return sent
        unknown = Query.read(request).draft.wrong
        if unknown:
            raise Invalid(unknown)
        return {}

    def _answer(self, request: Request, given: dict[str, Any]) -> tuple[HttpResponse, Any]:
        result = self._result(request, given)
        if isinstance(result, File):
            return result.response(), result
        if self.answer is None:
            return HttpResponse(status=self.status), result
        content = self.answer.model_validate(result).model_dump_json()
        is_old = self.may_be_old and result.is_old
        response = HttpResponse(content, status=200 if is_old else self.status, content_type="application/json")
        if self.tagged:
            response["ETag"] = quote_etag(str(result.version))
            if self.method == "GET" and _is_known(request, response["ETag"]):
                return HttpResponse(status=304, headers={"ETag": response["ETag"]}), result
        if self.location and not is_old:
            response["Location"] = openapi.BASE + self.location.format(id=result.id)
        return response, result

    def _result(self, request: Request, given: dict[str, Any]) -> Any:
        """Call the view. Of several versions in If-Match the one that stands counts. Raises VersionConflict when none
        of them does.
        """
        if not self.versioned:
            return self.view(request, **given)
        *earlier, last = _if_match(request)
        for version in earlier:
            try:
                return self.view(request, **given, version=version)
            except VersionConflict:
                continue
        return self.view(request, **given, version=last)


class Router(ninja.Router):
    """The operations of one noun. Their summary is the docstring of the view."""

    def __init__(self, tag: str, about: str, *, of_pay: bool = False) -> None:
        super().__init__(tags=[tag], by_alias=True)
        self.tag, self.about, self.of_pay = tag, about, of_pay
        self.operations: list[Operation] = []

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], *, response: Any = None, **options: Any
    ) -> None:
        parameters = inspect.signature(view_func).parameters
        sent = {name: parameters[name].annotation for name in ("body", "query") if name in parameters}
        answers = response if isinstance(response, dict) else {200: response}
        status, answer = next(iter(answers.items()))
        operation = Operation(
            method=methods[0],
            path=path,
            view=view_func,
            status=status,
            answer=answer,
            body=sent.get("body"),
            query=sent.get("query"),
            versioned="version" in parameters,
            of_pay=self.of_pay,
            before=getattr(view_func, "before", None),
            answers=getattr(view_func, "answers", ()),
            may_be_old=len(answers) > 1,
        )

        self.operations.append(operation)

        def view(request: Request, **ids: UUID) -> HttpResponse:
            return operation(request, ids)

        # ninja reads the address alone; what is sent is read field by field.
        in_path = [parameter for name, parameter in parameters.items() if name == "request" or f"{{{name}}}" in path]
        view.__signature__ = inspect.Signature(in_path)  # type: ignore[attr-defined]  # as functools.wraps does
        super().add_api_operation(
            path,
            methods,
            view,
            response=answers,
            **options
            | {
                "url_name": options["operation_id"],
                "summary": inspect.getdoc(view_func),
                "openapi_extra": openapi.details(operation),
            },
        )


def takes_file[View: Callable[..., Any]](before: Callable[..., Any]) -> Callable[[View], View]:
    """Decorate a view whose `file` is what `before` answers to the request and the ids of its address."""

    def decorate(view: View) -> View:
        view.before = before  # type: ignore[attr-defined]  # as an Operation reads it
        return view

    return decorate


def answers_file[View: Callable[..., Any]](types: Iterable[str]) -> Callable[[View], View]:
    """Decorate a view that answers a file, of one of these types."""

    def decorate(view: View) -> View:
        view.answers = tuple(types)  # type: ignore[attr-defined]  # as an Operation reads it
        return view

    return decorate


def pay_router() -> Router:
    """Return a router for a noun of pay; all of them stand together under one tag."""
    about = "Terms, entries, expenses, pay periods, payments and documents: what a nanny earns, and what was settled."
    return Router("Pay", about, of_pay=True)


def _if_match(request: HttpRequest) -> list[int | None]:
    """Return the versions that the caller would change, one of which must stand; [None] stands for any.

    Weak tags never match here (RFC 9110, 13.1.1), and what is no tag of ours matches nothing.
    """
    tags = parse_etags(request.headers.get("If-Match", "*"))[:_MOST_TAGS]
    if tags == ["*"]:
        return [None]
    versions = (_VERSION.fullmatch(tag) for tag in tags)
    return [int(version[1]) for version in versions if version] or [_NO_VERSION]


def _is_known(request: HttpRequest, tag: str) -> bool:
    """Say whether the caller has this very version already (If-None-Match, where weak tags count too)."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return tags == ["*"] or tag in (known_tag.removeprefix("W/") for known_tag in tags)


def _with_idempotency_key(
    request: Request, body: bytes | None, do: Callable[[], tuple[HttpResponse, Any]]
) -> HttpResponse:
    """Return the answer of `do`, whose result knows the `family_id` it tells of; with a key at most once per day."""
    key = request.headers.get(openapi.IDEMPOTENCY_KEY)
    if key is None:
        return do()[0]
    if not re.fullmatch(openapi.KEY_PATTERN[1:-1], key):
        raise Invalid({as_sent(openapi.IDEMPOTENCY_KEY): "Send 1 to 255 visible ASCII characters."})

    def keep() -> idempotency.Answer:
        response, result = do()
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        return idempotency.Answer(
            response.status_code,
            response.content.decode(),
            headers,
            family_id=result.family_id,
            thing_id=getattr(result, "id", None),
            is_kept=not getattr(result, "dry_run", False),
        )

    answer, is_repeated = idempotency.run_once(
        keep,
        person=request.auth,
        key=key,
        path=request.path,
        body_hash=hashlib.sha256(request.body if body is None else body).hexdigest(),
        at=timezone.now(),
    )
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=answer.headers)
    if is_repeated:
        response[openapi.REPLAYED] = "true"
    return response
