"""Caps that no family meets, so that one account cannot slow the others: HANDSEL_LIMITS=off lifts them all.

Ahead is a session that is SCHEDULED and not over. Only making is capped: what is undone, restored, recorded, moved or
edited never is, and what is over a cap already stays and works.
"""

SESSIONS_AHEAD = 2_000  # of a family
SESSIONS_OF_A_SCHEDULE = 800  # ahead
CHILDREN = 30  # of a family, not archived
MEMBERS = 50  # of a family, who have not left
FAMILIES_FOUNDED = 1_000  # by one person
