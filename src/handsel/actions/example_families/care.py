"""What happens on the days themselves: started, completed, now and then called off."""

from datetime import datetime, timedelta

from handsel.actions import care_sessions
from handsel.actions.example_families.cast import Cast
from handsel.actions.example_families.diary import Diary
from handsel.models import CareSession
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import Status

_MINUTE, _HOUR, _DAY, _WEEK = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days", "weeks"))
_DAYTIME = range(6, 20)
_WHY_NOT = ("Fever since noon, we stay at home.", "Grandma is here after all.", "We both have the day off.")


def prepare_the_next_day(cast: Cast, diary: Diary, evening: datetime) -> None:
    """What was agreed for the next day will be started and completed, unless the family calls it off."""
    day = local_time.local_date(evening, diary.zone) + _DAY
    start, end = local_time.day_span(day, day, diary.zone)
    # unscoped: the story tells of all its families
    agreed = CareSession.objects.filter(
        status=Status.SCHEDULED, is_confirmed=True, scheduled_start__gte=start, scheduled_start__lt=end
    )
    for session in agreed.select_related("nanny_person").order_by("scheduled_start", "id"):
        if day.toordinal() % 13 == 4 and session.schedule_id is not None and diary.today - day > _WEEK:
            parent = cast.ana if session.family_id == cast.riveras.id else cast.ada
            why = _WHY_NOT[day.toordinal() % len(_WHY_NOT)]
            diary.does(evening, parent, care_sessions.cancel, session.id, reason=why)
        else:
            _care_for(session, day.toordinal(), diary)


def _care_for(session: CareSession, number: int, diary: Diary) -> None:
    """Some minutes beside the plan, as people are; the day's number says how many."""
    nanny = session.nanny_person
    if nanny is None:
        return
    begins = session.scheduled_start + (number * 37 % 13 - 4) * _MINUTE
    ends = session.scheduled_end + (number * 53 % 17 - 5) * _MINUTE
    if session.scheduled_start <= diary.now:
        begins = min(begins, diary.now)
    diary.does(begins, nanny, care_sessions.start, session.id)
    if session.scheduled_end <= diary.now:
        diary.does(ends, nanny, care_sessions.complete, session.id)


def see_that_somebody_is_at_work(cast: Cast, diary: Diary) -> None:
    """By day one session runs: where none does, Ana has called Noor in."""
    if local_time.wall(diary.now, diary.zone).hour not in _DAYTIME:
        return
    # unscoped: the story tells of all its families
    if CareSession.objects.filter(status=Status.IN_PROGRESS).exists():
        return
    # unscoped: the story tells of all its families
    hers = CareSession.objects.filter(nanny_person=cast.noor, is_confirmed=True).exclude(status=Status.CANCELLED)
    before = hers.filter(scheduled_end__lte=diary.now).order_by("-scheduled_end").first()
    after = hers.filter(scheduled_start__gt=diary.now).order_by("scheduled_start").first()
    quarter = diary.now.replace(minute=diary.now.minute // 15 * 15, second=0, microsecond=0)
    begins = max(quarter - _HOUR, diary.clock(diary.today, "06:00"))
    if before is not None:
        begins = max(begins, before.scheduled_end)
    ends = begins + 3 * _HOUR
    if after is not None:
        ends = min(ends, after.scheduled_start)
    wanted = Draft.of(
        scheduled_start=begins,
        scheduled_end=ends,
        child_ids=(cast.emma.id, cast.theo.id),
        nanny_id=cast.noor_of_riveras.id,
        notes="Ana called: her train is late.",
        is_confirmed=True,
    )
    called_at = begins - 40 * _MINUTE
    session = care_sessions.create_impromptu(cast.riveras.id, wanted, by=cast.noor, at=called_at, source=diary.source)
    care_sessions.start(session.id, by=cast.noor, at=begins, source=diary.source)
