"""The real data, and one server for all tests that push it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_data.provider import Provider
from tests.running import Server, running

DATA = Path(os.environ.get("SENSORIUM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.fixture(scope="package")
def data() -> Path:
    """The folder of real data; without it the test is skipped."""
    if not DATA.is_dir():
        pytest.skip(f"no real data at {DATA}; SENSORIUM_TEST_DATA names another folder")
    return DATA


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that all tests of real data share."""
    with running(tmp_path_factory.mktemp("real") / "data") as server:
        server.wait_for_engine()
        yield server


@pytest.fixture(scope="package")
def provider(server: Server) -> Iterator[Provider]:
    """An account on it."""
    with Provider.register(server) as provider:
        yield provider
