"""Browsers that notices are pushed to. A browser has one person at a time: who signed in there last.

Where a browser is reached is a secret between it and this book: it stands in no log and on no page.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from handsel.access import tokens, visibility
from handsel.models import Device, User
from handsel.rules import fields, subscriptions
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.refusals import NotVisible, WrongState
from handsel.rules.sentences import say

MAX_DEVICES = 20
log = logging.getLogger(__name__)


@transaction.atomic
def add(draft: Draft, *, instead_of: UUID | None = None, by: User, at: datetime, source: Source) -> Device:
    """Push to this browser from now on. What the browser was before, also another person's, it is no more.

    draft: name; endpoint, p256dh and auth as the browser gave them (W3C Push API). instead_of: the person's device that
    the browser was before it was given another endpoint. Raises Invalid, and WrongState where they have as many as they
    may.
    """
    visibility.lock_active_person(by)
    problems = Problems(draft)
    read = {name: problems.read(name, parse, draft.get(name)) for name, parse in _PARSERS.items()}
    problems.raise_if_any()
    endpoint_hash = tokens.hash_of(read["endpoint"])
    # Not changed but made anew: what is on its way to it was for who had it before.
    # unscoped: whoever had this browser before, by its address
    forget(Device.objects.filter(endpoint_hash=endpoint_hash).exclude(person=by))
    if instead_of is not None:
        forget(Device.objects.filter(pk=instead_of, person=by).exclude(endpoint_hash=endpoint_hash))
    same = Device.objects.filter(person=by, endpoint_hash=endpoint_hash)
    if same.update(**read):
        return same.get()
    if Device.objects.filter(person=by).count() >= MAX_DEVICES:
        raise WrongState(say("You already get notifications on %(most)s devices. Remove one first.", most=MAX_DEVICES))
    try:
        with transaction.atomic():
            device = Device.objects.create(person=by, endpoint_hash=endpoint_hash, created_at=at, **read)
    except IntegrityError:  # somebody else said the same of this browser at the same moment
        raise WrongState from None
    log.info("Device %s added for %s from %s", device.id, by.id, source)
    return device


_PARSERS: dict[str, Callable[[object], str]] = {
    "name": lambda raw: fields.text(raw, least=1, most=120),
    "endpoint": lambda raw: subscriptions.endpoint(raw, loopback=settings.PUSH_LOOPBACK),
    "p256dh": subscriptions.public_key,
    "auth": subscriptions.auth,
}


@transaction.atomic
def move(device_id: UUID, *, by: User, at: datetime) -> bool:
    """Make the browser the device of who signed in on it, whosever it was before. Return whether it is still there."""
    visibility.lock_active_person(by)
    # unscoped: whoever had this browser before, by its own cookie
    device = Device.objects.filter(pk=device_id).first()
    if device is None or device.person_id == by.id:
        return device is not None
    forget(Device.objects.filter(pk=device.pk))  # with what is on its way to who had it before
    if Device.objects.filter(person=by).count() >= MAX_DEVICES:
        return False
    device.person, device.created_at, device.last_push_at = by, at, None
    device.save(force_insert=True)
    log.info("Device %s is %s's now", device.id, by.id)
    return True


@transaction.atomic
def remove(device_id: UUID, *, by: User, source: Source) -> None:
    """Push no more to a device of one's own. Raises NotVisible."""
    if not forget(Device.objects.filter(pk=device_id, person=by)):
        raise NotVisible
    log.info("Device %s of %s removed from %s", device_id, by.id, source)


@transaction.atomic
def forget(devices: QuerySet[Device]) -> int:
    """Drop these devices, and what is on its way to them; return how many that were.

    They are locked first: a worker that is just sending something on its way has done so before, or finds them gone.
    """
    held = list(devices.select_for_update().values_list("pk", flat=True))
    # unscoped: those that are at hand
    Device.objects.filter(pk__in=held).delete()
    return len(held)


def mine(device_id: UUID, *, by: User) -> Device:
    """Return a device of the person's own, as it is now. Raises NotVisible."""
    device = Device.objects.filter(pk=device_id, person=by).first()
    if device is None:
        raise NotVisible
    return device


def note_push(device: Device, *, at: datetime) -> None:
    """Note that a notice was pushed to this device."""
    Device.objects.filter(pk=device.pk).update(last_push_at=at)


def drop_gone(device: Device) -> None:
    """Drop a device of which the push service says that it takes nothing any more."""
    forget(Device.objects.filter(pk=device.pk))
    log.info("Device %s of %s is gone", device.pk, device.person_id)
