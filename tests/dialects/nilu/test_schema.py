"""The completed Avro schema of a sensor's packets."""

import json

import avro.schema
import httpx2
import pytest

from tests.dialects.nilu.api import EXAMPLE, Provider, unique


def test_schema_of_a_sensor_is_read_by_avro(anyone: httpx2.Client, provider: Provider):
    """Each declared parameter is a field, under its own name as a property, and may be missing."""
    sensor = provider.configure(EXAMPLE, name=unique())

    schema = anyone.get(f"/api/sensors/{sensor}/schema").json()

    read = avro.schema.parse(json.dumps(schema))
    assert [field.other_props["parameter"] for field in read.fields] == ["no2", "date"]
    assert [field.type.schemas[0].type for field in read.fields] == ["null", "null"]
    assert schema["fields"][1]["type"][1]["logicalType"] == "timestamp-micros"
    assert anyone.get(f"/api/sensors/{sensor}/schema/1").json() == schema


@pytest.mark.parametrize("version", ["0", "2", "x", "-1", "99999999999999999999"])
def test_schema_version_that_is_none_is_not_found(anyone: httpx2.Client, provider: Provider, version: str):
    """Versions count from 1, and there is one until the sensor is described anew."""
    sensor = provider.configure(EXAMPLE, name=unique())

    assert anyone.get(f"/api/sensors/{sensor}/schema/{version}").status_code == 404
