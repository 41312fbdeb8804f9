"""Calendars elsewhere that make a nanny busy: which addresses are taken, what may go wrong, when to try again."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.ip_addresses import is_public, parse_ip
from handsel.rules.overlap import Stretch
from handsel.rules.sentences import say

MOST_CALENDARS = 5  # of one person
LONGEST_ADDRESS = 2_000
# Of one calendar, after what touches or overlaps was made one; where there are more, the shortest gaps count as busy.
MOST_BUSY_TIMES = 5_000
# What is kept of them: from the midnight a day ago, as far as a generation may reach until everything is read anew.
DAYS_BACK, DAYS_AHEAD = 1, 368

READ_EVERY = timedelta(hours=1)
# A server that says "unchanged" is asked for everything all the same after this: time goes on, and rules run further.
WHOLE_EVERY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)

# Where other programs than web servers listen above 1023: databases and caches (Oracle, SQL Server, etcd, MySQL, Neo4j,
# PostgreSQL, CouchDB, Redis, Cassandra, Elasticsearch, Memcached, CockroachDB, MongoDB, Db2), and what browsers refuse.
_OTHER_PORTS = frozenset(
    {
        *(1433, 1434, 1521, 1526, 2379, 2380, 2483, 2484, 3050, 3306, 5432, 5433, 5984, 6379, 6380, 6432, 7000, 7001),
        *(7199, 7473, 7474, 7687, 8086, 8529, 9042, 9160, 9200, 9300, 11211, 16379, 26257, 26379, 27017, 27018, 27019),
        *(28015, 33060, 50000),
        *(1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697),
        10080,
    }
)

_ADDRESS = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?\.?|[0-9a-f:.]+")


class Trouble(StrEnum):
    """The reason why a calendar could not be read, as a word that tells nothing of its address."""

    UNREACHABLE = "unreachable"
    NOT_PUBLIC = "not_public"
    REFUSED = "refused"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NOT_A_CALENDAR = "not_a_calendar"
    LOST = "lost"  # no key opens the address any more


@dataclass(frozen=True, slots=True)
class CalendarToRead:
    """The facts of a calendar that the process which reads it is told.

    etag and last_modified: what is known already, empty where everything is to be sent. first, last, zone and own: see
    documents.busy_times_ics. seconds: how long all of it may take; cpu_seconds: how many of them may be more than
    waiting; memory: bytes.
    """

    address: str
    etag: str
    last_modified: str
    first: datetime
    last: datetime
    zone: str
    own: list[str]
    allow_private: bool
    seconds: int = 25
    cpu_seconds: int = 15
    memory: int = 512_000_000


@dataclass(frozen=True, slots=True)
class Remarks:
    """What of a calendar could not be read as it stands; no time of it counts as free for that, where it is known.

    unread: how many events could not be understood, with the titles of the first of them; unfinished: how many count by
    their plain start and end, as there was no time for more; is_cut_off: the file ends in the middle; closed_gap:
    minutes between two busy times that count as busy too, since there are so many of them.
    """

    unread: int = 0
    titles: list[str] = field(default_factory=list)
    unfinished: int = 0
    is_cut_off: bool = False
    closed_gap: int = 0

    def __bool__(self) -> bool:
        return bool(self.unread or self.unfinished or self.is_cut_off or self.closed_gap)


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar that was read. busy is None where nothing has changed since; etag and last_modified: what the server
    calls the state that was read (RFC 9110, 8.8).
    """

    busy: list[Stretch] | None
    etag: str
    last_modified: str
    remarks: Remarks = field(default_factory=Remarks)


def address(raw: object, *, allow_private: bool) -> str:
    """Parse an https address as calendar apps give it away, also as webcal. allow_private: private networks and http
    too.
    """
    text = fields.text(raw, least=1, most=LONGEST_ADDRESS)
    parts = parse_address(re.sub(r"(?i)^webcals?:", "https:", text), allow_private=allow_private)
    if parts is None:
        raise Wrong(say("Enter the whole address of the calendar, like https://calendar.example.com/noor.ics."))
    literal = parse_ip(parts.hostname or "")
    if not allow_private and (parts.hostname == "localhost" or (literal is not None and not is_public(literal))):
        raise Wrong(say("This address leads into a private network, where Handsel does not read."))
    return parts.geturl()


def parse_address(text: str, *, allow_private: bool) -> SplitResult | None:
    """Return the parts of an address that may be asked, without what follows a #; None for any other."""
    try:
        parts = urlsplit(text)._replace(fragment="")
        host, port = parts.hostname or "", 443 if parts.port is None else parts.port
    except ValueError:
        return None
    if parts.scheme not in ({"https", "http"} if allow_private else {"https"}) or not _ADDRESS.fullmatch(text):
        return None
    if not (port in (80, 443) or (port >= 1024 and port not in _OTHER_PORTS)):
        return None
    return parts if _HOST.fullmatch(host) else None


def hint(text: str) -> str:
    """Return as much of an address as may be shown: calendar.example.com … .ics."""
    return f"{urlsplit(text).hostname} … {text[-4:]}"
