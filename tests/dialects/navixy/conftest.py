"""One server for all tests of Navixy's API, with a rate that they do not reach."""

import pytest

from tests.dialects.fixtures import on_server, server_with
from tests.dialects.navixy.api import Caller, Fleet, new_caller, new_fleet
from tests.running import Server

server = server_with(SENSORIUM_NAVIXY_REQUESTS="100000")
anyone = on_server(Server.client)
owner = on_server(new_caller)
other = on_server(new_caller)
newcomer = on_server(new_caller, "function")


@pytest.fixture
def fleet(owner: Caller) -> Fleet:
    """A tracker of the owner's with a fuel sensor."""
    return new_fleet(owner)


@pytest.fixture(scope="package")
def foreign(other: Caller) -> Fleet:
    """A tracker of another account, with a fuel sensor."""
    return new_fleet(other)
