"""One's own keys to the API."""

from uuid import UUID

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.actions import tokens
from handsel.pages import security
from handsel.web import responses
from handsel.web.forms.people import TokenForm
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request) -> HttpResponse:
    """The keys; a POST makes one, and its answer is the only page that ever shows the secret.

    A key opens as much as signing in does, and for longer: who finds a phone unlocked makes none.
    """
    form = TokenForm(responses.form_data(request))
    secret = ""
    if request.method == "POST":
        if form.is_valid():
            raise_if_reauthentication_required(request, app="allauth.account")
        made = form.send(tokens.issue, **responses.actor(request))
        if made:
            _, secret = made
            form = TokenForm()
    keys = security.keys(request.user, at=timezone.now())
    return responses.answer(request, "people/keys.html", status=form.status, form=form, keys=keys, secret=secret)


@require_POST
@responses.signed_in
def revoke(request: Request, token_id: UUID) -> HttpResponse:
    tokens.revoke(token_id, **responses.actor(request))
    responses.flash(request, gettext("The key opens nothing any more."))
    return redirect("web:tokens")
