"""Pages, presses and answers over HTTP, each beside its yardstick (bench/yardsticks), turn by turn, at one client and
at eight, in a book of as many families as script/bench is told.
"""

import os
import tempfile
import urllib.parse
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as PlainStore
from django.db import connection
from django.utils.module_loading import import_string

from bench import families, figures
from bench.served import Ask, ask_by, median, p99, serving
from bench.yardsticks import tables
from handsel.actions import tokens
from handsel.models import CareSession, Family, User
from handsel.rules.lifecycle import Status

ROUNDS, AT_ONE, AT_EIGHT = 5, 12, 96
CSRF = "c" * 32


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: what is asked, beside which yardstick, and what of it is to be reached."""

    what: str
    ask: Ask
    beside: str
    at_least: float | None = None
    aim: float | None = None
    as_share: bool = False  # the yardstick's time by ours, instead of ours by the yardstick's


def sign_in(person: User, store: type) -> str:
    """Return the key of a new session of this person's."""
    session = store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


def cookies(person: User) -> dict[str, str]:
    key = sign_in(person, import_string(f"{settings.SESSION_ENGINE}.SessionStore"))
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={CSRF}"}


def refreshing(host: str, path: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers by which a page that is shown asks whether it has changed."""
    asking = HTTPConnection(host, timeout=60)
    asking.request("GET", path, headers=headers | {"HX-Request": "true"})
    answer = asking.getresponse()
    answer.read()
    asking.close()
    return headers | {"HX-Request": "true", "If-None-Match": answer.headers["ETag"]}


def rows(host: str, family: Family, ana: User, noor: User) -> list[Row]:
    hers, his = cookies(ana), cookies(noor)
    secret = tokens.issue_for(ana.email, "write", at=families.NOW)
    waiting = iter(
        CareSession.objects.filter(family=family, status=Status.SCHEDULED, is_confirmed=False)
        .order_by("scheduled_start")
        .values_list("id", flat=True)
    )
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": CSRF, "version": 1})
    press = {**hers, "Content-Type": "application/x-www-form-urlencoded"}
    home, bearer = f"/families/{family.id}/home/", {"Authorization": f"Bearer {secret}"}
    span = "from=2026-05-01&to=2026-06-30&limit=50"
    return [
        Row("Today", Ask("/today/", headers=his), "bare page", 7, 5),
        Row("Home", Ask(home, headers=hers), "bare page", 9, 5),
        Row("More", Ask("/more/", headers=hers), "bare page", 1.8, 1.4),
        Row("Pay", Ask(f"/families/{family.id}/pay/", headers=hers), "bare page", 9, 5),
        Row("Year", Ask(f"/families/{family.id}/records/2026/", headers=hers), "bare page", 9, 5),
        Row("month calendar", Ask("/calendar/?view=month", headers=hers), "plain table", 2.5, 1.8),
        Row("Today's 304", Ask("/today/", 304, headers=refreshing(host, "/today/", his)), "bare page", 0.9, 0.6),
        Row("Home's 304", Ask(home, 304, headers=refreshing(host, home, hers)), "bare page", 0.9, 0.6),
        Row(
            "50 sessions as JSON",
            Ask(f"/api/v1/families/{family.id}/care-sessions?{span}", headers=bearer),
            "bare ninja", 0.5, 0.65, as_share=True,
        ),
        Row(
            "confirm by form",
            Ask(lambda: f"/sessions/{next(waiting)}/confirm/", 302, "POST", press, lambda: form),
            "bare toggle", 0.3, 0.4, as_share=True,
        ),
    ]  # fmt: skip


def yardsticks(family: Family, ana: User) -> dict[str, Ask]:
    signed_in = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={sign_in(ana, PlainStore)}"}
    numbers = iter(range(1, 10**9))
    query = f"?family={family.id}"
    return {
        "bare page": Ask(f"/page/{query}", headers=signed_in),
        "plain table": Ask(f"/table/{query}", headers=signed_in),
        "bare ninja": Ask(f"/api/sessions{query}", headers=signed_in),
        "bare toggle": Ask(lambda: f"/toggle/{next(numbers) % tables.ROWS + 1}/", 204, "POST"),
    }


def check(host: str, asks: dict[str, Ask]) -> None:
    """See that the yardsticks answer and write what they are said to."""
    at = HTTPConnection(host, timeout=60)
    assert asks["bare page"].of(at)[1].count(b"<li>") == 10
    assert asks["plain table"].of(at)[1].count(b"<tr>") == 101
    assert asks["bare ninja"].of(at)[1].count(b'"version"') == 50
    asks["bare toggle"].of(at)
    at.close()
    assert tables.Row.objects.filter(is_on=True).count() == tables.History.objects.count() == 1


def measure(row: Row, ours: str, beside: Ask, theirs: str) -> None:
    """Ask both turn by turn, and keep the median of one client and the p99 of eight."""
    alone: dict[str, list[float]] = {"ours": [], "theirs": []}
    crowd: dict[str, list[float]] = {"ours": [], "theirs": []}
    rounds, at_eight = (ROUNDS, AT_EIGHT) if row.ask.method == "GET" else (3, 16)
    for _ in range(rounds):
        alone["ours"] += ask_by(1, ours, row.ask, AT_ONE)
        alone["theirs"] += ask_by(1, theirs, beside, AT_ONE)
    for _ in range(2):
        crowd["ours"] += ask_by(8, ours, row.ask, at_eight)
        crowd["theirs"] += ask_by(8, theirs, beside, at_eight)
    mine, other = median(alone["ours"]), median(alone["theirs"])
    slowest = p99(crowd["ours"])
    figures.keep(
        figures.Figure(
            row.what, 1000 * mine, "ms", row.beside, 1000 * other,
            other / mine if row.as_share else mine / other,
            row.at_least, row.aim, smaller_is_better=not row.as_share,
            note=f"p99 at 8 clients {1000 * slowest:.0f} ms, {slowest / median(crowd['ours']):.1f} x their median; "
            f"of the yardstick {1000 * p99(crowd['theirs']):.0f} ms",
        )
    )  # fmt: skip


def main() -> None:
    family = Family.objects.get(name="Riveras 0")
    ana, noor = (User.objects.get(email=address(0)) for address in (families.parent_of, families.nanny_of))
    tables.make()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clock = directory / "clock"
        clock.write_text(families.NOW.isoformat())
        asks = yardsticks(family, ana)
        ours = stack.enter_context(serving(clock))
        theirs = stack.enter_context(serving(clock, "bench.yardsticks.settings"))
        check(theirs, asks)
        for row in rows(ours, family, ana, noor):
            measure(row, ours, asks[row.beside], theirs)
    connection.close()


if __name__ == "__main__":
    main()
