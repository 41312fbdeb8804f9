"""What every row has: an id that can't be guessed by counting and sorts by the time it was made."""

from django.db import models
from uuid_utils.compat import uuid7


class Identified(models.Model):
    """A row with a UUIDv7 (RFC 9562, 5.7) for its primary key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
