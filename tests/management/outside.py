"""A stand-in for the mail server and push services, and the devices, choices and sessions of such tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from handsel.actions import care_sessions
from handsel.management import delivery
from handsel.models import Delivery, Device, Invitation, NoticeChoice, User
from handsel.notices.routing import route
from handsel.notices.validity import ValidNotice
from handsel.rules.notices import Topic, Way
from tests.world import A_MINUTE_AGO, NOW, World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Outside:
    """Record what is sent, or raise `trouble`. `clock` is the time while a turn goes on."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], int]] = []
        self.trouble: BaseException | None = None
        self.clock = NOW

    def now(self) -> datetime:
        return self.clock

    def mail(self, notices: Sequence[ValidNotice], delivery_ids: Sequence[UUID], *_: Any) -> None:
        self._take(notices[0].notice.person.name, notices)

    def push(self, device: Device, entry: ValidNotice, *, at: datetime) -> None:
        self._take(device.name, [entry])

    def invite(self, invitation: Invitation, delivery_id: UUID, _: Any) -> None:
        self._take(invitation.email, [])

    def _take(self, where: str, notices: Sequence[ValidNotice]) -> None:
        if self.trouble:
            raise self.trouble
        kinds = [entry.notice.kind for entry in notices]
        self.taken.append((where, kinds, sum(len(entry.sessions) for entry in notices)))


_numbers = count()


def phone(person: User) -> Device:
    number = next(_numbers)
    return Device.objects.create(
        person=person,
        name=f"{person.name}'s phone",
        endpoint=f"https://push.example.org/{number}",
        endpoint_hash=f"{number:064}",
        created_at=NOW,
    )


def choose(person: User, topic: Topic, way: Way, wanted: bool) -> None:
    NoticeChoice.objects.create(person=person, topic=topic, way=way, wanted=wanted)


def confirmed(world: World, start: str = "2026-06-02 09:00") -> Any:
    """Let Ana confirm a session, of which Noor alone is told: Luis has left."""
    world.leave(world.luis_of_riveras)
    session = world.session(start)
    return care_sessions.confirm(session.id, by=world.ana, **A_MINUTE_AGO)


def ways() -> list[tuple[str, str]]:
    return sorted((row.notice.person.name, row.way.value) for row in Delivery.objects.all())


def run(at: datetime = NOW) -> int:
    """Route what is new, send what is due, and return how many deliveries were sent."""
    route(at)
    return delivery.deliver(at, lambda: at)
