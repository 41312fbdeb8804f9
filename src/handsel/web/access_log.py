"""Around every request: what it showed is written down, after the answer has gone out (actions.access_log)."""

import atexit
import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from threading import Event, Thread
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from handsel.access import outages
from handsel.actions import access_log
from handsel.actions.access_log import Look
from handsel.observability import work
from handsel.rules.access_log import ROUTES, Noun, Shown, Thing, Way

log = logging.getLogger(__name__)

# Seconds: for what else is looked at meanwhile, and how often lines are looked for whose hour is over.
_GATHERS, _LOOKS_EVERY = 1.0, 60.0
_CONNECT_TIMEOUT = 10


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note what is shown when the answer is closed, which a server does once it is sent. No query is asked."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        looks = list(_looks(request, response))
        if looks:
            response.close = partial(_close, response.close, looks)  # type: ignore[method-assign]  # after the answer
        return response

    return answer


def _close(close: Callable[[], None], looks: list[Look]) -> None:
    close()
    access_log.LOG.note(looks, at=timezone.now())
    WRITER.wake()


def _looks(request: Any, response: HttpResponse) -> Iterator[Look]:
    at_work = work.current()
    if at_work is None or response.status_code >= HTTPStatus.BAD_REQUEST or request.method == "HEAD":
        return
    shown = [*at_work.looks]
    if response.status_code == HTTPStatus.OK:
        shown += [_shown(request, one) for one in ROUTES.get(at_work.route, ()) if _is_asked_for(request, one)]
    if not shown:
        return
    came_by = _came_by(request)
    for thing, noun, thing_id in shown:
        if noun is Noun.ADDRESS:
            yield Look(None, thing, noun, thing_id, Way.CALENDAR, str(thing_id))
        else:
            yield Look(_person_id(request), thing, noun, thing_id, *came_by, nanny=_nanny(request))


def _is_asked_for(request: Any, shown: Shown) -> bool:
    return not shown.when or request.GET.get(shown.when) == "true"


def _shown(request: Any, shown: Shown) -> tuple[Thing, Noun, UUID]:
    thing_id = request.resolver_match.kwargs[shown.argument] if shown.argument else _person_id(request)
    return shown.thing, shown.noun, UUID(str(thing_id))


def _person_id(request: Any) -> UUID:
    """Return who asked: the person of a token, or who is signed in, whom the view asked for already."""
    person_id: UUID = (getattr(request, "auth", None) or request.user).pk
    return person_id


def _came_by(request: Any) -> tuple[Way, str]:
    token_id = getattr(request, "token_id", None)
    return (Way.TOKEN, str(token_id)) if token_id else (Way.BROWSER, request.session.session_key or "")


def _nanny(request: Any) -> str:
    """Return the nanny whom the query names: `nanny` and `nanny_id` of pages, `nannyId` of the API."""
    return next((request.GET[name] for name in ("nanny", "nanny_id", "nannyId") if name in request.GET), "")


class Writer:
    """A thread of each process that answers, which writes down what was looked at. It begins with the first look, so
    after a server has forked; where no server runs, as in tests, nothing wakes it.
    """

    def __init__(self) -> None:
        self.is_wanted = False
        self._process = 0
        self._woken = Event()

    def wake(self) -> None:
        if not self.is_wanted:
            return
        if self._process != os.getpid():
            self._process, self._woken = os.getpid(), Event()
            atexit.register(self.write, is_last=True)
            Thread(target=self._work, name="access log", daemon=True).start()
        self._woken.set()

    def write(self, *, is_last: bool = False) -> None:
        """Write what is due, by a connection of its own."""
        with outages.alone(_CONNECT_TIMEOUT), outages.let_pass(log, "Who looked was not written down"):
            access_log.LOG.write(at=timezone.now(), is_last=is_last)

    def _work(self) -> None:
        pause, woken = Event(), self._woken
        while True:
            woken.wait(_LOOKS_EVERY)
            pause.wait(_GATHERS)
            woken.clear()
            try:
                self.write()
            except Exception as error:  # noqa: BLE001  the next look is to be written all the same
                log.error("Who looked was not written down: %s", type(error).__name__, extra={"error": error})  # noqa: TRY400  a traceback may name people


WRITER = Writer()
