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
_KIND = b',"kind":'

ROW: SelectionShape = MappingProxyType(
    {
        "data_id": Item.DATA,
        "data_datetime": Item.MOMENT,
        "asset_id": Item.ASSET,
        "sd_id": Item.DEFINITION,
        "user_agent": Item.AGENT,
        "sensor_value": Item.TEXT,
        "kind": Item.KIND,
    }
)
"""A selected row as it is read, in the order of the document (SD-065); `numbered` says what its kind is."""


def to_json(value: object) -> bytes:
    """The bytes of an answer."""
    return _encoder.encode(value)


async def numbered(
    first: Sequence[bytes], rest: AsyncGenerator[list[bytes]], kinds: Kinds
) -> AsyncGenerator[bytes]:
    """The rows as the members "sensordata 0", "sensordata 1" and so on of one object (SD-064).

    What is the same for all rows of a kind stands at their ends, and is made once.
    """
    ends = {b"%d}" % number: _end(*kind) for number, kind in kinds.items()}
    try:
        yield _BEGIN + _members(first, 0, ends)
        count = len(first)
        async for rows in rest:
            if rows:
                yield b"," + _members(rows, count, ends)
                count += len(rows)
        yield _END
    finally:
        await rest.aclose()


def _members(rows: Sequence[bytes], first: int, ends: Mapping[bytes, bytes]) -> bytes:
    parted = [each.rpartition(_KIND) for each in rows]
    return b",".join(
        [
            b'"sensordata %d":%b%b' % (at, begin, ends[kind])
            for at, (begin, _, kind) in enumerate(parted, first)
        ]
    )


def _end(said: WantedDefinition, equation: str | None) -> bytes:
    """The members after a row's value. What is not set is an empty text (D7)."""
    members = {
        "sd_name": said.name,
        "uom_chartlabel": said.unit_label or "",
        "equation": equation,
        "data_min": said.data_min or "",
        "data_max": said.data_max or "",
        "graph_min": said.graph_min or "",
        "graph_max": said.graph_max or "",
        "chart": "Yes" if said.chart else "No",
        "data_type": said.data_type.value,
        "colorcode": said.color or "",
        "sd_chartlabel": said.chart_label or "",
    }
    return b"," + to_json(members)[1:]


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
