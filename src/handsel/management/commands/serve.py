"""`handsel serve`: bring the book up to date and serve it until told to stop."""

import gc
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.core.servers.basehttp import get_internal_wsgi_application
from django.urls import get_resolver
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker
from gunicorn.workers.sync import SyncWorker

from handsel.actions import example_families
from handsel.apps import close_connections
from handsel.env import values
from handsel.management import progress, running, setup, sqlite_file, worker
from handsel.observability.logs import JsonFormatter


class Command(BaseCommand):
    help = "Bring the database up to date, then serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port; 0 for any (default: %(default)s)")
        parser.add_argument("--example", action="store_true", help="fill a new database with the example families")

    def handle(self, *, host: str, port: int, example: bool, **options: Any) -> None:
        environment = settings.ENVIRONMENT
        example = example or environment.example
        if environment.production and example:
            raise SystemExit("handsel: --example is not for production: the passwords are known to everybody.")
        if not environment.production and not values.is_loopback(host):
            raise SystemExit(f"handsel: --host {host} opens the book to other computers; set HANDSEL_PRODUCTION=1.")
        listener = _listen(host, port)
        running.say_so()
        with progress.telling() as begin:
            sqlite_file.look(begin)
            setup.prepare(example=example, begin=begin)
        setup.refuse_careless_database()
        setup.refuse_example_people()
        setup.refuse_files_elsewhere()
        setup.refuse_other_keys()
        if not environment.production:
            settings.ADDRESS = environment.address or _address(listener)
        settings.EXAMPLE = example and example_families.is_loaded()
        if environment.worker != "none":
            worker.announce()
        close_connections()
        _Server(listener).run()


def _listen(host: str, port: int) -> socket.socket:
    """Return the socket, taken first, so that a port that is taken is said at once."""
    if not 0 <= port <= 65535:
        raise SystemExit(f"handsel: --port {port} is no port; choose one from 1 to 65535, or 0 for any.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        raise SystemExit(
            f"handsel: {host} port {port} cannot be served ({error.strerror}). Is something else running there? "
            f"Choose another port, as in: serve --port {port + 1 if 0 < port < 65535 else 8001}"
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _welcome(listener: socket.socket) -> str:
    lines = [f"Handsel is at {_address(listener)}", f"The book is {_book()}"]
    if settings.EXAMPLE:
        people = ", ".join(f"{name} ({email})" for name, email in example_families.PEOPLE.items())
        lines.append(f"Sign in as {people}; the password of each is {example_families.PASSWORD}")
        lines.append(
            "They are neither mailed nor pushed; HANDSEL_EXAMPLE_SENDS=1 changes that."
            if settings.SILENT_ADDRESSES
            else "Mails and pushes leave for them too, since HANDSEL_EXAMPLE_SENDS is 1."
        )
    lines.append("Stop it with Ctrl-C.")
    return "\n".join(lines)


def _book() -> str:
    """Return which database is served, without the password."""
    environment = settings.ENVIRONMENT
    if environment.database is None:
        return str(environment.sqlite_file)
    host = environment.database.get("host", "this computer")
    return f"the PostgreSQL database {environment.database['dbname']} at {host}"


class _Server(BaseApplication):
    """gunicorn in this process. In production the proxy in front takes slow clients off our hands, and one request at
    a time in each process is fastest; without one, threads keep a browser's idle connections from blocking others.
    """

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.welcome = _welcome(listener)
        super().__init__()

    def load_config(self) -> None:
        environment = settings.ENVIRONMENT
        behind_proxy = environment.production
        for name, value in {
            "bind": f"fd://{os.dup(self.listener.fileno())}",
            "workers": environment.workers or min(2 * (os.cpu_count() or 1) + 1, 9),
            "worker_class": SyncWorker if behind_proxy else _ThreadWorker,
            "threads": 1 if behind_proxy else 4,
            "keepalive": 60,
            "timeout": 60,  # longer than a writer waits for SQLite
            "graceful_timeout": 10,
            "preload_app": True,
            "forwarded_allow_ips": "",  # settings.py says whose word on http or https counts
            "control_socket_disable": True,
            "accesslog": None,  # addresses may hold secrets
            "loglevel": "error",  # a warning repeats what could not be read as a request
            "logger_class": _Log,
            "proc_name": "handsel",
            "when_ready": self._say_so,
            "post_fork": _end_with_the_master,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        _ = get_resolver().url_patterns  # read once here rather than at each worker's first request
        application = get_internal_wsgi_application()
        gc.collect()
        gc.freeze()  # the workers share what stands now, and need not look through it for rubbish
        return application

    def run(self) -> None:
        util.write_error = _write_error  # gunicorn asks no class of ours how it refuses
        _Master(self).run()

    def _say_so(self, _arbiter: Any) -> None:
        self.listener.close()
        sys.stdout.write(f"{self.welcome}\n")
        sys.stdout.flush()


class _ThreadWorker(ThreadWorker):
    """The threaded worker of gunicorn, but told to quit it ends between two events. At once, as gunicorn's own does, a
    signal that comes while a request is handed to the threads waits for their lock, which the interrupted line holds:
    until it is killed.
    """

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.alive = False
        self.method_queue.defer(super().handle_quit, sig, frame)


class _Log(Logger):
    """The log of gunicorn, in our form, but for the address of a request that broke it."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if settings.ENVIRONMENT.log_format == "json":
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonFormatter())

    def exception(self, msg: str, *args: Any, **more: Any) -> None:
        if msg.startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **more)


def _write_error(connection: socket.socket, status: int, reason: str, _detail: str) -> None:
    """Refuse what never became a request, as gunicorn's function of this name does, with the headers of our answers."""
    body = f"{reason}.\n"
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "X-Content-Type-Options": "nosniff",
    }
    if settings.ENVIRONMENT.production:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items()), "", body]
    util.write_nonblock(connection, "\r\n".join(lines).encode())


def _end_with_the_master(_arbiter: Any, _worker: Any) -> None:
    """End a worker at once when the master is killed, so that the port is free again (Linux; elsewhere in a minute)."""
    worker.end_with_the_parent()


class _Master(Arbiter):
    """The master of gunicorn, which sees to it that the worker of the duties lives as long as those that answer."""

    duties = 0

    def manage_workers(self) -> None:
        super().manage_workers()
        if settings.ENVIRONMENT.worker == "inside" and not _is_alive(self.duties):
            self.duties = worker.fork(self._close_listeners)

    def _close_listeners(self) -> None:
        for listener in self.LISTENERS:
            listener.close()

    def stop(self, graceful: bool = True) -> None:
        if _is_alive(self.duties):
            os.kill(self.duties, signal.SIGTERM)
        super().stop(graceful)
        self._wait_for_the_duties()
        sqlite_file.fold()

    def _wait_for_the_duties(self) -> None:
        for _ in range(100):
            self.reap_workers()
            if not _is_alive(self.duties):
                return
            time.sleep(0.1)
        os.kill(self.duties, signal.SIGKILL)


def _is_alive(process: int) -> bool:
    """Say whether a process lives: gunicorn reaps every child, so a number that is known no more is one that ended."""
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
