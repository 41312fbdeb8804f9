"""allauth's ways of signing in, one by one: what is not listed here is not there."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from handsel.actions import sign_ins
from handsel.web import refused_sign_ins, sign_in_limits
from handsel.web.requests import Request
from handsel.web.views import sign_in

type View = Callable[..., HttpResponseBase]

sign_in_limits.install()  # before any of these views is asked for
refused_sign_ins.install()


def _page(address: str, view: View, name: str) -> URLPattern:
    """Keep a view out of every cache, since it shows a person, a secret or a form of theirs."""
    return path(address, never_cache(view), name=name)


_GUESSED_TOO_OFTEN = "too_many_login_attempts"


def _refusing(view: View) -> View:
    """Answer 422 where allauth answers 200 with a form that it refuses, as every other form here does, and 429 who
    guesses.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and isinstance(response, TemplateResponse):
            context = (response.context_data or {}).values()
            forms = [form for form in context if isinstance(form, BaseForm) and form.is_bound and form.errors]
            if forms:
                response.status_code = 422
            if any(form.has_error(field, _GUESSED_TOO_OFTEN) for form in forms for field in form.errors):
                response.status_code = 429
                response["Retry-After"] = str(cast("Request", request).retry_after)
        return response

    return page


def _renewing(view: View) -> View:
    """Give the session another key when how one signs in has changed. A new password does so by Django."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = request.session.session_key
        response = view(request, *args, **kwargs)
        is_done = request.method == "POST" and response.status_code == HTTPStatus.FOUND
        if is_done and request.user.is_authenticated and request.session.session_key == before:
            sign_ins.renew_key(request.session)
        return response

    return page


_back = {"success_url": sign_in.SECURITY}

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", sign_in.SignUp.as_view(), name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    _page("password/change/", sign_in.ChangePassword.as_view(), "account_change_password"),
    _page("password/set/", sign_in.SetPassword.as_view(), "account_set_password"),
    _page("again/", _renewing(account.reauthenticate), "account_reauthenticate"),
    path("second-step/", RedirectView.as_view(pattern_name="web:security"), name="mfa_index"),
    _page("second-step/sign-in/", mfa.authenticate, "mfa_authenticate"),
    _page("second-step/again/", _renewing(mfa.reauthenticate), "mfa_reauthenticate"),
    _page("second-step/app/", _renewing(totp.activate_totp), "mfa_activate_totp"),
    _page("second-step/app/remove/", _renewing(sign_in.RemoveApp.as_view()), "mfa_deactivate_totp"),
    _page("second-step/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("second-step/codes/new/", _renewing(codes.generate_recovery_codes), "mfa_generate_recovery_codes"),
    _page("passkeys/add/", _renewing(sign_in.AddPasskey.as_view()), "mfa_add_webauthn"),
    _page("passkeys/sign-in/", sign_in.SignInByPasskey.as_view(), "mfa_login_webauthn"),
    _page("passkeys/again/", _renewing(passkeys.reauthenticate_webauthn), "mfa_reauthenticate_webauthn"),
    _page("passkeys/<int:pk>/name/", passkeys.EditWebAuthnView.as_view(**_back), "mfa_edit_webauthn"),
    _page("passkeys/<int:pk>/remove/", _renewing(sign_in.RemovePasskey.as_view()), "mfa_remove_webauthn"),
]
if settings.MAIL_IS_SET_UP:
    urlpatterns += [
        path("login/code/", sign_in.RequestLoginCode.as_view(), name="account_request_login_code"),
        path("login/code/confirm/", sign_in.ConfirmLoginCode.as_view(), name="account_confirm_login_code"),
        _page("confirm-email/", sign_in.ConfirmAddress.as_view(), "account_email_verification_sent"),
        _page("email/", account.email, "account_email"),
        path("password/reset/", account.password_reset, name="account_reset_password"),
        path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
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
for pattern in urlpatterns:
    pattern.callback = _refusing(pattern.callback)
