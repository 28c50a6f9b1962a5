"""The catalog on PostgreSQL goes away and comes back under a running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import psycopg
import pytest

from tests import postgres
from tests.flow.sensors import describe, description, is_unavailable, push, register, rows_path, values
from tests.running import running


@contextmanager
def _away(cluster: postgres.Cluster) -> Iterator[None]:
    """Every connection ends, and nobody answers at the address, for the length of a block."""
    address = cluster.folder / ".s.PGSQL.5432"
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with psycopg.connect(host=str(cluster.folder), user=postgres.USER, dbname="postgres") as connection:
        address.rename(address.with_suffix(".away"))
        connection.execute(f"{others} AND usename = %s", [postgres.USER])
    try:
        yield
    finally:
        address.with_suffix(".away").rename(address)


@pytest.mark.check("NI-148", "NI-166", "NI-209", "NI-219")
def test_known_devices_push_while_the_catalog_is_away(cluster: postgres.Cluster, tmp_path: Path):
    """What needs it answers that it is unavailable; all comes back by itself, and nothing is lost."""
    name = cluster.create()
    env = {"SENSORIUM_CATALOG": cluster.dsn(name)}
    with running(tmp_path / "data", env=env) as server, register(server) as client:
        server.wait_for_engine()
        known = describe(client)
        assert push(client, known, {"v": 0}).status_code == 200
        assert values(client, known) == [0]
        for at in range(1, 3):
            other = describe(client)  # nothing of it is in the server's memory
            assert push(client, known, {"v": at - 0.5}).status_code == 200
            with _away(cluster):
                sleep(1.5)  # longer than the server waits between two looks at the catalog
                assert push(client, known, {"v": at}).status_code == 200
                assert is_unavailable(push(client, other, {"v": at}), 300)
                assert is_unavailable(client.get(rows_path(known)), 300)
                assert is_unavailable(client.get("/api/sensors"), 300)
                assert is_unavailable(client.post("/api/sensors/configure", json=description()), 300)
                stranger = {"authorization": f"Bearer {'0' * 32}"}
                assert is_unavailable(client.get(rows_path(known), headers=stranger), 300)
                assert server.process.poll() is None
            assert values(client, known) == [each / 2 for each in range(2 * at + 1)]
            assert push(client, other, {"v": at}).status_code == 200
            assert values(client, other) == [at]
        assert "Traceback" not in server.log()
    cluster.drop(name)
