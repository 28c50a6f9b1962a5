"""The customers of the tests of SensorData; each test makes the devices that it needs."""

from collections.abc import Iterator

import pytest

from tests.dialects.sensordata.api import Customer, new_customer
from tests.running import Server


@pytest.fixture(scope="session")
def customer(server: Server) -> Iterator[Customer]:
    """The account of most tests."""
    with new_customer(server) as made:
        yield made


@pytest.fixture(scope="session")
def other(server: Server) -> Iterator[Customer]:
    """Another account."""
    with new_customer(server) as made:
        yield made


@pytest.fixture
def newcomer(server: Server) -> Iterator[Customer]:
    """An account of the test's own."""
    with new_customer(server) as made:
        yield made
