"""By which ways people hear of what."""

from collections.abc import Collection
from uuid import UUID

from handsel.models import NoticeChoice, User
from handsel.notices.kinds import TOPICS
from handsel.rules.notices import Topic, Way

Choices = dict[tuple[Topic, Way], bool]


def chosen(person: User) -> Choices:
    """Each topic and way: what the person has chosen, and otherwise the default. One query."""
    return chosen_by([person.id])[person.id]


def chosen_by(people: Collection[UUID]) -> dict[UUID, Choices]:
    """The same for each of these people. One query."""
    defaults = {(topic, way): way in row.ways for topic, row in TOPICS.items() for way in Way}
    choices = {person_id: dict(defaults) for person_id in people}
    rows = NoticeChoice.objects.filter(person__in=people).values_list("person_id", "topic", "way", "wanted")
    for person_id, topic, way, wanted in rows:
        choices[person_id][Topic(topic), Way(way)] = wanted
    return choices
