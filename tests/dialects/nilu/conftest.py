"""One server for all tests of NILU's API; each test makes the sensors that it needs."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a data folder of its own."""
    with running(tmp_path_factory.mktemp("nilu") / "data") as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="session")
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client


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
