"""What holds of the whole book at the end of any day, worked out again from the rows by other ways than Handsel's."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.test import Client

from handsel.access import tokens
from handsel.actions import care_sessions
from handsel.documents import sessions_csv
from handsel.formatting import dates
from handsel.models import ApiToken, CareSession, Event, Member, Notice, User
from handsel.notices import closing, validity
from handsel.notices.kind_rows import UNTIL_ITS_END, WITHOUT_NANNY
from handsel.notices.kinds import CLOSING, KINDS
from handsel.pages import family_home, inbox, records, session_lists, sessions, today
from handsel.queries import care_sessions as lists
from handsel.queries import records as years
from handsel.rules import local_time
from handsel.rules.attention import Reason
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import State, Status
from handsel.rules.moves import Move
from handsel.rules.refusals import NotVisible, Refusal
from handsel.rules.roles import Role

if TYPE_CHECKING:
    from tests.workflows.days import Place

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# What the history keeps of a session, each with what it was before the first line names it.
KEPT = {"status": "SCHEDULED", "is_confirmed": False, "actual_start": None, "actual_end": None, "scheduled_start": None}


def check(places: "list[Place]", people: list[User], *, at: datetime) -> None:
    """Look at everything."""
    rows = [*CareSession.objects.select_related("family", "nanny").order_by("scheduled_start", "id")]
    nobody_is_booked_twice(rows)
    nothing_asks_for_what_is_over(at)
    the_history_agrees(rows)
    for place in places:
        of_family = [row for row in rows if row.family_id == place.family.id]
        every_sum_is_the_same(place, of_family, at, [row for row in rows if row.status == Status.COMPLETED])
        the_week_at_home(place, of_family, at)
    for person in people:
        mine = [*Member.objects.active().filter(user=person, role=Role.NANNY).select_related("family")]
        if mine:
            my_year_is_the_sum_of_its_parts(person, mine, rows, at)
            my_week(person, mine, rows, at)
        everything_that_asks_has_a_way_out(person, places, at)
        the_pages_open(person, places, rows, at)
    what_is_over_is_settled_or_asks(people, places, rows, at + DAY)


def nothing_asks_for_what_is_over(at: datetime) -> None:
    """What asked leaves the inbox as somebody answers, and what time made over as the worker looks."""
    for is_past in (False, True):
        if is_past:
            closing.close_past(at)
        lines = [*Notice.objects.filter(kind__in=CLOSING, over_at__isnull=True)]
        sessions_of = validity.sessions_of(lines)
        for line in lines:
            row = KINDS[line.kind]
            asks = [session for session in sessions_of[line.id] if not row.states or session.state in row.states]
            if is_past and row.condition in (UNTIL_ITS_END, WITHOUT_NANNY):
                asks = [session for session in asks if session.scheduled_end > at]
            assert asks or not sessions_of[line.id], f"{line.kind} asks for nothing"


def nobody_is_booked_twice(rows: list[CareSession]) -> None:
    agreed: dict[UUID, list[CareSession]] = defaultdict(list)
    for row in rows:
        takes_the_nanny = row.is_confirmed and row.status in (Status.SCHEDULED, Status.IN_PROGRESS)
        if row.nanny_person_id and takes_the_nanny and not row.overlap_allowed:
            agreed[row.nanny_person_id].append(row)
    for of_nanny in agreed.values():
        assert len([row for row in of_nanny if row.status == Status.IN_PROGRESS]) <= 1
        for row, other in combinations(of_nanny, 2):
            assert row.scheduled_end <= other.scheduled_start or other.scheduled_end <= row.scheduled_start


def the_history_agrees(rows: list[CareSession]) -> None:
    """What the lines of each session say, one after the other, is what it is."""
    told = {row.id: dict(KEPT) for row in rows}
    events = Event.objects.filter(session_id__in=[*told]).exclude(kind=EventKind.CHANGE_REQUEST_ASKED)
    for event in events.order_by("at", "id"):
        of_session = told[event.session_id]
        of_session |= {name: new for name, (_, new) in event.changes.items() if name in KEPT}
    for row in rows:
        stands: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
        assert told[row.id] == {
            name: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
            for name, value in stands.items()
        }


def every_sum_is_the_same(place: "Place", rows: list[CareSession], at: datetime, all_done: list[CareSession]) -> None:
    """Of one family's year: the lines, the page, the chart, the file and the API."""
    done = {row.id: row for row in rows if row.status == Status.COMPLETED}
    parent = place.people[0]
    record = years.year(parent, place.family.id, at.year)
    assert sorted(line.session_id for line in record.lines) == sorted(done)
    for line in record.lines:
        assert line.minutes == len(minutes_of(done[line.session_id]))
        assert line.shared_minutes == shared(done[line.session_id], all_done)
    total = sum(line.minutes for line in record.lines)
    assert record.total.minutes == total == sum(of_month.minutes for _, of_month in record.months)
    page = records.page(parent, place.family.id, at.year, at=at)
    assert page["total"]["hours"] == dates.format_duration(total)
    assert [bar["hours"] for bar in page["bars"] if bar["hours"]] == [
        str(round(of_month.minutes / 60)) for _, of_month in record.months if of_month.minutes
    ]
    file = [*csv.DictReader(io.StringIO(sessions_csv.render(record).decode("utf-8-sig")))]
    assert sum(int(row["Minutes"]) for row in file) == total
    assert len({row["Session"] for row in file}) == len(file) == len(done)
    shown = [line for line in record.lines if line.day.month == page["month"]["number"]]
    assert [bool(line["overlap"]) for line in page["lines"]] == [line.shared_minutes > 0 for line in shown]
    answered = api_of(parent, f"/families/{place.family.id}/care-sessions?status=COMPLETED&limit=500")["items"]
    assert sorted(row["id"] for row in answered) == sorted(map(str, done))
    lengths = [whole_minutes(row["actualEnd"]) - whole_minutes(row["actualStart"]) for row in answered]
    assert sum(lengths) == total


