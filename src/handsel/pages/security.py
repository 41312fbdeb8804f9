"""How a person signs in, and where she is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import ApiToken, User
from handsel.pages import devices
from handsel.rules import local_time
from handsel.rules.roles import Scope


@dataclass(frozen=True, slots=True)
class Passkey:
    id: int
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Security:
    email: str
    has_password: bool
    passkeys: list[Passkey]
    # "" while no app is set up.
    app_since: str
    codes_left: int
    devices: int


@dataclass(frozen=True, slots=True)
class Device:
    id: int
    name: str
    about: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """The families that one would leave, and those that nobody else could manage, with their ids."""

    families: list[str]
    stuck: list[tuple[UUID, str]]


def security(person: User, *, at: datetime) -> Security:
    """What is set up, at a glance. Two queries."""
    days = _Days(person)
    passkeys, app_since, codes_left = [], "", 0
    for row in Authenticator.objects.filter(user=person).order_by("created_at", "pk"):
        match row.type:
            case Authenticator.Type.WEBAUTHN:
                used = gettext("last used %(day)s") % {"day": days.full(row.last_used_at)} if row.last_used_at else ""
                since = gettext("since %(day)s") % {"day": days.full(row.created_at)}
                passkeys.append(
                    Passkey(row.pk, row.wrap().name, names.join_facts(since, used or gettext("never used")))
                )
            case Authenticator.Type.TOTP:
                app_since = days.full(row.created_at)
            case Authenticator.Type.RECOVERY_CODES:
                codes_left = len(row.wrap().get_unused_codes())
    return Security(
        person.email, person.has_usable_password(), passkeys, app_since, codes_left, _living(person, at).count()
    )


def signed_in_at(person: User, *, at: datetime, here: str) -> list[Device]:
    """Each browser with a session that is not over, this one first, then by when it was seen. One query."""
    days = _Days(person)
    found = [
        Device(
            row.pk,
            devices.browser_name(row.user_agent),
            names.join_facts(
                row.ip,
                gettext("since %(day)s") % {"day": days.full(row.created_at)},
                "" if row.session_key == here else gettext("last seen %(moment)s") % {"moment": days.moment(row)},
            ),
            row.session_key == here,
        )
        for row in _living(person, at).order_by("-last_seen_at", "pk")
    ]
    return sorted(found, key=lambda device: not device.is_this)


def leaving(person: User) -> Leaving:
    """What deleting the account would end. Two queries."""
    mine = visibility.members(person).filter(user=person)
    named = mine.order_by("family__name").values_list("family_id", "family__name")
    stuck = set(mine.last_in_charge().values_list("family_id", flat=True))
    families = list(named)
    return Leaving(
        [name for family_id, name in families if family_id not in stuck],
        [(family_id, name) for family_id, name in families if family_id in stuck],
    )


def _living(person: User, at: datetime) -> QuerySet[UserSession]:
    living = Session.objects.filter(expire_date__gt=at).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=living)


class _Days:
    """Days and times of this person's own zone."""

    def __init__(self, person: User) -> None:
        self.formatter, self.zone = Formatter.of(person), person.time_zone or "UTC"

    def full(self, at: datetime) -> str:
        return self.formatter.full(local_time.local_date(at, self.zone))

    def moment(self, row: UserSession) -> str:
        return self.formatter.moment(row.last_seen_at, self.zone)


@dataclass(frozen=True, slots=True)
class Key:
    id: UUID
    name: str
    about: str


def keys(person: User, *, at: datetime) -> list[Key]:
    """The keys that open something, the newest first."""
    formatter, zone = Formatter.of(person), person.time_zone or "UTC"
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    living = ApiToken.objects.filter(unexpired, person=person, revoked_at__isnull=True).order_by("-created_at", "-id")

    def day(moment: datetime) -> str:
        return formatter.full(local_time.local_date(moment, zone))

    return [
        Key(
            row.id,
            row.name,
            names.join_facts(
                gettext("reads and writes") if row.scope == Scope.WRITE else gettext("reads"),
                gettext("last used %(day)s") % {"day": day(row.last_used_at)}
                if row.last_used_at
                else gettext("never used"),
                # It ends as the day after its last one begins.
                gettext("until %(day)s") % {"day": day(row.expires_at - timedelta(seconds=1))}
                if row.expires_at
                else "",
            ),
        )
        for row in living
    ]
