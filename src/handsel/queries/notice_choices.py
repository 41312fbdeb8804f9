"""By which ways a person hears of what."""

from handsel.models import NoticeChoice, User
from handsel.rules.notices import DEFAULTS, Topic, Way


def chosen(person: User) -> dict[tuple[Topic, Way], bool]:
    """Each topic and way: what she has chosen, and otherwise the default. One query."""
    found = {(topic, way): way in DEFAULTS[topic] for topic in Topic for way in Way}
    rows = NoticeChoice.objects.filter(person=person).values_list("topic", "way", "wanted")
    return found | {(Topic(topic), Way(way)): wanted for topic, way, wanted in rows}