def the_week_at_home(place: "Place", rows: list[CareSession], at: datetime) -> None:
    """The sums on Home: what is planned of this week, what was done, and what nobody recorded."""
    parent, zone = place.people[0], place.family.time_zone
    first = parent.formatter.week_of(local_time.local_date(at, zone))
    of_week = [row for row in rows if first <= local_time.local_date(row.scheduled_start, zone) < first + 7 * DAY]
    agreed = [row for row in of_week if row.is_confirmed and row.status != Status.CANCELLED]
    unrecorded = [row for row in agreed if row.status == Status.SCHEDULED and row.scheduled_end <= at]
    home = family_home.page(parent, place.family.id, at=at)
    assert home is not None
    assert home["planned"]["hours"] == hours(planned_minutes(row) for row in agreed)
    assert home["done"]["hours"] == hours(len(minutes_of(row)) for row in of_week if row.status == Status.COMPLETED)
    if unrecorded:
        assert home["unrecorded"]["hours"] == hours(map(planned_minutes, unrecorded))
    else:
        assert home["unrecorded"] is None


def my_year_is_the_sum_of_its_parts(person: User, mine: list[Member], rows: list[CareSession], at: datetime) -> None:
    """A nanny's own year: all they did in the families they are in, and nobody else's."""
    record = years.mine(person, at.year)
    done = [row for row in rows if row.status == Status.COMPLETED and row.nanny in mine]
    assert sorted(line.session_id for line in record.lines) == sorted(row.id for row in done)
    assert record.total.minutes == sum(len(minutes_of(row)) for row in done)
    assert sum(of_family.minutes for _, of_family in record.families) == record.total.minutes
    for line in [*(line for line in record.lines if line.shared_minutes), *record.lines[-2:]]:
        page = sessions.page(person, line.session_id, at=at)
        assert bool(page["shared_time"]) == bool(line.shared_minutes)


def my_week(person: User, mine: list[Member], rows: list[CareSession], at: datetime) -> None:
    """A nanny's week on Today: what is agreed or done, each once, and beside it what nobody recorded."""
    zone = min(mine, key=lambda member: member.family.name).family.time_zone
    first = person.formatter.week_of(local_time.local_date(at, zone))
    agreed = [
        row
        for row in rows
        if row.nanny in mine and row.is_confirmed and row.status != Status.CANCELLED
        if first <= local_time.local_date(row.scheduled_start, zone) < first + 7 * DAY
    ]
    unrecorded = [row for row in agreed if row.status == Status.SCHEDULED and row.scheduled_end <= at]
    counted = [row for row in agreed if row not in unrecorded]
    page = today.page(person, at=at)
    assert page.week_hours == hours(
        len(minutes_of(row)) if row.status == Status.COMPLETED else planned_minutes(row) for row in counted
    )
    assert page.unrecorded_hours == (hours(map(planned_minutes, unrecorded)) if unrecorded else "")
    assert sum(len(day.marks) for day in page.week_days) == len(agreed)


def hours(minutes: Iterable[int]) -> str:
    return dates.format_duration(sum(minutes))


