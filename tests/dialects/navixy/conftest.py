"""One server for all tests of Navixy's API, with a rate that they do not reach."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.dialects.navixy.api import Caller, Fleet, new_caller, new_fleet
from tests.running import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a data folder of its own."""
    with running(
        tmp_path_factory.mktemp("navixy") / "data", env={"SENSORIUM_NAVIXY_REQUESTS": "100000"}
    ) as started:
        started.wait_for_engine()
        yield started


@pytest.fixture(scope="session")
def anyone(server: Server) -> Iterator[httpx2.Client]:
    """A client without credentials."""
    with server.client() as client:
        yield client


@pytest.fixture(scope="session")
def owner(server: Server) -> Iterator[Caller]:
    """The account of most tests."""
    with new_caller(server) as made:
        yield made


@pytest.fixture(scope="session")
def other(server: Server) -> Iterator[Caller]:
    """Another account."""
    with new_caller(server) as made:
        yield made


@pytest.fixture
def newcomer(server: Server) -> Iterator[Caller]:
    """An account of the test's own."""
    with new_caller(server) as made:
        yield made


@pytest.fixture
def fleet(owner: Caller) -> Fleet:
    """A tracker of the owner's with a fuel sensor."""
    return new_fleet(owner)


@pytest.fixture(scope="session")
def foreign(other: Caller) -> Fleet:
    """A tracker of another account, with a fuel sensor."""
    return new_fleet(other)
