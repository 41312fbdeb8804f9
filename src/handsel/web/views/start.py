"""Where one begins: a nanny's Today, the example people, and everything else a phone has no room for."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handsel.actions import example_families
from handsel.pages import shell
from handsel.pages import today as today_pages
from handsel.web import middleware, navigation, responses
from handsel.web.requests import Request


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that somebody most likely wants: the day, the family's, or the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect(navigation.start(shell.shell(request.user)))


@responses.page
def today(request: Request) -> HttpResponse:
    """Show a nanny's day; redirect who is no nanny."""
    tag = middleware.page_tag(request)
    page = today_pages.page(request.user, at=timezone.now())
    if not page.families:
        return redirect("web:index")
    return responses.answer(request, "today.html", today=page, live=tag)


def enter_example(request: HttpRequest) -> HttpResponse:
    """Sign in as Noor, Ana or Ada with one press. Outside example mode this address does not exist, however asked."""
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


@responses.page
def more(request: Request) -> HttpResponse:
    return responses.answer(request, "start/more.html", families=shell.memberships(request.user))
