"""From the words of the platform to the objects of SensorData's document."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import msgspec

from sensorium.dialects.sensordata import shapes
from sensorium.model.definition import WantedDefinition
from sensorium.model.moments import from_microseconds
from sensorium.model.reading import Sent
from sensorium.model.selection import Item, SelectionShape

Kinds = Mapping[int, tuple[WantedDefinition, str | None]]
"""By a number that each kind of row has: its sensor definition and the equation that is in force."""

_encoder = msgspec.json.Encoder()

_BEGIN, _END = b'{"sensordata":{', b"}}"


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


def row(kinds: Kinds) -> SelectionShape:
    """A selected row, in the order of the document (SD-065). What is not set is an empty text (D7)."""

    def told(name: str) -> Mapping[int, str]:
        return {number: getattr(said, name) or "" for number, (said, _) in kinds.items()}

    return MappingProxyType(
        {
            "data_id": Item.DATA,
            "data_datetime": Item.MOMENT,
            "asset_id": Item.ASSET,
            "sd_id": Item.DEFINITION,
            "user_agent": Item.AGENT,
            "sensor_value": Item.TEXT,
            "sd_name": told("name"),
            "uom_chartlabel": told("unit_label"),
            "equation": {number: equation for number, (_, equation) in kinds.items()},
            "data_min": told("data_min"),
            "data_max": told("data_max"),
            "graph_min": told("graph_min"),
            "graph_max": told("graph_max"),
            "chart": {number: "Yes" if said.chart else "No" for number, (said, _) in kinds.items()},
            "data_type": {number: said.data_type.value for number, (said, _) in kinds.items()},
            "colorcode": told("color"),
            "sd_chartlabel": told("chart_label"),
        }
    )


async def numbered(first: Sequence[bytes], rest: AsyncGenerator[list[bytes]]) -> AsyncGenerator[bytes]:
    """The rows as the members "sensordata 0", "sensordata 1" and so on of one object (SD-064)."""
    try:
        yield _BEGIN + _members(first, 0)
        count = len(first)
        async for rows in rest:
            if rows:
                yield b"," + _members(rows, count)
                count += len(rows)
        yield _END
    finally:
        await rest.aclose()


def _members(rows: Sequence[bytes], first: int) -> bytes:
    return b",".join([b'"sensordata %d":%b' % (number, each) for number, each in enumerate(rows, first)])


def inserted(
    new: Sequence[tuple[Sent, int | None]],
    link: tuple[int, int, int],
    time: int,
    agent: str,
    data: int,
) -> bytes:
    """What was inserted: each value with the number of its hardware sensor; `link` has asset, device and id.

    Values are as they were sent, in the order in which they were (SD-101).
    """
    asset, device, number = link
    return to_json(
        shapes.Inserted(
            sd_id=", ".join([str(sent.definition) for sent, _ in new]),
            sensor_id=", ".join(["" if sensor is None else str(sensor) for _, sensor in new]),
            sensor_value=", ".join([sent.text for sent, _ in new]),
            asset_id=asset,
            device_id=device,
            deviceasset_id=number,
            timestamp=_moment(time),
            user_agent=agent,
            data_id=str(data),
        )
    )


@lru_cache(maxsize=1024)
def _moment(time: int) -> str:
    return from_microseconds(time).isoformat(" ", "seconds")[:19]
