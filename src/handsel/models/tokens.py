"""Secrets that open something: API tokens, invitations, and the keys of repeated requests.

Only hashes are stored; the secret itself is shown once, to who made it.
"""

from datetime import datetime

from django.conf import settings
from django.db import models

from handsel.models.families import Family, Member, in_charge
from handsel.models.leases import LeasedQuerySet
from handsel.models.rows import Identified
from handsel.rules.roles import Role, Scope


class ApiToken(Identified):
    """A person's key to the API."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=5, choices=[(scope.value, scope.value) for scope in Scope])
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=[scope.value for scope in Scope]), name="scope_is_known"
            ),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> "InvitationQuerySet":
        """Return those that let somebody in. An invitation whose sender may invite nobody any more lets nobody in.

        A nanny who founded the family may have invited both parents before the first of them joined.
        """
        untouched = self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)
        return untouched.filter(in_charge("invited_by__"), invited_by__removed_at__isnull=True)


class Invitation(Identified):
    """A way into a family, for one person, once."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in Role])
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_by_and_at_together",
            ),
        ]


class IdempotencyKey(Identified):
    """A POST that may be repeated: claimed first, answered in the transaction of its effect.

    While status is null the request is under way, or its process died: then the key is free from next_at on.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=400)
    body_hash = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")  # compressed
    headers = models.JSONField(default=dict)
    size = models.PositiveIntegerField()  # bytes, as they count for the person (actions.idempotency)
    # What the answer tells of, so that it can be redacted.
    thing_id = models.UUIDField(null=True)
    # Whom the answer tells of: who has left the family does not get it again.
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = LeasedQuerySet["IdempotencyKey"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_per_key"),
        ]
        indexes = [
            # Forgetting what is older than a day.
            models.Index(fields=["created_at"], name="keys_by_age"),
        ]
