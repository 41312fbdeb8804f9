"""Who is in the example: the people, their families, children and schedules."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.contrib.auth.hashers import make_password

from handsel.actions import care_schedules, children, families, invitations, people
from handsel.models import CareSchedule, Child, Family, Member, User
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role

ZONE = "America/New_York"
ADDRESSES = tuple(f"{name}@example.org" for name in ("noor", "ana", "luis", "ada", "bea"))
NOORS_RATE = Decimal("25.00")
BEAS_RATE = Decimal("22.00")


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

    def both(self) -> tuple[UUID, UUID]:
        """The children of the Riveras."""
        return self.emma.id, self.theo.id


def gather(first: date, *, password: str | None, at: datetime, source: Source) -> Cast:
    """Everybody, with schedules that begin in the week of the Monday `first`; at is some days before it."""
    said = {"at": at, "source": source}
    person = partial(people.create, at=at)
    names = ("Noor Haddad", "Ana Rivera", "Luis Rivera", "Ada Okafor", "Bea")
    noor, ana, luis, ada, bea = everybody = list(map(person, ADDRESSES, names))
    if password:
        once = make_password(password)  # it takes half a second, and everybody knows it
        for one in everybody:
            one.password = once
        User.objects.bulk_update(everybody, ["password"])
    people.update(Draft.of(hour_cycle=12, week_starts_on=6), by=ana)

    riveras = families.create(
        Draft.of(
            name="Riveras",
            time_zone=ZONE,
            currency="USD",
            default_hourly_rate=NOORS_RATE,
            address="48 Larkspur Lane, side door",
            notes="Ana (973) 555-0142\nLuis (973) 555-0178, nights at the hospital\nDr. Feld (973) 555-0116",
        ),
        by=ana,
        **said,
    )
    okafors = families.create(
        Draft.of(
            name="Okafors",
            time_zone=ZONE,
            currency="USD",
            default_hourly_rate=NOORS_RATE,
            address="7 Alder Court, second floor",
            notes="Ada (973) 555-0131",
        ),
        by=ada,
        **said,
    )
    _join(riveras, luis, Role.PARENT, invited_by=ana, **said)
    noor_of_riveras = _join(riveras, noor, Role.NANNY, invited_by=ana, **said)
    bea_of_riveras = _join(riveras, bea, Role.NANNY, invited_by=ana, **said)
    _join(okafors, noor, Role.NANNY, invited_by=ada, **said)

    emma = children.create(
        riveras.id,
        Draft.of(
            first_name="Emma",
            last_name="Rivera",
            date_of_birth=date(first.year - 5, 3, 14),
            allergies="Peanuts. EpiPen in the blue bag by the door.",
            notes="Reads before sleeping. Afraid of the neighbour's dog.",
        ),
        by=ana,
        **said,
    )
    theo = children.create(
        riveras.id,
        Draft.of(
            first_name="Theo",
            last_name="Rivera",
            date_of_birth=date(first.year - 2, 7, 2),
            medications="Salbutamol, 2 puffs when he wheezes; spacer in the kitchen drawer.",
            notes="Nap at 12:30, with the grey rabbit.",
        ),
        by=ana,
        **said,
    )
    zuri = children.create(
        okafors.id,
        Draft.of(
            first_name="Zuri",
            last_name="Okafor",
            date_of_birth=date(first.year - 4, 10, 21),
            notes="Walks home from kindergarten; hot chocolate on Thursdays.",
        ),
        by=ada,
        **said,
    )

    weekly = {"recurrence": Recurrence.WEEKLY, "start_date": first}
    mornings = care_schedules.create(
        riveras.id,
        Draft.of(
            name="Regular Mon/Wed/Fri care",
            days_of_week=frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}),
            start_time=time(6),
            end_time=time(14, 30),
            hourly_rate=NOORS_RATE,
            child_ids=(emma.id, theo.id),
            nanny_id=noor_of_riveras.id,
            **weekly,
        ),
        by=noor,
        **said,
    )
    afternoons = care_schedules.create(
        okafors.id,
        Draft.of(
            name="Tuesday and Thursday afternoons",
            days_of_week=frozenset({Weekday.TUESDAY, Weekday.THURSDAY}),
            start_time=time(13),
            end_time=time(18, 30),
            hourly_rate=NOORS_RATE,
            child_ids=(zuri.id,),
            **weekly,
        ),
        by=noor,
        **said,
    )
    date_nights = care_schedules.create(
        riveras.id,
        Draft.of(
            name="Date night",
            recurrence=Recurrence.MONTHLY,
            days_of_week=frozenset({Weekday.SATURDAY}),
            start_time=time(18, 30),
            end_time=time(23),
            hourly_rate=BEAS_RATE,
            start_date=_second_saturday(first),
            child_ids=(emma.id, theo.id),
            nanny_id=bea_of_riveras.id,
        ),
        by=ana,
        **said,
    )
    return Cast(
        ana, luis, ada, noor, bea, riveras, okafors,
        noor_of_riveras, bea_of_riveras,
        emma, theo, zuri, mornings, afternoons, date_nights,
    )  # fmt: skip


def _join(family: Family, person: User, role: Role, *, invited_by: User, at: datetime, source: Source) -> Member:
    draft = Draft.of(email=person.email, role=role)
    _, token = invitations.invite(family.id, draft, by=invited_by, at=at, source=source)
    return invitations.accept(Draft.of(token=token), by=person, at=at, source=source)


def _second_saturday(since: date) -> date:
    day = since
    while day.weekday() != Weekday.SATURDAY.number or (day.day - 1) // 7 != 1:
        day += timedelta(days=1)
    return day
