"""The catalog is there and keeps no change: what the document calls that, by real faults."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import httpx2
import pytest

from tests.flow.sensors import describe, description, push, register, values
from tests.running import running


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another program holds the right to write to the catalog for the length of a block."""
    with closing(sqlite3.connect(data / "catalog.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def refusal(answer: httpx2.Response) -> tuple[int, int]:
    """The HTTP status and the error code; every such answer says when to ask again."""
    assert int(answer.headers["retry-after"]) > 0
    return answer.status_code, answer.json()["error-code"]


@pytest.mark.check("NI-148", "NI-166", "NI-179")
def test_a_locked_catalog_takes_no_change_and_says_so(tmp_path: Path):
    """112 for a schema, 120 for a deletion, 305 else; nothing is half done, and packets are taken."""
    data = tmp_path / "data"
    with running(data) as server, register(server) as client:
        server.wait_for_engine()
        sensor = describe(client)
        off = describe(client)
        client.post(f"/api/sensors/{off}/disable")
        before = client.get(f"/api/sensors/{off}").json()
        with locked(data):
            began = monotonic()
            assert refusal(client.post("/api/sensors/configure", json=description())) == (500, 112)
            changed = client.put(f"/api/sensors/{off}/reconfigure", json={"description": "x"})
            assert refusal(changed) == (500, 112)
            assert refusal(client.delete(f"/api/sensors/{off}/delete")) == (500, 120)
            assert refusal(client.post(f"/api/sensors/{sensor}/disable")) == (500, 305)
            assert monotonic() - began < 60
            assert push(client, sensor, {"v": 1}).status_code == 200
            assert values(client, sensor) == [1]
        assert client.get(f"/api/sensors/{off}").json() == before
        assert client.delete(f"/api/sensors/{off}/delete").status_code == 200
        assert "Traceback" not in server.log()
