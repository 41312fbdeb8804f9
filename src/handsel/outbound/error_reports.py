"""Reports of errors to a server that gathers them, such as Sentry, GlitchTip or Bugsink, where the operator wants that.

A report says what kind of error it was, through which functions it came and which lines, and of which route or duty and
request. Nothing else leaves: no text of the error, no body, query, header, address, local variable or person.
"""

import json
import logging
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from queue import Full, Queue
from threading import Lock, Thread
from types import TracebackType
from typing import Any
from uuid import uuid4

from handsel.access import outages
from handsel.observability import work
from handsel.outbound import http_client

log = logging.getLogger(__name__)

_MOST_A_MINUTE, _MOST_WAITING = 20, 20
_SECONDS = 10.0
_SAID_EVERY = 3600.0  # seconds
_MOST_FRAMES, _MOST_CAUSES = 100, 5
_ACCEPTED = 200


class Handler(logging.Handler):
    """Sends a report of each error in the log that comes with its exception, from a thread of its own. Nobody waits for
    it, and what is too much for it is dropped: the log has it all.
    """

    def __init__(self, endpoint: str, key: str) -> None:
        super().__init__(logging.ERROR)
        self._endpoint = endpoint
        self._headers = {
            "Content-Type": "application/x-sentry-envelope",
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client=handsel/{version('handsel')}, sentry_key={key}",
        }
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """Begin anew, as a process that was forked does: threads are not."""
        self._starting = Lock()
        self._thread: Thread | None = None
        self._waiting: Queue[bytes] = Queue(_MOST_WAITING)
        self._sent: deque[float] = deque(maxlen=_MOST_A_MINUTE)
        self._said = -_SAID_EVERY

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else getattr(record, "error", None)
        if error is None or outages.reason(error):
            return
        now = time.monotonic()
        if len(self._sent) == _MOST_A_MINUTE and now - self._sent[0] < 60:
            return
        self._sent.append(now)
        with suppress(Full):
            self._waiting.put_nowait(envelope(record, error))
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="error reports", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            content = self._waiting.get()
            try:
                answer = http_client.request(
                    "POST",
                    self._endpoint,
                    headers=self._headers,
                    content=content,
                    is_allowed=lambda _: True,  # the operator named it
                    seconds=_SECONDS,
                )
                trouble = "" if answer.status == _ACCEPTED else f"answer {answer.status}"
            except http_client.RequestFailed as failure:
                trouble = failure.reason.value
            if trouble and time.monotonic() - self._said >= _SAID_EVERY:
                self._said = time.monotonic()
                log.warning("A report of an error was not taken: %s", trouble)
            self._waiting.task_done()

    def flush(self) -> None:
        """Wait for what is on its way; a test does."""
        if self._thread is not None:
            self._waiting.join()


def envelope(record: logging.LogRecord, error: BaseException) -> bytes:
    """Return the report in the format of Sentry's servers: three lines of JSON."""
    at_work, at = work.current(), datetime.fromtimestamp(record.created, UTC).isoformat()
    event: dict[str, Any] = {
        "event_id": uuid4().hex,
        "timestamp": at,
        "platform": "python",
        "level": record.levelname.lower(),
        "logger": record.name,
        "release": f"handsel@{version('handsel')}",
        "exception": {"values": [_exception(each) for each in reversed(list(_causes(error)))]},
    }
    if at_work is not None:
        event["transaction"] = at_work.route or at_work.duty
        event["tags"] = {"request_id": at_work.request_id}
    lines = ({"event_id": event["event_id"], "sent_at": at}, {"type": "event"}, event)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, and those that it came of."""
    for _ in range(_MOST_CAUSES):
        yield error
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            return
        error = cause


def _exception(error: BaseException) -> dict[str, Any]:
    frames = list(_frames(error.__traceback__))[-_MOST_FRAMES:]
    return {"type": type(error).__name__, "module": type(error).__module__, "stacktrace": {"frames": frames}}


def _frames(traceback: TracebackType | None) -> Iterator[dict[str, Any]]:
    """Yield where it passed. A file is called by its module: where it lies may name a person."""
    while traceback is not None:
        code, module = traceback.tb_frame.f_code, str(traceback.tb_frame.f_globals.get("__name__", ""))
        yield {
            "module": module,
            "filename": f"{module.replace('.', '/')}.py",
            "function": code.co_name,
            "lineno": traceback.tb_lineno,
            "in_app": module.startswith("handsel"),
        }
        traceback = traceback.tb_next
