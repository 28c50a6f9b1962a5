"""A catalog with devices in it, and their packets in a log: what the engine process works with."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from sensorium.model.device import (
    Binding,
    Datastream,
    FieldMapping,
    NewDevice,
    Parameter,
    Position,
    Schema,
)
from sensorium.model.job import JobState
from sensorium.model.packet import Format, NewPacket
from sensorium.plans.plan import Plan, compile_plan
from sensorium.process.processing import Processing
from sensorium.process.worker import Worker
from sensorium.register.accounts import Accounts
from sensorium.register.devices import Devices
from sensorium.register.passwords import Passwords
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.jobs import end_job, next_job
from sensorium.storage.catalog.measured import all_components, all_units
from sensorium.storage.log import Log, LogReader, Progress
from tests.storage.observations.shared import the_store

SECOND = 1_000_000
NOON = 1_700_000_000
PLACE = Position(10.75, 59.9, 12.0)

_names = count(1)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A configured device and the plan of its packets."""

    id: int
    plan: Plan
    streams: tuple[Datastream, ...]

    def packet(
        self, *values: float | None, time: int | None = None, place: Position | None = PLACE
    ) -> NewPacket:
        """A packet with these values in the order of the parameters, and a time in seconds."""
        tree = dict(zip("abcdefgh", values, strict=False))
        converted = self.plan.convert(tree if time is None else {**tree, "ts": time})
        return NewPacket(self.id, 1, converted.time, place, Format.JSON, converted.record, b'{"as": "sent"}')


def schema(values: int, *, timed: bool) -> Schema:
    """A schema with parameters a, b, ... bound to a component each, and a time in seconds."""
    catalog = the_catalog()
    unit = all_units(catalog)[0].id
    names = "abcdefgh"[:values]
    components = [component.id for component in all_components(catalog)]
    declared = [Parameter(name, "double") for name in names]
    bindings = [Binding(component, unit, 0, name) for component, name in zip(components, names, strict=False)]
    if not timed:
        return Schema(tuple(declared), tuple(bindings))
    mappings = (FieldMapping("Timestamp", "ts"),)
    return Schema((*declared, Parameter("ts", "long")), tuple(bindings), (), mappings)


@cache
def the_catalog() -> Catalog:
    """One catalog for all tests of a run, so that its devices are other ones in each test."""
    folder = tempfile.mkdtemp(prefix="sensorium-catalog-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    catalog = Catalog.open(f"sqlite:///{folder}/catalog.db")
    atexit.register(catalog.close)
    return catalog


def sensor(values: int = 2, *, timed: bool = True, catalog: Catalog | None = None) -> Sensor:
    """A new device with `values` parameters."""
    catalog = catalog or the_catalog()
    described = schema(values, timed=timed)
    name = f"device {next(_names)}"
    devices = Devices(catalog)
    number = devices.configure(
        owner(catalog), NewDevice(name, None, 60, 4326, True, True, PLACE, described), now=NOON * SECOND
    )
    return Sensor(number, compile_plan(described), devices.streams(number))


def owner(catalog: Catalog) -> int:
    """A new account."""
    accounts = Accounts(catalog, Passwords())
    name = f"owner {next(_names)}"
    return accounts.create(name, "a@example.org", name, "a long password", now=NOON * SECOND)[0].id


def end_open_jobs() -> None:
    """Cancel what is left of other tests: the next job that is asked for is the next one that is done."""
    while (left := next_job(the_catalog())) is not None:
        end_job(the_catalog(), left.id, JobState.CANCELLED, now=NOON * SECOND)


def append(folder: Path, packets: Sequence[NewPacket]) -> int:
    """Put packets into the folder's log, each batch of 1,000 at once, and say the id of the last."""

    async def write() -> int:
        log = Log.open(folder / "log.db")
        last = 0
        for first in range(0, len(packets), 1000):
            last = (await log.append(packets[first : first + 1000])).position
        await log.close()
        return last

    return asyncio.run(write())


def processing(catalog: Catalog | None = None) -> Processing:
    """What makes rows of packets and stores them in the store of this run."""
    return Processing.of(the_store(), catalog or the_catalog())


@dataclass
class Work:
    """A worker on a folder's log and progress."""

    worker: Worker
    packets: LogReader
    progress: Progress

    def close(self) -> None:
        """Close the files."""
        self.packets.close()
        self.progress.close()


def work(folder: Path, what: Processing | None = None) -> Work:
    """A worker as the engine process has it after a start."""
    packets, progress = LogReader(folder / "log.db"), Progress.open(folder / "progress.db")
    return Work(Worker(packets, progress, what or processing()), packets, progress)
