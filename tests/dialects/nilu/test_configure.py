"""A sensor's description is taken, or refused with the number that the document gives the fault."""

from copy import deepcopy
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import EXAMPLE, PLAIN, Provider, assert_error, unique
from tests.running import Server, running


def configure(provider: Provider, body: dict[str, Any]) -> httpx2.Response:
    """Send the description with a name of its own unless it has one."""
    return provider.client.post("/api/sensors/configure", json={"name": unique(), **body})


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the body with another value at the path ("components.0.level"); ... removes it."""
    copy = deepcopy(body)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = copy
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.check("NI-004", "NI-005", "NI-123")
def test_example_of_the_document_is_taken(server: Server, newcomer: Provider):
    """201, the sensor's id, and where it is described."""
    response = newcomer.client.post("/api/sensors/configure", json=EXAMPLE)
    sensor = response.json()["sensorid"]
    assert (response.status_code, response.json()) == (
        201,
        {
            "sensorid": sensor,
            "message": "Created",
            "http-status-code": 201,
            "atom": f"{server.url}/api/sensors/{sensor}",
        },
    )


@pytest.mark.check("NI-124")
def test_only_providers_configure(anyone: httpx2.Client):
    """401 before anything is said of the body."""
    assert_error(anyone.post("/api/sensors/configure", json={}), 401, 500)
    assert_error(anyone.post("/api/sensors/configure", content=b"{"), 401, 500)


@pytest.mark.check("NI-003", "NI-125", "NI-126", "NI-127", "NI-128", "NI-129")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("name", "Sensor name must be defined."),
        ("resolution", "Sensor resolution must be defined."),
        ("parameters", "Sensor parameters must be defined."),
        ("components", "Sensor components must be defined."),
        ("components.0.level", "Component level must be defined (components[0].level)."),
        ("components.0.componentid", "Component identifier must be defined (components[0].componentid)."),
        ("components.0.unitid", "Component unit must be defined (components[0].unitid)."),
        ("components.0.binding-path", "Component binding path must be defined (components[0].binding-path)."),
        ("parameters.1.type", "Parameter type must be defined (parameters[1].type)."),
        ("converters.0.input-type", "Converter input type must be defined (converters[0].input-type)."),
        ("converters.0.output-type", "Converter output type must be defined (converters[0].output-type)."),
        ("converters.1.target-path", "Converter target path must be defined (converters[1].target-path)."),
        ("mapping.0.name", "Field mapper name must be defined (mapping[0].name)."),
        ("mapping.0.target-path", "Field mapper target path must be defined (mapping[0].target-path)."),
    ],
)
@pytest.mark.parametrize("absent", [..., None], ids=["absent", "null"])
def test_missing_field_is_named(provider: Provider, path: str, message: str, absent: Any):
    """422 with 1000, in the document's words."""
    body = changed({**EXAMPLE, "name": unique()}, path, absent)
    response = provider.client.post("/api/sensors/configure", json=body)
    assert (response.status_code, response.json()) == (
        422,
        {"error-code": 1000, "error-message": message, "http-status-code": 422},
    )


@pytest.mark.check("NI-126", "NI-133", "NI-134", "NI-150")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", 7),
        ("name", "x" * 256),
        ("name", "tab\tbed"),
        ("description", ["x"]),
        ("resolution", 0),
        ("resolution", -60),
        ("resolution", "60"),
        ("resolution", 1.5),
        ("resolution", True),
        ("resolution", 10**12),
        ("srs", 4326),
        ("srs.epsg", "4326"),
        ("enabled", "yes"),
        ("public", 1),
        ("location", [67, 50, 1.5]),
        ("location.altitude", ...),
        ("location.longitude", None),
        ("location.latitude", "50"),
        ("location.latitude", 90.5),
        ("location.latitude", -91),
        ("location.longitude", 181),
        ("location.altitude", 10**400),
        ("parameters", {}),
        ("parameters.0", "no2"),
        ("components", "no2"),
        ("components.0", None),
        ("components.0.componentid", "64"),
        ("components.0.level", 1.5),
        ("components.0.binding-path", 5),
        ("converters", {}),
        ("converters.0.target-path", 5),
        ("mapping", "Timestamp"),
        ("mapping.0.name", "Position"),
    ],
)
def test_field_of_a_wrong_form_is_malformed(provider: Provider, path: str, value: Any):
    """400 with 1001; the message names the field."""
    response = configure(provider, changed({**EXAMPLE, "name": unique()}, path, value))
    assert_error(response, 400, 1001)
    named = response.json()["error-message"].replace("[0]", ".0").lower()
    assert path.rsplit(".", maxsplit=1)[-1].removesuffix("id") in named


