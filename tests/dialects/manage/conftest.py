"""One server for all tests of the management API; each test makes the devices that it needs."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a data folder of its own."""
    with running(tmp_path_factory.mktemp("manage") / "data") as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="session")
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client


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
