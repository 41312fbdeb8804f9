from collections.abc import Iterator

import pytest

from tests.workflows.dated import DatedServer


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def server(request) -> Iterator[DatedServer]:
    with DatedServer(request.param) as started:
        yield started