@pytest.mark.check("NI-007", "NI-152")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b'{"name":1e400}'])
def test_body_that_is_no_object_is_malformed(provider: Provider, body: bytes):
    """400 with 1001."""
    headers = {"content-type": "application/json"}
    assert_error(provider.client.post("/api/sensors/configure", content=body, headers=headers), 400, 1001)


def test_description_is_written_in_json(provider: Provider):
    """XML is for packets only: 415."""
    headers = {"content-type": "application/xml"}
    response = provider.client.post("/api/sensors/configure", content=b"<a/>", headers=headers)
    assert_error(response, 415, 1005)


STRING_DATE = changed(EXAMPLE, "parameters.1.type", "string")


@pytest.mark.check(
    "NI-127",
    "NI-136",
    "NI-137",
    "NI-138",
    "NI-139",
    "NI-140",
    "NI-141",
    "NI-142",
    "NI-143",
    "NI-144",
    "NI-149",
)
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("srs.epsg", 999999, 226),
        ("components.0.componentid", 99999, 220),
        ("components.0.componentid", -1, 220),
        ("components.0.unitid", 99999, 230),
        ("components.0.level", 9, 225),
        ("parameters", [], 115),
        ("parameters.0.type", "decimal", 115),
        ("parameters.0.type", {"type": "record"}, 115),
        ("parameters.1.name", "no2", 115),
        ("parameters.1.name", "", 115),
        ("parameters.1.name", 5, 115),
        ("parameters.1.doc", 5, 115),
        ("components.0.binding-path", "/no3", 129),
        ("components.0.binding-path", "no2.value", 129),
        ("components.0.binding-path", "no2[?(@)]", 129),
        ("components.0.binding-path", "..no2", 129),
        ("converters.1.target-path", "/elsewhere", 129),
        ("mapping.0.target-path", "/elsewhere", 129),
        ("converters.0.input-args", ..., 130),
        ("converters.0.input-args", {}, 130),
        ("converters.0.input-args", "yyyy", 130),
        ("converters.0.input-args.input-format", 5, 130),
        ("converters.0.input-args.input-format", "HH:mm", 130),
        ("converters.0.output-type", "StringDate", 130),
        ("converters.0.input-args.timezone", "Europe/Atlantis", 132),
        ("converters.0.input-args.timezone", "../../etc/passwd", 132),
    ],
)
def test_fault_has_the_number_of_the_document(provider: Provider, path: str, value: Any, code: int):
    """500 with the application error."""
    body = changed({**EXAMPLE, "name": unique()}, path, value)
    assert_error(provider.client.post("/api/sensors/configure", json=body), 500, code)


@pytest.mark.check("NI-141")
def test_component_needs_a_number(provider: Provider):
    """A component bound to a text without converter: 500 with 124."""
    body = changed(PLAIN, "parameters.1.type", "string")
    assert_error(configure(provider, body), 500, 124)


@pytest.mark.check("NI-146")
def test_name_is_taken_once_for_each_provider(provider: Provider, newcomer: Provider):
    """500 with 410 for the same provider; another may use it."""
    sensor = provider.configure()
    name = provider.client.get(f"/api/sensors/{sensor}").json()["name"]
    assert_error(configure(provider, {**PLAIN, "name": name}), 500, 410)
    assert newcomer.configure(name=name) != sensor


@pytest.mark.check("NI-147")
def test_pool_has_as_many_places_as_the_setting_says(tmp_path: Any):
    """500 with 100 for the sensor after the last place."""
    from tests.dialects.nilu.api import new_provider

    with running(tmp_path / "data", env={"SENSORIUM_DEVICE_POOL": "2"}) as server:
        provider = new_provider(server)
        with provider.client:
            provider.configure()
            provider.configure()
            assert_error(configure(provider, PLAIN), 500, 100)


