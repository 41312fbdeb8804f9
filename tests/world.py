"""The people of every test: the Riveras, the Okafors, Noor, Bea and Sam.

The Riveras (Ana and Luis, children Emma and Theo), the Okafors (Ada, child Zuri), Noor who is nanny to both, Bea who is
the Riveras' second nanny, and Sam, a stranger. Both families live in New York and pay in dollars. It is Monday,
1 June 2026, eight in the morning there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from handsel.access import tokens
from handsel.models import (
    ApiToken,
    CareSchedule,
    CareScheduleChild,
    CareSession,
    CareSessionChild,
    Child,
    Event,
    Family,
    Member,
    Notice,
    User,
)
from handsel.rules import local_time
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import UNDO_WINDOW
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ZONE = "America/New_York"
PASSWORD = "emma-naps-at-noon"
ON_THE_WEB: dict[str, Any] = {"at": NOW, "source": Source.WEB}
# What was done so long ago may leave now, though it could be undone.
A_MINUTE_AGO: dict[str, Any] = {"at": NOW - UNDO_WINDOW, "source": Source.WEB}

_hashed = cache(make_password)


def wall(text: str) -> datetime:
    """The instant of a wall time in New York: wall("2026-06-02 09:00")."""
    return local_time.instant(datetime.fromisoformat(text), ZONE)


@dataclass
class World:
    ana: User
    luis: User
    ada: User
    noor: User
    bea: User
    sam: User
    riveras: Family
    okafors: Family
    emma: Child
    theo: Child
    zuri: Child
    ana_of_riveras: Member
    luis_of_riveras: Member
    noor_of_riveras: Member
    bea_of_riveras: Member
    ada_of_okafors: Member
    noor_of_okafors: Member

    def secret(self, person: User, *, scope: str = "write") -> str:
        """What the person sends as a bearer token. The same again when asked again."""
        secret = f"handsel_{scope}_of_{person.email}"
        ApiToken.objects.get_or_create(
            token_hash=tokens.hash_of(secret),
            defaults={"person": person, "name": f"{scope} of the tests", "scope": scope, "created_at": LONG_AGO},
        )
        return secret

    def join(self, family: Family, role: Role, *, name: str | None = None) -> Member:
        """One more member, known by the role: world.join(world.riveras, Role.VIEWER).user."""
        return Member.objects.create(
            family=family, user=_people(name or role.title())[0], role=role, joined_at=LONG_AGO
        )

    def leave(self, member: Member, *, at: datetime = NOW) -> None:
        """The member is removed, without the ceremony of the action."""
        Member.objects.filter(pk=member.pk).update(removed_at=at)

    def schedule(self, *, children: list[Child] | None = None, **columns: Any) -> CareSchedule:
        """Noor's mornings with Emma, Monday, Wednesday and Friday 06:00-14:30 from 1 June, or what the columns say."""
        family = columns.setdefault("family", self.riveras)
        schedule = CareSchedule.objects.create(
            **{
                "name": "Mornings",
                "recurrence": Recurrence.WEEKLY,
                "days_of_week": frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}),
                "start_time": time(6),
                "end_time": time(14, 30),
                "hourly_rate": Decimal("25.00"),
                "start_date": date(2026, 6, 1),
                "nanny": self._nanny_of(family),
                "created_at": LONG_AGO,
                "updated_at": LONG_AGO,
                **columns,
            }
        )
        CareScheduleChild.objects.bulk_create(
            CareScheduleChild(schedule=schedule, child=child) for child in children or self._children_of(family)
        )
        return schedule

    def session(
        self,
        start: str | datetime = "2026-06-02 09:00",
        *,
        hours: float = 8,
        state: State = State.UNCONFIRMED,
        children: list[Child] | None = None,
        **columns: Any,
    ) -> CareSession:
        """A session of Noor with Emma at a New York wall time, in this state, or what the columns say.

        What the state needs is filled in: Ana (or Ada) confirmed and cancelled it, care began and ended as planned.
        """
        family = columns.setdefault("family", self.riveras)
        begins = wall(start) if isinstance(start, str) else start
        ends = columns.setdefault("scheduled_end", begins + timedelta(hours=hours))
        parent = self.ana_of_riveras if family == self.riveras else self.ada_of_okafors
        if state is not State.UNCONFIRMED:
            columns = {"is_confirmed": True, "confirmed_at": LONG_AGO, "confirmed_by": parent, **columns}
        if state is State.CANCELLED:
            columns = {"cancelled_at": LONG_AGO, "cancelled_by": parent, **columns}
            columns.setdefault("cancelled_for", CancelledFor.by(Role(columns["cancelled_by"].role)))
        if state in (State.IN_PROGRESS, State.COMPLETED):
            columns.setdefault("actual_start", begins)
        if state is State.COMPLETED:
            columns.setdefault("actual_end", ends)
        session = CareSession(
            **{
                "scheduled_start": begins,
                "status": state.status,
                "hourly_rate": Decimal("25.00"),
                "time_zone": family.time_zone,
                "created_at": LONG_AGO,
                "updated_at": LONG_AGO,
                **columns,
            }
        )
        session.give_to(columns.get("nanny", self._nanny_of(family)))
        session.save(force_insert=True)
        CareSessionChild.objects.bulk_create(
            CareSessionChild(session=session, child=child) for child in children or self._children_of(family)
        )
        return session

    def history(self, family: Family) -> list[str]:
        """The kinds of the family's events, oldest first."""
        return [event.kind for event in Event.objects.filter(family=family).order_by("at", "id")]

    def last_event(self, family: Family) -> Event:
        return Event.objects.filter(family=family).order_by(*Event.AS_WRITTEN).last()

    def told(self, person: User) -> list[str]:
        """The kinds of the notices to a person, oldest first."""
        return [notice.kind for notice in Notice.objects.filter(person=person).order_by("at", "id")]

    def _nanny_of(self, family: Family) -> Member:
        return self.noor_of_riveras if family == self.riveras else self.noor_of_okafors

    def _children_of(self, family: Family) -> list[Child]:
        return [self.emma] if family == self.riveras else [self.zuri]


