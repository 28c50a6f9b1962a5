"""The real data, and one server for all tests that push it."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("SENSORIUM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; without it the test is skipped."""
    if not DATA.is_dir():
        pytest.skip(f"no real data at {DATA}; SENSORIUM_TEST_DATA names another folder")
    return DATA
