import pytest

from tests.access import neighbours
from tests.access.neighbours import Actor


@pytest.fixture
def actors(world) -> dict[str, Actor]:
    return neighbours.build(world)
