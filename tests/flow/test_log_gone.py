"""The log is deleted under a running server: no packet is acknowledged any more."""

from pathlib import Path
from time import sleep

from sensorium.storage.files import LOOK_EVERY
from tests.flow.sensors import describe, is_unavailable, push, register
from tests.running import running


def test_packets_are_refused_once_the_log_is_deleted(tmp_path: Path):
    """With the error that tells a device to come again."""
    with running(tmp_path / "data") as server:
        server.wait_for_engine()
        with register(server) as client:
            sensor = describe(client)
            assert push(client, sensor, {"v": 1}).status_code == 200
            for file in (tmp_path / "data").glob("log.db*"):
                file.unlink()
            sleep(2 * LOOK_EVERY)
            for _ in range(3):
                assert is_unavailable(push(client, sensor, {"v": 2}))
