"""Check the headers of every answer that a test sees, whichever view or refusal it is of."""

from typing import Any

# Made of nothing but the language.
_OF_NOBODY = ("application/manifest+json", "text/javascript")


def hold(response: Any) -> None:
    """Raises AssertionError when an answer lacks what guards it, or a cache may keep what is somebody's."""
    request = response.wsgi_request
    summary = f"{request.method} {request.path} answered {response.status_code} with {dict(response.headers)}"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"], summary
    assert response.headers["X-Frame-Options"] == "DENY", summary
    assert response.headers["X-Content-Type-Options"] == "nosniff", summary
    assert response.headers["Referrer-Policy"] in ("same-origin", "strict-origin"), summary
    assert len(response.headers["X-Request-ID"]) == 32, summary
    session = getattr(request, "session", None)
    is_somebodys = session is not None and session.accessed and request.user.is_authenticated
    if is_somebodys and response.headers["Content-Type"].partition(";")[0] not in _OF_NOBODY:
        assert "no-store" in response.headers["Cache-Control"], summary
