"""The addresses about sensors."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.addresses import PREFIX, SENSOR
from sensorium.dialects.nilu.sensors import shapes
from sensorium.dialects.nilu.sensors.sensors import Sensors
from sensorium.dialects.services import Services

SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    sensors, section = Sensors(services, access), "Sensor API Endpoints"
    many, refusals, changes = list[shapes.Sensor], (401, 404, 500), (400, 401, 413, 415, 422, 500)
    return (
        Operation("POST", f"{PREFIX}/sensors/configure", sensors.configure, Who.ACCOUNT,
                  "Configure a new sensor", SCHEMAS, shapes.NewSensor, shapes.CreatedSensor, 201, changes),
        Operation("GET", f"{PREFIX}/sensors", sensors.show_all, Who.VISIBLE,
                  "All sensors", section, None, many, 200, (401, 500)),
        Operation("GET", f"{PREFIX}/sensors/providers/{{id}}", sensors.show_provider, Who.VISIBLE,
                  "The sensors of a provider", section, None, many, 200, refusals),
        Operation("GET", SENSOR, sensors.show, Who.VISIBLE,
                  "A sensor", section, None, shapes.Sensor, 200, refusals),
        Operation("GET", f"{SENSOR}/components", sensors.components, Who.VISIBLE,
                  "Its components", section, None, list[shapes.BoundComponent], 200, refusals),
        Operation("GET", f"{SENSOR}/converters", sensors.converters, Who.VISIBLE,
                  "Its converters", section, None, list[shapes.Converter], 200, refusals),
        Operation("GET", f"{SENSOR}/mapping", sensors.mapping, Who.VISIBLE,
                  "Its field mappers", section, None, list[shapes.FieldMapping], 200, refusals),
        Operation("GET", f"{SENSOR}/location", sensors.location, Who.VISIBLE,
                  "Where it stands, {} if it moves", section, None, dict[str, float], 200, refusals),
        Operation("GET", f"{SENSOR}/parameters", sensors.parameters, Who.VISIBLE,
                  "Its parameters", section, None, list[shapes.Parameter], 200, refusals),
        Operation("GET", f"{SENSOR}/schema", sensors.schema, Who.VISIBLE,
                  "The Avro schema of its packets", "Avro Schema", None, ANY_OBJECT, 200, refusals),
        Operation("GET", f"{SENSOR}/schema/{{version}}", sensors.schema_version, Who.VISIBLE,
                  "The Avro schema of an earlier version", "Avro Schema", None, ANY_OBJECT, 200, refusals),
        Operation("GET", f"{SENSOR}/pipeline", sensors.pipeline, Who.VISIBLE,
                  "What became of its last packet", section, None, shapes.Pipeline, 200, refusals),
        Operation("POST", f"{SENSOR}/disable", sensors.disable, Who.OWNER,
                  "Take no more packets", section, None, shapes.ChangedSensor, 200, refusals),
        Operation("PUT", f"{SENSOR}/reconfigure", sensors.reconfigure, Who.OWNER,
                  "Describe a disabled sensor anew", SCHEMAS, shapes.ChangesOfSensor, shapes.CreatedSensor,
                  200, (404, *changes)),
        Operation("DELETE", f"{SENSOR}/delete", sensors.delete, Who.OWNER,
                  "Delete a disabled sensor; its data stay", SCHEMAS, None, shapes.ChangedSensor, 200,
                  refusals),
    )
# fmt: on
