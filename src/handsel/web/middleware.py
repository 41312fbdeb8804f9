"""Around every page: 304 for what has not changed, compression, no copy in a cache, the note when a device was seen."""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import cast
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from handsel.access import outages
from handsel.actions import sign_ins
from handsel.queries import freshness
from handsel.web.requests import Request
from handsel.web.sessions import SessionStore

log = logging.getLogger(__name__)

type GetResponse = Callable[[HttpRequest], HttpResponse]

# Whose page it is, and a digest of its address and what it shows. Weak: each answer has signs of its own in its forms.
_TAG = re.compile(r'W/"([0-9a-f]{32})\.([0-9a-f]{32})"')

_PAGES = ("text/html", "text/javascript", "application/manifest+json")

# A device is noted every ten minutes in each process, and the last note of so many of them is kept.
_NOTE_EVERY = timedelta(minutes=10)
_NOTES_AT_MOST = 10_000
_noted: dict[str, datetime] = {}


def page_tag(request: Request) -> str:
    """Return the ETag of the page that is about to be made. What changes while it is made makes it stale at once."""
    return _tag(request, request.user.id, freshness.stamp(request.user.id, at=timezone.now()))


def _tag(request: HttpRequest, person_id: UUID, stamp: str) -> str:
    digest = hashlib.sha256(f"{stamp} {request.get_full_path()}".encode()).hexdigest()
    return f'W/"{person_id.hex}.{digest[:32]}"'


def unchanged(get_response: GetResponse) -> GetResponse:
    """Answer 304 by one query, before anybody else asks who this is, to a page that refreshes itself.

    The tag says whose page it was, and is believed only when the same query finds that person signed in here. Whoever
    it does not know goes the usual way.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        seen = _TAG.search(request.headers.get("If-None-Match", ""))
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if seen and key and request.method in ("GET", "HEAD"):
            person_id = UUID(seen[1])
            stamp = freshness.stamp_at(key, person_id, at=timezone.now())
            if stamp and _tag(request, person_id, stamp) == seen[0]:
                response = HttpResponseNotModified(headers={"ETag": seen[0]})
                patch_vary_headers(response, ["Cookie", "HX-Request"])
                add_never_cache_headers(response)
                return response
        return get_response(request)

    return answer


def compressed(get_response: GetResponse) -> GetResponse:
    """Compress what was asked for, where nothing of the request stands beside a secret (docs/decisions/0030).

    The length of a compressed answer tells whether something in it stands there twice. So an answer to a form is sent
    as it is, and so is a page with a query, since pages repeat their address in forms; the calendar repeats of its
    query only what it has parsed. JSON repeats nothing. An answer with a strong ETag is left alone: it is short, and
    its tag is what If-Match names.
    """
    compress = GZipMiddleware(get_response).process_response

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method in ("GET", "HEAD") and _repeats_nothing(request, response):
            compress(request, response)
        return response

    return answer


def _repeats_nothing(request: HttpRequest, response: HttpResponse) -> bool:
    if response.status_code != HTTPStatus.OK or response.get("ETag", "").startswith('"'):
        return False
    media_type = response.get("Content-Type", "").partition(";")[0]
    if media_type in _PAGES:
        match = request.resolver_match
        return not request.GET or (match is not None and match.view_name == "web:calendar")
    return media_type == "application/json"


def not_stored(get_response: GetResponse) -> GetResponse:
    """Have no cache keep what somebody who is signed in was answered, unless the view says itself how to keep it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_somebodys = request.session.accessed and request.user.is_authenticated
        if is_somebodys and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer


def renewed(get_response: GetResponse) -> GetResponse:
    """Keep signed in who is here: a session that is saved ends later."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = cast("SessionStore", request.session)
        if session.accessed and session.is_due_for_renewal and request.user.is_authenticated:
            session.is_only_renewed = not session.modified
            session.modified = True
        return response

    return answer


def last_seen(get_response: GetResponse) -> GetResponse:
    """Record when each device was last seen, so that its person can tell which of them are still theirs.

    A page costs nothing for it but, now and then, one UPDATE. A page that is unchanged is answered before this, and is
    not seen.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Who never asked who is there has cost no query, and costs none here.
        key = request.session.session_key if request.session.accessed else None
        if key and request.user.is_authenticated:
            _record_last_seen(key, request, timezone.now())
        return response

    return answer


def _record_last_seen(session_key: str, request: HttpRequest, at: datetime) -> None:
    records = get_authentication_records(request, cast("Request", request).user)
    if not records:  # signed in by other ways than ours: an example's button, a test
        return
    before = _noted.get(session_key) or datetime.fromtimestamp(records[-1]["at"], UTC)
    if at - before < _NOTE_EVERY:
        return
    if len(_noted) >= _NOTES_AT_MOST:
        _noted.clear()
    _noted[session_key] = at
    with outages.let_pass(log, "A device was not noted"):
        sign_ins.note(session_key, at=at)
