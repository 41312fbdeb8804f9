"""How many requests a token may make (HANDSEL_API_RATE). Off unless the operator sets it."""

from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from handsel.api.errors import TooManyRequests

_SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


def count(token_id: UUID) -> None:
    """Count a request, by windows that begin with the clock's minute or hour. Raises TooManyRequests.

    Two requests at the same instant may be counted as one: this is against a program that runs wild, not a lock.
    """
    if settings.API_RATE is None:
        return
    most, _, unit = settings.API_RATE.partition("/")
    window, spent = divmod(int(timezone.now().timestamp()), _SECONDS[unit])
    left = _SECONDS[unit] - spent
    key = f"api-rate:{token_id}:{window}"
    made = cache.get(key, 0)
    if made >= int(most):
        raise TooManyRequests(left)
    cache.set(key, made + 1, timeout=left + 1)
