import pytest

from tests.access import neighbours
from tests.access.neighbours import Somebody


@pytest.fixture
def walkers(world) -> dict[str, Somebody]:
    return neighbours.build(world)
