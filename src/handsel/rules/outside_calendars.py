"""Calendars elsewhere that make a nanny busy: which addresses are taken, what may go wrong, when to try again."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.ip_addresses import IpAddress, is_public, parse_ip
from handsel.rules.sentences import say

MOST_CALENDARS = 5  # of one person
LONGEST_ADDRESS = 2_000
SEALED_AS = "outside calendar"  # of which kind the secret is (access.sealed)
# Of one calendar, after what touches or overlaps was made one.
MOST_BUSY_TIMES = 5_000
# What is kept of them: from the midnight a day ago, as far as a generation may reach until everything is read anew.
DAYS_BACK, DAYS_AHEAD = 1, 368

READ_EVERY = timedelta(hours=1)
# A server that says "unchanged" is asked for everything all the same after this: time goes on, and rules run further.
WHOLE_EVERY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)

_ADDRESS = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?\.?|[0-9a-f:.]+")


class Trouble(StrEnum):
    """Why a calendar could not be read, as a word that tells nothing of its address."""

    UNREACHABLE = "unreachable"
    NOT_PUBLIC = "not_public"
    REFUSED = "refused"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_A_CALENDAR = "not_a_calendar"
    LOST = "lost"  # the secret key is another one, and the address can't be read any more


def address(raw: object, *, at_home: bool) -> str:
    """An https address as calendar apps give it away, also as webcal. at_home: private networks and http too."""
    text = fields.text(raw, least=1, most=LONGEST_ADDRESS)
    found = split(re.sub(r"(?i)^webcals?:", "https:", text), at_home=at_home)
    if found is None:
        raise Wrong(say("Write the whole address of the calendar, like https://calendar.example.com/noor.ics."))
    literal = parse_ip(found.hostname or "")
    if not at_home and (found.hostname == "localhost" or (literal is not None and not is_public(literal))):
        raise Wrong(say("This address leads into a private network, where Handsel does not read."))
    return found.geturl()


def split(text: str, *, at_home: bool) -> SplitResult | None:
    """The parts of an address that may be asked, without what follows a #; None for any other."""
    try:
        found = urlsplit(text)._replace(fragment="")
        host, port = found.hostname or "", found.port or 443
    except ValueError:
        return None
    if found.scheme not in ({"https", "http"} if at_home else {"https"}) or not _ADDRESS.fullmatch(text):
        return None
    # Below are the doors of other services than the web's.
    if not (port in (80, 443) or port >= 1024):
        return None
    return found if _HOST.fullmatch(host) else None


def hint(text: str) -> str:
    """As much of an address as may be shown: calendar.example.com … .ics."""
    return f"{urlsplit(text).hostname} … {text[-4:]}"


def may_be_asked(found: Iterable[IpAddress], *, at_home: bool) -> bool:
    """Whether a name may be asked that leads to these: not if a single one of them lies where it must not."""
    listed = list(found)
    return bool(listed) and all(_is_somebodys_own(one) if at_home else is_public(one) for one in listed)


def _is_somebodys_own(found: IpAddress) -> bool:
    """At home anything but what is said among machines alone, as a cloud says of itself at 169.254.169.254."""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return not (found.is_link_local or found.is_multicast or found.is_unspecified)
