"""An operation: an address, what may be sent, what is answered, and one call to the room below.

A view gets what was `Asked` and the ids of its address, and answers what the room below gave it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from handsel.api import etags, idempotency, names, parsing
from handsel.api.forms import Form
from handsel.api.parsing import Parameter
from handsel.api.schemas import Resource
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.fields import Wrong
from handsel.rules.history import Source
from handsel.rules.refusals import Invalid, NotVisible

BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request says: `draft` is its body, or the query string of a list."""

    request: HttpRequest
    person: Any
    at: datetime
    draft: Draft
    version: int | None = None

    @property
    def by(self) -> dict[str, Any]:
        """Who does it, when and from where: the keywords of every action."""
        return {"by": self.person, "at": self.at, "source": Source.API}

    @property
    def by_version(self) -> dict[str, Any]:
        """The same, with the version that If-Match names."""
        return self.by | {"version": self.version}


type View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One row of the API's table. `versioned`: honours If-Match; `tagged`: answers an ETag; `location`: the address
    of what it made."""

    method: str
    path: str
    id: str
    view: View
    answer: type[Resource] | None = None
    status: int = 200
    form: Form | None = None
    parameters: tuple[Parameter, ...] = ()
    versioned: bool = False
    tagged: bool = False
    location: str = ""

    def __call__(self, request: HttpRequest, **raw_ids: str) -> HttpResponse:
        ids = {names.below(name): _identity(raw) for name, raw in raw_ids.items()}
        asked = Asked(request, request.auth, timezone.now(), self._draft(request))
        if self.method == "POST":
            return idempotency.once(request, lambda: self._answer(asked, ids), at=asked.at)
        return self._answer(asked, ids)[0]

    def _draft(self, request: HttpRequest) -> Draft:
        query = parsing.query(request, self.parameters)
        if self.parameters:
            return query
        if self.form is None and query.wrong:
            raise Invalid(query.wrong)
        if self.method in ("POST", "PATCH"):
            parsing.check_size(request)
        if self.form is None:
            return query
        body = parsing.body(request, self.form)
        return Draft(body.values, {**body.wrong, **query.wrong})

    def _answer(self, asked: Asked, ids: dict[str, UUID]) -> tuple[HttpResponse, Any]:
        versions = etags.if_match(asked.request) if self.versioned else [None]
        told = etags.first_that_stands(versions, lambda version: self.view(replace(asked, version=version), **ids))
        if self.answer is None:
            return HttpResponse(status=self.status), told
        content = self.answer.model_validate(told).model_dump_json()
        response = HttpResponse(content, status=self.status, content_type="application/json")
        if self.tagged:
            response["ETag"] = etags.of(told.version)
            if self.method == "GET" and etags.is_known(asked.request, response["ETag"]):
                return HttpResponse(status=304, headers={"ETag": response["ETag"]}), told
        if self.location:
            response["Location"] = BASE + self.location.format(id=told.id)
        return response, told


def _identity(raw: str) -> UUID:
    """What is no id names nothing."""
    try:
        return fields.identity(raw)
    except Wrong:
        raise NotVisible from None
