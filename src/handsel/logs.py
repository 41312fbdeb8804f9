"""What may stand in a log."""

import logging


class RouteOnly(logging.Filter):
    """Puts the route in the place of a request's address.

    An address may hold a secret (an invitation's) or a query; the route says as well where something broke.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None:
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "(no route)"
            values = record.args if isinstance(record.args, tuple) else ()
            record.args = tuple(route if value == path else value for value in values)
        return True
