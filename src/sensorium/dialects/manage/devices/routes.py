"""The addresses about devices, their datastreams, the versions of their schemas and their logs."""

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.manage.access import Access
from sensorium.dialects.manage.addresses import DATASTREAM, DEVICE, NEWEST_FIRST, PAGED, PREFIX
from sensorium.dialects.manage.devices import shapes
from sensorium.dialects.manage.devices.devices import Devices
from sensorium.dialects.manage.devices.log_entries import LogEntries
from sensorium.dialects.manage.devices.schemas import Schemas
from sensorium.dialects.services import Services


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_devices(Devices(services, access)),
        *_schemas(Schemas(services, access)),
        *_log_entries(LogEntries(services, access)),
    )


def _devices(devices: Devices) -> tuple[Operation, ...]:
    section, refusals = "Devices", (401, 403, 404, 503)
    return (
        Operation("GET", f"{PREFIX}/devices", devices.show_all, Who.ACCOUNT,
                  "The devices of the account", section, None, shapes.Devices, 200, (400, 401, 503), PAGED),
        Operation("GET", DEVICE, devices.show, Who.OWNER,
                  "A device with its datastreams", section, None, shapes.ManagedDevice, 200, refusals),
        Operation("PATCH", DEVICE, devices.change, Who.OWNER,
                  "Say what a device is as a thing: serial number, model, blocked", section,
                  shapes.InstrumentBody, shapes.ManagedDevice, 200,
                  (400, 409, 412, 413, 415, 422, 428, *refusals)),
        Operation("GET", DATASTREAM, devices.show_datastream, Who.OWNER,
                  "A datastream", section, None, shapes.ManagedDatastream, 200, refusals),
    )


def _schemas(schemas: Schemas) -> tuple[Operation, ...]:
    section, path, one, refusals = "Devices", f"{DEVICE}/schemas", shapes.ManagedSchema, (401, 403, 404, 503)
    return (
        Operation("GET", path, schemas.show_all, Who.OWNER,
                  "The versions of the schema by which a device's packets are read", section, None,
                  shapes.Schemas, 200, (400, *refusals), NEWEST_FIRST),
        Operation("GET", f"{path}/{{version}}", schemas.show, Who.OWNER,
                  "How the packets of a version are read", section, None, one, 200, refusals),
    )


def _log_entries(log: LogEntries) -> tuple[Operation, ...]:
    section, path, refusals = "Log", f"{DEVICE}/log-entries", (400, 401, 403, 404, 503)
    return (
        Operation("GET", path, log.show, Who.OWNER,
                  "What was done to a device", section, None, shapes.LogEntries, 200, refusals, PAGED),
        Operation("POST", path, log.add, Who.OWNER,
                  "Write down what was done", section, shapes.NewLogEntryBody, shapes.ManagedLogEntry, 201,
                  (413, 415, 422, *refusals)),
    )
# fmt: on
