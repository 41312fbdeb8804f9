"""The tax number of a person with the name and address that belong to it, and the families that may print it."""

from django.conf import settings
from django.db import models

from handsel.models.families import Family
from handsel.models.rows import Identified


class TaxIdentity(Identified):
    """One person's, encrypted as a whole and bound to them (access.encryption)."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tax_identity")
    encrypted = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tax identities"


class TaxNumberShare(Identified):
    """A family whose parents and coordinators may have the number printed in a document."""

    identity = models.ForeignKey(TaxIdentity, on_delete=models.CASCADE, related_name="shares")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    shared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "family"], name="shared_once_with_a_family"),
        ]
