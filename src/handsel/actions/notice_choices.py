"""Choices by which ways a person hears of what, when it is quiet, and whether mails come one by one.

A row says what somebody has chosen and stays once it is made; all else follows notices.topics.TOPICS.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from handsel.access import visibility
from handsel.models import Delivery, NoticeChoice, User
from handsel.notices import routing
from handsel.notices.kinds import KINDS
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.notices import Outcome, Topic, Way
from handsel.rules.sentences import say

log = logging.getLogger(__name__)


@transaction.atomic
def update(draft: Draft, *, by: User, at: datetime, source: Source) -> None:
    """Change what the draft names. email and push: which topics are wanted (topic -> yes or no; a topic that is not
    named stays as it is); quiet_from and quiet_until: times of day by the person's clocks, or None; mails_together;
    mails_at: the time of day at which they leave together. Raises Invalid.
    """
    problems = Problems(draft)
    start, end = draft.get("quiet_from", by.quiet_from), draft.get("quiet_until", by.quiet_until)
    if start is None and end is not None:
        problems.add("quiet_from", say("Enter a start time too, or leave both empty."))
    if end is None and start is not None:
        problems.add("quiet_until", say("Enter an end time too, or leave both empty."))
    if start is not None and start == end:
        problems.add("quiet_until", say("This is when it begins. Choose another time."))
    together, mails_at = draft.get("mails_together", by.mails_at is not None), draft.get("mails_at", by.mails_at)
    if together and mails_at is None:
        problems.add("mails_at", say("Enter a time."))
    problems.raise_if_any()
    visibility.lock_active_person(by)
    by.quiet_from, by.quiet_until, by.mails_at = start, end, mails_at if together else None
    if "mails_together" in draft:
        by.mails_at_once = not together
    by.save(update_fields=["quiet_from", "quiet_until", "mails_at", "mails_at_once"])
    choices = {(topic, way): yes for way in Way for topic, yes in (draft.get(way.value) or {}).items()}
    before = routing.preferences(by)
    _choose(by, {choice: yes for choice, yes in choices.items() if before[choice] is not yes}, at=at)
    # What a choice makes the default of another one is not what they chose.
    after = routing.preferences(by)
    _choose(by, {choice: yes for choice, yes in choices.items() if after[choice] is not yes}, at=at)
    log.info("%s chose what to be told of from %s", by.id, source)


@transaction.atomic
def by_mail(topic: Topic, *, wanted: bool, by: User, at: datetime, source: Source) -> None:
    """Choose whether this topic comes by e-mail, said from one of its mails. Raises NotVisible for who is gone."""
    visibility.lock_active_person(by)
    _choose(by, {(topic, Way.EMAIL): wanted}, at=at)
    log.info("%s wants %s mails of %s from %s", by.id, "new" if wanted else "no more", topic, source)


def _choose(person: User, choices: Mapping[tuple[Topic, Way], bool], *, at: datetime) -> None:
    """Store choices, under the lock of the person. What is on its way and not wanted any more stays here."""
    NoticeChoice.objects.bulk_create(
        (
            NoticeChoice(person=person, topic=topic.value, way=way.value, wanted=yes)
            for (topic, way), yes in choices.items()
        ),
        update_conflicts=True,
        unique_fields=["person", "topic", "way"],
        update_fields=["wanted"],
    )
    for way in Way:
        unwanted = {topic for (topic, by), yes in choices.items() if by is way and not yes}
        if unwanted:
            kinds = [kind for kind, row in KINDS.items() if row.topic in unwanted]
            deliveries = Delivery.objects.filter(notice__person=person, notice__kind__in=kinds, done_at__isnull=True)
            deliveries.filter(device__isnull=way is Way.EMAIL).update(done_at=at, outcome=Outcome.OBSOLETE)
