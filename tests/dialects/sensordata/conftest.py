"""One server for all tests of SensorData; each makes the devices that it needs."""

from tests.dialects.fixtures import on_server, server_with
from tests.dialects.sensordata.api import new_customer

server = server_with()
customer = on_server(new_customer)
other = on_server(new_customer)
newcomer = on_server(new_customer, "function")
