"""The accounts of the tests of the management API; each test makes the devices that it needs."""

from collections.abc import Iterator

import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server


@pytest.fixture(scope="session")
def owner(server: Server) -> Iterator[Provider]:
    """The account of most tests."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture(scope="session")
def other(server: Server) -> Iterator[Provider]:
    """Another account, to which nothing belongs."""
    made = new_provider(server)
    with made.client:
        yield made


@pytest.fixture
def newcomer(server: Server) -> Iterator[Provider]:
    """An account of the test's own."""
    made = new_provider(server)
    with made.client:
        yield made
