"""Packets of readings: what is written is read, and a text is kept where it would be lost."""

import json
from io import BytesIO

import avro.io
import avro.schema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.reading import Reading, Readings
from sensorium.plans.readings import AVRO, is_shortest, read_readings, write_readings

SCHEMA = avro.schema.parse(json.dumps(AVRO))
NUMBERS = st.integers(0, 2**46)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
READINGS = st.builds(
    Reading, NUMBERS, st.none() | st.floats(allow_nan=False, allow_infinity=False), st.none() | TEXTS
)


@given(st.builds(Readings, NUMBERS, TEXTS, st.lists(READINGS, max_size=5).map(tuple)))
def test_what_is_written_is_read(packet: Readings):
    """Any numbers and texts; another Avro library reads the same."""
    record = write_readings(packet)
    assert read_readings(record) == packet
    found = avro.io.DatumReader(SCHEMA).read(avro.io.BinaryDecoder(BytesIO(record)))
    assert (found["first"], found["agent"]) == (packet.first, packet.agent)
    assert [(each["datastream"], each["value"], each["text"]) for each in found["readings"]] == [
        tuple(each) for each in packet.readings
    ]


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("122", False), ("12.34", False), ("-5", False), ("0", False), ("-0", False), ("0.0001", False),
        ("123456789012345", False), ("12.340", True), ("1.0", True), ("+5", True), ("007", True),
        ("1e3", True), ("1e-7", True), (".5", True), ("5.", True), ("1e15", True),
        ("1000000000000000", True), ("0.1000000000000000055", True),
    ],
)  # fmt: skip
def test_text_is_kept_unless_it_is_written_so_again(text: str, is_kept: bool):
    """Where programs write numbers in different ways it is kept too."""
    assert is_shortest(text, float(text)) != is_kept
