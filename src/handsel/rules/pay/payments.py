"""What a payment may say."""

from decimal import Decimal
from enum import StrEnum

LOWEST_PAYMENT, HIGHEST_PAYMENT = Decimal("0.01"), Decimal("9999999.99")


class PaymentMethod(StrEnum):
    """How money was given. Handsel moves none: it keeps the record."""

    CASH = "CASH"
    CHECK = "CHECK"
    TRANSFER = "TRANSFER"
    PAYROLL_SERVICE = "PAYROLL_SERVICE"
    OTHER = "OTHER"
