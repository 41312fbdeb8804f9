"""The application that a WSGI server calls; `handsel serve` does so itself."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from io import BytesIO
from time import monotonic
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DatabaseError, connections
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
django.setup(set_prefix=False)

from handsel.apps import close_connections  # noqa: E402  Django has to be set up
from handsel.management import setup  # noqa: E402
from handsel.web import access_log, uploads  # noqa: E402  they too

_GUNICORN_READS, _WE_READ = 64_000, 16_000_000  # bytes
_PATIENCE = 5.0  # seconds


class Request(WSGIRequest):
    """A request of Django's, which believes a client in four things too many."""

    def __init__(self, environ: dict[str, Any]) -> None:
        # A body in chunks does not say how long it is, and would be taken for an empty one. A byte over the limit is
        # enough to tell that it is too large.
        if "HTTP_TRANSFER_ENCODING" in environ:
            body = environ["wsgi.input"].read(uploads.MOST_IN_CHUNKS + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        super().__init__(environ)

    @property
    def encoding(self) -> str:
        """Return UTF-8, whatever is claimed: some charsets of Python make no text of bytes, others lone surrogates."""
        return "utf-8"

    @encoding.setter
    def encoding(self, claimed: str) -> None:
        pass

    def _printable_cookies(self) -> dict[str, str]:
        """Return the cookies that we may have set. PostgreSQL cannot even look for a session whose key holds NUL."""
        return {name: value for name, value in super().COOKIES.items() if value.isprintable()}

    COOKIES = cached_property(_printable_cookies)

    def parse_file_upload(self, meta: Mapping[str, Any], post_data: Any) -> tuple[Any, Any]:
        """Refuse a form that comes with files and is larger than any may be at its address."""
        if int(meta.get("CONTENT_LENGTH") or 0) > self._most_bytes:
            raise RequestDataTooBig
        return super().parse_file_upload(meta, post_data)

    @property
    def body(self) -> bytes:
        """Return the body; where an address takes more than elsewhere it is read here, since Django would refuse it."""
        most = self._most_bytes
        if most > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not {"_body", "_post"} & vars(self).keys():
            if int(self.META.get("CONTENT_LENGTH") or 0) > most:
                raise RequestDataTooBig
            self._body = self.read()
        return super().body

    @property
    def _most_bytes(self) -> int:
        match = self.resolver_match
        return uploads.most_bytes(match.url_name if match else None)


class Handler(WSGIHandler):
    request_class = Request

    def get_response(self, request: HttpRequest) -> Any:
        """Return the answer, and once it is out take a refused body off the wire, as far as it comes soon: nobody reads
        it, but who is still sending it could not read the answer either. One that is far too large ends the connection,
        as gunicorn has it.
        """
        response: Any = super().get_response(request)
        if _GUNICORN_READS < int(request.META.get("CONTENT_LENGTH") or 0) <= _WE_READ:
            response.close = partial(_close, response.close, request)
        return response


def _close(close: Callable[[], None], request: HttpRequest) -> None:
    close()
    connection = request.META.get("gunicorn.socket")
    with suppress(OSError):
        if connection is not None:
            connection.settimeout(_PATIENCE)
        until = monotonic() + _PATIENCE
        while monotonic() < until and request.read(65_536):
            pass


application = Handler()
access_log.WRITER.is_wanted = True

# A server keeps its connections to PostgreSQL, as many as it has threads. A command opens one and is done.
for name, database in connections.settings.items():
    if database["ENGINE"] == "handsel.postgresql":
        if name == "default":
            database["OPTIONS"]["pool"] = {
                "min_size": 1,
                "max_size": 4,
                "timeout": 10,
                "connection_class": import_string("handsel.postgresql.base.Connection"),
            }
        # Who asked is told that it takes too long, and others are served. A migration takes as long as it takes.
        database["LIMITS"] = {"lock_timeout": "5s", "statement_timeout": "20s"}

# `handsel serve` has asked already; another server has not.
with suppress(DatabaseError):  # no tables, or no database yet: nobody is in it
    setup.refuse_example_people()
close_connections()
