"""A disabled sensor is described anew or deleted; what it has stored stays as it was."""

from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import EXAMPLE, MOVING, PLAIN, Provider, assert_error, unique
from tests.running import Server

NOON = 1579521600
OSLO = {"longitude": 10.75, "latitude": 59.9, "altitude": 12.0}


def packet(at: int, **values: float) -> dict[str, float]:
    """A packet of a PLAIN sensor, `at` minutes after noon."""
    return {"date": NOON + 60 * at, "pm25": 1.5, "humidity": 50.0, **values}


def disabled(provider: Provider, body: dict[str, Any] = PLAIN, **changed: Any) -> int:
    """A sensor that takes no packets."""
    return provider.configure(body, **{"enabled": False, **changed})


def reconfigure(provider: Provider, sensor: int, **changes: Any) -> httpx2.Response:
    """Ask for changes of a sensor."""
    return provider.client.put(f"/api/sensors/{sensor}/reconfigure", json=changes)


def shown(provider: Provider, sensor: int) -> dict[str, Any]:
    """The sensor as it is described now."""
    return provider.client.get(f"/api/sensors/{sensor}").json()


def reconfigured(provider: Provider, sensor: int, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The sensor before and after changes, without the moment of the change."""
    before = shown(provider, sensor)
    answer = reconfigure(provider, sensor, **changes)
    assert answer.status_code == 200, answer.text
    after = shown(provider, sensor)
    assert after.pop("updated") is not None
    before.pop("updated")
    return before, after


@pytest.mark.check("NI-161", "NI-164", "NI-168")
def test_the_document_s_example(server: Server, provider: Provider):
    """Its answer, and the sensor as it asks for, enabled again."""
    sensor = disabled(provider)
    assert shown(provider, sensor)["updated"] is None
    name = unique()
    answer = reconfigure(
        provider,
        sensor,
        name=name,
        description="Innosense sensor",
        resolution=20,
        srs={"epsg": 4326},
        enabled=True,
        location={"longitude": 32, "latitude": 76, "altitude": 1},
    )
    atom = f"{server.url}/api/sensors/{sensor}"
    assert answer.status_code == 200
    assert answer.json() == {"sensorid": sensor, "message": "OK", "http-status-code": 200, "atom": atom}
    now = shown(provider, sensor)
    assert (now["name"], now["resolution"], now["enabled"]) == (name, 20, True)
    assert now["location"] == {"longitude": 32, "latitude": 76, "altitude": 1}
    assert now["updated"] >= now["created"]


@pytest.mark.check("NI-162", "NI-176")
def test_an_enabled_sensor_is_not_changed(provider: Provider):
    """It must be disabled first; the state is told before anything about the body."""
    sensor = provider.configure()
    before = shown(provider, sensor)
    assert_error(provider.client.put(f"/api/sensors/{sensor}/reconfigure", content=b"{"), 500, 401)
    assert_error(provider.client.delete(f"/api/sensors/{sensor}/delete"), 500, 401)
    assert shown(provider, sensor) == before


PARAMETERS = [*PLAIN["parameters"], {"name": "no2", "type": "double"}]
CONVERTER = {
    "input-type": "string",
    "output-type": "StringDouble",
    "target-path": "/pm25",
}
CHANGES: dict[str, tuple[Any, Any]] = {
    "description": ("now here", "now here"),
    "resolution": (10, 10),
    "enabled": (True, True),
    "parameters": (PARAMETERS, PARAMETERS),
    "location": (OSLO, OSLO),
}


@pytest.mark.check("NI-163")
@pytest.mark.parametrize("member", CHANGES)
def test_one_member_is_changed_and_the_others_stay(provider: Provider, member: str):
    """Each by itself."""
    given, expected = CHANGES[member]
    before, after = reconfigured(provider, disabled(provider), **{member: given})
    assert after[member] == expected != before[member]
    assert {key for key in before if after[key] != before[key]} == {member}


@pytest.mark.check("NI-163")
def test_a_name_is_changed_alone(provider: Provider):
    """And the old one is free for another sensor."""
    old, new = unique(), unique()
    before, after = reconfigured(provider, disabled(provider, name=old), name=new)
    assert {**before, "name": new} == after
    provider.configure(name=old)


@pytest.mark.check("NI-163")
def test_a_reference_system_is_changed_alone(provider: Provider, anyone: httpx2.Client):
    """The position stays, in other words."""
    before, after = reconfigured(provider, disabled(provider), srs={"epsg": 4258})
    assert {**before, "srs": anyone.get("/api/srs/4258").json()} == after


@pytest.mark.check("NI-163")
def test_components_converters_and_mapping_are_changed_alone(provider: Provider):
    """And null takes the last two away, as it shows that there are none."""
    sensor = disabled(provider)
    components = [PLAIN["components"][1]]
    before, after = reconfigured(provider, sensor, components=components)
    assert [each["id"] for each in after["components"]] == [5]
    assert {key for key in before if after[key] != before[key]} == {"components"}
    before, after = reconfigured(provider, sensor, converters=[CONVERTER])
    assert [each["output-type"] for each in after["converters"]] == ["StringDouble"]
    assert {key for key in before if after[key] != before[key]} == {"converters"}
    before, after = reconfigured(provider, sensor, mapping=None)
    assert (before["mapping"] is None, after["mapping"]) == (False, None)
    before, after = reconfigured(provider, sensor, converters=None, mapping=PLAIN["mapping"])
    assert (after["converters"], after["mapping"]) == (None, shown(provider, sensor)["mapping"])


@pytest.mark.check("NI-165")
@pytest.mark.parametrize("nowhere", [{}, None])
def test_without_a_location_a_fixed_sensor_moves(server: Server, provider: Provider, nowhere: Any):
    """Its packets come to another address, and with a location it stands again."""
    sensor = disabled(provider)
    _, after = reconfigured(provider, sensor, location=nowhere, enabled=True)
    template = "{longitude}/{latitude}/{altitude}/inbound"
    assert (after["location"], after["endpoint"]) == (None, f"{server.url}/api/sensors/{sensor}/{template}")
    assert provider.client.post(f"/api/sensors/{sensor}/5/60/1/inbound", json=packet(0)).status_code == 200
    assert_error(provider.client.post(f"/api/sensors/{sensor}/inbound", json=packet(1)), 400, 1004)


@pytest.mark.check("NI-166")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parameters": [{"name": "pm25", "type": "numbr"}]}, 115),
        ({"parameters": [*PLAIN["parameters"][::2], {"name": "pm25", "type": "string"}]}, 124),
        ({"components": [{**PLAIN["components"][0], "binding-path": "/pm25["}]}, 129),
        ({"converters": [{**CONVERTER, "output-type": "StringEpochTime", "input-args": {}}]}, 130),
        (
            {
                "converters": [
                    {
                        **CONVERTER,
                        "target-path": "/date",
                        "output-type": "StringEpochTime",
                        "input-args": {"input-format": "yyyy-MM-dd", "timezone": "Mars/Crater"},
                    }
                ]
            },
            132,
        ),
        ({"components": [{**PLAIN["components"][0], "componentid": 99999}]}, 220),
        ({"components": [{**PLAIN["components"][0], "level": 77}]}, 225),
        ({"srs": {"epsg": 1}}, 226),
        ({"components": [{**PLAIN["components"][0], "unitid": 99999}]}, 230),
    ],
)
def test_what_configure_refuses_is_refused_here_too(provider: Provider, changes: dict[str, Any], code: int):
    """And nothing is changed then, also not what was right."""
    sensor = disabled(provider)
    before = shown(provider, sensor)
    assert_error(reconfigure(provider, sensor, description="half done", **changes), 500, code)
    assert shown(provider, sensor) == before


@pytest.mark.check("NI-166")
def test_a_name_of_another_sensor_is_refused(provider: Provider):
    """The sensor's own is none."""
    taken, own = unique(), unique()
    provider.configure(name=taken)
    sensor = disabled(provider, name=own)
    assert_error(reconfigure(provider, sensor, name=taken), 500, 410)
    reconfigured(provider, sensor, name=own)


@pytest.mark.check("NI-167", "NI-169", "NI-177", "NI-178")
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_the_owner_changes_a_sensor(
    anyone: httpx2.Client, provider: Provider, other: Provider, method: str
):
    """Without a token, with another's, and where there is no sensor."""
    sensor = disabled(provider)
    what = "reconfigure" if method == "PUT" else "delete"
    path = f"/api/sensors/{sensor}/{what}"
    assert_error(anyone.request(method, path, json={}), 401, 500)
    assert_error(other.client.request(method, path, json={}), 500, 510)
    assert_error(provider.client.request(method, f"/api/sensors/999999999/{what}", json={}), 404, 1002)


@pytest.mark.check("NI-170")
def test_what_is_stored_keeps_its_meaning(provider: Provider):
    """The rows of before have the component, unit and resolution that they came with."""
    sensor = provider.configure()
    provider.push(sensor, packet(0))
    before = provider.rows(sensor)
    provider.client.post(f"/api/sensors/{sensor}/disable")
    components = [{"componentid": 12, "unitid": 3, "binding-path": "/pm25", "level": 1}]
    reconfigured(provider, sensor, components=components, resolution=10, enabled=True)
    provider.push(sensor, packet(1, pm25=7.0))
    rows = provider.rows(sensor)
    assert rows[:2] == before
    assert [(row["component"], row["value"], row["level"]) for row in rows[2:]] == [("PM10", 7.0, 1)]
    assert rows[2]["timestamp_to_epoch"] - rows[2]["timestamp_from_epoch"] == 10


def test_each_version_of_a_schema_stays(provider: Provider, anyone: httpx2.Client):
    """A change of the name makes none; one of the parameters does, and the old one is still served."""
    sensor = disabled(provider)
    first = anyone.get(f"/api/sensors/{sensor}/schema").json()
    reconfigured(provider, sensor, name=unique(), location=OSLO)
    assert anyone.get(f"/api/sensors/{sensor}/schema").json() == first
    assert_error(anyone.get(f"/api/sensors/{sensor}/schema/2"), 404, 1002)
    reconfigured(provider, sensor, parameters=PARAMETERS)
    assert anyone.get(f"/api/sensors/{sensor}/schema/1").json() == first
    assert anyone.get(f"/api/sensors/{sensor}/schema/2").json() != first


def test_a_sensor_that_is_bound_as_before_goes_on_with_its_series(provider: Provider):
    """Its newest value is one row again, not one for each time that it was described."""
    sensor = provider.configure()
    provider.push(sensor, packet(0))
    for _ in range(2):
        provider.client.post(f"/api/sensors/{sensor}/disable")
        reconfigured(provider, sensor, parameters=PARAMETERS)
        reconfigured(provider, sensor, parameters=PLAIN["parameters"], enabled=True)
    provider.push(sensor, packet(5, pm25=9.0))
    newest = provider.newest(sensor)
    assert [(row["component"], row["value"]) for row in newest] == [("Humidity", 50.0), ("PM2.5", 9.0)]


@pytest.mark.check("NI-174", "NI-175", "NI-180", "NI-181")
@pytest.mark.parametrize("by", ["password", "token"])
def test_a_deleted_sensor_is_gone_and_its_data_stay(provider: Provider, anyone: httpx2.Client, by: str):
    """For its provider, by its id; its name is free."""
    name = unique()
    sensor = provider.configure(EXAMPLE, name=name, public=True)
    provider.push(sensor, {"no2": "1.5", "date": "2020/01/20 12:00:00"})
    rows = provider.rows(sensor)
    assert len(rows) == 1
    provider.client.post(f"/api/sensors/{sensor}/disable")
    headers = provider.basic if by == "password" else {}
    answer = provider.client.delete(f"/api/sensors/{sensor}/delete", headers=headers)
    assert answer.status_code == 200
    assert answer.json() == {"sensorid": sensor, "message": "OK", "http-status-code": 200}
    for path in ("", "/components", "/pipeline", "/schema"):
        assert_error(anyone.get(f"/api/sensors/{sensor}{path}"), 404, 1002)
    assert_error(provider.client.post(f"/api/sensors/{sensor}/inbound", json={}), 404, 1002)
    assert_error(provider.client.delete(f"/api/sensors/{sensor}/delete"), 404, 1002)
    assert provider.rows(sensor) == rows
    assert provider.configure(name=name) != sensor


@pytest.mark.check("NI-180")
def test_data_of_a_deleted_sensor_are_nobody_else_s(
    provider: Provider, other: Provider, anyone: httpx2.Client
):
    """Nobody else learns that there was one."""
    sensor = disabled(provider, MOVING)
    provider.client.delete(f"/api/sensors/{sensor}/delete")
    assert provider.rows(sensor) == []
    assert_error(other.client.get(f"/api/data/id/{sensor}/maxutc"), 404, 1002)
    assert_error(anyone.get(f"/api/data/id/{sensor}/maxutc"), 401, 500)
