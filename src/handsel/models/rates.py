"""Hourly rates: 0 to 9999.99 in the family's currency."""

from django.db import models


class RateField(models.DecimalField):
    """A Decimal with two places; null means that no rate was agreed."""

    def __init__(self, **options) -> None:
        options |= {"max_digits": 6, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(**options)
