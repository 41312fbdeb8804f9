"""Who looked: at what is a family's, for who manages it, and what a person looked at themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext, gettext_lazy, ngettext

from handsel.access import checks, visibility
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import AccessLine, ApiToken, CalendarAddress, IssuedDocument, Member, User
from handsel.pages import changes, devices
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules.access_log import Thing, Way
from handsel.rules.roles import Capability

_MOST = 50
_COLUMNS = ("day", "last_at", "id")
# What the form sends for who runs this Handsel.
OPERATOR = "operator"

_WHAT = {
    Thing.CARE_NOTES: gettext_lazy("Care notes of %(name)s"),
    Thing.PAY: gettext_lazy("Pay of %(name)s"),
    Thing.DOCUMENT: gettext_lazy("Documents of %(name)s"),
    Thing.RECEIPT: gettext_lazy("A receipt of %(name)s"),
    Thing.TAX_NUMBER: gettext_lazy("Tax number of %(name)s, printed"),
    Thing.EXPORT: gettext_lazy("An export of the record, with the pay of %(name)s"),
}
_OF_THE_FAMILY = {
    Thing.PAY: gettext_lazy("Pay"),
    Thing.DOCUMENT: gettext_lazy("Documents"),
    Thing.RECEIPT: gettext_lazy("A receipt"),
    Thing.TAX_NUMBER: gettext_lazy("Tax number"),
    Thing.EXPORT: gettext_lazy("An export of the record"),
    Thing.CALENDAR: gettext_lazy("Sessions, in a calendar app"),
    Thing.SIGN_IN: gettext_lazy("Signed in"),
    Thing.OPERATOR: gettext_lazy("What an operator sees of this family"),
}
_WAYS = {
    Way.BROWSER: gettext_lazy("browser"),
    Way.TOKEN: gettext_lazy("API key"),
    Way.CALENDAR: gettext_lazy("calendar address"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list to filter by."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LookLine:
    """Who looked at what, when and how often, and by what."""

    who: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; nothing where it makes no sense. week: any day of it."""

    person: str = ""
    child: str = ""
    week: date | None = None
    after: str | None = None


