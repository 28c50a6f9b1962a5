"""The accounts of the tests of Cirrus's API."""

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
    """Another account."""
    made = new_provider(server)
    with made.client:
        yield made
