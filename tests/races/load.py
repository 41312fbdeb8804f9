"""A thousand nannies, each with one session that was just confirmed, for the worker to notify.

All that happens here was a minute ago: it may leave at once. A process of its own, on the database that the workers
share, told how many people there shall be. It reads lines:
`cancel` takes the next session that is not cancelled out of the plan, `lapse` lets what a killed worker had claimed be
free again, as time does, and `stand` says how things stand. Each is answered by a line of JSON.
"""

import json
import sys
from datetime import timedelta
from decimal import Decimal


def address(number: int) -> str:
    return f"nanny{number}@example.com"


def main() -> None:
    import django

    django.setup()
    from django.db.models import Count
    from django.utils import timezone

    from handsel.actions import care_sessions
    from handsel.models import Delivery, Notice
    from handsel.rules.history import Source
    from handsel.rules.notices import UNDO_WINDOW

    count = int(sys.argv[1])
    parent, sessions = people(timezone.now() - UNDO_WINDOW, count)
    _say(len(sessions))
    next_one = iter(sorted(range(count), key=lambda number: number * 7919 % count))
    for line in sys.stdin:
        now = timezone.now()
        match line.strip():
            case "cancel":
                number = next(next_one)
                care_sessions.cancel(sessions[number].id, by=parent, at=now - UNDO_WINDOW, source=Source.WEB)
                _say(address(number))
            case "lapse":
                _say(Delivery.objects.filter(done_at__isnull=True, next_at__gt=now).update(next_at=now))
            case "stand":
                unrouted = Notice.objects.filter(routed_at__isnull=True).count()
                outcomes = Delivery.objects.values_list("outcome").annotate(Count("id"))
                _say({"unrouted": unrouted, **dict(outcomes)})


def people(now, count=1000):
    """The parent and the sessions of so many nannies, by their number; each is to hear that theirs was confirmed."""
    from allauth.account.models import EmailAddress

    from handsel.models import CareSession, Family, Member, Notice, User
    from handsel.rules.notices import NoticeKind
    from handsel.rules.roles import Role

    parent = User.objects.create(email="ana@example.com", name="Ana")
    family = Family.objects.create(
        name="Riveras", time_zone="America/New_York", currency="USD", default_hourly_rate=25, created_at=now
    )
    ana = Member.objects.create(family=family, user=parent, role=Role.PARENT, joined_at=now)
    nannies = User.objects.bulk_create(User(email=address(number), name=f"Noor {number}") for number in range(count))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=nanny, email=nanny.email, verified=True, primary=True) for nanny in nannies
    )
    members = Member.objects.bulk_create(
        Member(family=family, user=nanny, role=Role.NANNY, joined_at=now) for nanny in nannies
    )
    start = now + timedelta(days=2)
    sessions = CareSession.objects.bulk_create(
        CareSession(
            family=family,
            nanny=member,
            nanny_person_id=member.user_id,
            scheduled_start=start,
            scheduled_end=start + timedelta(hours=8),
            time_zone=family.time_zone,
            hourly_rate=Decimal(25),
            is_confirmed=True,
            confirmed_by=ana,
            confirmed_at=now,
            created_at=now,
            updated_at=now,
        )
        for member in members
    )
    Notice.objects.bulk_create(
        Notice(
            person_id=session.nanny_person_id,
            family=family,
            session=session,
            kind=NoticeKind.SESSION_CONFIRMED,
            facts={"by": "Ana"},
            at=now,
        )
        for session in sessions
    )
    return parent, sessions


def _say(what) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
