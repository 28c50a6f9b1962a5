"""The callers of the tests of Navixy's API, and their trackers."""

from collections.abc import Iterator

import pytest

from tests.dialects.navixy.api import Caller, Fleet, new_caller, new_fleet
from tests.running import Server


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
