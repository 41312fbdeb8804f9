"""One family with so many sessions that its calendar and Today have a lot to leave out: a process of its own.

It is told the nanny's id and how many sessions there shall be, and prints secret addresses of calendars, as many as
the third number says: from half a month back they follow each other all half hours.
"""

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  Django has to be set up

from handsel.access import tokens  # noqa: E402
from handsel.models import CalendarAddress, CareSession, CareSessionChild, Child, Family, Member, User  # noqa: E402
from handsel.rules.roles import Role  # noqa: E402

nanny, now = User.objects.get(pk=sys.argv[1]), timezone.now()
family = Family.objects.create(name="Riveras", time_zone="America/New_York", currency="USD", created_at=now)
member = Member.objects.create(family=family, user=nanny, role=Role.NANNY, joined_at=now, is_founder=True)
emma = Child.objects.create(family=family, first_name="Emma", created_at=now)
first = now - timedelta(days=15)
sessions = CareSession.objects.bulk_create(
    [
        CareSession(
            family=family,
            nanny=member,
            nanny_person_id=nanny.pk,
            scheduled_start=first + number * timedelta(minutes=30),
            scheduled_end=first + (number + 2) * timedelta(minutes=30),
            time_zone=family.time_zone,
            created_at=now,
            updated_at=now,
        )
        for number in range(int(sys.argv[2]))
    ],
    batch_size=500,
)
CareSessionChild.objects.bulk_create(
    [CareSessionChild(session=session, child=emma) for session in sessions], batch_size=2_000
)
for number in range(int(sys.argv[3])):
    secret = tokens.new_secret()
    CalendarAddress.objects.create(
        person=nanny,
        name=f"Phone {number}",
        secret_hash=tokens.hash_of(secret),
        created_at=now,
        is_full=True,
        shows_children=True,
        shows_notes=True,
    )
    sys.stdout.write(f"{secret}\n")
