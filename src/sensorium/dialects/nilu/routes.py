"""Every address of NILU's sensor API, as one table part by part."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Dialect, Operation
from sensorium.dialects.nilu import docpages, errors, shapes, traced
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.catalogue import Shelves
from sensorium.dialects.nilu.data import EXTENSIONS, Data
from sensorium.dialects.nilu.docpages import page
from sensorium.dialects.nilu.inbound import Inbound
from sensorium.dialects.nilu.providers import Providers
from sensorium.dialects.nilu.raw import PARAMETERS as TIMES
from sensorium.dialects.nilu.raw import Raw
from sensorium.dialects.nilu.sensors import Sensors
from sensorium.dialects.nilu.stats import PARAMETERS, Stats
from sensorium.dialects.services import Services

PREFIX = "/api"
SENSOR = f"{PREFIX}/sensors/{{id}}"
ROWS = f"{PREFIX}/data/id/{{id}}"
SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]


def dialect(services: Services) -> Dialect:
    """NILU's API over the given use-cases."""
    return Dialect(
        name="nilu",
        title="NILU sensor API",
        prefix=PREFIX,
        operations=(
            *_packets(services),  # first, because a request walks the table until it matches
            *_data(services),
            *_raw(services),
            *_sensors(services),
            *_providers(services),
            *_catalogue(services),
            *PAGES,
        ),
        refuse=errors.refuse,
        unexpected=errors.unexpected,
        failure=shapes.Failure,
    )


# fmt: off
def _packets(services: Services) -> tuple[Operation, ...]:
    inbound, section = Inbound(services, Access(services)), "Data Transfer"
    place, refusals = "{longitude}/{latitude}/{altitude}", (400, 401, 404, 409, 413, 415, 500)
    query = {"pushtest": "true: store nothing and keep a trace of the packet for …/pipeline/test"}
    return (
        Operation("POST", f"{SENSOR}/inbound", inbound.fixed, Who.OWNER,
                  "Push packets of a fixed sensor", section, ANY_OBJECT, shapes.Pushed, 200, refusals, query,
                  inbound.begin_fixed),
        Operation("POST", f"{SENSOR}/{place}/inbound", inbound.moving, Who.OWNER,
                  "Push packets of a moving sensor", section, ANY_OBJECT, shapes.Pushed, 200,
                  (300, *refusals), query, inbound.begin_moving),
    )


def _data(services: Services) -> tuple[Operation, ...]:
    access, section = Access(services), "Data API Endpoints"
    data, stats = Data(services, access), Stats(services, access)
    rows, refusals, more = list[shapes.Row], (400, 401, 404, 500), EXTENSIONS
    return (
        Operation("GET", f"{ROWS}/minutc", data.oldest, Who.OWNER,
                  "The oldest data of a sensor", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/maxutc", data.newest, Who.OWNER,
                  "The newest data of a sensor", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/fromutc/{{fromUtc}}", data.since, Who.OWNER,
                  "Two months of data", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/fromutc/{{fromUtc}}/toutc/{{toUtc}}", data.between, Who.OWNER,
                  "The data of a range of time", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/{{period}}/stats", stats.last, Who.OWNER,
                  "Statistics of the last hour, day, week or month", section, None, list[shapes.StatsRow],
                  200, refusals, PARAMETERS),
        Operation("GET", f"{ROWS}/{{period}}/stats/fromutc/{{fromUtc}}/toutc/{{toUtc}}", stats.between,
                  Who.OWNER, "Statistics of a range of time", section, None, list[shapes.StatsRow], 200,
                  refusals, PARAMETERS),
    )


def _raw(services: Services) -> tuple[Operation, ...]:
    raw, section = Raw(services, Access(services)), "Data API Endpoints"
    packets, refusals = list[shapes.RawPacket], (400, 401, 404, 500)
    return (
        Operation("GET", f"{SENSOR}/raw/fromutc/{{fromUtc}}", raw.since, Who.OWNER,
                  "Two months of packets as they were sent", section, None, packets, 200, refusals, TIMES),
        Operation("GET", f"{SENSOR}/raw/fromutc/{{fromUtc}}/toutc/{{toUtc}}", raw.between, Who.OWNER,
                  "The packets of a range of time, as they were sent", section, None, packets, 200, refusals,
                  TIMES),
    )


