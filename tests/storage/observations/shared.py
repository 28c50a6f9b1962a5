"""One observation store of each kind for all tests of a run; each test has devices of its own."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import msgspec

from sensorium.model.catalogue import Component, Unit
from sensorium.model.device import Datastream
from sensorium.model.selection import Item, SelectionShape
from sensorium.model.series import Column, Flags, FlagWord, Shape
from sensorium.storage.observations import select
from sensorium.storage.observations.connect import WRITING, connect
from sensorium.storage.observations.rows import Rows, version_of
from sensorium.storage.observations.store import Store
from tests.storage import clickhouse

SECOND = 1_000_000
NOON = 1_700_000_000 * SECOND
EVER = 1 << 53
ROW: Shape = {
    "component": Column.COMPONENT,
    "begin": Column.BEGIN,
    "value": Column.VALUE,
}
SHAPE: SelectionShape = {
    "data": Item.DATA,
    "at": Item.MOMENT,
    "asset": Item.ASSET,
    "definition": Item.DEFINITION,
    "agent": Item.AGENT,
    "text": Item.TEXT,
}
WHOLE_ROW: Shape = {
    "id": Column.DEVICE,
    "component": Column.COMPONENT,
    "unit": Column.UNIT,
    "level": Column.LEVEL,
    "epsg": Column.EPSG,
    "begin": Column.BEGIN,
    "end": Column.END,
    "value": Column.VALUE,
    "value_corrected": Column.VALUE_CORRECTED,
    "level_corrected": Column.LEVEL_CORRECTED,
    "longitude": Column.LONGITUDE,
    "latitude": Column.LATITUDE,
    "altitude": Column.ALTITUDE,
    "qc": Flags(FlagWord.QC, 8),
    "qcs": Flags(FlagWord.QCS, 16),
    "qa": Flags(FlagWord.QA, 4),
    "qas": Flags(FlagWord.QAS, 8),
}

_numbers = count(1_000_000)  # below are the devices of a catalog


KINDS = ("embedded", "server")
_kind = [KINDS[0]]


def the_store() -> Store:
    """The store of this run: the embedded one, but for the length of a block `on_kind`."""
    return _store(_kind[-1])


@contextmanager
def on_kind(kind: str) -> Iterator[None]:
    """Have the tests of a block work on the embedded store or on that of a server."""
    _kind.append(kind)
    try:
        yield
    finally:
        _kind.pop()


@cache
def _store(kind: str) -> Store:
    """A store in a folder that goes with it."""
    folder = tempfile.mkdtemp(prefix="sensorium-observations-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if kind == "embedded":
        dsn = f"chdb://{folder}"
    else:
        ends = ExitStack()
        atexit.register(ends.close)
        dsn = ends.enter_context(clickhouse.running(Path(folder))).dsn()
    store = Store.open(dsn)
    atexit.register(store.close)
    return store


def truncate(table: str) -> None:
    """Delete whatever the tests before have stored in a table."""
    client = connect(the_store().dsn, WRITING)
    client.command(f"TRUNCATE TABLE {table} SYNC")
    client.close()


def new_device() -> int:
    """The id of a device that no other test has."""
    return next(_numbers)


def stream_of(device: int, number: int = 0, name: str = "NO2", unit: str = "µg/m³") -> Datastream:
    """A datastream of the device."""
    component = Component(number + 1, name, "Standard", None)
    return Datastream(
        device * 100 + number, device, component, Unit(1, unit), 1, 4326, 60, "no2", device * 100 + number
    )


def rows_of(stream: Datastream, values: dict[int, float | None], packet: int = 1, turn: int = 0) -> Rows:
    """Rows of one datastream, by time."""
    count = len(values)
    return Rows(
        device=[stream.device] * count,
        datastream=[stream.id] * count,
        time=list(values),
        value=list(values.values()),
        longitude=[None] * count,
        latitude=[None] * count,
        altitude=[None] * count,
        packet=[packet] * count,
        version=[version_of(packet, turn)] * count,
    )


def read(
    *streams: Datastream, begin: int = 0, end: int = EVER, shape: Shape = ROW
) -> list[dict[str, object]]:
    """The rows of the datastreams, as the store answers for them."""
    return answer(select.rows(streams, shape, begin, end))


def answer(query: select.Query) -> list[dict[str, object]]:
    """What the store answers to a query."""
    lines = b"".join(the_store().answer(query))
    return [msgspec.json.decode(line) for line in lines.splitlines()]


def values(*streams: Datastream) -> list[object]:
    """The values of the datastreams, in order."""
    return [row["value"] for row in read(*streams)]
