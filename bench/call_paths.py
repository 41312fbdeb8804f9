"""Count the files and calls between rooms that one press, one mail and one page walk through.

Run it through script/bench. Of each warm call it prints how many own files are entered, how many distinct pairs of a
calling file and a called function of another file there are, and how many of these lead into a higher room. The caller
is the nearest own function on the stack, so that what a library calls counts for whoever called the library. Rooms are
the layers that pyproject.toml names. What is done is rolled back. With --pairs the upward pairs are listed.
"""

import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import django
from django.conf import settings

# Nothing is collected here. The models copy what is set.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from handsel.actions import example_families
from handsel.management import delivery

PACKAGE = settings.PACKAGE
PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
LOCAL_MAIL = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
WITH_MAIL = {"MAILERS": LOCAL_MAIL, "MAIL_IS_SET_UP": True, "SILENT_ADDRESSES": frozenset(), "ALLOWED_HOSTS": ["*"]}


class Walk:
    """The files entered and the calls between them, while it is recording."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.calls: set[tuple[str, str, str]] = set()
        self._own: dict[CodeType, str] = {}

    @contextmanager
    def recording(self) -> Iterator[None]:
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not (file := self._file(frame.f_code)):
            return
        self.files.add(file)
        caller = frame.f_back
        while caller is not None and not self._file(caller.f_code):
            caller = caller.f_back
        if caller is not None and (above := self._file(caller.f_code)) != file:
            self.calls.add((above, file, frame.f_code.co_qualname))

    def _file(self, code: CodeType) -> str:
        """The path below the package, empty where the code is not ours."""
        if code not in self._own:
            path = code.co_filename
            self._own[code] = os.path.relpath(path, PACKAGE) if path.startswith(f"{PACKAGE}{os.sep}") else ""
        return self._own[code]


def heights() -> dict[str, int]:
    """How high each room lies: 0 is the lowest."""
    contracts = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    rooms = [[room.strip(" ()") for room in layer.split("|")] for layer in layers]
    return {room: height for height, layer in enumerate(reversed(rooms)) for room in layer}


def upward(walk: Walk) -> list[tuple[str, str, str]]:
    height = heights()

    def of(file: str) -> int | None:
        return height.get(Path(file).parts[0].removesuffix(".py"))

    return sorted(call for call in walk.calls if None not in (low := of(call[0]), high := of(call[1])) and low < high)


def confirm_by_page(client: Client, family: str) -> Callable[[], Any]:
    sessions = client.get(f"/api/v1/families/{family}/care-sessions/unconfirmed").json()["items"]
    session = next(iter(sessions))
    data = {"version": session["version"]}
    return partial(client.post, f"/sessions/{session['id']}/confirm/", data)


def confirm_by_api(client: Client, family: str) -> Callable[[], Any]:
    sessions = client.get(f"/api/v1/families/{family}/care-sessions/unconfirmed").json()["items"]
    session = next(iter(sessions))
    return partial(client.post, f"/api/v1/care-sessions/{session['id']}/confirm", {}, "application/json")


def generate_by_api(client: Client, family: str) -> Callable[[], Any]:
    schedule = client.get(f"/api/v1/families/{family}/care-schedules").json()["items"][0]["id"]
    first = date.today() + timedelta(days=60)  # noqa: DTZ011  any two weeks that nobody has planned yet
    days = {"from": first.isoformat(), "to": (first + timedelta(days=13)).isoformat()}
    return partial(client.post, f"/api/v1/care-schedules/{schedule}/generate-sessions", days, "application/json")


def later() -> datetime:
    """The time when letters leave: each waits for a minute, lest what it tells be undone."""
    return timezone.now() + timedelta(minutes=2)


def one_mail(client: Client, family: str) -> Callable[[], Any]:
    confirm_by_api(client, family)()
    return partial(delivery.deliver, later(), later)


def measure(name: str, prepare: Callable[[], Callable[[], Any]]) -> None:
    prepare()()
    call, walk = prepare(), Walk()
    with walk.recording():
        answer = call()
    if getattr(answer, "status_code", 200) >= 400 or answer == 0:
        raise SystemExit(f"{name} did not happen: {answer!r}")
    up = upward(walk)
    line = f"{len(walk.files):4} files {len(walk.calls):5} calls between files {len(up):4} upward"
    sys.stdout.write(f"{connection.vendor:11} {name:16} {line}\n")
    if "--pairs" in sys.argv:
        sys.stdout.write("".join(f"    {above} -> {below}: {function}\n" for above, below, function in up))


def main() -> None:
    with transaction.atomic(), override_settings(**WITH_MAIL):
        call_command("load_example_families", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
        ana, noor = (Client(), Client())
        for name, client in {"Ana": ana, "Noor": noor}.items():
            client.force_login(get_user_model().objects.get(email=example_families.PEOPLE[name]))
        family = ana.get("/api/v1/families").json()["items"][0]["id"]
        measure("confirm by page", lambda: confirm_by_page(ana, family))
        measure("confirm by API", lambda: confirm_by_api(ana, family))
        measure("generate by API", lambda: generate_by_api(ana, family))
        while delivery.deliver(later(), later):
            pass
        measure("one mail", lambda: one_mail(ana, family))
        measure("Today", lambda: partial(noor.get, "/today/"))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
