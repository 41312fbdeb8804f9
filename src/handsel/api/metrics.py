"""/metrics: how the program is doing, for Prometheus, to whom the operator's token opens it."""

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from handsel.access import outages
from handsel.observability import metrics
from handsel.queries import gauges

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_FRESH = {"Cache-Control": "no-store"}
_PATIENCE = 2.0  # seconds


def answer(request: HttpRequest) -> HttpResponse:
    """Answer what was counted and measured. Without a token set there is nothing here, as at any unknown address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        headers = {**_FRESH, "WWW-Authenticate": 'Bearer realm="Handsel metrics"'}
        return HttpResponse("Send the token.\n", status=401, content_type="text/plain", headers=headers)
    values = dict(gauges.of_disk())
    try:
        with outages.patience(_PATIENCE):
            values |= dict(gauges.of_database(timezone.now()))
            values |= dict(gauges.of_replica())
    except Error:
        values["handsel_database_up",] = 0
    return HttpResponse(metrics.text(gauges.GAUGES, values), content_type=_FORMAT, headers=_FRESH)
