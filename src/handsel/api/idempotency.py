"""The Idempotency-Key header: any POST may be sent again, and is answered as it was the first time."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from handsel.actions import idempotency
from handsel.rules.refusals import Invalid

HEADER = "Idempotency-Key"
PATTERN = r"^[!-~]{1,255}$"
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("ETag", "Location")


def once(request: HttpRequest, do: Callable[[], tuple[HttpResponse, Any]], *, at: datetime) -> HttpResponse:
    """The answer of `do`, which answers with what the answer tells of (it knows its `family_id`); with a key at most
    once per day.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do()[0]
    if not re.fullmatch(PATTERN[1:-1], key):
        raise Invalid({HEADER: "Send 1 to 255 visible ASCII characters."})

    def keep() -> idempotency.Answer:
        response, told = do()
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        return idempotency.Answer(response.status_code, response.content.decode(), headers, told.family_id)

    same = idempotency.Request(request.auth, key, request.path, hashlib.sha256(request.body).hexdigest())
    answer, is_repeated = idempotency.run_once(same, keep, at=at)
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=answer.headers)
    if is_repeated:
        response[REPLAYED] = "true"
    return response