@contextmanager
def built_once(django_db_blocker: Any) -> Iterator[World]:
    """A world for all tests of a file, which may be furnished before the first: each of them begins with it as it is
    then, since what a test does is rolled back. Each takes a copy of what it holds in memory (deepcopy).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """The whole world in five statements."""
    ana, luis, ada, noor, bea, sam = _people("Ana", "Luis", "Ada", "Noor", "Bea", "Sam")
    riveras, okafors = Family.objects.bulk_create(
        Family(name=name, time_zone=ZONE, currency="USD", default_hourly_rate=Decimal(rate), created_at=LONG_AGO)
        for name, rate in (("Riveras", "25.00"), ("Okafors", "28.00"))
    )
    emma, theo, zuri = Child.objects.bulk_create(
        Child(family=family, first_name=name, created_at=LONG_AGO)
        for family, name in ((riveras, "Emma"), (riveras, "Theo"), (okafors, "Zuri"))
    )
    members = Member.objects.bulk_create(
        Member(family=family, user=person, role=role, joined_at=LONG_AGO)
        for family, person, role in (
            (riveras, ana, Role.PARENT),
            (riveras, luis, Role.PARENT),
            (riveras, noor, Role.NANNY),
            (riveras, bea, Role.NANNY),
            (okafors, ada, Role.PARENT),
            (okafors, noor, Role.NANNY),
        )
    )
    return World(ana, luis, ada, noor, bea, sam, riveras, okafors, emma, theo, zuri, *members)


def _people(*names: str) -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"{name.lower()}@example.com", name=name, password=_hashed(PASSWORD), date_joined=LONG_AGO)
        for name in names
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return people
