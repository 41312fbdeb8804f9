"""Cases that break the promises about who looked."""

from datetime import timedelta
from typing import Any

from handsel.models import AccessLine
from tests.models.breaking import Cases, change, copy
from tests.world import NOW, World

cases = Cases()
breaks = cases.breaks


def a_look(world: World, **columns: Any) -> AccessLine:
    """Ana looked at Emma's care notes once."""
    return AccessLine.objects.create(
        **{
            "person": world.ana,
            "thing": "CARE_NOTES",
            "about_id": world.emma.id,
            "family": world.riveras,
            "day": NOW.date(),
            "first_at": NOW,
            "last_at": NOW,
            "times": 1,
            "written_at": NOW,
        }
        | columns
    )


@breaks("one_line_per_person_thing_and_day")
def a_look_has_two_lines(world: World) -> None:
    copy(a_look(world))


@breaks("one_line_of_the_server_a_day")
def a_command_has_two_lines(world: World) -> None:
    copy(a_look(world, person=None))


@breaks("thing_is_known")
def something_unknown_was_looked_at(world: World) -> None:
    change(a_look(world), thing="DIARY")


@breaks("first_looks_come_first")
def the_last_look_is_before_the_first(world: World) -> None:
    change(a_look(world), last_at=NOW - timedelta(minutes=1))


@breaks("a_line_is_of_a_look")
def a_line_is_of_no_look(world: World) -> None:
    change(a_look(world), times=0)
