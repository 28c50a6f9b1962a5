"""One server for all tests of NILU's API; each test makes the sensors that it needs."""

from tests.dialects.fixtures import an_account, on_server, server_with
from tests.running import Server

server = server_with()
anyone = on_server(Server.client)
provider = on_server(an_account)
other = on_server(an_account)
newcomer = on_server(an_account, "function")
