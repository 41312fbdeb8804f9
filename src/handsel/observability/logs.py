"""The lines of the log: as text, or each as a JSON object for programs that gather them."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from handsel.observability import work


class PlainFormatter(logging.Formatter):
    """Writes a line as text, the id of the request or the worker's turn at its end."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        line, request_id = super().formatMessage(record), work.request_id()
        return f"{line} [{request_id}]" if request_id else line


class JsonFormatter(logging.Formatter):
    """Writes a line as one JSON object: time (UTC), level, logger and message, and where they are known request_id,
    client_request_id, route or duty, what `extra` names in `fields`, and the traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        at_work = work.current()
        if at_work is not None:
            known = {
                "request_id": at_work.request_id,
                "client_request_id": at_work.client_id,
                "route": at_work.route,
                "duty": at_work.duty,
            }
            line |= {name: value for name, value in known.items() if value}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "traceback": self.formatException(record.exc_info)}
        return json.dumps(line, ensure_ascii=False)
