import os

import hypothesis
import pytest

from tests.world import World, build

hypothesis.settings.register_profile("ordinary", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))


@pytest.fixture
def world(db) -> World:
    """The Riveras, the Okafors and Noor between them; see tests/world.py."""
    return build()
