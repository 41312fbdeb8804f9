"""What leaves the book: letters of notices and of invitations, and what a locked screen may show.

A mail lies in places that the book knows nothing of. It says who, when and why, and what was done and earned to who may
see pay; no address of a home, no notes and nothing about a child but the first name. A locked phone is read by whoever
sees it lie there: it says what has happened and when, nothing of whom or where, and the rest stands behind the tap.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from handsel.access import mail_links
from handsel.access.checks import Standing
from handsel.documents import calendar_ics
from handsel.documents.calendar_ics import CalendarFile
from handsel.documents.rows import Appointment
from handsel.formatting import money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Invitation, Notice, User
from handsel.notices import delivery
from handsel.notices.kinds import KINDS
from handsel.notices.validity import ValidNotice
from handsel.pages import inbox, letters_of_pay, members, notice_answers, session_amounts, session_rows
from handsel.queries import calendar_feed, mailed_calendars, people
from handsel.rules import local_time
from handsel.rules.lifecycle import State

MOST_LINES = 40
_MOST_PUSHED, _MOST_BUTTONS = 20, 2
_PREVIEW_LENGTH = 140  # characters; no list of mails shows more

# A state's shape, for where there are no pictures; its word stands beside.
SHAPES = {
    State.UNCONFIRMED: "◇",
    State.CONFIRMED: "●",
    State.IN_PROGRESS: "◐",
    State.COMPLETED: "✓",
    State.CANCELLED: "✕",
}
# What a mail program would make a link of, and browsers an address: the ideographic stop is a dot to them.
_LEADS_AWAY = re.compile(r"[/:@]|\w[.\u3002]\w")


@dataclass(frozen=True, slots=True)
class Letter:
    """message_id: the same when the same is sent once more, so that a mailbox may know it again.

    stop: the address at which its reader wants no more of them, for mail programs to press (RFC 8058); empty where
    there is none. calendars: iCalendar files that lie beside.
    """

    to: str
    subject: str
    text: str
    message_id: str = ""
    html: str = ""
    stop: str = ""
    calendars: tuple[CalendarFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One session. earned: what it came to, which stands in the letter alone, in no list of letters."""

    mark: str
    shape: str
    word: str
    when: str
    about: str
    earned: str


@dataclass(frozen=True, slots=True)
class Item:
    """One notice of a letter.

    what: which session or days, for a subject. about: what to say below the sentence. words: what somebody wrote or
    changed. of_pay: what may hold amounts, and so stands in the letter alone, in no list of letters. more:
    how many sessions are left out. link: where it is seen, or where the person answers it who may (wants_an_answer).
    stop: where no more mails of its topic are wanted, below the last one of it.
    """

    sentence: str
    what: str
    about: str
    words: list[str]
    of_pay: list[str]
    lines: list[Line]
    more: int
    link: str
    wants_an_answer: bool
    stop: str


def of_notices(notices: Sequence[ValidNotice], delivery_ids: Iterable[UUID], *, at: datetime) -> Letter:
    """Write all of these notices to one person in one letter, in the person's language. Eight queries at most.

    The same deliveries give it the same Message-ID.
    """
    person = notices[0].notice.person
    sessions = [session for entry in notices for session in entry.sessions]
    prefetch_related_objects(sessions, session_rows.children(), "cancelled_by__user")
    stops = [
        _page("mail_stop", mail_links.unsubscribe_token(person.id, KINDS[entry.notice.kind].topic)) for entry in notices
    ]
    with translation.override(person.language):
        formatter = person.formatter.among({session.time_zone for session in sessions})
        is_of_pay = any(entry.notice.kind in letters_of_pay.KINDS for entry in notices)
        of_pay = letters_of_pay.of_notices(notices, formatter) if is_of_pay else {}
        items = [
            _item(entry, formatter, at, "" if stop in stops[number:] else stop, of_pay.get(entry.notice.id, []))
            for number, (entry, stop) in enumerate(zip(notices, stops, strict=True), start=1)
        ]
        if len(items) == 1:
            subject = names.join_facts(items[0].sentence, items[0].what)
        else:
            subject = gettext("%(count)s updates from your care book") % {"count": money.format_number(len(items))}
        return Letter(
            to=person.email,
            subject=subject,
            message_id=_message_id(delivery_ids),
            stop=stops[0],
            calendars=_calendars(notices, person, at),
            **_rendered("notice", items=items, preview=_preview(items)),
        )


