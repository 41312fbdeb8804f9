"""What a person hears of, by which ways and when, as the settings show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from django.conf import settings

from handsel.access import visibility
from handsel.formatting import dates
from handsel.models import User
from handsel.notices import routing, topics
from handsel.rules.notices import Topic, Way
from handsel.rules.roles import Role


class Mail(StrEnum):
    """Whether mails reach a person."""

    COMES = "comes"
    NOT_SET_UP = "not set up"
    NOT_PROVED = "not proved"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """`wanted` is what is chosen of each topic that the person may ever be told of. `zone` names the clocks that times
    are by, empty where they are each family's own. mails_at: when the mails of a day leave together, where they do.
    """

    person: User
    wanted: Mapping[tuple[Topic, Way], bool]
    zone: str
    mail: Mail
    mails_at: time | None

    def topics(self, way: Way) -> list[Topic]:
        """Return the topics that come by this way."""
        return [topic for (topic, by), wanted in self.wanted.items() if by is way and wanted]

    def may_hear_of(self, topic: Topic) -> bool:
        return (topic, Way.PUSH) in self.wanted


def page(person: User) -> NoticesPage:
    """Return the page of choices. Three queries."""
    roles = {standing.role for standing in visibility.standings(person)}
    offered = topics.topics_for(roles)
    preferences = routing.preferences(person, roles)
    return NoticesPage(
        person,
        wanted={(topic, way): yes for (topic, way), yes in preferences.items() if topic in offered},
        zone=dates.zone_name(person.time_zone) if person.time_zone else "",
        mail=_mail(person),
        mails_at=routing.gathers_at(person, is_coordinator=Role.COORDINATOR in roles),
    )


def _mail(person: User) -> Mail:
    if not settings.MAIL_IS_SET_UP:
        return Mail.NOT_SET_UP
    if person.email in settings.SILENT_ADDRESSES:
        return Mail.EXAMPLE
    return Mail.COMES if person.id in routing.who_reads_mail([person.id]) else Mail.NOT_PROVED
