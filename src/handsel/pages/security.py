"""How a person signs in, where they are signed in, what leaving would end, and their keys to the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext

from handsel.access import encryption, visibility
from handsel.access.encryption import Secret
from handsel.actions import passkeys
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import ApiToken, User
from handsel.pages import devices
from handsel.queries import people
from handsel.rules.roles import Scope


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser that somebody is signed in at."""

    id: int
    name: str
    about: str
    is_this: bool


def security(person: User, *, at: datetime) -> dict[str, Any]:
    """Return what is set up, at a glance; `app_since` is empty while no app is, `is_app_lost` says that no key opens
    what it was set up with. Two queries.
    """
    formatter, zone = person.formatter, person.time_zone or "UTC"
    shown: dict[str, Any] = {"passkeys": [], "app_since": "", "is_app_lost": False, "codes_left": 0}
    for row in Authenticator.objects.filter(user=person).order_by("created_at", "pk"):
        created = formatter.full_at(row.created_at, zone)
        match row.type:
            case Authenticator.Type.WEBAUTHN:
                since = gettext("since %(day)s") % {"day": created}
                about = names.join_facts(
                    since, _last_used(row.last_used_at, formatter, zone), _refused(row.data, formatter, zone)
                )
                shown["passkeys"].append({"id": row.pk, "name": row.wrap().name, "about": about})
            case Authenticator.Type.TOTP:
                shown["app_since"] = created
                secret = encryption.decrypt(row.data["secret"], Secret.SECOND_STEP, person.id)
                shown["is_app_lost"] = secret is None
            case Authenticator.Type.RECOVERY_CODES:
                shown["codes_left"] = len(row.wrap().get_unused_codes())
    opens_otherwise = settings.MAIL_IS_SET_UP or person.has_usable_password()
    return shown | {
        "is_only_passkey": len(shown["passkeys"]) == 1 and not opens_otherwise,
        "email": person.email,
        "has_password": person.has_usable_password(),
        "devices": UserSession.objects.filter(_is_living(person, at)).count(),
    }


def signed_in_at(person: User, *, at: datetime, here: str) -> list[SignIn]:
    """List each browser with a session that is not over, this one first, then by when it was seen. One query."""
    formatter, zone = person.formatter, person.time_zone or "UTC"
    sign_ins = []
    for row in UserSession.objects.filter(_is_living(person, at)).order_by("-last_seen_at", "pk"):
        is_this = row.session_key == here
        since = gettext("since %(day)s") % {"day": formatter.full_at(row.created_at, zone)}
        seen = gettext("last seen %(moment)s") % {"moment": formatter.moment(row.last_seen_at, zone)}
        about = names.join_facts(row.ip, since, "" if is_this else seen)
        sign_ins.append(SignIn(row.pk, devices.browser_name(row.user_agent), about, is_this))
    return sorted(sign_ins, key=lambda sign_in: not sign_in.is_this)


def _is_living(person: User, at: datetime) -> Q:
    living = Session.objects.filter(expire_date__gt=at).values("session_key")
    return Q(user=person, session_key__in=living)


def leaving(person: User, *, at: datetime) -> dict[str, Any]:
    """Return what deleting the account would end: the families that one would leave, and those that nobody else could
    manage, with their ids; and who keeps one's name with the care that one gave, also after one has left. Three
    queries.
    """
    ever = visibility.members_ever(person).filter(user=person)
    memberships = visibility.members(person).filter(user=person)
    families = list(memberships.order_by("family__name").values_list("family_id", "family__name"))
    stuck = set(memberships.last_in_charge().values_list("family_id", flat=True))
    return {
        "families": [name for family_id, name in families if family_id not in stuck],
        "keep_the_name": list(
            people.on_record(ever, at=at).order_by("family__name").values_list("family__name", flat=True)
        ),
        "stuck": [(family_id, name) for family_id, name in families if family_id in stuck],
    }


def keys(person: User, *, at: datetime) -> list[dict[str, Any]]:
    """List the keys to the API that open something, the newest first."""
    formatter, zone = person.formatter, person.time_zone or "UTC"
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    living = ApiToken.objects.filter(unexpired, person=person, revoked_at__isnull=True)
    return [
        {
            "id": row.id,
            "name": row.name,
            "about": names.join_facts(
                gettext("reads and writes") if row.scope == Scope.WRITE else gettext("reads"),
                _last_used(row.last_used_at, formatter, zone),
                # It ends as the day after its last one begins.
                gettext("until %(day)s") % {"day": formatter.full_at(row.expires_at - timedelta(seconds=1), zone)}
                if row.expires_at
                else "",
            ),
        }
        for row in living.order_by("-created_at", "-id")
    ]


def _refused(passkey: dict[str, Any], formatter: Formatter, zone: str) -> str:
    """Return that a passkey was refused since it counted backwards, and when; empty for all others."""
    at = passkey.get(passkeys.REFUSED_AT)
    if not at:
        return ""
    day = formatter.full_at(datetime.fromisoformat(at), zone)
    return gettext("refused %(day)s, since it seems to have been copied") % {"day": day}


def _last_used(at: datetime | None, formatter: Formatter, zone: str) -> str:
    return gettext("last used %(day)s") % {"day": formatter.full_at(at, zone)} if at else gettext("never used")
