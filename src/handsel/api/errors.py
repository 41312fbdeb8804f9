"""Everything the API may answer instead of what was asked, as application/problem+json (RFC 9457)."""

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError

from handsel.access import outages
from handsel.api import schemas
from handsel.observability import work
from handsel.rules.refusals import (
    Clash,
    Invalid,
    Locked,
    NotAllowed,
    NotReady,
    NotVisible,
    OutOfOrder,
    Refusal,
    RowsRefused,
    TooManyRequests,
)

log = logging.getLogger("django.request")


class NotAuthenticated(Refusal):
    code = "not_authenticated"
    usual_detail = "Say who you are: with a token in the Authorization header, or by signing in."


class Malformed(Refusal):
    code = "malformed"
    usual_detail = "This request cannot be read."


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    usual_detail = "That cannot be done at this address."


class TooLarge(Refusal):
    code = "too_large"
    usual_detail = "Send at most one megabyte."


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    usual_detail = "Send the body as application/json, in UTF-8."


class Unavailable(Refusal):
    code = "unavailable"
    usual_detail = "The book cannot be used just now, and nothing was kept. Try again in a moment."


class Broken(Refusal):
    code = "broken"
    usual_detail = "Something went wrong on our side. It was written down."


STATUS = {
    "malformed": 400,
    "not_authenticated": 401,
    "not_allowed": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "wrong_state": 409,
    "clash": 409,
    "schedule_inactive": 409,
    "kept_for_the_record": 409,
    "already_running": 409,
    "limit_reached": 409,
    "locked": 409,
    "out_of_order": 409,
    "not_ready": 409,
    "in_progress": 409,
    "version_conflict": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "broken": 500,
    "unavailable": 503,
}
# While an equal request is under way, the next one need not come sooner.
_UNDER_WAY_SECONDS = 2


def answer(refusal: Refusal) -> HttpResponse:
    status = STATUS[refusal.code]
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.detail,
        "code": refusal.code,
    }
    if request_id := work.request_id():
        problem["requestId"] = request_id
    if isinstance(refusal, Invalid):
        problem["errors"] = [
            {"field": schemas.api_name(field), "message": message} for field, message in refusal.errors.items()
        ]
    if isinstance(refusal, RowsRefused):
        rows = refusal.outcome.rows
        problem["rows"] = [schemas.ImportedRow.model_validate(row).model_dump(mode="json") for row in rows]
    if isinstance(refusal, Clash):
        problem["clashes"] = [schemas.Clash.model_validate(clash).model_dump(mode="json") for clash in refusal.clashes]
    if isinstance(refusal, Locked) and refusal.period is not None:
        period = refusal.period
        problem["payPeriodId"], problem["periodStatus"] = str(period.id), period.status
        problem["from"], problem["to"] = period.from_date.isoformat(), period.to_date.isoformat()
    if isinstance(refusal, OutOfOrder):
        problem["payPeriodId"] = str(refusal.pay_period_id)
    if isinstance(refusal, NotReady):
        problem["sessions"] = [{"sessionId": str(session), "reason": reason} for session, reason in refusal.sessions]
    response = HttpResponse(json.dumps(problem), status=status, content_type="application/problem+json")
    if isinstance(refusal, NotAuthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="Handsel"'
    if isinstance(refusal, TooManyRequests):
        response["Retry-After"] = str(refusal.seconds)
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(outages.RETRY_AFTER)
    if refusal.code == "in_progress":
        response["Retry-After"] = str(_UNDER_WAY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def of(error: Exception) -> Refusal:
    """The refusal that an exception stands for; what nobody foresaw is written down and told without its details."""
    match error:
        case Refusal():
            return error
        case RequestDataTooBig():
            return TooLarge()
        case (
            SuspiciousOperation()
            | BadRequest()
            | MultiPartParserError()
            | UnreadablePostError()
            | RawPostDataException()
        ):
            return Malformed()
        case _:
            log.error("The API broke", exc_info=error)
            return Unavailable() if outages.reason(error) else Broken()


def _always(refusal: type[Refusal]) -> Callable[[HttpRequest], HttpResponse]:
    return lambda _request: answer(refusal())


# What Django turns away before an operation is found, for requests below /api/.
bad_request, not_allowed, not_found, too_large, broken, unavailable = map(
    _always, (Malformed, NotAllowed, NotVisible, TooLarge, Broken, Unavailable)
)
