"""Make very many sessions at once, for pages whose queries must not grow with them."""

from datetime import timedelta

from handsel.models import CareSession, CareSessionChild
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, World, wall


def crowd(world: World, count: int, *, state: State = State.UNCONFIRMED, start: str = "2026-06-02 06:00") -> None:
    """So many half-hour sessions of Noor with Emma and Theo, ten a day, none of which overlaps another."""
    agreed = {"is_confirmed": True, "confirmed_at": LONG_AGO, "confirmed_by": world.ana_of_riveras}
    sessions = []
    for number in range(count):
        begins = wall(start) + timedelta(days=number // 10, hours=number % 10)
        ends = begins + timedelta(minutes=30)
        done = {"actual_start": begins, "actual_end": ends} if state is State.COMPLETED else {}
        sessions.append(
            CareSession(
                family=world.riveras,
                scheduled_start=begins,
                scheduled_end=ends,
                status=state.status,
                hourly_rate="25.00",
                nanny=world.noor_of_riveras,
                nanny_person=world.noor,
                time_zone=world.riveras.time_zone,
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
                **(agreed if state is not State.UNCONFIRMED else {}),
                **done,
            )
        )
    CareSession.objects.bulk_create(sessions)
    CareSessionChild.objects.bulk_create(
        CareSessionChild(session=session, child=child) for session in sessions for child in (world.emma, world.theo)
    )
