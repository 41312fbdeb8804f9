"""Pages that refresh themselves: their tag, and the answer that nothing has changed."""

import hashlib
import re
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from handsel.queries import freshness

# Whose page it is, and a digest of its address and what it shows. Weak: each answer has signs of its own in its forms.
_TAG = re.compile(r'W/"([0-9a-f]{32})\.([0-9a-f]{32})"')


def tag(request: HttpRequest) -> str:
    """The tag of the page that is about to be made. What changes while it is made makes it stale at once."""
    return _tag(request, request.user.pk, freshness.stamp(request.user.pk, at=timezone.now()))


def _tag(request: HttpRequest, person_id: UUID, stamp: str) -> str:
    digest = hashlib.sha256(f"{stamp} {request.get_full_path()}".encode()).hexdigest()
    return f'W/"{person_id.hex}.{digest[:32]}"'


def unchanged(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that answers 304 by one query, before anybody else asks who this is.

    The tag says whose page it was, and is believed only when the same query finds that person signed in here. Whoever
    it does not know goes the usual way.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
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

    return middleware
