"""The files of the log and the progress are taken away while the archive stays."""

from pathlib import Path

from tests.flow.sensors import STAMPED, describe, push, register
from tests.running import running


def test_a_new_log_does_not_use_packet_ids_again(tmp_path: Path):
    """A packet after the loss of the log has a newer id than any before: it replaces the row at its time."""
    data = tmp_path / "data"
    with running(data) as server, register(server) as client:
        server.wait_for_engine()
        token = client.headers["authorization"].removeprefix("Bearer ")
        sensor = describe(client, **STAMPED)
        for value in (1.0, 2.0, 3.0):
            assert push(client, sensor, {"t": 1_750_000_000, "v": value}).status_code == 200
        assert [row["value"] for row in client.get(f"/api/data/id/{sensor}/maxutc").json()] == [3.0]
    for lost in (*data.glob("log.db*"), *data.glob("progress.db*")):
        lost.unlink()

    with running(data) as server, server.client(token) as client:
        assert push(client, sensor, {"t": 1_750_000_000, "v": 4.0}).status_code == 200
        rows = client.get(f"/api/data/id/{sensor}/maxutc").json()

    assert [row["value"] for row in rows] == [4.0]
