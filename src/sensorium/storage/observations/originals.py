"""The queries for packets as they were sent, some at a time, with the number of observations of each."""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from sensorium.model.device import Position
from sensorium.model.packet import By, Format, Original
from sensorium.storage.observations.select import Query

AT_ONCE = 4096  # packets that are looked for at once
_BYTES = 4 << 20  # of packets that are in memory at once

_MICRO = "toUnixTimestamp64Micro(coalesce(time, received))"
_WITHIN = {
    By.ARRIVAL: """received BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')""",
    By.OBSERVATION: f"{_MICRO} BETWEEN {{begin:Int64}} AND {{end:Int64}}",
}
_FOUND = f"""
    SELECT id, toUnixTimestamp64Micro(received) AS arrived, {_MICRO} AS at, length(raw) AS size
    FROM packets FINAL
    WHERE device = {{device:UInt32}} AND id > {{after:UInt64}} AND id <= {{until:UInt64}} AND %s
    ORDER BY received, id LIMIT {{most:UInt64}} FORMAT JSONEachRow
"""  # noqa: S608 - constants of this file
_READ = """
    SELECT id, toUnixTimestamp64Micro(received) AS arrived, schema_version AS version,
        toUnixTimestamp64Micro(time) AS own_time, longitude, latitude, altitude, format,
        base64Encode(raw) AS raw, counted.n AS observations
    FROM packets FINAL LEFT JOIN (
        SELECT packet, count() AS n FROM observations FINAL
        WHERE device = {device:UInt32} AND packet IN {ids:Array(UInt64)}
            AND time BETWEEN fromUnixTimestamp64Micro({first:Int64}, 'UTC')
            AND fromUnixTimestamp64Micro({last:Int64}, 'UTC')
        GROUP BY packet
    ) AS counted ON id = counted.packet
    WHERE device = {device:UInt32} AND id IN {ids:Array(UInt64)}
        AND received BETWEEN fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
        AND fromUnixTimestamp64Micro({end:Int64}, 'UTC')
    ORDER BY received, id FORMAT JSONEachRow
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Packets of a device with times in [`begin`, `end`] (microseconds since 1970 UTC): by which of them.

    Only those with ids in (`after`, `until`], and the first `most` of them (None: all).
    """

    device: int
    begin: int
    end: int
    by: By
    until: int
    after: int = 0
    most: int | None = None


class Found(msgspec.Struct, frozen=True):
    """Where a packet stands in the archive, when it observed, and how long it is in bytes."""

    id: int
    arrived: int
    at: int
    size: int


class _Row(msgspec.Struct, frozen=True):
    id: int
    arrived: int
    version: int
    own_time: int | None
    longitude: float | None
    latitude: float | None
    altitude: float | None
    format: int
    raw: str
    observations: int


found_of = msgspec.json.Decoder(list[Found]).decode
_rows_of = msgspec.json.Decoder(list[_Row]).decode


def find(wanted: Wanted) -> Query:
    """Where the first `AT_ONCE` of the packets stand, in the order of arrival."""
    most = AT_ONCE if wanted.most is None else min(wanted.most, AT_ONCE)
    bounds = {
        "device": wanted.device,
        "after": wanted.after,
        "until": wanted.until,
        "begin": wanted.begin,
        "end": wanted.end,
        "most": most,
    }
    return Query(_FOUND % _WITHIN[wanted.by], {name: str(value) for name, value in bounds.items()})


def read(device: int, some: Sequence[Found]) -> Query:
    """These packets of a device, in the order of arrival."""
    times = [each.at for each in some]
    bounds = {
        "device": device,
        "begin": some[0].arrived,
        "end": some[-1].arrived,
        "first": min(times),
        "last": max(times),
    }
    ids = f"[{','.join(str(each.id) for each in some)}]"
    return Query(_READ, {**{name: str(value) for name, value in bounds.items()}, "ids": ids})


def portions(found: Sequence[Found]) -> Iterable[Sequence[Found]]:
    """The packets in portions that fit into memory, one of them at least in each."""
    begin = size = 0
    for at, each in enumerate(found):
        size += each.size
        if size > _BYTES and at > begin:
            yield found[begin:at]
            begin, size = at, each.size
    if begin < len(found):
        yield found[begin:]


def originals(array: bytes) -> list[Original]:
    """The packets of a JSON array of what `read` answers; whether they are rejected is not known here."""
    return [
        Original(
            id=row.id,
            received=row.arrived,
            version=row.version,
            time=row.own_time,
            position=_position(row),
            format=Format(row.format),
            raw=b64decode(row.raw),
            observations=row.observations,
            rejected=None,
        )
        for row in _rows_of(array)
    ]


def _position(row: _Row) -> Position | None:
    if row.longitude is None or row.latitude is None or row.altitude is None:
        return None
    return Position(row.longitude, row.latitude, row.altitude)
