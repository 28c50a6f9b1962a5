"""Binding and target paths in the forms that the document, its client and its users write."""

from typing import Any

import pytest

from tests.dialects.nilu.api import PLAIN, Provider, assert_error


def record(name: str, **fields: Any) -> dict[str, Any]:
    """An Avro record type with these fields."""
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": key, "type": kind} for key, kind in fields.items()],
    }


VALUE = record("Value", value="double")
GAS = record("Gas", components={"type": "array", "items": record("Each", no2=VALUE)})
ESCAPED = record("Escaped", **{"lev.el2": record("Inner", no2=VALUE)})
GASES = {"gas": {"components": [{"no2": {"value": 15.232}}, {"no2": {"value": 16.5}}]}}


def described(parameter: dict[str, Any], path: str) -> dict[str, Any]:
    """A sensor with that parameter and a component bound to the path."""
    component = {**PLAIN["components"][0], "binding-path": path}
    return {
        "resolution": 60,
        "location": PLAIN["location"],
        "parameters": [parameter],
        "components": [component],
    }


@pytest.mark.check("NI-106", "NI-153", "NI-154", "NI-155", "NI-156", "NI-157", "NI-158", "NI-159")
@pytest.mark.parametrize(
    ("name", "kind", "path", "packet", "value"),
    [
        ("no2", "double", "no2", {"no2": 15.232}, 15.232),
        ("no2", VALUE, "no2.value", {"no2": {"value": 15.232}}, 15.232),
        ("gas", GAS, "gas.components[0].no2.value", GASES, 15.232),
        ("gas", GAS, "gas.components[1].no2.value", GASES, 16.5),
        (
            "level1",
            ESCAPED,
            "level1.['lev.el2'].no2.value",
            {"level1": {"lev.el2": {"no2": {"value": 15.232}}}},
            15.232,
        ),
        ("no2", "double", "/no2", {"no2": 15.232}, 15.232),
        ("gas", GAS, "/gas/components[0]/no2/value", GASES, 15.232),
        ("no2", "double", "$.no2", {"no2": 15.232}, 15.232),
        ("PM10", "double", "/pm10", {"pm10": 15.232}, 15.232),
        ("PM10", "double", "/pm10", {"PM10": 15.232}, 15.232),
    ],
)
def test_path_leads_to_its_value(
    provider: Provider, name: str, kind: Any, path: str, packet: Any, value: float
):
    """From the packet to the row; the path is shown as it was written."""
    sensor = provider.configure(described({"name": name, "type": kind}, path))
    [component] = provider.client.get(f"/api/sensors/{sensor}/components").json()
    assert component["binding-path"] == path
    provider.push(sensor, packet)
    assert [row["value"] for row in provider.newest(sensor)] == [value]


@pytest.mark.check("NI-160", "NI-200", "NI-201")
@pytest.mark.parametrize(
    "packet",
    [
        {},
        {"gas": {}},
        {"gas": {"components": []}},
        {"gas": {"components": [{"no2": {"value": 1.0}}]}},
        {"gas": {"components": [{"no2": {"value": 1.0}}, {"no2": {}}]}},
        {"gas": {"components": [{"no2": {"value": 1.0}}, {"no2": {"value": "1.0"}}]}},
        {"gas": {"components": "none"}},
    ],
)
def test_packet_without_the_place_is_invalid(provider: Provider, packet: Any):
    """An index out of range, a missing key and a wrong type: 500 with 110."""
    sensor = provider.configure(described({"name": "gas", "type": GAS}, "gas.components[1].no2.value"))
    assert_error(provider.client.post(f"/api/sensors/{sensor}/inbound", json=packet), 500, 110)
