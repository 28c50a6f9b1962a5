"""The addresses about data, statistics and packets as sent."""

from typing import Any

from sensorium.dialects.dialect import Access as Who
from sensorium.dialects.dialect import Operation
from sensorium.dialects.nilu.access import Access
from sensorium.dialects.nilu.addresses import ROWS, SENSOR
from sensorium.dialects.nilu.data import shapes
from sensorium.dialects.nilu.data.data import EXTENSIONS, Data
from sensorium.dialects.nilu.data.raw import PARAMETERS as TIMES
from sensorium.dialects.nilu.data.raw import Raw
from sensorium.dialects.nilu.data.stats import PARAMETERS, Stats
from sensorium.dialects.services import Services

SCHEMAS = "Schema Configuration / Reconfiguration"
ANY_OBJECT = dict[str, Any]


# fmt: off
def operations(services: Services, access: Access) -> tuple[Operation, ...]:
    """Their operations."""
    return (
        *_data(Data(services, access)),
        *_stats(Stats(services, access)),
        *_raw(Raw(services, access)),
    )


def _data(data: Data) -> tuple[Operation, ...]:
    section, rows, refusals, more = "Data API Endpoints", list[shapes.Row], (400, 401, 404, 500), EXTENSIONS
    return (
        Operation("GET", f"{ROWS}/minutc", data.oldest, Who.OWNER,
                  "The oldest data of a sensor", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/maxutc", data.newest, Who.OWNER,
                  "The newest data of a sensor", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/fromutc/{{fromUtc}}", data.since, Who.OWNER,
                  "Two months of data", section, None, rows, 200, refusals, more),
        Operation("GET", f"{ROWS}/fromutc/{{fromUtc}}/toutc/{{toUtc}}", data.between, Who.OWNER,
                  "The data of a range of time", section, None, rows, 200, refusals, more),
    )


def _stats(stats: Stats) -> tuple[Operation, ...]:
    section, rows, refusals = "Data API Endpoints", list[shapes.StatsRow], (400, 401, 404, 500)
    return (
        Operation("GET", f"{ROWS}/{{period}}/stats", stats.last, Who.OWNER,
                  "Statistics of the last hour, day, week or month", section, None, rows,
                  200, refusals, PARAMETERS),
        Operation("GET", f"{ROWS}/{{period}}/stats/fromutc/{{fromUtc}}/toutc/{{toUtc}}", stats.between,
                  Who.OWNER, "Statistics of a range of time", section, None, rows, 200,
                  refusals, PARAMETERS),
    )


def _raw(raw: Raw) -> tuple[Operation, ...]:
    section, packets, refusals = "Data API Endpoints", list[shapes.RawPacket], (400, 401, 404, 500)
    return (
        Operation("GET", f"{SENSOR}/raw/fromutc/{{fromUtc}}", raw.since, Who.OWNER,
                  "Two months of packets as they were sent", section, None, packets, 200, refusals, TIMES),
        Operation("GET", f"{SENSOR}/raw/fromutc/{{fromUtc}}/toutc/{{toUtc}}", raw.between, Who.OWNER,
                  "The packets of a range of time, as they were sent", section, None, packets, 200, refusals,
                  TIMES),
    )
# fmt: on
