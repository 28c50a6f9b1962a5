"""Two readers of Avro records that are not ours: fastavro, and Apache's own, which takes nothing illegal."""

import json
import warnings
from io import BytesIO
from typing import Any

import avro.errors
import avro.io
import avro.schema
from fastavro import parse_schema, schemaless_reader

from sensorium.plans.plan import Plan


def read(plan: Plan, record: bytes) -> dict[str, Any]:
    """The decoded record, on which both readers agree, and of which no byte is left over."""
    stream = BytesIO(record)
    found = schemaless_reader(stream, parse_schema(plan.avro), None)
    assert stream.read() == b""
    assert read_strictly(plan, record) == found
    return found


def read_strictly(plan: Plan, record: bytes) -> Any:
    """The record as Apache's reader decodes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", avro.errors.IgnoredLogicalType)  # it does not know local timestamps
        schema = avro.schema.parse(json.dumps(plan.avro))
    stream = BytesIO(record)
    found = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(stream))
    assert stream.read() == b""
    return found
