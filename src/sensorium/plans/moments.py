"""The mapped timestamp of a packet."""

from collections.abc import Callable
from typing import Any

from sensorium.model.errors import InvalidPacket, Misbound
from sensorium.plans.bind import Want, made_type
from sensorium.plans.found import is_missing
from sensorium.plans.path import ABSENT, render, walk
from sensorium.plans.slots import RANGES, TIMESTAMP, Scalar, Slot

Moment = Callable[[Any], int]

_FIRST, _LAST = RANGES[TIMESTAMP]
_MICROSECONDS = {
    None: 1_000_000,
    "timestamp-millis": 1000,
    "local-timestamp-millis": 1000,
    "timestamp-micros": 1,
    "local-timestamp-micros": 1,
}


def read_moment(want: Want, slot: Slot) -> Moment:
    """The function from a packet to its time in microseconds since 1970 UTC; it raises InvalidPacket.

    The packet's parameters must have been checked before. A number is seconds, whole or not (NI-197), unless
    its logical type is that of a timestamp in milli- or microseconds. Raises Misbound when the mapped
    parameter is no time.
    """
    steps, convert = want.steps, want.conversion.convert if want.conversion else None
    types = (made_type(slot, want.conversion),) if want.conversion else slot.accepted
    units = {_MICROSECONDS.get(branch.logical, 0) if isinstance(branch, Scalar) else 0 for branch in types}
    if len(units) != 1 or 0 in units or (want.conversion and "boolean" in want.conversion.reads):
        raise Misbound("the mapped parameter is not a time", want.path)
    unit = units.pop()
    name, where = steps[0][0], render([key for key, _ in steps])

    def moment(packet: Any) -> int:
        value = packet.get(name) if len(steps) == 1 else None
        value = walk(packet, steps) if value is None else value
        if value is ABSENT or is_missing(value):
            raise InvalidPacket("the mapped timestamp is missing", where)
        microseconds = round((value if convert is None else convert(value)) * unit)
        if not _FIRST <= microseconds <= _LAST:
            raise InvalidPacket("the mapped timestamp is outside the years 1 to 9999", where)
        return microseconds

    return moment


def check_moment(time: int | None, latest: int) -> None:
    """Refuse a packet whose own time lies before 1970 or after `latest`, both in microseconds since 1970 UTC.

    Raises InvalidPacket.
    """
    if time is None or 0 <= time <= latest:
        return
    if time < 0:
        raise InvalidPacket("the packet's time is before 1970-01-01", "Timestamp")
    raise InvalidPacket("the packet's time is in the future", "Timestamp")
