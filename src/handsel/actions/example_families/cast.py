"""The cast of the example: the people, their families, children and schedules."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password

from handsel.actions import care_schedules, children, families, invitations, people
from handsel.models import CareSchedule, Child, Family, Member, User
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.example_people import ADDRESSES
from handsel.rules.history import Source
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role

ZONE = "America/New_York"
NOORS_RATE = Decimal("25.00")
BEAS_RATE = Decimal("22.00")

_NAMES = dict(zip(ADDRESSES, ("Noor Haddad", "Ana Rivera", "Luis Rivera", "Ada Okafor", "Bea"), strict=True))
_IN_NEW_YORK = {"time_zone": ZONE, "currency": "USD", "default_hourly_rate": NOORS_RATE}
_RIVERAS = {
    "address": "48 Larkspur Lane, side door",
    "notes": "Ana (973) 555-0142\nLuis (973) 555-0178, nights at the hospital\nDr. Feld (973) 555-0116",
}
_OKAFORS = {"address": "7 Alder Court, second floor", "notes": "Ada (973) 555-0131"}
# How many years before the first Monday's, month and day.
_BORN = {"Emma": (5, 3, 14), "Theo": (2, 7, 2), "Zuri": (4, 10, 21)}
_EMMA = {
    "first_name": "Emma",
    "last_name": "Rivera",
    "allergies": "Peanuts. EpiPen in the blue bag by the door.",
    "notes": "Reads before sleeping. Afraid of the neighbour's dog.",
}
_THEO = {
    "first_name": "Theo",
    "last_name": "Rivera",
    "medications": "Salbutamol, 2 puffs when he wheezes; spacer in the kitchen drawer.",
    "notes": "Nap at 12:30, with the grey rabbit.",
}
_ZURI = {
    "first_name": "Zuri",
    "last_name": "Okafor",
    "notes": "Walks home from kindergarten; hot chocolate on Thursdays.",
}
_MORNINGS = {
    "name": "Regular Mon/Wed/Fri care",
    "recurrence": Recurrence.WEEKLY,
    "days_of_week": frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}),
    "start_time": time(6),
    "end_time": time(14, 30),
    "hourly_rate": NOORS_RATE,
}
_AFTERNOONS = {
    "name": "Tuesday and Thursday afternoons",
    "recurrence": Recurrence.WEEKLY,
    "days_of_week": frozenset({Weekday.TUESDAY, Weekday.THURSDAY}),
    "start_time": time(13),
    "end_time": time(18, 30),
    "hourly_rate": NOORS_RATE,
}
_DATE_NIGHTS = {
    "name": "Date night",
    "recurrence": Recurrence.MONTHLY,
    "days_of_week": frozenset({Weekday.SATURDAY}),
    "start_time": time(18, 30),
    "end_time": time(23),
    "hourly_rate": BEAS_RATE,
}


@dataclass(frozen=True, slots=True)
class Cast:
    ana: User
    luis: User
    ada: User
    noor: User
    bea: User
    riveras: Family
    okafors: Family
    noor_of_riveras: Member
    bea_of_riveras: Member
    emma: Child
    theo: Child
    zuri: Child
    mornings: CareSchedule
    afternoons: CareSchedule
    date_nights: CareSchedule

    def persons(self) -> tuple[User, ...]:
        return self.ana, self.luis, self.ada, self.noor, self.bea


def clock(day: date, wall: str) -> datetime:
    """Return the instant of a wall time HH:MM where the families live."""
    return local_time.instant(datetime.combine(day, time.fromisoformat(wall)), ZONE)


def gather(first: date, *, password: str | None, at: datetime, source: Source) -> Cast:
    """Create everybody, with schedules that begin in the week of the Monday `first`; at is some days before it."""
    origin: dict[str, Any] = {"at": at, "source": source}
    noor, ana, luis, ada, bea = _people(password, at)
    riveras = families.create(Draft.of(name="Riveras", **_RIVERAS, **_IN_NEW_YORK), by=ana, **origin)
    okafors = families.create(Draft.of(name="Okafors", **_OKAFORS, **_IN_NEW_YORK), by=ada, **origin)
    _join(riveras, luis, Role.PARENT, invited_by=ana, **origin)
    noor_of_riveras = _join(riveras, noor, Role.NANNY, invited_by=ana, **origin)
    bea_of_riveras = _join(riveras, bea, Role.NANNY, invited_by=ana, **origin)
    _join(okafors, noor, Role.NANNY, invited_by=ada, **origin)
    born = {name: date(first.year - age, month, day) for name, (age, month, day) in _BORN.items()}
    emma = children.create(riveras.id, Draft.of(date_of_birth=born["Emma"], **_EMMA), by=ana, **origin)
    theo = children.create(riveras.id, Draft.of(date_of_birth=born["Theo"], **_THEO), by=ana, **origin)
    zuri = children.create(okafors.id, Draft.of(date_of_birth=born["Zuri"], **_ZURI), by=ada, **origin)
    both = (emma.id, theo.id)
    plan = Draft.of(start_date=first, child_ids=both, nanny_id=noor_of_riveras.id, **_MORNINGS)
    mornings = care_schedules.create(riveras.id, plan, by=noor, **origin)
    plan = Draft.of(start_date=first, child_ids=(zuri.id,), **_AFTERNOONS)
    afternoons = care_schedules.create(okafors.id, plan, by=noor, **origin)
    plan = Draft.of(start_date=_second_saturday(first), child_ids=both, nanny_id=bea_of_riveras.id, **_DATE_NIGHTS)
    date_nights = care_schedules.create(riveras.id, plan, by=ana, **origin)
    return Cast(
        ana, luis, ada, noor, bea, riveras, okafors,
        noor_of_riveras, bea_of_riveras,
        emma, theo, zuri, mornings, afternoons, date_nights,
    )  # fmt: skip


def _people(password: str | None, at: datetime) -> list[User]:
    """Create the people, in the order of their addresses. Ana reads her times and days as Americans do."""
    everybody = [people.create(address, name, at=at) for address, name in _NAMES.items()]
    if password:
        hashed = make_password(password)  # once for all: it takes a while, and everybody knows it
        for person in everybody:
            person.password = hashed
        User.objects.bulk_update(everybody, ["password"])
    people.update(Draft.of(hour_cycle=12, week_starts_on=6), by=everybody[1])
    return everybody


def _join(family: Family, person: User, role: Role, *, invited_by: User, at: datetime, source: Source) -> Member:
    draft = Draft.of(email=person.email, role=role)
    _, token = invitations.invite(family.id, draft, by=invited_by, at=at, source=source)
    return invitations.accept(Draft.of(token=token), by=person, at=at, source=source)


def _second_saturday(since: date) -> date:
    day = since
    while day.weekday() != Weekday.SATURDAY.number or (day.day - 1) // 7 != 1:
        day += timedelta(days=1)
    return day