def of_invitation(invitation: Invitation, secret: str, delivery_id: UUID) -> Letter:
    """Write to somebody who may be a stranger: in the language of who has that address, else in the inviter's."""
    inviter = invitation.invited_by.user
    with translation.override(people.language_of(invitation.email) or inviter.language):
        offer = members.offer(secret, at=invitation.created_at)
        until = inviter.formatter.full(local_time.local_date(invitation.expires_at, invitation.family.time_zone))
        # Who sends it writes these, and is known to no one yet: nobody is to be led elsewhere by them.
        name, family = _leading_nowhere(offer.invited_by), _leading_nowhere(offer.family_name)
        subject = gettext("You are invited to a care book")
        if name and family:
            subject = gettext("%(by)s invites you to the care book of the %(family)s") % {"by": name, "family": family}
        link = _page("invitation", secret)
        return Letter(
            to=invitation.email,
            subject=subject,
            message_id=_message_id([delivery_id]),
            **_rendered("invitation", subject=subject, role=offer.role, until=until, link=link),
        )


def of_account(to: str, subject: str, text: str, delivery_id: UUID) -> Letter:
    """Return a letter about signing in, which allauth wrote."""
    return Letter(to=to, subject=subject, text=text, message_id=_message_id([delivery_id]))


def lock_screen(entry: ValidNotice, *, at: datetime) -> dict[str, Any]:
    """Return what the service worker shows of a notice, in its person's language, the page to which a tap leads, and
    the presses that answer it without one.
    """
    notice, count = entry.notice, len(entry.sessions) or entry.notice.facts.get("count", 1)
    language = notice.person.language
    name, of = delivery.link_target(notice)
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        # A schedule may be called after a child.
        return {
            "title": delivery.sentence(notice, notice.person.known_names, count=count, schedule=gettext("A schedule")),
            "body": _when(entry),
            "to": reverse(f"web:{name}", args=[of]),
            "tag": str(notice.pk),
            "language": translation.get_language() or "",
            "presses": _presses(entry, at),
        }


def _presses(entry: ValidNotice, at: datetime) -> list[dict[str, Any]]:
    """Return as many buttons as browsers show, and none of more sessions than fit into a message."""
    if len(entry.sessions) > _MOST_PUSHED:
        return []
    formatter = entry.notice.person.formatter
    offered = notice_answers.presses(entry.notice.kind, entry.sessions, entry.standing, formatter, at)
    return [asdict(press) for press in offered[:_MOST_BUTTONS]]


def host() -> str:
    """Return what people call the book's place: book.example.org."""
    return settings.ADDRESS.partition("://")[2]


def _page(name: str, of: UUID | str) -> str:
    """Return the whole address of the page of this name, of a session, a family or what it is the page of."""
    return settings.ADDRESS + reverse(f"web:{name}", args=[of])


def _rendered(template: str, **context: Any) -> dict[str, Any]:
    """Render the letter as text and as HTML."""
    context |= {"language": get_language(), "host": host()}
    text, html = (render_to_string(f"mail/{template}.{end}", context) for end in ("txt", "html"))
    return {"text": text, "html": html}


def _message_id(delivery_ids: Iterable[UUID]) -> str:
    digest = hashlib.sha256(b"".join(sorted(pk.bytes for pk in delivery_ids))).hexdigest()[:32]
    return f"<{digest}@{_sender().rpartition('@')[2]}>"