def _sensors(services: Services) -> tuple[Operation, ...]:
    sensors, section = Sensors(services, Access(services)), "Sensor API Endpoints"
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
        Operation("GET", f"{SENSOR}/pipeline/test", sensors.push_test, Who.OWNER,
                  "The trace of its last push test", "Push-tests", None, traced.PushTest, 200, refusals),
        Operation("POST", f"{SENSOR}/disable", sensors.disable, Who.OWNER,
                  "Take no more packets", section, None, shapes.ChangedSensor, 200, refusals),
        Operation("PUT", f"{SENSOR}/reconfigure", sensors.reconfigure, Who.OWNER,
                  "Describe a disabled sensor anew", SCHEMAS, shapes.ChangesOfSensor, shapes.CreatedSensor,
                  200, (404, *changes)),
        Operation("DELETE", f"{SENSOR}/delete", sensors.delete, Who.OWNER,
                  "Delete a disabled sensor; its data stay", SCHEMAS, None, shapes.ChangedSensor, 200,
                  refusals),
    )


def _providers(services: Services) -> tuple[Operation, ...]:
    providers, section = Providers(services, Access(services)), "Data Provider API Endpoints"
    path, tokens, changes = f"{PREFIX}/providers", (400, 401, 500), (400, 401, 413, 415, 422, 500)
    return (
        Operation("POST", f"{path}/create", providers.create, Who.PUBLIC,
                  "Register a provider", section, shapes.NewProvider, shapes.CreatedProvider, 201, changes),
        Operation("POST", f"{path}/tokens/new", providers.new_token, Who.PASSWORD,
                  "A new token without end", section, None, shapes.CreatedToken, 201, tokens),
        Operation("POST", f"{path}/tokens/new/{{format}}", providers.new_token_of_age, Who.PASSWORD,
                  "A new token that ends, such as 10d", section, None, shapes.CreatedToken, 201, tokens),
        Operation("POST", f"{path}/tokens/revoke", providers.revoke_token, Who.PASSWORD,
                  "End a token", section, shapes.RevokedToken, shapes.ChangedProvider, 200, (404, *changes)),
        Operation("GET", path, providers.show_all, Who.PUBLIC,
                  "All providers", section, None, list[shapes.Provider], 200, (500,)),
        Operation("GET", f"{path}/{{id}}", providers.show, Who.PUBLIC,
                  "A provider", section, None, shapes.Provider, 200, (404, 500)),
    )


def _catalogue(services: Services) -> tuple[Operation, ...]:
    shelves, refusals = Shelves(services), (404, 500)
    return (
        Operation("GET", f"{PREFIX}/components", shelves.components, Who.PUBLIC,
                  "All components", "Components", None, list[shapes.Component], 200, (500,)),
        Operation("GET", f"{PREFIX}/components/{{id}}", shelves.component, Who.PUBLIC,
                  "A component", "Components", None, shapes.Component, 200, refusals),
        Operation("GET", f"{PREFIX}/units", shelves.units, Who.PUBLIC,
                  "All units", "Units", None, list[shapes.Unit], 200, (500,)),
        Operation("GET", f"{PREFIX}/units/{{id}}", shelves.unit, Who.PUBLIC,
                  "A unit", "Units", None, shapes.Unit, 200, refusals),
        Operation("GET", f"{PREFIX}/datalevels", shelves.levels, Who.PUBLIC,
                  "All data levels", "Data Levels", None, list[shapes.Level], 200, (500,)),
        Operation("GET", f"{PREFIX}/datalevels/{{level}}", shelves.level, Who.PUBLIC,
                  "A data level", "Data Levels", None, shapes.Level, 200, refusals),
        Operation("GET", f"{PREFIX}/timezones", shelves.timezones, Who.PUBLIC,
                  "All time zones", "Timezones", None, list[shapes.Timezone], 200, (500,)),
        Operation("GET", f"{PREFIX}/srs", shelves.systems, Who.PUBLIC,
                  "All spatial reference systems", "SRS", None, list[shapes.ReferenceSystem], 200, (500,)),
        Operation("GET", f"{PREFIX}/srs/{{srid}}", shelves.system, Who.PUBLIC,
                  "A spatial reference system", "SRS", None, shapes.ReferenceSystem, 200, refusals),
    )


PAGES = (
    Operation("GET", f"{PREFIX}/doc", page(docpages.OVERVIEW), Who.PUBLIC,
              "This API in short", "Documentation"),
    Operation("GET", f"{PREFIX}/doc/converters", page(docpages.CONVERTERS), Who.PUBLIC,
              "What each converter does", "Documentation"),
    Operation("GET", f"{PREFIX}/doc/fieldmapping", page(docpages.FIELD_MAPPING), Who.PUBLIC,
              "What each field mapper does", "Documentation"),
)
# fmt: on
