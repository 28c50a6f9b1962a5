"""Sensors are shown as they were described, to those who may see them."""

import re
from typing import Any

import httpx2
import pytest

from sensorium.dialects.nilu.sensors.sensors import PAGE
from tests.dialects.nilu.api import EXAMPLE, MOVING, PLAIN, Provider, assert_error, unique
from tests.running import Server

GOOD = {"date": 1579521600, "pm25": 12.5, "humidity": 55.25}
MEMBERS = [
    "id",
    "name",
    "provider",
    "description",
    "resolution",
    "srs",
    "enabled",
    "parameters",
    "location",
    "components",
    "converters",
    "mapping",
    "pipeline",
    "created",
    "updated",
    "atom",
    "endpoint",
]
SUB_RESOURCES = ["components", "converters", "mapping", "location", "parameters", "pipeline"]


@pytest.mark.check(
    "NI-101", "NI-103", "NI-104", "NI-105", "NI-106", "NI-108", "NI-109", "NI-110", "NI-111", "NI-113"
)
def test_fixed_sensor_is_shown_as_it_was_described(server: Server, anyone: httpx2.Client, provider: Provider):
    """Every member, in the document's order, without credentials."""
    name = unique()
    sensor = provider.configure(EXAMPLE, name=name)
    shown = anyone.get(f"/api/sensors/{sensor}").json()
    atom = f"{server.url}/api/sensors/{sensor}"
    assert shown == {
        "id": sensor,
        "name": name,
        "provider": {
            "id": provider.id,
            "name": provider.name,
            "atom": f"{server.url}/api/providers/{provider.id}",
        },
        "description": "Innosense sensor",
        "resolution": 60,
        "srs": anyone.get("/api/srs/4326").json(),
        "enabled": True,
        "parameters": EXAMPLE["parameters"],
        "location": EXAMPLE["location"],
        "components": [
            {
                "id": 64,
                "name": "NO2",
                "binding-path": "/no2",
                "conv_factor": 1.0,
                "atom": f"{server.url}/api/components/64",
                "unit": anyone.get("/api/units/35").json(),
                "level": anyone.get("/api/datalevels/1").json(),
            }
        ],
        "converters": [
            {**EXAMPLE["converters"][0], "atom": f"{server.url}/api/doc/converters#StringEpochTime"},
            {**EXAMPLE["converters"][1], "atom": f"{server.url}/api/doc/converters#StringDouble"},
        ],
        "mapping": [{**EXAMPLE["mapping"][0], "atom": f"{server.url}/api/doc/fieldmapping#Timestamp"}],
        "pipeline": {
            "flags": 0,
            "bitflags": "00000000",
            "status": "Never processed",
            "atom": f"{atom}/pipeline",
            "processed": None,
        },
        "created": shown["created"],
        "updated": None,
        "atom": atom,
        "endpoint": f"{atom}/inbound",
    }
    assert list(shown) == MEMBERS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", shown["created"])


@pytest.mark.check("NI-109", "NI-110", "NI-111")
def test_moving_sensor_has_nulls_and_a_template(anyone: httpx2.Client, provider: Provider):
    """No location, no converters, no mapping: null."""
    sensor = provider.configure({**MOVING, "mapping": [], "converters": []})
    shown = anyone.get(f"/api/sensors/{sensor}").json()
    assert (shown["location"], shown["converters"], shown["mapping"]) == (None, None, None)
    assert shown["endpoint"].endswith(
        f"/api/sensors/{sensor}/{{longitude}}/{{latitude}}/{{altitude}}/inbound"
    )


@pytest.mark.check("NI-107")
def test_conversion_factor_is_one_in_the_unit_of_quality_control(anyone: httpx2.Client, provider: Provider):
    """PM2.5 in µg/m³: 1.0; in mg/m³: 1000.0; in ppb: 0.0."""
    units = {each["name"]: each["id"] for each in anyone.get("/api/units").json()}
    factors: list[float] = []
    for unit in ("µg/m³", "mg/m³", "ppb"):
        component = {**PLAIN["components"][0], "unitid": units[unit]}
        sensor = provider.configure(components=[component])
        factors += [each["conv_factor"] for each in anyone.get(f"/api/sensors/{sensor}/components").json()]
    assert factors == [1.0, 1000.0, 0.0]


@pytest.mark.check("NI-114")
def test_sensors_are_listed_as_each_is_shown(anyone: httpx2.Client, provider: Provider):
    """The same objects, by id."""
    mine = [provider.configure(body) for body in (PLAIN, MOVING)]
    listed = anyone.get("/api/sensors").json()
    assert [each["id"] for each in listed] == sorted(each["id"] for each in listed)
    assert [each for each in listed if each["id"] in mine] == [
        anyone.get(f"/api/sensors/{each}").json() for each in mine
    ]


def test_long_list_is_whole(newcomer: Provider):
    """Every sensor once and by id, however many pages of them are read one after the other."""
    mine = [newcomer.configure(public=False) for _ in range(2 * PAGE)]
    address = f"/api/sensors/providers/{newcomer.id}"
    for _ in range(2):
        assert [each["id"] for each in newcomer.client.get(address).json()] == mine
        mine.append(newcomer.configure(public=False))
    listed = newcomer.client.get("/api/sensors").json()
    assert [each["id"] for each in listed if each["id"] in mine] == mine


