"""The table of operations, noun by noun, told to ninja and to the OpenAPI file."""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import WithJsonSchema

from handsel.api import openapi
from handsel.api.forms import Form
from handsel.api.operations import Operation, View
from handsel.api.parsing import Parameter
from handsel.api.schemas import Resource

_Id = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


@dataclass(frozen=True)
class Routes:
    """The operations of one noun."""

    tag: str
    router: Router = field(default_factory=Router)
    operations: list[Operation] = field(default_factory=list)

    def get(
        self, path: str, operation_id: str, answer: type[Resource], parameters: Iterable[Parameter] = (), **traits: Any
    ) -> Callable[[View], View]:
        return self._add("GET", path, operation_id, answer=answer, parameters=tuple(parameters), **traits)

    def post(self, path: str, operation_id: str, answer: type[Resource], **traits: Any) -> Callable[[View], View]:
        return self._add("POST", path, operation_id, answer=answer, **traits)

    def patch(
        self, path: str, operation_id: str, answer: type[Resource], form: Form, **traits: Any
    ) -> Callable[[View], View]:
        return self._add("PATCH", path, operation_id, answer=answer, form=form, **traits)

    def delete(self, path: str, operation_id: str, **traits: Any) -> Callable[[View], View]:
        return self._add("DELETE", path, operation_id, status=204, **traits)

    def _add(self, method: str, path: str, operation_id: str, **traits: Any) -> Callable[[View], View]:
        def add(view: View) -> View:
            operation = Operation(method=method, path=path, id=operation_id, view=view, **traits)
            self.operations.append(operation)
            self.router.add_api_operation(
                path,
                [method],
                _as_ninja_sees(operation),
                response={operation.status: operation.answer},
                operation_id=operation_id,
                url_name=operation_id,
                summary=inspect.getdoc(view),
                tags=[self.tag],
                by_alias=True,
                openapi_extra=openapi.details(operation),
            )
            return view

        return add


def _as_ninja_sees(operation: Operation) -> View:
    """A function that names the ids of the address, which is how ninja learns of them."""

    def view(request: HttpRequest, **ids: str) -> HttpResponse:
        return operation(request, **ids)

    ids = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=_Id)
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_ONLY)
    view.__signature__ = inspect.Signature([request, *ids])
    return view
