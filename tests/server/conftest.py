"""Servers that the tests of HTTP share."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.flow.sensors import describe, register
from tests.running import Server, running

SHORT = {
    "SENSORIUM_HEADER_DEADLINE": "1",
    "SENSORIUM_BODY_DEADLINE": "1.5",
    "SENSORIUM_IDLE_DEADLINE": "2",
    "SENSORIUM_WRITE_DEADLINE": "2",
}


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with short deadlines."""
    with running(tmp_path_factory.mktemp("hasty") / "data", env=SHORT) as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it is by default, but for a batch limit that is soon reached."""
    with running(
        tmp_path_factory.mktemp("server") / "data", env={"SENSORIUM_BATCH_LIMIT": str(8 << 20)}
    ) as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx2.Client]:
    """The owner of a sensor on it."""
    with register(server) as client:
        yield client


@pytest.fixture(scope="session")
def sensor(client: httpx2.Client) -> int:
    """A fixed sensor with packets like {"v": 1.5}."""
    return describe(client)
