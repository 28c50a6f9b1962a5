"""The archive of packets: its columns, and packets made of them again."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from clickhouse_connect.driver.client import Client

from sensorium.model.device import Position
from sensorium.model.packet import Format, Packet

TYPES = {
    "id": "UInt64",
    "received": "DateTime64(6, 'UTC')",
    "device": "UInt32",
    "schema_version": "UInt32",
    "time": "Nullable(DateTime64(6, 'UTC'))",
    "longitude": "Nullable(Float64)",
    "latitude": "Nullable(Float64)",
    "altitude": "Nullable(Float64)",
    "format": "UInt8",
    "record": "String",
    "raw": "String",
}
_NOWHERE = None, None, None
_IN_RANGE = "toUnixTimestamp64Micro(coalesce(time, received)) BETWEEN {begin:Int64} AND {end:Int64}"
_READ = f"""
    SELECT id, toUnixTimestamp64Micro(received), device, schema_version, toUnixTimestamp64Micro(time),
        longitude, latitude, altitude, format, record, raw
    FROM packets FINAL
    WHERE device = {{device:UInt32}} AND %s AND {_IN_RANGE}
    ORDER BY received, id
"""  # noqa: S608 - constants of this file
_BEHIND = "(device, id) > ({after_device:UInt32}, {after:UInt64}) AND id <= {until:UInt64}"
_AMONG = "id IN {ids:Array(UInt64)}"
_DEVICES = f"SELECT DISTINCT device FROM packets WHERE id <= {{until:UInt64}} AND {_IN_RANGE} ORDER BY device"  # noqa: S608
_COUNT = "SELECT count() FROM packets FINAL"


def columns(packets: Sequence[Packet]) -> dict[str, Sequence[Any]]:
    """The packets, one at least, as the columns of the archive."""
    of = cast(list[Sequence[Any]], list(zip(*packets, strict=True)))
    at = Packet._fields.index("position")
    places = cast(Iterator[Sequence[Any]], zip(*[each or _NOWHERE for each in of[at]], strict=True))
    return dict(zip(TYPES, [*of[:at], *places, *of[at + 1 :]], strict=True))


def read(client: Client, bounds: dict[str, int]) -> Iterator[list[Packet]]:
    """The packets of `device` with ids in (`after`, `until`] and times in [`begin`, `end`], in the order of
    acceptance, some at a time. A packet without a time of its own has that of its receipt.
    """
    return _read(client, "id > {after:UInt64} AND id <= {until:UInt64}", bounds)


def read_these(client: Client, bounds: dict[str, int], ids: Sequence[int]) -> Iterator[list[Packet]]:
    """Those of these packets of `device` that have times in [`begin`, `end`], as `read` gives them."""
    return _read(client, _AMONG, {**bounds, "ids": list(ids)})


def _read(client: Client, condition: str, bounds: dict[str, Any]) -> Iterator[list[Packet]]:
    with client.query_column_block_stream(
        _READ % condition, parameters=bounds, query_formats={"String": "bytes"}
    ) as blocks:
        for block in cast(Iterator[list[Sequence[Any]]], blocks):
            yield [_packet(row) for row in zip(*block, strict=True)]


def count(client: Client, bounds: dict[str, int], device: int | None) -> int:
    """How many packets of a device, or of all, `read` would give, one device after the other.

    Those behind the packet `after` of the device `after_device`.
    """
    of_device = "" if device is None else "device = {device:UInt32} AND "
    given = bounds if device is None else {**bounds, "device": device}
    return _number(client, f"{of_device}{_BEHIND}", given)


def count_these(client: Client, bounds: dict[str, int], ids: Sequence[int]) -> int:
    """How many of these packets `read_these` would give."""
    return _number(client, f"device = {{device:UInt32}} AND {_AMONG}", {**bounds, "ids": list(ids)})


def _number(client: Client, condition: str, bounds: dict[str, Any]) -> int:
    answer = client.query(f"{_COUNT} WHERE {condition} AND {_IN_RANGE}", parameters=bounds)
    return int(answer.result_rows[0][0])


def devices(client: Client, bounds: dict[str, int]) -> list[int]:
    """The devices that have packets with ids up to `until` and times in [`begin`, `end`], in order."""
    answer = client.query(_DEVICES, parameters=bounds)
    return [device for (device,) in answer.result_rows]


def _packet(row: tuple[Any, ...]) -> Packet:
    number, received, device, version, time, longitude, latitude, altitude, written, record, raw = row
    position = None if longitude is None else Position(longitude, latitude, altitude)
    return Packet(number, received, device, version, time, position, Format(written), record, raw)
