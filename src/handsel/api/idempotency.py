"""The Idempotency-Key header: any POST may be sent again, and is answered as it was the first time."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from handsel.access import visibility
from handsel.actions import repeats
from handsel.rules.refusals import Invalid

HEADER = "Idempotency-Key"
PATTERN = r"^[!-~]{1,255}$"
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("ETag", "Location")


def once(
    request: HttpRequest, do: Callable[[], tuple[HttpResponse, Any]], *, ids: Mapping[str, UUID], at: datetime
) -> HttpResponse:
    """The answer of `do`, which answers with what the answer tells of; with a key at most once per day."""
    key = request.headers.get(HEADER)
    if key is None:
        return do()[0]
    if not re.fullmatch(PATTERN[1:-1], key):
        raise Invalid({HEADER: "Send 1 to 255 visible ASCII characters."})

    def keep() -> repeats.Answer:
        response, told = do()
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        family_id = _family_of(told, request.auth, ids)
        return repeats.Answer(response.status_code, response.content.decode(), headers, family_id)

    same = repeats.Request(request.auth, key, request.path, hashlib.sha256(request.body).hexdigest())
    answer, is_repeated = repeats.once(same, keep, at=at)
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=answer.headers)
    if is_repeated:
        response[REPLAYED] = "true"
    return response


def _family_of(told: Any, person: Any, ids: Mapping[str, UUID]) -> UUID:
    """The family that an answer tells of: the thing's own, or that of what the address names."""
    if hasattr(told, "family_id"):
        return told.family_id
    match ids:
        case {"family_id": family_id}:
            return family_id
        case {"schedule_id": schedule_id}:
            return visibility.care_schedule(person, schedule_id)[0].family_id
        case {"batch_id": batch_id}:
            return visibility.batch(person, batch_id)[0].family_id
        case _:
            raise TypeError(f"Whose family does {told!r} tell of?")
