"""allauth's ways in by mail, which prove that an address is the person's own."""

from allauth.account import views
from django.http import HttpResponse
from django.utils import timezone

from handsel.actions import people


class ConfirmLoginCode(views.ConfirmLoginCodeView):
    def form_valid(self, form) -> HttpResponse:
        if "code" in form.fields:  # the other form asks for another code
            people.prove_address(self.stage.login.user, at=timezone.now())
        return super().form_valid(form)


class PasswordResetFromKey(views.PasswordResetFromKeyView):
    def form_valid(self, form) -> HttpResponse:
        people.prove_address(self.reset_user, at=timezone.now())
        return super().form_valid(form)
