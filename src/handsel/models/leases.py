"""Rows that several workers or requests take up: each has `next_at`, from when on it may be taken up.

Who takes a row up moves `next_at` on first. Until then the row is leased to them, and who dies with it leaves it to
the next one from then on.
"""

from datetime import datetime, timedelta
from typing import Self

from django.db import models


class LeasedQuerySet[Row: models.Model](models.QuerySet[Row]):
    def due(self, at: datetime) -> Self:
        """Those that may be taken up now."""
        return self.filter(next_at__lte=at)

    def claim(self, at: datetime, lease: timedelta, **columns: object) -> int:
        """Lease those that are still due until at + lease, and set these columns of theirs; how many that were.

        Of several that claim a row at once one gets it. No other lease of the row ends at the same instant, so its end
        tells whose it is (held_until).
        """
        return self.due(at).update(next_at=at + lease, **columns)

    def held_until(self, until: datetime) -> Self:
        """Those that are still leased by the claim that ends then, and were not taken over since."""
        return self.filter(next_at=until)
