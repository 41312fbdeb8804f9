"""Writing exports: the record of a family as the API answers it to one person, in one ZIP.

Each part is a file of its own until all are there, so that whoever takes over from a worker that died goes on where it
was. Nothing is offered before it is whole.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone

from handsel.actions import exports
from handsel.actions.exports import Claimed
from handsel.documents import export_files, record_csv, sessions_csv
from handsel.queries import records
from handsel.rules.exports import PARTS
from handsel.rules.refusals import Refusal

_API = "/api/v1"


class _Stopped(Exception):
    """Somebody stopped it, or another worker has it."""


def write_next(at: datetime) -> int:
    """Write the next export that waits; return how many that were."""
    claimed = exports.claim(at)
    if claimed is None:
        return 0
    try:
        _write(claimed)
    except _Stopped:
        export_files.drop_parts(claimed.export.id)
    except Refusal as refusal:
        exports.fail(claimed, refusal.code, at=timezone.now())
    except (OSError, ValueError) as error:
        exports.fail(claimed, type(error).__name__, at=timezone.now())
    except Exception as error:  # a bucket that does not answer, say
        exports.fail(claimed, type(error).__name__, at=timezone.now())
        raise
    return 1


def drop_over(at: datetime) -> int:
    """Drop exports that are over, with their files; return how many files that were."""
    return export_files.sweep(exports.drop_over(at))


def _write(claimed: Claimed) -> None:
    export_id = claimed.export.id
    tasks = list(_tasks(claimed))
    for done, (name, step, make) in enumerate(tasks):
        _go_on(claimed, step, done, len(tasks) + 1)
        if not export_files.has_part(export_id, name):
            content = make()
            if content is not None:
                export_files.put_part(export_id, name, content)
    _go_on(claimed, "zip", len(tasks), len(tasks) + 1)
    size, sha256 = export_files.join(export_id)
    if not exports.finish(claimed, size=size, sha256=sha256, total=len(tasks) + 1, at=timezone.now()):
        raise _Stopped
    export_files.drop_parts(export_id)


def _go_on(claimed: Claimed, step: str, done: int, total: int) -> None:
    if not exports.note_progress(claimed, step, done, total, at=timezone.now()):
        raise _Stopped


def _tasks(claimed: Claimed) -> Iterator[tuple[str, str, Callable[[], bytes | None]]]:
    """Yield each part: its name, the step that it belongs to, and what makes it."""
    person, family_id = claimed.export.person, claimed.export.family_id

    def answer(address: str) -> Callable[[], bytes | None]:
        def make() -> bytes | None:
            content = _answer(person, address)
            return None if content is None else json.dumps(content, ensure_ascii=False, indent=1).encode()

        return make

    for part in PARTS:
        yield f"data/{part.name}.json", part.name, answer(part.address.format(family=family_id))
    for year in records.years(person, family_id):

        def csv(year: int = year) -> bytes:
            return sessions_csv.render(records.year(person, family_id, year))

        yield f"csv/sessions-{year}.csv", "csv", csv
    for name, address, query in _lines(person, family_id):

        def lines(address: str = address, query: dict[str, str] = query) -> bytes | None:
            response = _ask(person, address, **query)
            return None if response is None else response.content

        yield name, "csv", lines
    for name, render in (("expenses", record_csv.expenses), ("payments", record_csv.payments)):

        def table(name: str = name, render: Callable[..., bytes] = render) -> bytes | None:
            return _table(claimed, name, render)

        yield f"csv/{name}.csv", "csv", table
    for number, address in _files(person, family_id):

        def fetch(address: str = address) -> bytes | None:
            response = _ask(person, address)
            return None if response is None else response.content

        yield number, number.partition("/")[0], fetch


def _table(claimed: Claimed, name: str, render: Callable[..., bytes]) -> bytes | None:
    """Return a list of the API as a table, with the names of people, all of which are parts of this export already."""
    rows, members, family = (
        export_files.read_part(claimed.export.id, f"data/{part}.json") for part in (name, "members", "family")
    )
    if rows is None or family is None:
        return None
    names = {member["id"]: member["name"] for member in members or ()}
    return render(rows, names, family["currency"])


def _lines(person: Any, family_id: UUID) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the lines of pay of each nanny and year that the person sees, by their names and how they are asked for."""
    nannies = records.nanny_ids(person, family_id)
    for year in records.years(person, family_id):
        for number, nanny_id in enumerate(nannies, start=1):
            query = {"from": f"{year}-01-01", "to": f"{year}-12-31", "format": "csv", "nannyId": str(nanny_id)}
            yield f"csv/lines-{year}-{number}.csv", f"/families/{family_id}/timesheet", query


def _files(person: Any, family_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield the documents and receipts that the person sees, by their names in the ZIP, with their addresses."""
    documents = _answer(person, f"/families/{family_id}/documents") or []
    for document in documents:
        yield f"documents/{document['number']:05}.pdf", f"/documents/{document['id']}/file"
    expenses = _answer(person, f"/families/{family_id}/expenses") or []
    for expense in expenses:
        for receipt in expense["receipts"]:
            ending = receipt["type"].rpartition("/")[2]
            yield f"receipts/{receipt['id']}.{ending}", f"/receipts/{receipt['id']}"


def _answer(person: Any, address: str) -> Any:
    """Return what the API answers to this person there, a list with all its parts; None where it answers nothing."""
    response = _ask(person, address)
    if response is None:
        return None
    content = json.loads(response.content)
    if not isinstance(content, dict) or "items" not in content:
        return content
    items, cursor = content["items"], content.get("next")
    while cursor:
        response = _ask(person, address, limit="500", cursor=cursor)
        content = json.loads(response.content) if response is not None else {"items": [], "next": None}
        items += content["items"]
        cursor = content["next"]
    return items


def _ask(person: Any, address: str, **query: str) -> HttpResponse | None:
    """Ask our own API as this person; None where there is no such address, or it is not for them."""
    try:
        match = resolve(_API + address)
    except Resolver404:
        return None
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", _API + address, _API + address
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}
    request.GET = QueryDict(urlencode(query))
    request.user = person
    request.resolver_match = match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if response.status_code in (403, 404, 422):
        return None
    if response.status_code != 200:
        raise ValueError(response.status_code)
    return response
