"""One server for all tests of Cirrus's API, with a rate that they do not reach."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.dialects.nilu.api import Provider, new_provider
from tests.running import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a data folder of its own."""
    with running(
        tmp_path_factory.mktemp("cirrus") / "data", env={"SENSORIUM_CIRRUS_REQUESTS": "100000"}
    ) as started:
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
    """Another account."""
    made = new_provider(server)
    with made.client:
        yield made
