"""The duty of delivering: what has to leave the book is claimed, sent over the network, and then marked."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from handsel.access import tokens
from handsel.actions import account_letters, devices, mailed_calendars
from handsel.notices import delivery, routing
from handsel.notices.kinds import KINDS
from handsel.notices.topics import TOPICS
from handsel.notices.validity import ValidNotice
from handsel.observability import work
from handsel.outbound import NoAnswer, PermanentFailure, ServerFailure, TemporaryFailure, email, push
from handsel.pages import letters
from handsel.rules import base64url
from handsel.rules.notices import Lane
from handsel.rules.refusals import NotVisible

if TYPE_CHECKING:
    from handsel.models import Delivery, Device, Invitation

log = logging.getLogger(__name__)

# A turn is so many letters or pushes, and none more once it lasts so long: then it is looked what is new.
_MOST = 10
_TURN = 20.0  # seconds


def deliver(at: datetime, clock: Callable[[], datetime] = timezone.now, lane: Lane | None = None) -> int:
    """Route what is new, and send some of what is due, one letter or push after the other; return how much that was.

    lane: of which queue alone. The worker comes back at once while there is more.
    """
    began = monotonic()
    done, served = 0 if lane is Lane.SIGN_IN else routing.route(at), set[UUID]()
    for _ in range(_MOST):
        claimed = delivery.claim(clock(), served, lane)
        if not claimed:
            break
        done += len(claimed)
        served |= {row.notice.person_id for row in claimed if row.notice is not None}
        with work.on_behalf_of([row.request_id for row in claimed]):
            _send(claimed, clock)
        if monotonic() - began >= _TURN:
            break
    return done


def _send(claimed: "Sequence[Delivery]", clock: Callable[[], datetime]) -> None:
    """Send what goes together, as far as it is still to leave, and mark it.

    What spoils a letter that tells of several things does not keep back the rest: then each goes by itself.
    """
    left = claimed
    try:
        left, notices = delivery.still_due(claimed, at=clock())
        if left:
            _send_claimed(left, notices, clock)
    except TemporaryFailure as error:
        delivery.postpone(left, str(error), at=clock(), is_answered=not isinstance(error, NoAnswer))
        if isinstance(error, ServerFailure):
            delivery.note_server_failure(str(error), at=clock())
    except Exception as error:  # noqa: BLE001  one that cannot even be written must not keep back the others
        if len(left) > 1 and type(error) is not PermanentFailure:
            for row in left:
                if delivery.renew(row, at=clock()):
                    _send([row], clock)
        elif isinstance(error, PermanentFailure):
            delivery.mark_refused(left, str(error), at=clock())
        else:
            kind, error_itself = type(error).__name__, {"error": error}  # for reports; its text may name people
            log.error("A delivery by %s broke: %s", left[0].way, kind, extra=error_itself)  # noqa: TRY400  a traceback may name people
            delivery.postpone(left, type(error).__name__, at=clock())
    else:
        delivery.mark_sent(left, at=clock())
        if left and left[0].device is None:  # letters
            delivery.note_server_success()


def _send_claimed(rows: "Sequence[Delivery]", notices: Sequence[ValidNotice], clock: Callable[[], datetime]) -> None:
    """Send a letter about signing in, an invitation, a push, or notices in one letter.

    Raises TemporaryFailure or PermanentFailure.
    """
    first = rows[0]

    def handed_over() -> None:
        try:
            delivery.note_handed_over(rows, at=clock())
        except DatabaseError as error:  # what the server answers is worth more than that we noted that we wait
            log.error("It could not be written down: %s", type(error).__name__)  # noqa: TRY400  a traceback may name people

    if first.invitation is not None:
        send_invitation(first.invitation, first.id, handed_over)
    elif first.letter:
        send_account_letter(first, handed_over)
    elif first.device is not None:
        send_push(first.device, notices[0], at=clock())
    else:
        send_mail(notices, [row.id for row in rows], handed_over, clock())


def send_mail(
    notices: Sequence[ValidNotice], deliveries: Sequence[UUID], handed_over: Callable[[], None], at: datetime
) -> None:
    """Send all of the notices in one letter. What its files put into a calendar is kept as it leaves: it may have
    arrived, whatever the server answers.
    """
    letter = letters.of_notices(notices, deliveries, at=at)
    files = letter.calendars

    def left() -> None:
        handed_over()
        try:
            mailed_calendars.keep(notices[0].notice.person, [row for file in files for row in file.appointments])
        except DatabaseError as error:
            log.error("It could not be written down: %s", type(error).__name__)  # noqa: TRY400  a traceback may name people

    email.send(letter, left if files else handed_over)


def send_invitation(invitation: "Invitation", delivery_id: UUID, handed_over: Callable[[], None]) -> None:
    secret = tokens.invitation_secret(invitation.id)
    if tokens.hash_of(secret) != invitation.token_hash:
        raise PermanentFailure("another secret key")
    email.send(letters.of_invitation(invitation, secret, delivery_id), handed_over)


def send_account_letter(row: "Delivery", handed_over: Callable[[], None]) -> None:
    letter = account_letters.read(row)
    if letter is None:
        raise PermanentFailure("no key opens it")
    email.send(letters.of_account(*letter, row.id), handed_over)


def send_push(device: "Device", entry: ValidNotice, *, at: datetime) -> None:
    """Push the notice, but send nothing to a browser that has become somebody else's, or is gone."""
    notice = entry.notice
    kind = KINDS[notice.kind]
    topic = TOPICS[kind.topic]
    try:
        device = devices.mine(device.pk, by=notice.person)
    except NotVisible:
        return
    # What is sent twice, because a worker died in between, shows once.
    shown_once = base64url.encode(notice.pk.bytes)
    is_urgent = topic.is_urgent or kind.at_once
    message = push.Message(letters.lock_screen(entry, at=at), shown_once, topic.kept_for, is_urgent=is_urgent)
    try:
        push.send(device, message, at=at)
    except push.SubscriptionGone:
        devices.drop_gone(device)
    else:
        devices.note_push(device, at=at)
