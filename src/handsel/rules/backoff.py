"""The pause before something that failed is tried again."""

from datetime import timedelta


def pause_after(failures: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Return the pause after so many failures in a row (1 or more): `first`, and twice as long each time, up to
    `longest`.
    """
    factor: int = 2 ** min(failures - 1, 20)  # more would not fit a timedelta
    return min(first * factor, longest)
