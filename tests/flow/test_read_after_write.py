"""A read that follows an acknowledged write sees it."""

from collections.abc import Iterator

import pytest

from tests.chance import TIMES
from tests.flow.sensors import STAMPED, describe, push, register, values
from tests.running import Server, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server."""
    with running(tmp_path_factory.mktemp("flow") / "data") as server:
        server.wait_for_engine()
        yield server


@pytest.mark.chance
def test_the_newest_value_is_the_one_that_was_just_acknowledged(server: Server):
    """Many times on four sensors in turn: push, then ask for the newest value."""
    with register(server) as client:
        sensors = [describe(client, **STAMPED) for _ in range(4)]
        for at in range(60 * TIMES):
            sensor, moment = sensors[at % 4], 1_750_000_000 + at
            assert push(client, sensor, {"t": moment, "v": at}).status_code == 200
            [row] = client.get(f"/api/data/id/{sensor}/maxutc").raise_for_status().json()
            assert (row["timestamp_from_epoch"], row["value"]) == (moment, at)


def test_each_value_is_in_the_range_at_once(server: Server):
    """Packets without a time of their own are rows of now, in the order of their acknowledgement."""
    with register(server) as client:
        sensor = describe(client)
        for at in range(30):
            assert push(client, sensor, {"v": at}).status_code == 200
            assert values(client, sensor) == list(range(at + 1))


def test_the_pipeline_tells_of_the_packet_just_acknowledged(server: Server):
    """The flags are those of the last packet: stored and checked, or without any value."""
    with register(server) as client:
        sensor = describe(client)
        for value, flags in ((1.5, 10), (None, 1), (2.5, 10)) * 5:
            assert push(client, sensor, {"v": value}).status_code == 200
            assert client.get(f"/api/sensors/{sensor}/pipeline").json()["flags"] == flags
