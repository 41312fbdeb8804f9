"""The worker's way to browsers: what is said there of a notice, in its person's language.

A locked phone is read by whoever sees it: it says what has happened and when, and the rest stands behind the tap.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from handsel.actions import devices
from handsel.actions.delivery import News
from handsel.notices import kinds
from handsel.notices.kinds import KINDS, TOPICS
from handsel.outbound import push as push_transport
from handsel.outbound.push import Message, SubscriptionGone
from handsel.pages import lock_screen
from handsel.rules import base64url
from handsel.rules.refusals import NotVisible


def push(device: Any, news: News, _delivery: Any, *, at: datetime) -> None:
    """actions.delivery.Carriers. Nothing is sent to a browser that has become somebody else's, or is gone."""
    with suppress(NotVisible):
        device = devices.mine(device.pk, by=news.notice.person)
        try:
            push_transport.send(device, message(news), at=at)
        except SubscriptionGone:
            devices.drop_gone(device)
        else:
            devices.note_push(device, at=at)


def message(news: News) -> Message:
    notice = news.notice
    topic = TOPICS[KINDS[notice.kind].topic]
    count = len(news.sessions) or notice.facts.get("count", 1)
    name, of = kinds.place(notice.kind, notice.family_id, notice.session_id)
    language = notice.person.language
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        # A schedule may be called after a child.
        facts = {"by": notice.facts.get("by", ""), "count": count, "schedule": gettext("A schedule")}
        said = {
            "title": kinds.sentence(notice.kind, facts),
            "body": lock_screen.when(notice, news.sessions),
            "to": reverse(f"web:{name}", args=[of]),
            "tag": str(notice.pk),
            "language": translation.get_language() or "",
        }
    # What is sent twice, because a worker died in between, shows once.
    return Message(said, base64url.encode(notice.pk.bytes), topic.kept_for, is_urgent=topic.is_urgent)
