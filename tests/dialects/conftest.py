"""One server for the tests of all APIs, with rates that they do not reach; each makes its accounts."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.running import Server, running

RATES = {"SENSORIUM_CIRRUS_REQUESTS": "100000", "SENSORIUM_NAVIXY_REQUESTS": "100000"}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a data folder of its own."""
    with running(tmp_path_factory.mktemp("dialects") / "data", env=RATES) as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="session")
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client
