"""The worker's duty to back up: once a day, and what it does when it cannot."""

import logging
from datetime import datetime

from django.conf import settings

from handsel.actions import backup_troubles
from handsel.env import Refused
from handsel.management import backing_up
from handsel.outbound import PermanentFailure, TemporaryFailure, email
from handsel.pages import operator_letters
from handsel.queries import people
from handsel.rules import backups

log = logging.getLogger(__name__)


class BackupFailed(Exception):
    """No backup could be made; the log has said why."""


def back_up_if_due(at: datetime) -> int:
    """Make the scheduled backup if it is its time; return how many were made. What fails is tried again the next time.

    Raises BackupFailed.
    """
    environment = settings.ENVIRONMENT
    times = backing_up.scheduled_in(environment.backups_directory) if environment.backups else {}
    if not environment.backups or not backups.is_due(times.values(), at, people.first_joined_at()):
        return 0
    try:
        backup = backing_up.back_up_by_the_rule(at, environment.given_backup_passphrase())
    except backing_up.Busy:  # whoever began it is at it still
        return 0
    except Refused as refusal:
        log.error("%s", refusal)  # noqa: TRY400  a sentence, and no fault of ours
        backup_troubles.note_failure(str(refusal), at=at)
        _tell_staff(at)
        raise BackupFailed from refusal
    backup_troubles.note_success()
    if backup.manifest.missing:
        log.warning("Receipts whose files are lost are in no backup: %s", len(backup.manifest.missing))
    return 1


def _tell_staff(at: datetime) -> None:
    """Send who runs the server a letter, once a day. What the mail server does not take is tried the next time."""
    trouble = backup_troubles.claim_letter(at) if settings.MAIL_IS_SET_UP else None
    if trouble is None:
        return
    try:
        for person in people.staff():
            email.send(operator_letters.of_backup_trouble(person, trouble.since, trouble.error))
    except PermanentFailure as failure:
        log.warning("A letter about backups was not taken: %s", failure)
    except TemporaryFailure as failure:
        log.warning("A letter about backups was not taken, and is sent again: %s", failure)
        backup_troubles.letter_failed(at)
