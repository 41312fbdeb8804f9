"""allauth's ways in, where signing in changes more than allauth knows of."""

from datetime import timedelta
from typing import Any, cast

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.actions import passkeys as passkey_actions
from handsel.actions import people, rate_limits, sign_ins
from handsel.actions.rate_limits import RateLimit
from handsel.pages import security
from handsel.queries import people as people_queries
from handsel.rules.refusals import TooManyRequests, WrongState
from handsel.web import known_browser, refusals
from handsel.web.requests import Request

SECURITY = reverse_lazy("web:security")


class _WayIn:
    """A page to sign in or up, also for who has begun elsewhere: allauth would lead back to the code that it waits for,
    which nobody has who mistyped their address. The page offers to go on there instead.
    """

    request: HttpRequest

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        return None

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        stage = get_pending_stage(self.request)
        begun = reverse(stage.urlname) if stage and stage.urlname and stage.is_resumable(self.request) else ""
        return {**super().get_context_data(**context), "begun": begun}  # type: ignore[misc]  # of the view beside it


class SignIn(_WayIn, views.LoginView):
    pass


class SignUp(_WayIn, views.SignupView):
    pass


class RequestLoginCode(_WayIn, views.RequestLoginCodeView):
    pass


class SignInByPasskey(_WayIn, passkeys.LoginWebAuthnView):
    pass


class _MailedCode:
    """A code from a letter is guessed at a few times, counted before it is compared. allauth counts in the session,
    where many guesses that arrive together are one.
    """

    _action: str
    _process: Any

    def post(self, request: HttpRequest, *args: str, **options: Any) -> HttpResponse:
        process = self._process
        if self._action == "verify":
            limit = RateLimit("mailed code", process.max_attempts, timedelta(seconds=process.timeout))
            subject = f"{request.session.session_key} {process.state['at']}"
            try:
                rate_limits.count(limit, subject, at=timezone.now())
            except TooManyRequests as reached:
                cast("Request", request).retry_after = reached.seconds
                return refusals.too_many(request)
        response: HttpResponse = super().post(request, *args, **options)  # type: ignore[misc]  # of the view beside it
        return response


class ConfirmLoginCode(_MailedCode, views.ConfirmLoginCodeView):
    def form_valid(self, form: BaseForm) -> HttpResponse:
        if "code" in form.fields:  # the other form asks for another code
            people.prove_address(self.stage.login.user, at=timezone.now())
        return super().form_valid(form)


class PasswordResetFromKey(views.PasswordResetFromKeyView):
    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        """Answer, and leave the key of the link encrypted in the session, where allauth keeps it between two pages."""
        session, name, whose = request.session, views.INTERNAL_RESET_SESSION_KEY, options["uidb36"]
        if key := session.get(name):
            session[name] = encryption.decrypt(key, Secret.PASSWORD_RESET, whose) or ""
        try:
            return super().dispatch(request, *args, **options)
        finally:
            if key := session.get(name):
                session[name] = encryption.encrypt(key, Secret.PASSWORD_RESET, whose)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        people.prove_address(self.reset_user, at=timezone.now())
        sign_ins.end_all(self.reset_user)
        response = super().form_valid(form)
        # Who guesses at the new password from elsewhere does not keep them from using it here.
        known_browser.remember(self.request, response, str(self.reset_user.pk), self.reset_user.email)
        return response


class ConfirmAddress(_MailedCode, views.ConfirmEmailVerificationCodeView):
    """Of an address that another account has, whoever reads its mail may know."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except IntegrityError:
            messages.error(self.request, gettext("Another account has this address already."))
            return HttpResponseRedirect(str(SECURITY))


class ChangePassword(views.PasswordChangeView):
    """Whoever else knew the old password is signed out."""

    request: Request
    success_url = SECURITY

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        keys = security.keys(self.request.user, at=timezone.now())
        return super().get_context_data(keys=keys, **context)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        _end_others(self.request)
        return response


# Who signs in by code or passkey sets a first password without knowing one, but has signed in a moment ago.
@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class SetPassword(views.PasswordSetView):
    request: Request
    success_url = SECURITY

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        _end_others(self.request)
        return response


class RemoveApp(totp.DeactivateTOTPView):
    """Recovery codes stand in for the app, and go with it."""

    request: Request

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        people.delete_recovery_codes(self.request.user)
        return response


class AddPasskey(passkeys.AddWebAuthnView):
    """Recovery codes belong to the app: a passkey closes no other way in."""

    request: Request

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        super().form_valid(form)
        people.delete_recovery_codes(self.request.user)
        return HttpResponseRedirect(str(SECURITY))


class RemovePasskey(passkeys.RemoveWebAuthnView):
    """The last way to sign in stays; the page says so at once."""

    success_url = SECURITY
    request: Request

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context["is_last"] = people_queries.is_last_way_in(self.request.user, self.object.pk)
        return dict(super().get_context_data(**context))  # type: ignore[no-untyped-call]  # allauth's

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            with transaction.atomic():
                passkey_actions.keep_last_way_in(self.request.user, self.object.pk)
                return super().form_valid(form)
        except WrongState as refusal:
            return refusals.page(self.request, refusal)


def _end_others(request: Request) -> None:
    session_key, device_id = request.session.session_key or "", request.session.get(sign_ins.SESSION_DEVICE)
    sign_ins.end_others(by=request.user, here=session_key, device_id=device_id)
