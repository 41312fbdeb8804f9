"""A worker that only plans schedules further: `python -m tests.races.planner NOW [WEEKS SCHEDULE...]`.

With schedules it first turns the option on for them, on the word of a parent, and ends. Else it says that it is ready,
waits for a line, plans what is due at that moment, and says how many sessions it made.
"""

import sys
from datetime import datetime
from importlib import import_module

import django
from django.conf import settings


def main(now: str, weeks: str = "", *schedule_ids: str) -> None:
    django.setup()
    if settings.SETTINGS_MODULE == "tests.races.unguarded":
        import_module(settings.SETTINGS_MODULE).take_out_of_this_process()
    from handsel.actions import care_schedules, extending
    from handsel.models import CareSchedule, Member
    from handsel.rules.drafts import Draft
    from handsel.rules.history import Source
    from handsel.rules.roles import Role

    at = datetime.fromisoformat(now)
    for schedule in CareSchedule.objects.filter(id__in=schedule_ids):
        parent = Member.objects.select_related("user").get(family=schedule.family_id, role=Role.PARENT)
        draft = Draft.of(weeks_ahead=int(weeks))
        care_schedules.update(schedule.id, draft, by=parent.user, at=at, source=Source.WEB)
    if not weeks:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(f"{extending.extend(at)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
