"""How much the tests of load and chance do, by day and by night, and from which seed: all in one place.

Two settings change a night. HANDSEL_TEST_SEED is the first seed, so that what one run found another can find again;
HANDSEL_TEST_SHARE makes all sizes smaller (0.1 is a tenth), where there is less time than a night.
"""

import os

from tests.run import NIGHTLY

SEED = int(os.environ.get("HANDSEL_TEST_SEED", "20261128"))
SHARE = float(os.environ.get("HANDSEL_TEST_SHARE", "1"))

# By day, by night.
_SIZES = {
    "requests on one session": (300, 10_000),
    "seeds of one session": (1, 20),
    "histories to check": (10, 400),
    "histories of pay to check": (100, 400),
    "sessions of a history": (4, 50),
    "operations of each client": (40, 5_000),
    "kills of a history": (4, 40),
    "operations on pay": (100, 1_000),
    "kills of pay": (2, 10),
    "kills under load": (2, 100),
    "acknowledged writes": (100, 50_000),
}


def size(of: str) -> int:
    """How many of these this run makes; no share of a night is less than a day's."""
    by_day, by_night = _SIZES[of]
    return max(by_day, round(by_night * SHARE)) if NIGHTLY else by_day


def seeds(of: str) -> list[int]:
    return [SEED + number for number in range(size(of))]
