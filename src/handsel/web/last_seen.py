"""Notes when each device was last seen, so that somebody can tell which of them are still hers.

A page costs nothing for it: only every ten minutes, in each process, one UPDATE. A page that asks whether it is still
true (web.live) and hears yes is answered before this, and is not seen.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from handsel.actions import sign_ins

_EVERY = timedelta(minutes=10)
_AT_MOST = 10_000

_noted: dict[str, datetime] = {}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Who never asked who is there has cost no query, and costs none here.
        if request.session.accessed and request.session.session_key and request.user.is_authenticated:
            _note(request, timezone.now())
        return response

    return answer


def _note(request: HttpRequest, at: datetime) -> None:
    records = get_authentication_records(request, request.user)
    if not records:  # signed in by other ways than ours: an example's button, a test
        return
    key = request.session.session_key
    before = _noted.get(key) or datetime.fromtimestamp(records[-1]["at"], UTC)
    if at - before < _EVERY:
        return
    if len(_noted) >= _AT_MOST:
        _noted.clear()
    _noted[key] = at
    sign_ins.note(key, at=at)