def _sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _leading_nowhere(name: str) -> str:
    """Return the name, or nothing where it would be read as an address, in whatever letters it is written."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return "" if _LEADS_AWAY.search(plain) else name


# One notice


def _item(entry: ValidNotice, formatter: Formatter, at: datetime, stop: str, of_pay: list[str]) -> Item:
    notice, sessions = entry.notice, entry.sessions
    is_list = bool(sessions) and notice.session_id is None
    # Of a generation some may be answered by now.
    count = {"count": len(sessions)} if is_list else {}
    sentence = delivery.sentence(notice, formatter.names, **count)
    schedule = notice.facts.get("schedule", "") if is_list else ""
    what = _what(entry, formatter)
    asks = KINDS[notice.kind].moves and notice_answers.waiting(notice.kind, sessions, entry.standing, at)[1]
    return Item(
        sentence=sentence,
        what=what,
        about=names.join_facts(notice.family.name, "" if len(sessions) == 1 else what, schedule),
        words=_words(entry, formatter),
        of_pay=of_pay,
        lines=[_line(session, entry.standing, formatter) for session in sessions[:MOST_LINES]],
        more=max(0, len(sessions) - MOST_LINES),
        link=_page("mail_answer", mail_links.answer_token(notice.id)) if asks else _page(*delivery.link_target(notice)),
        wants_an_answer=bool(asks),
        stop=stop,
    )


def _preview(items: Sequence[Item]) -> str:
    """Return what a list of mails shows beside the subject: what the subject does not say already."""
    if len(items) > 1:
        return _shortened(names.join_facts(*(item.sentence for item in items)))
    [item] = items
    return _shortened(names.join_facts(item.about, *item.words, *(line.about for line in item.lines[:1])))


def _shortened(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(_PREVIEW_LENGTH)


def _what(entry: ValidNotice, formatter: Formatter) -> str:
    """Return the day and hours of one session, or the days of several."""
    if not entry.sessions:
        return names.join_facts(*inbox.what(entry.notice, formatter, {}))
    first, last = entry.sessions[0], entry.sessions[-1]
    if first is last:
        return formatter.dated(first.scheduled_start, first.scheduled_end, first.time_zone)
    days = (local_time.local_date(session.scheduled_start, session.time_zone) for session in (first, last))
    return formatter.days(*days)


def _when(entry: ValidNotice) -> str:
    """Return the same for a locked screen, by the clocks that its person reads in the book. Of a notice that speaks of
    no session any more, what it kept of the time; empty where it is about none.
    """
    formatter = entry.notice.person.formatter
    if not entry.sessions:
        return names.join_facts(*inbox.kept_when(entry.notice.facts, formatter))
    zone = formatter.other_zone(entry.sessions[0].time_zone) if len(entry.sessions) == 1 else ""
    return names.join_facts(_what(entry, formatter), zone)


def _words(entry: ValidNotice, formatter: Formatter) -> list[str]:
    words, facts = [], entry.notice.facts
    if entry.sessions and "changes" in facts:
        words.append(inbox.changed(entry.notice, entry.sessions[0], formatter))
    if "decided" in facts:
        whose = inbox.whose(facts, formatter)
        words.append(
            gettext("Time off, %(name)s") % {"name": names.join_facts(whose, *inbox.kept_when(facts, formatter))}
        )
        words += inbox.decisions(facts, formatter)
    if "shared_minutes" in facts:
        words.append(inbox.shared_time(facts["shared_minutes"]))
    if "late_pay_gone" in facts:
        words.append(inbox.late_pay_gone(facts))
    # Why a session was cancelled stands with the session.
    if facts.get("reason") and not any(session.state is State.CANCELLED for session in entry.sessions):
        words.append(inbox.reason(entry.notice))
    return [text for text in words if text]


def _line(session: CareSession, standing: Standing, formatter: Formatter) -> Line:
    state = session.state
    when = formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone)
    return Line(
        mark=session_rows.MARKS[state],
        shape=SHAPES[state],
        word=session_rows.state_word(state, standing),
        when=", ".join(part for part in (when, formatter.other_zone(session.time_zone)) if part),
        about=names.join_facts(
            session_rows.children_names(session, formatter),
            session_rows.nanny_name(session, formatter),
            *session_rows.detail_lines(session, formatter),
        ),
        earned=_earned(session, standing),
    )


def _earned(session: CareSession, standing: Standing) -> str:
    """Return what a session that is done cost, for who may see it."""
    if session.state is not State.COMPLETED:
        return ""
    return session_amounts.in_words(session, session.actual_times, standing, session.family.currency)


# The files beside a letter


def _calendars(notices: Sequence[ValidNotice], person: User, at: datetime) -> tuple[CalendarFile, ...]:
    """Return the agreed and the cancelled of the sessions of notices that change a calendar, and whatever an earlier
    file put there that is true no more: who, when, no notes.

    A session that was deleted is one that was cancelled: calendars that were given it want to know, and no row is left.
    """
    told = {
        session.id: session
        for entry in notices
        if KINDS[entry.notice.kind].for_calendars
        for session in entry.sessions
        if session.is_confirmed
    }
    rows = mailed_calendars.to_mail(person, told, at=at, page=_page("session", calendar_feed.ANY_SESSION))
    deleted = [_deleted(entry.notice) for entry in notices if "deleted" in entry.notice.facts]
    by_id = {row.session_id: row for row in (*rows, *deleted)}
    in_order = sorted(by_id.values(), key=lambda row: (row.start, row.session_id))
    return calendar_ics.files(in_order, organizer=_sender())


def _deleted(notice: Notice) -> Appointment:
    """Return the session as its notice keeps it."""
    facts = notice.facts
    return Appointment(
        session_id=UUID(facts["deleted"]),
        version=facts["version"],
        changed_at=notice.at,
        state=State.CANCELLED,
        start=datetime.fromisoformat(facts["start"]),
        end=datetime.fromisoformat(facts["end"]),
        time_zone=facts["zone"],
        family_name=notice.family.name,
        link=_page("session", facts["deleted"]),
        family_id=notice.family_id,
    )