def planned_minutes(session: CareSession) -> int:
    return len(range(*(int(at.timestamp()) // 60 for at in session.planned_times)))


def minutes_of(session: CareSession) -> set[int]:
    """The minutes that a clock showed while care lasted."""
    assert session.actual_start is not None
    assert session.actual_end is not None
    return set(range(int(session.actual_start.timestamp()) // 60, int(session.actual_end.timestamp()) // 60))


def shared(session: CareSession, done: list[CareSession]) -> int:
    """In how many minutes its nanny is recorded elsewhere, too."""
    elsewhere: set[int] = set()
    for other in done:
        if other.nanny_person_id == session.nanny_person_id and other != session and not other.overlap_allowed:
            elsewhere |= minutes_of(other)
    is_alone = session.overlap_allowed or session.nanny_person_id is None
    return 0 if is_alone else len(minutes_of(session) & elsewhere)


def whole_minutes(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) // 60


def api_of(person: User, path: str) -> dict[str, Any]:
    secret = f"handsel_days_of_{person.email}"
    ApiToken.objects.get_or_create(
        token_hash=tokens.hash_of(secret),
        defaults={"person": person, "name": "Days", "scope": "read", "created_at": person.date_joined},
    )
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def asking(person: User, places: "list[Place]", at: datetime) -> Iterator[Any]:
    """Return what asks for this person, in all families they are in."""
    for place in places:
        try:
            yield from lists.needing_attention(person, place.family.id, Draft.of(limit=500), at=at).items
        except NotVisible:
            continue


def what_is_over_is_settled_or_asks(
    people: list[User], places: "list[Place]", rows: list[CareSession], at: datetime
) -> None:
    """A day later whatever was agreed is done, cancelled, or asks somebody."""
    asks = {row.id for person in people for row in asking(person, places, at)}
    for row in rows:
        if row.is_confirmed and row.scheduled_end <= at and row.status not in (Status.COMPLETED, Status.CANCELLED):
            assert row.id in asks, f"{row.status} {row.scheduled_start} asks for nobody"


def everything_that_asks_has_a_way_out(person: User, places: "list[Place]", at: datetime) -> None:
    """Whoever is asked can settle it, with what the page offers; and the page asks as the API does."""
    on_pages = {item.row.id: item for item in items_of(person, places, at)}
    rows = [*asking(person, places, at)]
    over = [row for row in rows if {Reason.NOT_RECORDED, Reason.OVERRUNNING} & {*row.attention}]
    for row in [*over, *rows[:2]]:
        session = CareSession.objects.get(pk=row.id)
        assert any(works(way, session, person, at) for way in ways_out(session)), (
            f"{person.name} can do nothing about {row.attention} of {session.state}"
        )
        if Reason.NOT_RECORDED in row.attention:
            assert on_pages[row.id].records
            assert works((Move.RECORD, EMPTY_DRAFT), session, person, at)
        if Reason.OVERRUNNING in row.attention:
            may_end = any(works(way, session, person, at) for way in ways_out(session))
            assert (on_pages[row.id].ends is not None) == may_end


def items_of(person: User, places: "list[Place]", at: datetime) -> Iterator[Any]:
    mine = today.page(person, at=at)
    yield from mine.attention.items
    if mine.hero:  # asks by itself
        yield mine.hero
    for place in places:
        home = home_of(person, place, at)
        if home:
            yield from home["attention"].items


def home_of(person: User, place: "Place", at: datetime) -> dict[str, Any] | None:
    try:
        return family_home.page(person, place.family.id, at=at)
    except NotVisible:
        return None


def ways_out(session: CareSession) -> list[tuple[Move, Draft]]:
    if session.state is State.IN_PROGRESS:
        assert session.actual_start is not None
        ends = (session.scheduled_end, session.actual_start + MINUTE)
        return [(Move.COMPLETE, EMPTY_DRAFT), *((Move.COMPLETE, Draft.of(at=end)) for end in ends)]
    return [(Move.CANCEL, Draft.of(reason="Nobody could."))]


def works(way: tuple[Move, Draft], session: CareSession, person: User, at: datetime) -> bool:
    """Try it, and take it back."""
    move, draft = way
    try:
        with transaction.atomic():
            care_sessions.move(move, session.id, draft, by=person, at=at, source=Source.WEB)
            transaction.set_rollback(True)
    except Refusal:
        return False
    return True


def the_pages_open(person: User, places: "list[Place]", rows: list[CareSession], at: datetime) -> None:
    inbox.page(person, at=at)
    validity.still_valid(person, [*Notice.objects.filter(person=person, at__gt=at - 2 * DAY)], at=at)
    here = {member.family_id for member in Member.objects.active().filter(user=person)}
    for place in places:
        if place.family.id in here:
            for past in (False, True):
                session_lists.page(person, place.family.id, at=at, past=past, after=None)
    for session in rows[-3:]:
        if session.family_id in here:
            sessions.page(person, session.id, at=at)
