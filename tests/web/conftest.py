import pytest
from django.utils import timezone

from handsel.rules.roles import Role
from tests.web.visitor import Visitor
from tests.world import NOW, World


@pytest.fixture(autouse=True)
def eight_in_the_morning(monkeypatch):
    """It is the world's now on the door's clock too."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def ana(world: World) -> Visitor:
    return Visitor(world.ana)


@pytest.fixture
def luis(world: World) -> Visitor:
    return Visitor(world.luis)


@pytest.fixture
def noor(world: World) -> Visitor:
    return Visitor(world.noor)


@pytest.fixture
def bea(world: World) -> Visitor:
    return Visitor(world.bea)


@pytest.fixture
def ada(world: World) -> Visitor:
    return Visitor(world.ada)


@pytest.fixture
def sam(world: World) -> Visitor:
    return Visitor(world.sam)


@pytest.fixture
def viewer(world: World) -> Visitor:
    """A viewer, who reads along at the Riveras'."""
    return Visitor(world.join(world.riveras, Role.VIEWER).user)


@pytest.fixture
def coordinator(world: World) -> Visitor:
    """Who coordinates for the agency."""
    return Visitor(world.join(world.riveras, Role.COORDINATOR).user)
