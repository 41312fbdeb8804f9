"""How one signs in, and where one is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from handsel.actions import sign_ins
from handsel.queries.pages import security_page
from handsel.web import pages


@require_safe
@pages.signed_in
def page(request: HttpRequest) -> HttpResponse:
    found = security_page.security(request.user, at=timezone.now())
    return pages.answer(request, "people/security.html", security=found)


@require_safe
@pages.signed_in
def devices(request: HttpRequest) -> HttpResponse:
    found = security_page.signed_in_at(request.user, at=timezone.now(), here=request.session.session_key or "")
    others = sum(not device.is_this for device in found)
    return pages.answer(request, "people/devices.html", devices=found, others=others)


@require_POST
@pages.signed_in
def sign_out_one(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    sign_ins.end(sign_in_id, by=request.user)
    pages.tell(request, gettext("That one is signed out."))
    return redirect("web:devices")


@require_POST
@pages.signed_in
def sign_out_others(request: HttpRequest) -> HttpResponse:
    count = sign_ins.end_others(by=request.user, here=request.session.session_key or "")
    said = ngettext("%(count)s other is signed out.", "%(count)s others are signed out.", count) % {"count": count}
    pages.tell(request, said)
    return redirect("web:devices")
