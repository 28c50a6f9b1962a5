"""The plan of packets of readings: one for all devices, since such a packet says itself what its values are.

Its record is Avro as that of any packet is, by `AVRO`. The values have the ids of the datastreams that they
were assigned to at the door, so that a later change of the assignment changes nothing that is stored.
"""

from io import BytesIO
from struct import Struct
from typing import Any, cast

from fastavro import parse_schema
from fastavro import schemaless_reader as read_record  # pyright: ignore[reportUnknownVariableType]

from sensorium.model.reading import Reading, Readings
from sensorium.plans.avro.write import NULL, sized, zigzag

AVRO: dict[str, Any] = {
    "type": "record",
    "name": "Readings",
    "fields": [
        {"name": "first", "type": "long"},
        {"name": "agent", "type": "string"},
        {
            "name": "readings",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "Reading",
                    "fields": [
                        {"name": "datastream", "type": "long"},
                        {"name": "value", "type": ["null", "double"]},
                        {"name": "text", "type": ["null", "string"]},
                    ],
                },
            },
        },
    ],
}

_schema = parse_schema(AVRO)
_SECOND_BRANCH = b"\x02"
_END = b"\x00"
_double = Struct("<d").pack
_PLAIN = 1e15  # below it, and from a thousandth of a tenth on, everyone writes a number in the same way
_SMALL = 1e-4


def write_readings(packet: Readings) -> bytes:
    """The record of a packet. Raises InvalidPacket for a text that is not Unicode."""
    parts = [zigzag(packet.first), sized(packet.agent)]
    if packet.readings:
        parts.append(zigzag(len(packet.readings)))
    for datastream, value, text in packet.readings:
        parts += (
            zigzag(datastream),
            NULL if value is None else _SECOND_BRANCH + _double(value),
            NULL if text is None else _SECOND_BRANCH + sized(text),
        )
    return b"".join(parts) + _END


def read_readings(record: bytes) -> Readings:
    """What `write_readings` has written."""
    found = cast("dict[str, Any]", read_record(BytesIO(record), _schema, None))
    return Readings(
        found["first"],
        found["agent"],
        tuple(Reading(each["datastream"], each["value"], each["text"]) for each in found["readings"]),
    )


def is_shortest(text: str, number: float) -> bool:
    """Whether a number that is written down without its text is written like this again."""
    if repr(number).removesuffix(".0") != text:
        return False
    return number == 0 or _SMALL <= abs(number) < _PLAIN
