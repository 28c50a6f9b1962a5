"""One server for all tests of Cirrus's API, with a rate that they do not reach."""

from tests.dialects.fixtures import an_account, on_server, server_with
from tests.running import Server

server = server_with(SENSORIUM_CIRRUS_REQUESTS="100000")
anyone = on_server(Server.client)
owner = on_server(an_account)
other = on_server(an_account)
