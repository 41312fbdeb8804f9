"""Puts letters together: what there is to tell, its sentence, where it leads, and the page it is written on."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language, gettext

from handsel.access import tokens
from handsel.actions.delivery import News
from handsel.documents import calendar_ics
from handsel.formatting import money, names
from handsel.formatting.dates import Formatter
from handsel.management import addresses
from handsel.notices import kinds
from handsel.outbound.email import Letter
from handsel.pages import letters, members
from handsel.queries import calendar_feed, people
from handsel.rules import local_time

# What a mail program would make a link of, and browsers an address: the ideographic stop is a dot to them.
_LEADS_AWAY = re.compile(r"[/:@]|\w[.\u3002]\w")


def notice(person: Any, news: Sequence[News], deliveries: Iterable[UUID]) -> Letter:
    """All of it in one letter, in the person's language. The same deliveries give it the same Message-ID."""
    told = [(one.notice, one.sessions) for one in news]
    with translation.override(person.language):
        items = letters.items(person, told)
        sentences = [kinds.sentence(item.kind, item.facts) for item in items]
        last = {item.topic: number for number, item in enumerate(items)}
        shown = [
            {
                "item": item,
                "sentence": sentence,
                "link": _link(item),
                # Once for each topic, below the last that is of it.
                "stop": addresses.to_stop(person.id, item.topic) if last[item.topic] == number else "",
            }
            for number, (item, sentence) in enumerate(zip(items, sentences, strict=True))
        ]
        return Letter(
            to=person.email,
            subject=_subject(items, sentences),
            message_id=_message_id(deliveries),
            stop=addresses.to_stop(person.id, items[0].topic),
            calendar=_calendar(letters.for_calendars(told)),
            **_written("notice", shown=shown),
        )


def invitation(invited: Any, delivery: UUID) -> Letter:
    """To somebody who may be a stranger: in the language of who has that address, else in the inviter's."""
    by = invited.invited_by.user
    secret = tokens.of_invitation(invited.id)
    with translation.override(people.language_of(invited.email) or by.language):
        offer = members.offer(secret, at=invited.created_at)
        until = Formatter.of(by).full(local_time.local_date(invited.expires_at, invited.family.time_zone))
        # Who sends it writes these, and is known to no one yet: nobody is to be led elsewhere by them.
        name, family = _leading_nowhere(offer.invited_by), _leading_nowhere(offer.family_name)
        subject = gettext("You are invited to a care book")
        if name and family:
            subject = gettext("%(by)s invites you to the care book of the %(family)s") % {"by": name, "family": family}
        return Letter(
            to=invited.email,
            subject=subject,
            message_id=_message_id([delivery]),
            **_written(
                "invitation",
                subject=subject,
                role=offer.role,
                until=until,
                link=addresses.page("invitation", secret),
            ),
        )


def _leading_nowhere(name: str) -> str:
    """The name, or nothing where it would be read as an address, in whatever letters it is written."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return "" if _LEADS_AWAY.search(plain) else name


def _link(item: letters.Item) -> str:
    return addresses.to_answer(item.notice_id) if item.wants_an_answer else addresses.page(*item.place)


def _subject(items: Sequence[letters.Item], sentences: Sequence[str]) -> str:
    if len(items) == 1:
        return names.join_facts(sentences[0], items[0].what)
    return gettext("%(count)s things from your care book") % {"count": money.format_number(len(items))}


def _message_id(deliveries: Iterable[UUID]) -> str:
    made = hashlib.sha256(b"".join(sorted(one.bytes for one in deliveries))).hexdigest()[:32]
    return f"<{made}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def _calendar(sessions: Sequence[Any]) -> bytes:
    if not sessions:
        return b""
    found = calendar_feed.of_mail(sessions, link=partial(addresses.page, "session"))
    return calendar_ics.written(found, name="Handsel")


def _written(template: str, **context: Any) -> dict[str, str]:
    """The letter as text and as HTML."""
    context |= {"language": get_language(), "host": addresses.host()}
    return {
        "text": render_to_string(f"mail/{template}.txt", context),
        "html": render_to_string(f"mail/{template}.html", context),
    }
