"""Handsel on a phone's home screen: what an installed page is called, and what it shows without a network."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from handsel.outbound import push

_STATIC = settings.PACKAGE / "static"
_PAPER = "#f6f1e6"
# The pages that stand in for those that cannot be reached, and all that they are made of.
_STAND_INS = ("pwa/offline.html", "entrance.html", "base.html")
_ASK_EACH_TIME = {"Cache-Control": "no-cache"}


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """Return the manifest: https://www.w3.org/TR/appmanifest/"""
    about = {
        "id": "/",
        "name": "Handsel",
        "short_name": "Handsel",
        "description": gettext("The care book you share with your nanny, or with your families."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            _icon("handsel.svg", "any", "image/svg+xml"),
            _icon("handsel-192.png", "192x192", "image/png"),
            _icon("handsel-512.png", "512x512", "image/png"),
            _icon("maskable.svg", "any", "image/svg+xml", purpose="maskable"),
            _icon("maskable-512.png", "512x512", "image/png", purpose="maskable"),
        ],
    }
    return JsonResponse(about, content_type="application/manifest+json", headers=_ASK_EACH_TIME)


def _icon(name: str, sizes: str, kind: str, *, purpose: str = "any") -> dict[str, str]:
    return {"src": static(f"icons/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Return the service worker, at the root, since a worker sees to what lies below its own address."""
    context = {
        "version": _version(),
        "files": json.dumps(files()),
        "unreached": reverse("web:offline"),
        "unsent": reverse("web:unsent"),
        "push_key": push.public_key(),
        "sign": settings.CSRF_COOKIE_NAME,
        "add_device": reverse("web:add_device"),
        "icon": static("icons/handsel-192.png"),
    }
    worker = render_to_string("pwa/service_worker.js", context)
    return HttpResponse(worker, content_type="text/javascript; charset=utf-8", headers=_ASK_EACH_TIME)


@require_safe
def offline(request: HttpRequest, *, sent: bool = False) -> HttpResponse:
    """Show what stands in for a page that cannot be reached; `sent`: for the answer to a form."""
    return render(request, "pwa/offline.html", {"sent": sent})


def files() -> list[str]:
    """Return the addresses of what every page is made of. Each is named by its content."""
    ours = [path for pattern in ("css/*.css", "js/*.js", "icons/*.svg") for path in sorted(_STATIC.glob(pattern))]
    return [static(path.relative_to(_STATIC).as_posix()) for path in ours]


def _version() -> str:
    """Return a digest that changes when anything does that the worker keeps."""
    templates: list[Any] = [get_template(name) for name in _STAND_INS]
    content = json.dumps([files(), *(Path(template.origin.name).read_text("utf-8") for template in templates)])
    return sha256(content.encode()).hexdigest()[:12]
