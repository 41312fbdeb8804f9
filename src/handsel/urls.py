"""The map of addresses: the API below /api/, the pages, and allauth's ways of signing in."""

from typing import Any

from allauth.account import views as account
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache

from handsel.api import errors
from handsel.web import refusals
from handsel.web.views import sign_in

accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", never_cache(account.password_change), name="account_change_password"),
    path("password/set/", never_cache(account.password_set), name="account_set_password"),
]
if settings.MAIL_IS_SET_UP:
    accounts += [
        path("login/code/", account.request_login_code, name="account_request_login_code"),
        path(
            "login/code/confirm/",
            sign_in.ConfirmLoginCode.as_view(),
            name="account_confirm_login_code",
        ),
        path(
            "confirm-email/",
            account.email_verification_sent,
            name="account_email_verification_sent",
        ),
        re_path(
            r"^confirm-email/(?P<key>[-:\w]+)/$",
            account.confirm_email,
            name="account_confirm_email",
        ),
        path("password/reset/", account.password_reset, name="account_reset_password"),
        path(
            "password/reset/done/",
            account.password_reset_done,
            name="account_reset_password_done",
        ),
        re_path(
            r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            sign_in.PasswordResetFromKey.as_view(),
            name="account_reset_password_from_key",
        ),
        path(
            "password/reset/key/done/",
            account.password_reset_from_key_done,
            name="account_reset_password_from_key_done",
        ),
    ]

urlpatterns = [
    path("accounts/", include(accounts)),
    path("", include("handsel.api.urls")),
    path("", include("handsel.web.urls")),
]


def _room(request: HttpRequest) -> Any:
    """Who says no here: both rooms do so under the same names."""
    return errors if request.path.startswith("/api/") else refusals


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    room = _room(request)
    return room.too_large(request) if isinstance(exception, RequestDataTooBig) else room.bad_request(request)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _room(request).not_allowed(request)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _room(request).not_found(request)


def handler500(request: HttpRequest) -> HttpResponse:
    return _room(request).broken(request)


def csrf_refused(request: HttpRequest, reason: str) -> HttpResponse:
    """A form, or a script on one of our pages, without the sign that it is ours."""
    room = _room(request)
    return room.not_allowed(request) if room is errors else room.csrf_refused(request)
