"""Calendars as people get them who open each file that their mails bring, in the order in which they came."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import icalendar

from tests.mailbox import Mailbox


class RawMailbox(Mailbox):
    """A mail server that keeps the bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[bytes] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  aiosmtpd's name
        self.raw.append(envelope.content)
        return await super().handle_DATA(server, session, envelope)


@dataclass(frozen=True)
class Shown:
    """A session as a calendar shows it."""

    status: str
    start: datetime
    end: datetime
    title: str


@dataclass
class MailedCalendar:
    """One person's calendar: what stands in it, and how far each session that was ever put in has come."""

    shown: dict[str, Shown] = field(default_factory=dict)
    revisions: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    put_in: set[str] = field(default_factory=set)

    def open(self, file: Any) -> None:
        """Do what the file's method says, as a program does that keeps to RFC 5546: nothing older than what it has."""
        content = file.get_payload(decode=True)
        calendar = icalendar.Calendar.from_ical(content)
        method = str(calendar["METHOD"])
        assert method == file.get_param("method")
        assert not {"REFRESH-INTERVAL", "X-PUBLISHED-TTL"} & calendar.keys()
        for event in calendar.events:
            uid, revision = str(event["UID"]), (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
            before = self.revisions.get(uid)
            if before is not None and revision[0] < before[0]:
                continue
            said = None if method == "CANCEL" else shown(event)
            if before is not None and said != self.shown.get(uid):
                assert revision > before, "a program that has a later revision leaves this one unread"
            self.revisions[uid] = revision
            if said is None:
                self.shown.pop(uid, None)
            else:
                self.put_in.add(uid)
                self.shown[uid] = said


def shown(event: Any) -> Shown:
    return Shown(
        str(event["STATUS"]),
        event["DTSTART"].dt.astimezone(UTC),
        event["DTEND"].dt.astimezone(UTC),
        str(event["SUMMARY"]),
    )


def feed(content: bytes) -> dict[str, Shown]:
    return {str(event["UID"]): shown(event) for event in icalendar.Calendar.from_ical(content).events}


def replay(raw: list[bytes]) -> dict[str, MailedCalendar]:
    """Open every file of these letters, each in the calendar of who the letter is for."""
    calendars: dict[str, MailedCalendar] = defaultdict(MailedCalendar)
    for letter in (message_from_bytes(content, policy=policy.default) for content in raw):
        files = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
        methods = [part.get_param("method") for part in files]
        assert len(set(methods)) == len(methods), "one file for each method"
        for file in files:
            calendars[letter["To"]].open(file)
    return calendars
