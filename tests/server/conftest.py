"""Servers that the tests of HTTP share."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.flow.sensors import STAMPED, describe, push_many, register
from tests.running import Server, running

SHORT = {
    "SENSORIUM_HEADER_DEADLINE": "1",
    "SENSORIUM_BODY_DEADLINE": "1.5",
    "SENSORIUM_IDLE_DEADLINE": "2",
    "SENSORIUM_WRITE_DEADLINE": "2",
}

EPOCH = 1_750_000_000


@pytest.fixture(scope="package")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with short deadlines."""
    with running(tmp_path_factory.mktemp("hasty") / "data", env=SHORT) as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it is by default, but for a batch limit that is soon reached."""
    with running(
        tmp_path_factory.mktemp("server") / "data", env={"SENSORIUM_BATCH_LIMIT": str(8 << 20)}
    ) as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="package")
def client(server: Server) -> Iterator[httpx2.Client]:
    """The owner of a sensor on it."""
    with register(server) as client:
        yield client


@pytest.fixture(scope="package")
def sensor(client: httpx2.Client) -> int:
    """A fixed sensor with packets like {"v": 1.5}."""
    return describe(client)


@pytest.fixture(scope="package")
def owner(hasty: Server) -> Iterator[httpx2.Client]:
    """An account on the server with short deadlines."""
    with register(hasty) as client:
        yield client


def large_answer(owner: httpx2.Client) -> str:
    """The address of a large answer: 100,000 rows, some 30 MB."""
    sensor = describe(owner, **STAMPED)
    for first in range(0, 100_000, 50_000):
        packets = [{"t": EPOCH + at, "v": at} for at in range(first, first + 50_000)]
        assert push_many(owner, sensor, packets).status_code == 200
    path = f"/api/data/id/{sensor}/fromutc/2025-06-15T00:00:00Z"
    assert len(owner.get(path).json()) == 100_000
    return path


@pytest.fixture(scope="package")
def large(owner: httpx2.Client) -> str:
    """A large answer of the server with short deadlines."""
    return large_answer(owner)