@pytest.mark.check("NI-010", "NI-115", "NI-122")
@pytest.mark.parametrize("sub", ["", *(f"/{each}" for each in SUB_RESOURCES)])
@pytest.mark.parametrize("number", ["0", "999999999", "9" * 30, "abc", "-1", "1.0"])
def test_unknown_sensor_is_not_found(anyone: httpx2.Client, number: str, sub: str):
    """404 with 1002, the sensor itself and each of its six sub-resources."""
    assert_error(anyone.get(f"/api/sensors/{number}{sub}"), 404, 1002)


@pytest.mark.check("NI-116", "NI-117", "NI-118", "NI-119", "NI-120", "NI-121")
def test_sub_resources_are_parts_of_the_sensor(anyone: httpx2.Client, provider: Provider):
    """Each is what the sensor shows; components have their type as well."""
    sensor = provider.configure(EXAMPLE, name=unique())
    shown = anyone.get(f"/api/sensors/{sensor}").json()
    shown["components"] = [{**each, "type": "Standard"} for each in shown["components"]]
    parts = {each: anyone.get(f"/api/sensors/{sensor}/{each}").json() for each in SUB_RESOURCES}
    assert parts == {each: shown[each] for each in SUB_RESOURCES}


@pytest.mark.check("NI-117", "NI-118", "NI-119")
def test_sub_resources_are_empty_where_there_is_nothing(anyone: httpx2.Client, provider: Provider):
    """Where the sensor shows null they answer [] and {}."""
    sensor = provider.configure({**MOVING, "mapping": None})
    parts = [
        anyone.get(f"/api/sensors/{sensor}/{each}").json() for each in ("converters", "mapping", "location")
    ]
    assert parts == [[], [], {}]


@pytest.mark.check("NI-097", "NI-098", "NI-099", "NI-112", "NI-121")
def test_pipeline_tells_what_became_of_the_last_packet(anyone: httpx2.Client, provider: Provider):
    """Never processed, then stored; the sensor shows the same."""
    sensor = provider.configure()
    pipeline = f"/api/sensors/{sensor}/pipeline"
    before = anyone.get(pipeline).json()
    assert (before["flags"], before["status"], before["processed"]) == (0, "Never processed", None)
    provider.push(sensor, GOOD)
    after = anyone.get(pipeline).json()
    assert (after["flags"], after["bitflags"]) == (10, "00001010")
    assert after["status"] == "Raw data processed and stored. QA/QC executed."
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", after["processed"])
    assert anyone.get(f"/api/sensors/{sensor}").json()["pipeline"] == after


@pytest.mark.check("NI-171", "NI-172", "NI-173")
def test_sensor_is_disabled(anyone: httpx2.Client, provider: Provider):
    """It shows it and takes no packets; another time does no harm; its data stay."""
    sensor = provider.configure()
    provider.push(sensor, GOOD)
    for _ in range(2):
        response = provider.client.post(f"/api/sensors/{sensor}/disable")
        assert (response.status_code, response.json()) == (
            200,
            {"sensorid": sensor, "message": "OK", "http-status-code": 200},
        )
        assert anyone.get(f"/api/sensors/{sensor}").json()["enabled"] is False
        assert_error(provider.client.post(f"/api/sensors/{sensor}/inbound", json=GOOD), 500, 400)
    assert len(provider.newest(sensor)) == 2


@pytest.mark.check("NI-009")
def test_only_its_provider_disables_a_sensor(anyone: httpx2.Client, provider: Provider, other: Provider):
    """401, 510 and 404; the sensor stays enabled."""
    sensor = provider.configure()
    assert_error(anyone.post(f"/api/sensors/{sensor}/disable"), 401, 500)
    assert_error(other.client.post(f"/api/sensors/{sensor}/disable"), 500, 510)
    assert_error(provider.client.post("/api/sensors/999999999/disable"), 404, 1002)
    assert anyone.get(f"/api/sensors/{sensor}").json()["enabled"] is True


def listed(client: httpx2.Client, provider: Provider) -> list[list[int]]:
    """The ids that a client sees in the list of all and in the provider's."""
    answers: list[list[dict[str, Any]]] = [
        client.get("/api/sensors").json(),
        client.get(f"/api/sensors/providers/{provider.id}").json(),
    ]
    return [[each["id"] for each in answer if each["provider"]["id"] == provider.id] for answer in answers]


def test_private_sensor_is_seen_by_its_provider_alone(
    anyone: httpx2.Client, newcomer: Provider, other: Provider
):
    """It is in no list, and not to be found, for everyone else; the owner is told that it is private."""
    public, private = newcomer.configure(), newcomer.configure(public=False)
    assert listed(anyone, newcomer) == listed(other.client, newcomer) == [[public], [public]]
    assert listed(newcomer.client, newcomer) == [[public, private], [public, private]]
    assert newcomer.client.get(f"/api/sensors/{private}").json()["public"] is False
    assert "public" not in newcomer.client.get(f"/api/sensors/{public}").json()
    for client in (anyone, other.client):
        assert_error(client.get(f"/api/sensors/{private}"), 404, 1002)


def test_absent_and_private_sensors_look_the_same(provider: Provider, other: Provider):
    """Nothing in the answer tells that the private one exists."""
    private = provider.configure(public=False)
    for method, path in (("GET", ""), ("GET", "/pipeline/test"), ("POST", "/inbound"), ("POST", "/disable")):
        hidden = other.client.request(method, f"/api/sensors/{private}{path}")
        absent = other.client.request(method, f"/api/sensors/999999999{path}")
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
