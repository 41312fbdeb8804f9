"""The example: two families, half a year of their care and what it came to, made through the actions themselves.

It is relative to today, and goes into an empty book only, so that it never mixes with real people.
"""

from datetime import datetime, timedelta

from django.db import transaction

from handsel.actions.example_families import cast, money
from handsel.actions.example_families.story import Story
from handsel.models import User
from handsel.rules import example_people, local_time
from handsel.rules.history import Source
from handsel.rules.refusals import WrongState
from handsel.rules.sentences import say

# The people to sign in as, by the part they play; the password is theirs where the book is an example for sure.
PASSWORD = "handsel-example"
PEOPLE = {"Noor": "noor@example.org", "Ana": "ana@example.org", "Ada": "ada@example.org"}


def may_load() -> bool:
    """Say whether the book is empty: nobody is in it."""
    return not User.objects.exists()


def is_loaded() -> bool:
    """Say whether the people of PEOPLE are in this book."""
    return User.objects.filter(email__in=PEOPLE.values()).count() == len(PEOPLE)


def is_anybody_here() -> bool:
    """Say whether anybody can still sign in as one of the example people, whose password everybody knows."""
    return User.objects.filter(email__in=example_people.ADDRESSES, is_active=True).exists()


@transaction.atomic
def load(*, at: datetime, source: Source, password: str | None = None) -> None:
    """Make both families: half a year of history, this week, and four weeks ahead. The worker issues their pay
    statements (statements.issue_next).

    Without a password nobody can sign in by one. Raises WrongState when anybody is in the book.
    """
    if not may_load():
        raise WrongState(say("There are people in this book already. The example families go only into an empty one."))
    today = local_time.local_date(at, cast.ZONE)
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=26)
    founding = cast.clock(first - timedelta(days=14), "19:00")
    players = cast.gather(first, password=password, at=founding, source=source)
    story = Story(players, now=at, source=source)
    money.tell(story, monday)
    story.live(first, monday)
