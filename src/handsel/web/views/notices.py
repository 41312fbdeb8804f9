"""What a person was told, what they hear of by which ways and when, and the devices that they are told on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from handsel.actions import devices, notice_choices, rate_limits
from handsel.actions import inbox as actions
from handsel.actions.rate_limits import RateLimit
from handsel.outbound import PermanentFailure, TemporaryFailure, push
from handsel.pages import devices as device_pages
from handsel.pages import inbox
from handsel.pages import notices as notice_pages
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.refusals import TooManyRequests
from handsel.web import cookies, responses
from handsel.web.forms.people import NoticesForm
from handsel.web.requests import Request


@responses.page
def inbox_page(request: Request) -> HttpResponse:
    page = inbox.page(request.user, at=timezone.now(), after=request.GET.get("after"))
    return responses.answer(request, "inbox/page.html", inbox=page)


@responses.press
def mark_all_read(request: Request) -> HttpResponse:
    count = actions.mark_all_read(by=request.user, at=timezone.now())
    sentence = ngettext("%(count)s notification marked as read.", "%(count)s notifications marked as read.", count) % {
        "count": count
    }
    return responses.redirect_with_message(request, sentence, "web:inbox")


@responses.press
def follow(request: Request, notice_id: UUID) -> HttpResponse:
    """Mark the notice as read and redirect to the place where it can be answered."""
    actions.mark_read(notice_id, by=request.user, at=timezone.now())
    name, of = inbox.link_target(request.user, notice_id)
    return redirect(f"web:{name}", of)


@responses.form_page
def choices(request: Request) -> HttpResponse:
    preferences = notice_pages.page(request.user)
    form = NoticesForm(responses.form_data(request), found=preferences)
    responses.submit(request, form, notice_choices.update)
    if request.method == "POST" and form.status == 200:
        return responses.redirect_with_message(request, gettext("Saved."), "web:notices")
    section = _devices(request)
    return responses.answer(request, "people/notices.html", form=form, notices=preferences, push=section)


# The page that shows them (people/_devices.html).
_PAGE = "web:notices"
_TRIALS = RateLimit("push-trial", 1, timedelta(seconds=5))
# One at a time for the whole book: a push service that does not answer takes up one process, and not all of them.
_TRIALS_AT_ONCE = RateLimit("push-trials-at-once", 1, timedelta(seconds=60))  # should the process die meanwhile


def _devices(request: Request) -> dict[str, Any]:
    """Return what people/_devices.html shows, under the name `push`."""
    shown = device_pages.devices(request.user, here=cookies.device_id(request))
    return {
        "devices": shown,
        "here": next((device for device in shown if device.is_this), None),
        "key": push.public_key(),
    }


@responses.press
def add_device(request: Request) -> HttpResponse:
    """Add the device that a browser says it is. `quietly`: it comes from the service worker, and nobody looks."""
    subscription = {name: request.POST.get(name) for name in ("endpoint", "p256dh", "auth")}
    draft = Draft.of(**subscription, name=device_pages.browser_name(request.headers.get("User-Agent", "")))
    device = devices.add(draft, instead_of=cookies.device_id(request), **responses.actor(request))
    if request.POST.get("quietly"):
        response = HttpResponse(status=204)
    else:
        responses.flash(request, gettext("This device gets notifications from now on."))
        response = redirect(_PAGE)
    cookies.set_device_cookie(request, response, device.id)
    return response


@responses.press
def remove_device(request: Request, device_id: UUID) -> HttpResponse:
    devices.remove(device_id, by=request.user, source=Source.WEB)
    return responses.redirect_with_message(request, gettext("That device gets no more notifications."), _PAGE)


@responses.press
def try_device(request: Request, device_id: UUID) -> HttpResponse:
    """Push something to a device now, and say how that went."""
    device = devices.mine(device_id, by=request.user)
    try:
        rate_limits.count(_TRIALS, str(request.user.pk), at=timezone.now())
        under_way = rate_limits.count(_TRIALS_AT_ONCE, "", at=timezone.now())
    except TooManyRequests:
        responses.warn(request, gettext("We sent one just now. Wait a moment before you try again."))
        return redirect(_PAGE)
    try:
        push.send(device, _trial(), at=timezone.now())
    except push.SubscriptionGone:
        devices.drop_gone(device)
        responses.warn(request, gettext("That browser no longer takes notifications, so it was removed."))
    except TemporaryFailure:
        responses.warn(request, gettext("The push service of that browser does not answer. Try again later."))
    except PermanentFailure:
        responses.warn(
            request, gettext("The push service of that browser refuses it. Remove the device and add it again.")
        )
    else:
        devices.note_push(device, at=timezone.now())
        responses.flash(request, gettext("Sent. It should be there in a moment."))
    finally:
        under_way.give_back()
    return redirect(_PAGE)


def _trial() -> push.Message:
    payload = {
        "title": "Handsel",
        "body": gettext("This device gets notifications."),
        "to": reverse(_PAGE),
        "tag": "trial",
        "language": get_language() or "",
    }
    return push.Message(payload, "trial", timedelta(minutes=5), is_urgent=True)
