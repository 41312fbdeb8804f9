"""A person's keys to the API. They belong to no family, so the operator's log tells of them instead of a history."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import tokens
from handsel.models import ApiToken, User
from handsel.rules import fields, local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Scope
from handsel.rules.sentences import say

PREFIX = "handsel_"  # so that a person, and a scanner for leaked secrets, can tell what it is

log = logging.getLogger(__name__)


@transaction.atomic
def issue(draft: Draft, *, by: User, at: datetime, source: Source) -> tuple[ApiToken, str]:
    """Issue a key (draft: name, scope "read" or "write"; expires_at); return it with its secret, shown this once.

    An expires_at without an offset is wall time in the person's own zone, or UTC when that is not set. Raises Invalid.
    """
    problems = Problems(draft, ["name"])
    if draft.get("scope") not in tuple(Scope):
        problems.add("scope", say("Choose one of %(choices)s.", choices=", ".join(Scope)))
    expires_at: datetime | None = draft.get("expires_at")
    if expires_at is not None:
        if expires_at.tzinfo is None:
            expires_at = local_time.instant(expires_at, by.time_zone or "UTC")
        if expires_at <= at:
            problems.add("expires_at", say("This time is over."))
    problems.raise_if_any()
    secret = tokens.new_secret(PREFIX)
    token = ApiToken.objects.create(
        person=by,
        name=draft["name"],
        scope=draft["scope"],
        token_hash=tokens.hash_of(secret),
        created_at=at,
        expires_at=expires_at,
    )
    log.info("API token %s (%s) issued to %s from %s", token.id, token.scope, by.id, source)
    return token, secret


def issue_for(email: str, scope: str = Scope.WRITE, *, at: datetime) -> str:
    """Issue a key for whose the address is, the operator's way; return its secret. Raises NotVisible or Invalid."""
    person = User.objects.filter(email=fields.known_address(email), is_active=True).first()
    if person is None:
        raise NotVisible(say("Nobody here has this e-mail address."))
    _, secret = issue(Draft.of(name="command line", scope=scope), by=person, at=at, source=Source.COMMAND)
    return secret


@transaction.atomic
def revoke(token_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Revoke one of the person's own keys; one revoked before stays so. Raises NotVisible."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, person=by).first()
    if token is None:
        raise NotVisible
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        log.info("API token %s of %s revoked from %s", token.id, by.id, source)
