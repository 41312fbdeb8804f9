"""Notices that leave the book through the worker's own code, against as many letters by SMTP alone.

Run it through script/bench. Two hundred people hear each of one session: by mail, then by push. Each letter has its
text, HTML and calendar file, and is handed to a real SMTP server; each push is closed and signed for its browser, and
posted. The server that takes both is a process of its own. Beside it the same letters, written before, are handed over
by smtplib and nothing else: with a connection for each, as the worker does it, and with one for all. What is made is
deleted.
"""

import multiprocessing
import smtplib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.policy import SMTP
from multiprocessing.connection import Connection

import django

django.setup()

from django.db import connection
from django.test import override_settings
from django.utils import timezone

from handsel.management import delivery
from handsel.models import CareSession, Delivery, Device, Family, Member, Notice, NoticeChoice, User
from handsel.notices.validity import still_valid
from handsel.outbound import email
from handsel.pages import letters
from handsel.rules.notices import Outcome, Topic, Way
from tests.mailbox import Mailbox
from tests.push_service import Browser, push_service
from tests.races import load

ROUNDS = 5
PEOPLE = 200
SET_UP = {"MAIL_IS_SET_UP": True, "PUSH_LOOPBACK": True}


class Taking(Mailbox):
    """Says yes to every letter, and keeps none."""

    async def handle_DATA(self, _server, _session, _envelope) -> str:  # noqa: N802
        return "250 OK"


def outside(say: Connection) -> None:
    """The mail server and the push service, until the other end is closed."""
    with Taking() as mailbox, push_service() as pushes:
        say.send((mailbox.port, mailbox.mailers, pushes.url))
        say.recv()


@contextmanager
def the_world_outside() -> Iterator[tuple[int, dict, str]]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=outside, args=(there,), daemon=True)
    process.start()
    yield here.recv()
    here.send("enough")
    process.join()


@contextmanager
def book(at: datetime, url: str) -> Iterator[None]:
    """The notices, each of another nanny, and a device for each."""
    parent, sessions = load.people(at, PEOPLE)
    browsers = [Browser(f"{url}/ring/{number}") for number in range(PEOPLE)]
    Device.objects.bulk_create(
        Device(
            person_id=session.nanny_person_id,
            name="Phone",
            endpoint_hash=browser.endpoint,
            created_at=at,
            **browser.subscription,
        )
        for session, browser in zip(sessions, browsers, strict=True)
    )
    family = Family.objects.get(pk=sessions[0].family_id)
    people = {parent.pk, *(session.nanny_person_id for session in sessions)}
    try:
        yield
    finally:
        Notice.objects.filter(family=family).delete()
        CareSession.objects.filter(family=family).delete()
        Member.objects.filter(family=family).delete()
        family.delete()
        User.objects.filter(pk__in=people).delete()


def written() -> list[tuple[str, bytes]]:
    """The receiver and the bytes of the letter of each notice, as the worker hands it over."""
    notices = Notice.objects.select_related("person", "family", "session__family", "session__nanny__user")
    valid = [still_valid(notice.person, [notice], at=notice.at)[notice.id] for notice in notices]
    written_letters = [letters.of_notices([entry], [entry.notice.id]) for entry in valid]
    return [(letter.to, email._mail(letter).message(policy=SMTP).as_bytes()) for letter in written_letters]


def hand_over(port: int, letters_to_send: list[tuple[str, bytes]], each: int) -> None:
    """Raw SMTP, with a connection for so many letters."""
    for first in range(0, len(letters_to_send), each):
        with smtplib.SMTP("127.0.0.1", port) as server:
            for to, letter in letters_to_send[first : first + each]:
                server.sendmail("handsel@example.org", [to], letter)


def choose(way: Way) -> None:
    """Everybody wants to hear by this way alone, and nobody has heard yet."""
    NoticeChoice.objects.all().delete()
    topics = [(person, Topic.CONFIRMED) for person in Notice.objects.values_list("person", flat=True)]
    NoticeChoice.objects.bulk_create(
        NoticeChoice(person_id=person, topic=topic, way=each_way, wanted=each_way is way)
        for person, topic in topics
        for each_way in Way
    )
    Delivery.objects.all().delete()
    Notice.objects.update(routed_at=None)


def deliver() -> None:
    """As the worker does."""
    while delivery.deliver(timezone.now()):
        pass


def main() -> None:
    around = the_world_outside()
    with around as (port, mailers, url), book(timezone.now(), url), override_settings(MAILERS=mailers, **SET_UP):
        mails = written()
        ways: dict[str, Callable[[], None]] = {
            "SMTP alone": lambda: hand_over(port, mails, 1),
            "SMTP, one connection": lambda: hand_over(port, mails, PEOPLE),
            Way.EMAIL: deliver,
            Way.PUSH: deliver,
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, send in ways.items():
                if isinstance(way, Way):
                    choose(way)
                begun = time.perf_counter()
                send()
                taken[way].append(time.perf_counter() - begun)
                if isinstance(way, Way) and Delivery.objects.filter(outcome=Outcome.SENT).count() != PEOPLE:
                    raise SystemExit(f"Not everything left by {way}.")
    base = statistics.median(taken["SMTP alone"])
    for way, times in taken.items():
        median = statistics.median(times)
        line = f"{PEOPLE / median:7.0f} a second   {median / base:5.2f} x SMTP alone"
        sys.stdout.write(f"{connection.vendor:11} {way:20} {line}\n")


if __name__ == "__main__":
    main()
