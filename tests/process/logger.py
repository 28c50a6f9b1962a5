"""A logger whose two values are checked, calibrated, and corrected by each other."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import msgspec
from sqlalchemy import insert

from sensorium.model.calibration import Calibration, CalibrationChange
from sensorium.model.device import Binding, FieldMapping, NewDevice, Parameter, Position, Schema
from sensorium.model.packet import Format, Packet
from sensorium.model.quality import OutlierTest, Quality
from sensorium.plans.plan import Plan, compile_plan
from sensorium.process.neighbours import Neighbours
from sensorium.process.processing import Processing
from sensorium.register.calibrations import Calibrations
from sensorium.register.devices import Devices
from sensorium.storage.catalog.datastreams import find_by_ids
from sensorium.storage.catalog.tables import corrections
from tests.process.scene import NOON, SECOND, owner, the_catalog
from tests.process.test_check_quality import MINUTE, say
from tests.storage.observations.shared import the_store

FIRST = Quality(-40, 50, 15 * 60.0, outlier=OutlierTest(window=11, trailing=13, floor=0.1), uncertainty=0.5)
OTHER = Quality(0, 100, 30 * 60.0, tolerance=0.5, exempt=((0.0, 0.0),), outlier=OutlierTest(radius=50.0))

_ROWS = """
    SELECT datastream - {first:UInt32}, intDiv(toUnixTimestamp(time) - {noon:Int64}, 60), value,
        qc, qcs, qa, qas, value_corrected, level_corrected, uncertainty_corrected FROM observations FINAL
    WHERE device = {device:UInt32} ORDER BY datastream, time FORMAT JSONCompactEachRow
"""
_numbers = count(1)
_ids = count(50_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """A row in force."""

    stream: int
    minute: int
    value: float
    qc: int
    qcs: int
    qa: int
    qas: int
    corrected: float | None
    level: int | None
    uncertainty: float | None


@dataclass(frozen=True)
class Logger:
    """A device that sends temperature and humidity each minute, from a place that depends on the time."""

    device: int
    streams: tuple[int, int]
    plan: Plan

    def packet(self, at: int, first: float | None, second: float | None) -> Packet:
        """Its packet of a minute after noon; packets are accepted in the order in which they are made."""
        number = next(_ids)
        tree = {"a": first, "b": second, "ts": NOON + 60 * at}
        time, record = self.plan.convert(tree)
        place = Position(10.0 + at // 40 / 1000, 59.0, 0.0)
        return Packet(number, NOON * SECOND + number, self.device, 1, time, place, Format.JSON, record, b"{}")

    def rows(self) -> list[Row]:
        """Those in force, by stream and time."""
        bounds = {"device": str(self.device), "noon": str(NOON), "first": str(self.streams[0])}
        text = b"".join(the_store().stream(_ROWS, bounds))
        return [Row(*msgspec.json.decode(line, type=list[Any])) for line in text.splitlines()]


def logger(first: Quality = FIRST, second: Quality = OTHER) -> Logger:
    """A new one, whose values are checked like this."""
    catalog = the_catalog()
    schema = Schema(
        (Parameter("a", "double"), Parameter("b", "double"), Parameter("ts", "long")),
        (Binding(15, 2, 0, "a"), Binding(5, 1, 0, "b")),
        (),
        (FieldMapping("Timestamp", "ts"),),
    )
    devices = Devices(catalog)
    new = NewDevice(f"logger {next(_numbers)}", None, 60, 4326, True, True, None, schema)
    device = devices.configure(owner(catalog), new, now=NOON * SECOND)
    one, other = devices.streams(device)
    say(one.id, first)
    say(other.id, second)
    return Logger(device, (one.id, other.id), compile_plan(schema))


def say_correction(stream: int, expression: str | None, level: int = 2, since: int = 0) -> None:
    """Have a datastream's values corrected like this from a minute after noon on (0: always)."""
    begin = NOON * SECOND + since * MINUTE if since else 0
    with the_catalog().change() as connection:
        connection.execute(
            insert(corrections).values(
                datastream=stream,
                valid_from=begin,
                expression=expression,
                level=None if expression is None else level,
                created=0,
            )
        )


def say_calibration(stream: int, calibration: Calibration, since: int = 0) -> None:
    """Have a datastream's raw values calibrated like this from a minute after noon on (0: always)."""
    begin = NOON * SECOND + since * MINUTE if since else 0
    found = find_by_ids(the_catalog(), [stream])[0]
    Calibrations(the_catalog()).set(
        owner(the_catalog()), found, CalibrationChange(calibration, begin), lambda _: None, author="", now=0
    )


def take_calibration_back(stream: int) -> None:
    """Have a datastream's raw values not be calibrated at any time."""
    found = find_by_ids(the_catalog(), [stream])[0]
    account = owner(the_catalog())
    Calibrations(the_catalog()).reset(account, found, None, lambda _: None, author="", now=0)


def processing(as_of: int | None = None, **bounds: int) -> Processing:
    """As after a start of the engine process, or for a replay as of a packet, with bounds of memory."""
    fresh = Processing.of(the_store(), the_catalog())
    around = replace(fresh.around, neighbours=Neighbours(the_store(), **bounds))
    return replace(fresh, around=around, as_of=as_of)
