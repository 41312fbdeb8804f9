"""Drive Firefox by Marionette and WebKit by WebDriver: what both can do, under one set of names.

Neither needs a library: Marionette is JSON over a socket, WebDriver is JSON over HTTP.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how both write a reference to an element
_PATIENCE = 60.0


class CommandError(Exception):
    """The browser refused a command."""


class Driver(Protocol):
    """One browser with one window."""

    version: str

    def command(self, name: str, **parameters: Any) -> Any:
        """Send a command by Marionette's name; answer its value."""


class Marionette:
    """Firefox, which takes commands on a port of its own."""

    def __init__(self, home: Path) -> None:
        port = _free_port()
        prefs = {
            "marionette.port": port,
            "datareporting.policy.dataSubmissionEnabled": False,
            "network.captive-portal-service.enabled": False,
            "app.update.enabled": False,
            "intl.accept_languages": "en",
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in prefs.items()]
        (home / "user.js").write_text("\n".join(lines))
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(home)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(home), "MOZ_HEADLESS_WIDTH": "1280", "MOZ_HEADLESS_HEIGHT": "900"},
        )
        self._number = 0
        with _connect(port, self._process) as connection:
            self._stream = connection.makefile("rwb")
        self._read()  # it says hello
        capabilities = self.command("NewSession", capabilities={})["capabilities"]
        self.version = f"{capabilities['browserName']} {capabilities['browserVersion']}"

    def command(self, name: str, **parameters: Any) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{name}", parameters]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, result = self._read()
        if error:
            raise CommandError(f"{name}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def _read(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            length += character
            if not character:
                raise CommandError("Firefox has gone.")
        return json.loads(self._stream.read(int(length)))

    def close(self) -> None:
        self._stream.close()
        self._process.terminate()
        self._process.wait(30)


class WebDriver:
    """WebKitGTK's small browser, through its driver. It needs a screen, which Xvfb stands in for."""

    _ROUTES = {
        "Navigate": ("POST", "url"),
        "Refresh": ("POST", "refresh"),
        "Back": ("POST", "back"),
        "ExecuteScript": ("POST", "execute/sync"),
        "FindElement": ("POST", "element"),
        "ElementClick": ("POST", "element/{id}/click"),
        "ElementClear": ("POST", "element/{id}/clear"),
        "ElementSendKeys": ("POST", "element/{id}/value"),
        "GetCurrentURL": ("GET", "url"),
        "DeleteAllCookies": ("DELETE", "cookie"),
        "SetWindowRect": ("POST", "window/rect"),
        "PerformActions": ("POST", "actions"),
    }

    def __init__(self, home: Path) -> None:
        port = _free_port()
        command = ["WebKitWebDriver", f"--port={port}"]
        if not os.environ.get("DISPLAY"):
            command = ["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1400x1000x24", *command]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ
            | {
                "HOME": str(home),
                "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
                "GDK_BACKEND": "x11",
                "WEBKIT_FORCE_SANDBOX": "0",
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            },
        )
        _connect(port, self._process).close()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE)
        binary = {"binary": str(_mini_browser()), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": binary}}}
        session = self._ask("POST", "/session", wanted)
        self._session = f"/session/{session['sessionId']}/"
        capabilities = session["capabilities"]
        self.version = f"{capabilities['browserName']} {capabilities['browserVersion']}"

    def command(self, name: str, **parameters: Any) -> Any:
        method, route = self._ROUTES[name]
        address = self._session + route.format(id=parameters.pop("id", ""))
        return self._ask(method, address, parameters if method == "POST" else None)

    def _ask(self, method: str, address: str, body: Any) -> Any:
        value = self._client.request(method, address, json=body).json()["value"]
        if isinstance(value, dict) and "error" in value:
            raise CommandError(f"{address}: {value['error']}: {value.get('message')}")
        return value

    def close(self) -> None:
        try:
            self._ask("DELETE", self._session.rstrip("/"), None)
        finally:
            self._client.close()
            os.killpg(self._process.pid, 15)
            self._process.wait(30)


BROWSERS = {"firefox": (Marionette, ["firefox-esr"]), "webkit": (WebDriver, ["WebKitWebDriver", "xvfb-run"])}


def missing(name: str) -> list[str]:
    """The programs that this browser needs and that are not here."""
    return [program for program in BROWSERS[name][1] if not shutil.which(program)]


@contextmanager
def started(name: str, home: Path) -> Iterator[Driver]:
    driver = BROWSERS[name][0](home)
    try:
        yield driver
    finally:
        driver.close()


def element(value: Any) -> str:
    return str(value[_ELEMENT])


def reference(identity: str) -> dict[str, str]:
    return {_ELEMENT: identity}


def printed(driver: Driver) -> bytes:
    """The page as a PDF on the paper that it asks for."""
    return base64.b64decode(driver.command("Print", background=True, shrinkToFit=False))


def _mini_browser() -> Path:
    return next(path for path in Path("/usr/lib").glob("**/webkit2gtk-4.*/MiniBrowser"))


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _connect(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise CommandError("The browser did not start.")
