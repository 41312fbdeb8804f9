from collections.abc import Iterator

import pytest

from tests.workflows.dated import DatedServer


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def server(request) -> Iterator[DatedServer]:
    with DatedServer(request.param) as started:
        yield started