def page(person: User, family_id: UUID, *, changed: bool, asked: Filters) -> dict[str, Any]:
    """Return a part of who looked, or of who changed something, newest first. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.SEE_ACCESS)
    formatter = person.formatter
    members = list(visibility.members_ever(person).filter(family=family).select_related("user").order_by("joined_at"))
    children = list(visibility.children(person).filter(family=family).order_by("created_at", "id"))
    chosen_member = next((member for member in members if str(member.id) == asked.person), None)
    chosen_child = next((child for child in children if str(child.id) == asked.child), None)
    week = _week(asked.week, formatter)
    shown: dict[str, Any] = {
        "family_id": family.id,
        "family_name": family.name,
        "changed": changed,
        "people": [_choice(member.id, formatter.names.whole(member, member.name), chosen_member) for member in members],
        "by_operator": asked.person == OPERATOR,
        "children": [_choice(child.id, formatter.names.of(child), chosen_child) for child in children],
        "week": asked.week.isoformat() if asked.week else "",
        "week_name": formatter.days(*week) if week else "",
        "is_filtered": bool(chosen_member or chosen_child or week or asked.person == OPERATOR),
    }
    if changed:
        rows, following = changes.lines(
            person,
            standing,
            family,
            by=chosen_member,
            operator=asked.person == OPERATOR,
            child=chosen_child,
            week=week,
            after=asked.after,
        )
        return shown | {"rows": rows, "after": following}
    lines = visibility.looks(standing)
    if chosen_member:
        lines = lines.filter(person=chosen_member.user_id)
    elif asked.person == OPERATOR:
        lines = lines.filter(thing=Thing.OPERATOR)
    if chosen_child:
        lines = lines.filter(about_id=chosen_child.id)
    if week:
        lines = lines.filter(day__range=week)
    part, following = _part(lines, f"looks:{family_id}", asked.after)
    by_person = {member.user_id: member for member in members}
    numbers = _numbers(part)
    looked = [
        LookLine(
            who=_who(line, by_person, formatter),
            what=_what(line, formatter, numbers),
            about=names.join_facts(_when(line, formatter, family.time_zone), _kinds(line.ways)),
        )
        for line in part
    ]
    return shown | {"rows": looked, "after": following}


def own(person: User, *, after: str | None) -> dict[str, Any]:
    """Return a part of what a person looked at, their sign-ins, and who looked at what is theirs alone."""
    formatter = person.formatter
    lines = visibility.own_looks(person)
    part, following = _part(lines, f"own_looks:{person.id}", after)
    ways, numbers = _own_ways(person, part), _numbers(part)
    rows = []
    for line in part:
        zone = line.family.time_zone if line.family else person.time_zone or "UTC"
        by_others = line.person_id != person.id
        rows.append(
            LookLine(
                who=_other(line) if by_others else "",
                what=_own_what(line, formatter, numbers, person),
                about=names.join_facts(
                    line.family.name if line.family else "",
                    _when(line, formatter, zone),
                    _kinds(line.ways) if by_others else ", ".join(filter(None, map(ways.get, line.ways))),
                ),
            )
        )
    return {"rows": rows, "after": following}


def _choice(row_id: UUID, name: str, chosen: Any) -> Choice:
    return Choice(str(row_id), name, chosen is not None and chosen.id == row_id)


def _week(day: date | None, formatter: Formatter) -> tuple[date, date] | None:
    if day is None:
        return None
    first = formatter.week_of(day)
    return first, first + timedelta(days=6)


def _part(lines: Any, of: str, after: str | None) -> tuple[list[AccessLine], str | None]:
    related = lines.select_related("person", "family", "nanny__user")
    return paging.for_page(related, after, Order(of, _COLUMNS, descending=True), most=_MOST)


def _numbers(part: Iterable[AccessLine]) -> dict[UUID, int]:
    """Return the numbers of the documents that are among these. One query."""
    ids = [line.about_id for line in part if line.thing == Thing.DOCUMENT]
    # unscoped: of lines at hand
    return dict(IssuedDocument.objects.filter(pk__in=ids).values_list("pk", "number"))


def _who(line: AccessLine, members: Mapping[UUID, Member], formatter: Formatter) -> str:
    member = members.get(line.person_id) if line.person_id else None
    return _other(line) if member is None else formatter.names.whole(member, member.name)


def _other(line: AccessLine) -> str:
    """Return who is no member: who runs the server, or who left and is erased."""
    if line.thing != Thing.OPERATOR:
        return line.person.name if line.person and line.person.name else gettext("Someone who left")
    if line.person and line.person.name:
        return gettext("%(name)s, who runs this Handsel") % {"name": line.person.name}
    return gettext("Who runs this Handsel")


def _what(line: AccessLine, formatter: Formatter, numbers: Mapping[UUID, int]) -> str:
    thing = Thing(line.thing)
    if line.about_id in numbers:
        return gettext("Document No. %(number)s") % {"number": numbers[line.about_id]}
    if thing is Thing.CARE_NOTES:
        return str(_WHAT[thing]) % {"name": formatter.names.of_id(line.about_id, gettext("a child"))}
    if thing in _WHAT and line.nanny:
        return str(_WHAT[thing]) % {"name": formatter.names.of_id(line.nanny_id, line.nanny.first_name)}
    return str(_OF_THE_FAMILY[thing])


def _own_what(line: AccessLine, formatter: Formatter, numbers: Mapping[UUID, int], person: User) -> str:
    is_own = line.nanny is not None and line.nanny.user_id == person.id
    match Thing(line.thing):
        case Thing.TAX_NUMBER if line.family is None:
            return gettext("Your tax number")
        case Thing.TAX_NUMBER if is_own:
            return gettext("Your tax number, printed")
        case Thing.PAY if is_own:
            return gettext("Your pay")
        case Thing.OPERATOR if line.owner_id == person.id:
            return gettext("What an operator sees of your account")
        case _:
            return _what(line, formatter, numbers)


def _when(line: AccessLine, formatter: Formatter, zone: str) -> str:
    first, last = formatter.clock_at(line.first_at, zone), formatter.clock_at(line.last_at, zone)
    day = formatter.day(line.day)
    if line.times == 1:
        return f"{day}, {first}"
    times = ngettext("%(count)s time", "%(count)s times", line.times) % {"count": line.times}
    if first == last:
        return names.join_facts(f"{day}, {first}", times)
    return names.join_facts(f"{day}, {formatter.span(line.first_at, line.last_at, zone)}", times)


def _kinds(ways: Iterable[str]) -> str:
    """Return by what kinds of ways somebody came: whose browser and key it is, is theirs to know."""
    kinds = dict.fromkeys(Way(way.partition(":")[0]) for way in ways)
    return ", ".join(str(_WAYS[kind]) for kind in kinds)


def _own_ways(person: User, part: Iterable[AccessLine]) -> dict[str, str]:
    """Return the names of a person's own browsers, keys and calendars. Three queries."""
    ids: dict[str, set[str]] = {way.value: set() for way in Way}
    for line in part:
        for way in line.ways:
            kind, _, way_id = way.partition(":")
            ids[kind].add(way_id)
    named = {f"{Way.BROWSER}:{way_id}": gettext("a browser that is signed out") for way_id in ids[Way.BROWSER]}
    named |= {f"{Way.TOKEN}:{way_id}": gettext("API key") for way_id in ids[Way.TOKEN]}
    named |= {f"{Way.CALENDAR}:{way_id}": gettext("calendar address") for way_id in ids[Way.CALENDAR]}
    browsers = UserSession.objects.filter(user=person, pk__in=[pk for pk in ids[Way.BROWSER] if pk])
    for pk, user_agent in browsers.values_list("pk", "user_agent"):
        named[f"{Way.BROWSER}:{pk}"] = devices.browser_name(user_agent)
    for pk, name in ApiToken.objects.filter(person=person, pk__in=ids[Way.TOKEN]).values_list("pk", "name"):
        named[f"{Way.TOKEN}:{pk}"] = gettext("API key “%(name)s”") % {"name": name}
    addresses = CalendarAddress.objects.filter(person=person, pk__in=ids[Way.CALENDAR])
    for pk, name in addresses.values_list("pk", "name"):
        named[f"{Way.CALENDAR}:{pk}"] = gettext("calendar “%(name)s”") % {"name": name}
    return named
