"""The way in: where one begins, the example people, and everything else a phone has no room for."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from handsel.actions import example_families
from handsel.pages import shell
from handsel.web import navigation, responses
from handsel.web.requests import Request


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """To the page that somebody most likely wants: the day, the family's, or the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect(navigation.start(shell.shell(request.user)))


def enter_example(request: HttpRequest) -> HttpResponse:
    """One press makes somebody Noor, Ana or Ada. Outside example mode this address does not exist, however asked."""
    if not settings.EXAMPLE:
        raise Http404
    return _enter_example(request)


@require_POST
def _enter_example(request: HttpRequest) -> HttpResponse:
    emails = {name.lower(): email for name, email in example_families.PEOPLE.items()}
    email = emails.get(request.POST.get("person", ""))
    person = shell.example_person(email) if email else None
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    return redirect("web:index")


@require_safe
@responses.signed_in
def more(request: Request) -> HttpResponse:
    return responses.answer(request, "entrance/more.html", families=shell.belongings(request.user))
