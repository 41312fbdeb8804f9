import pytest
from django.utils import timezone

from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.world import NOW, World


@pytest.fixture(autouse=True)
def eight_in_the_morning(monkeypatch):
    """It is the world's now on the door's clock too."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def ana(world: World) -> Api:
    return Api(world, world.ana)


@pytest.fixture
def noor(world: World) -> Api:
    return Api(world, world.noor)


@pytest.fixture
def bea(world: World) -> Api:
    return Api(world, world.bea)


@pytest.fixture
def sam(world: World) -> Api:
    return Api(world, world.sam)


@pytest.fixture
def viewer(world: World) -> Api:
    """A viewer, who reads along at the Riveras'."""
    return Api(world, world.join(world.riveras, Role.VIEWER).user)
