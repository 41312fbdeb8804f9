"""A calendar server on this machine that answers as a test tells it: well, slowly, wrongly or not at all."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Each path has an answer; what was asked is written down."""

    protocol_version = "HTTP/1.1"
    server: "CalendarServer"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        self.server.answers[self.path](self)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class CalendarServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def handle_error(self, *_: Any) -> None:
        """Who hangs up in the middle is what some tests are about."""

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def serves(self, path: str, text: bytes | str, **headers: str) -> str:
        """The address at which this calendar is from now on."""
        body = text.encode() if isinstance(text, str) else text
        self.answers[path] = lambda handler: handler.say(200, body, **headers)
        return self.at(path)

    def leads(self, path: str, to: str, status: int = 302) -> str:
        self.answers[path] = lambda handler: handler.say(status, Location=to)
        return self.at(path)

    def says_no(self, path: str, status: int) -> str:
        self.answers[path] = lambda handler: handler.say(status)
        return self.at(path)

    def drips(self, path: str, *, head: bool) -> str:
        """A byte now and then, for ever: of the headers, or of the calendar."""

        def drip(handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"X-A: " if head else b"Content-Length: 1000000\r\n\r\n"))
            for _ in range(600):
                handler.wfile.write(b"a")
                time.sleep(0.1)

        self.answers[path] = drip
        return self.at(path)

    def blows_up(self, path: str, size: int) -> str:
        """Little on the way, much once it is unpacked."""
        return self.serves(path, gzip.compress(b"x" * size), Content_Encoding="gzip")


@contextmanager
def running() -> Iterator[CalendarServer]:
    server = CalendarServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def calendar(*events: str, product: str = "-//Somebody else//EN") -> str:
    """An iCalendar of these events, each given by its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{product}"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])
