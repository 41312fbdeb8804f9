"""Keep a schedule planned, for the tests of how that goes on and ends."""

from datetime import date, timedelta

from handsel.actions import care_schedules
from handsel.models import CareSession
from handsel.rules.drafts import Draft
from tests.world import ON_THE_WEB

# Mondays, Wednesdays and Fridays. It is Monday, 1 June, eight o'clock: this morning's care from six has begun.
TWO_WEEKS = [date(2026, 6, day) for day in (3, 5, 8, 10, 12, 15, 17, 19)]
NEXT_WEEK = [date(2026, 6, day) for day in (22, 24, 26)]
A_WEEK = timedelta(weeks=1)


def keep(schedule, by, weeks=2, **options):
    care_schedules.update(schedule.id, Draft.of(weeks_ahead=weeks), by=by, **ON_THE_WEB, **options)
    schedule.refresh_from_db()


def slots(schedule):
    return list(CareSession.objects.filter(schedule=schedule).order_by("slot_date").values_list("slot_date", flat=True))