@pytest.mark.check("NI-130", "NI-131", "NI-132", "NI-135")
@pytest.mark.parametrize("absent", [..., None], ids=["absent", "null"])
def test_optional_fields_have_defaults(provider: Provider, absent: Any):
    """No description, enabled, moving, WGS 84, no converters; the empty objects mean the same."""
    body: Any = PLAIN
    for field in ("description", "enabled", "location", "srs", "converters"):
        body = changed({**body, field: None}, field, absent)
    shown = provider.client.get(f"/api/sensors/{provider.configure(body)}").json()
    assert (shown["description"], shown["enabled"], shown["location"], shown["srs"]["epsg"]) == (
        None,
        True,
        None,
        4326,
    )
    for body in ({**PLAIN, "location": {}}, {**PLAIN, "location": {}, "srs": {}}):
        shown = provider.client.get(f"/api/sensors/{provider.configure(body)}").json()
        assert (shown["location"], shown["srs"]["epsg"]) == (None, 4326)


@pytest.mark.check("NI-131")
def test_sensor_may_start_disabled(provider: Provider):
    """It takes no packet then."""
    sensor = provider.configure(enabled=False)
    response = provider.client.post(f"/api/sensors/{sensor}/inbound", json={})
    assert_error(response, 500, 400)


@pytest.mark.check("NI-145")
def test_time_zone_may_be_absent(provider: Provider):
    """It is UTC then: the client's own pattern."""
    body = changed(EXAMPLE, "converters.0.input-args", {"input-format": "yyyy-MM-ddTHH:mm:ssZ"})
    sensor = provider.configure(body, name=unique())
    provider.push(sensor, {"no2": "1.5", "date": "2021-01-02T03:04:05Z"})
    [row] = provider.newest(sensor)
    assert (row["timestamp_from_epoch"], row["value"]) == (1609556645, 1.5)


@pytest.mark.check("NI-149", "NI-203")
def test_every_converter_of_the_document_converts(provider: Provider):
    """BooleanInteger, StringDouble, StringInteger and StringEpochTime in one sensor."""
    paths = {
        "rain": ("boolean", "BooleanInteger"),
        "pm25": ("string", "StringDouble"),
        "n": ("string", "StringInteger"),
    }
    body = {
        "resolution": 60,
        "location": PLAIN["location"],
        "parameters": [
            {"name": "rain", "type": "long"},
            {"name": "pm25", "type": "double"},
            {"name": "n", "type": "long"},
            {"name": "date", "type": "long"},
        ],
        "components": [
            {"componentid": 60 + at, "unitid": 3, "binding-path": f"/{path}", "level": 0}
            for at, path in enumerate(paths)
        ],
        "converters": [
            {"input-type": kind, "output-type": converter, "target-path": f"/{path}"}
            for path, (kind, converter) in paths.items()
        ]
        + [EXAMPLE["converters"][0]],
        "mapping": EXAMPLE["mapping"],
    }
    sensor = provider.configure(body)
    packets = [(True, "1e1", "42"), (False, "-0.5", "-7"), ("true", "3", "0"), ("false", "4", "9")]
    for minute, (rain, pm25, n) in enumerate(packets):
        provider.push(sensor, {"rain": rain, "pm25": pm25, "n": n, "date": f"2020/01/20 10:{minute:02}:00"})
    found: dict[int, list[float]] = {}
    for row in sorted(provider.rows(sensor), key=lambda row: row["component"]):
        found.setdefault(row["timestamp_from_epoch"], []).append(row["value"])
    assert list(found.values()) == [[1.0, 10.0, 42.0], [0.0, -0.5, -7.0], [1.0, 3.0, 0.0], [0.0, 4.0, 9.0]]


@pytest.mark.check("NI-151", "NI-104")
def test_parameter_may_be_an_object(provider: Provider):
    """An Avro record as a parameter's type, shown as it was configured."""
    nested = {
        "name": "station",
        "type": {"type": "record", "name": "Station", "fields": [{"name": "pm25", "type": "double"}]},
        "doc": "All of it",
    }
    body = {**PLAIN, "parameters": [nested], "mapping": None}
    body["components"] = [{**PLAIN["components"][0], "binding-path": "/station/pm25"}]
    sensor = provider.configure(body)
    assert provider.client.get(f"/api/sensors/{sensor}/parameters").json() == [nested]
    provider.push(sensor, {"station": {"pm25": 7.5}})
    assert [row["value"] for row in provider.newest(sensor)] == [7.5]
