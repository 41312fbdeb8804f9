"""A person's keys to the API, as the settings list them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import ApiToken, User
from handsel.rules import local_time
from handsel.rules.scopes import Scope


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
