"""A row of the table of what every route answers to whom. A route that is missing there fails the walk.

Each row: the operation id, or the method and the name of a page; the thing that the address names ("" for none); the
statuses for the six roles in the order of ROLES, asking for what is theirs; what is sent. Whoever asks for what is not
theirs gets 404, so that stands in no row. In what is sent, "$child" is the id of that thing of the same family.
"""

from dataclasses import dataclass, field
from typing import Any

ROLES = ("parent", "nanny", "other nanny", "founding nanny", "coordinator", "viewer")
OUTSIDERS = ("removed member", "stranger")

#            parent, nanny (of the thing), other nanny, founding nanny, coordinator, viewer
EVERYBODY = "200 200 200 200 200 200"
PLANNING = "200 200 200 200 200 403"
FAMILY = "200 403 403 200 200 403"  # the family, or the nanny who answers for it
MANAGERS = "200 403 403 403 200 403"  # not even a founding nanny
THEIR_OWN = "200 200 403 200 200 403"
THEIRS_ALONE = "403 200 403 200 403 403"  # of the nanny, whom no parent overrules
AT_WORK = "403 200 403 200 200 403"
THEIR_PERIOD = "200 200 404 200 200 404"
THEIR_PAY = "200 200 200 200 200 403"


@dataclass(frozen=True)
class Row:
    route: str
    about: str
    says: str
    send: dict[str, Any] = field(default_factory=dict)
    # What who belongs to no family gets at an address that names nothing of any, or a thing of their own.
    outsiders: int = 0
    # What who is not signed in gets where that is neither 401 nor the sign-in page.
    nobody: int = 0

    def status_for(self, role: str) -> int:
        return int(self.says.split()[ROLES.index(role)])


def made(says: str) -> str:
    """The same, where success makes a thing."""
    return says.replace("200", "201")


def gone(says: str) -> str:
    return says.replace("200", "204")


def on(says: str) -> str:
    """The same, where success leads to the next page."""
    return says.replace("200", "302")
