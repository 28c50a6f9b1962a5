"""The providers of the tests of NILU's API; each test makes the sensors that it needs."""

from collections.abc import Iterator

import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server


@pytest.fixture(scope="session")
def provider(server: Server) -> Iterator[Provider]:
    """The provider of most tests; each makes the sensors that it needs."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture(scope="session")
def other(server: Server) -> Iterator[Provider]:
    """Another provider, to whom nothing belongs."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture
def newcomer(server: Server) -> Iterator[Provider]:
    """A provider of the test's own, whose tokens and list of sensors no other test touches."""
    made = new_provider(server)
    with made.client:
        yield made
