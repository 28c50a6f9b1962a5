"""The addresses about pushed packets."""

from typing import Any

from sensorium.dialects.dialect import JSON, Operation
from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.addresses import SENSOR
from sensorium.dialects.nilu.inbound import shapes
from sensorium.dialects.nilu.inbound.inbound import Inbound
from sensorium.dialects.nilu.inbound.push_test import PushTests
from sensorium.dialects.services import Services

SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]
PACKETS = {
    JSON: ANY_OBJECT | list[Any],  # an array: of packets, unless the sensor's packets are arrays themselves
    "application/x-ndjson": str,
    "application/xml": ANY_OBJECT,
}
KEY = {"Idempotency-Key": "1 to 255 ASCII characters: sent again with the same body, nothing is stored twice"}
ENDPOINT = {"endpoint": "the address that this sensor pushes to, when this was not it"}
SETTINGS = {"X-Sensorium-Settings": "how the device is told to track, until it has acknowledged that"}


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (*_packets(Inbound(services, access)), *_push_tests(PushTests(services, access)))


def _packets(inbound: Inbound) -> tuple[Operation, ...]:
    section = "Data Transfer"
    place, refusals = "{longitude}/{latitude}/{altitude}", (400, 401, 404, 409, 413, 415, 500)
    query = {"pushtest": "true: store nothing and keep a trace of the packet for …/pipeline/test"}
    return (
        Operation("POST", f"{SENSOR}/inbound", inbound.fixed, Who.OWNER,
                  "Push packets of a fixed sensor", section, PACKETS, shapes.Pushed, 200, refusals, query,
                  inbound.begin_fixed, headers=KEY, answered={200: SETTINGS, 400: ENDPOINT}),
        Operation("POST", f"{SENSOR}/{place}/inbound", inbound.moving, Who.OWNER,
                  "Push packets of a moving sensor", section, PACKETS, shapes.Pushed, 200,
                  (300, *refusals), query, inbound.begin_moving, headers=KEY,
                  answered={200: SETTINGS, 300: ENDPOINT}),
    )


def _push_tests(tests: PushTests) -> tuple[Operation, ...]:
    return (
        Operation("GET", f"{SENSOR}/pipeline/test", tests.show, Who.OWNER,
                  "The trace of its last push test", "Push-tests", None, shapes.PushTest, 200,
                  (401, 404, 500)),
    )
# fmt: on
