"""The address that a server prints can be opened, and its links too."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.running import running


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_server_on_every_address_prints_one_that_opens(tmp_path: Path, host: str):
    """And not the one that means all of them."""
    with running(tmp_path / "data", env={"SENSORIUM_HOST": host}) as server:
        found = urlsplit(server.url)
        assert found.hostname not in ("0.0.0.0", "::", None)
        with server.client() as client:
            assert client.get("/healthz").status_code == 200
            unit = client.get("/api/units/3").json()
        assert httpx2.get(unit["atom"]).json() == unit
