"""Looks at the clock: what comes of one that stepped."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from handsel.models import ClockLook, Delivery, Duty, Export, IdempotencyKey, OutsideCalendar, ServerTrouble
from handsel.queries import clock
from handsel.rules import clock_steps
from handsel.rules.clock_steps import Step

log = logging.getLogger(__name__)


def look(at: datetime) -> Step | None:
    """Note what the clock shows, and return its last step; None when none is known of. A step is logged once."""
    row = ClockLook.objects.first()
    if row is None:
        ClockLook.objects.bulk_create([ClockLook(looked_at=at)], ignore_conflicts=True)
        return None
    step = clock_steps.step(row.looked_at, at)
    columns = {} if step is None else {"stepped_at": step.at, "stepped_by": step.by}
    with transaction.atomic():
        # Of several that look at once one finds the step.
        is_first = ClockLook.objects.filter(pk=row.pk, looked_at=row.looked_at).update(looked_at=at, **columns)
        if step is not None and is_first:
            held = " Nothing is forgotten and planned before the next look." if step.is_large else ""
            log.warning("%s%s", step.sentence, held)
            if step.by < timedelta():
                _bring_back(-step.by, at)
    return step or clock.known_step(row)


def _bring_back(by: timedelta, at: datetime) -> None:
    """Bring what was put off by the clock as it was before it went back to what it shows now."""
    Duty.objects.filter(since__gt=at).update(since=at)
    # What was written before the clock went ahead may wait for a morning, and goes on doing so.
    put_off = Q(notice__isnull=True) | Q(notice__at__gt=at)
    # unscoped: everybody's, by time alone
    waiting = Delivery.objects.filter(done_at__isnull=True)
    waiting.filter(put_off, due_at__gt=at).update(due_at=F("due_at") - by)
    # unscoped: everybody's, by time alone
    rows: list[QuerySet[Any]] = [
        waiting.filter(put_off | Q(attempts__gt=0)),
        OutsideCalendar.objects.all(),
        Export.objects.all(),
        IdempotencyKey.objects.filter(status__isnull=True),
        ServerTrouble.objects.all(),
    ]
    for some in rows:
        some.filter(next_at__gt=at).update(next_at=F("next_at") - by)
