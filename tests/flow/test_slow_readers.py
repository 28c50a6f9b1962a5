"""Clients that do not take their answers do not keep others from theirs."""

import socket
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx2

from sensorium.process.turns import PATIENCE, WAIT
from sensorium.storage.observations.clients import STREAMS
from tests.flow.sensors import STAMPED, describe, push_many, register
from tests.running import Server, running

EPOCH = 1_750_000_000  # 2025-06-15T15:06:40Z
ROWS = 60_000
RANGE = "fromutc/2025-06-15T00:00:00Z"


def ask_and_leave(server: Server, client: httpx2.Client, path: str) -> socket.socket:
    """Ask for an answer and take its beginning alone."""
    address = urlsplit(server.url)
    reader = socket.create_connection((address.hostname or "", address.port or 0), timeout=10)
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['authorization']}\r\n\r\n"
    reader.sendall(head.encode())
    assert reader.recv(15).startswith(b"HTTP/1.1 ")
    return reader


def test_others_are_answered_in_seconds(tmp_path: Path):
    """More answers stand still than the engine has streams: they make way, and one that is taken is whole."""
    with running(tmp_path / "data") as server, register(server) as client, ExitStack() as stack:
        server.wait_for_engine()
        sensor = describe(client, **STAMPED)
        for first in range(0, ROWS, 20_000):
            packets = [{"t": EPOCH + at, "v": at} for at in range(first, first + 20_000)]
            assert push_many(client, sensor, packets).status_code == 200
        path = f"/api/data/id/{sensor}/{RANGE}"
        while len(client.get(path).json()) != ROWS:
            pass
        for _ in range(STREAMS + 2):
            stack.enter_context(closing(ask_and_leave(server, client, path)))
        begun = monotonic()
        while (answer := client.get(path)).status_code != 200:
            assert answer.json()["error-code"] == 305
            assert monotonic() - begun < 3 * (PATIENCE + WAIT)
        assert [row["value"] for row in answer.json()] == list(range(ROWS))
