"""Every version of a device's schema is shown: how its packets are read now, and how those of before are."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.dialects.manage.api import HUMIDITY, PM25, assert_problem
from tests.dialects.manage.test_replays import ended
from tests.dialects.nilu.api import Provider

NUMBERS = {"input-type": "string", "output-type": "StringDouble", "target-path": "/pm25"}
PM, RH = (
    {"componentid": PM25, "unitid": 3, "binding-path": "/pm25", "level": 0},
    {"componentid": HUMIDITY, "unitid": 1, "binding-path": "humidity", "level": 0},
)


def described(zone: str, time: str, *components: dict[str, Any]) -> dict[str, Any]:
    """How a device's packets are read: in which zone its clocks are, and which of them is the time."""
    date = {"input-type": "string", "output-type": "StringEpochTime"}
    arguments = {"input-format": "yyyy/MM/dd HH:mm", "timezone": zone}
    dates = [{**date, "target-path": path, "input-args": arguments} for path in ("/date", "/sent")]
    return {
        "components": components,
        "converters": [*dates, NUMBERS],
        "mapping": [{"name": "Timestamp", "target-path": time}],
    }


DEVICE: dict[str, Any] = {
    "resolution": 60,
    "location": {"longitude": 10.75, "latitude": 59.91, "altitude": 12},
    "parameters": [
        {"name": "date", "type": "long", "doc": "its clock"},
        {"name": "sent", "type": "long"},
        {"name": "pm25", "type": "double"},
        {"name": "humidity", "type": ["null", "double"]},
    ],
    **described("Europe/Stockholm", "/date", PM, RH),
}
ANEW = described("America/New_York", "/sent", PM, {**RH, "level": 1})
PACKET = {"date": "2020/01/20 12:00", "sent": "2020/01/20 12:30", "pm25": "8.5", "humidity": 50}
PARAMETERS = [
    {"name": "date", "type": "long", "doc": "its clock"},
    {"name": "sent", "type": "long", "doc": None},
    {"name": "pm25", "type": "double", "doc": None},
    {"name": "humidity", "type": ["null", "double"], "doc": None},
]


def reconfigure(owner: Provider, device: int, **changes: Any) -> None:
    """Describe a device anew, which takes packets then."""
    owner.client.post(f"/api/sensors/{device}/disable")
    path = f"/api/sensors/{device}/reconfigure"
    response = owner.client.put(path, json={**changes, "enabled": True})
    assert response.status_code == 200, response.text


def get(owner: Provider, device: int, what: str) -> dict[str, Any]:
    """What is shown of a device."""
    response = owner.client.get(f"/manage/v1/devices/{device}/{what}".rstrip("/"))
    assert response.status_code == 200, response.text
    return response.json()


def converters(zone: str) -> list[dict[str, Any]]:
    """How the converters of the device are shown."""
    date = {"input_type": "string", "output_type": "StringEpochTime"}
    arguments = {"input-format": "yyyy/MM/dd HH:mm", "timezone": zone}
    return [
        {**date, "path": "/date", "arguments": arguments},
        {**date, "path": "/sent", "arguments": arguments},
        {"input_type": "string", "output_type": "StringDouble", "path": "/pm25", "arguments": None},
    ]


def bindings(*streams: int, level: int) -> list[dict[str, Any]]:
    """How the bindings of the device are shown, with the datastreams that they feed."""
    said = [
        {
            "component": {"id": PM25, "name": "PM2.5"},
            "unit": {"id": 3, "name": "µg/m³"},
            "level": 0,
            "path": "/pm25",
        },
        {
            "component": {"id": HUMIDITY, "name": "Humidity"},
            "unit": {"id": 1, "name": "%RH"},
            "level": level,
            "path": "humidity",
        },
    ]
    return [
        {**each, "resolution": 60, "epsg": 4326, "datastream": stream}
        for each, stream in zip(said, streams, strict=True)
    ]


def test_each_version_says_how_its_packets_are_read(owner: Provider):
    """The pattern and zone of its dates, which field is the time, and what each binding feeds."""
    device = owner.configure(DEVICE)
    before = get(owner, device, "schemas/1")
    reconfigure(owner, device, **ANEW)
    newest, oldest = get(owner, device, "schemas")["items"]
    pm25, former, humidity = (each["id"] for each in get(owner, device, "")["datastreams"])

    assert before["current"] is True
    assert get(owner, device, "schemas/1") == {**before, "current": False}
    assert get(owner, device, "schemas/1") == {
        "version": 1,
        "created": oldest["created"],
        "current": False,
        "parameters": PARAMETERS,
        "mapping": [{"name": "Timestamp", "path": "/date"}],
        "converters": converters("Europe/Stockholm"),
        "bindings": bindings(pm25, former, level=0),
    }
    assert get(owner, device, "schemas/2") == {
        "version": 2,
        "created": newest["created"],
        "current": True,
        "parameters": PARAMETERS,
        "mapping": [{"name": "Timestamp", "path": "/sent"}],
        "converters": converters("America/New_York"),
        "bindings": bindings(pm25, humidity, level=1),
    }


def test_packets_are_read_by_the_version_that_is_shown_with_them(owner: Provider):
    """Now and in a replay: the same bytes are of another time before and after."""
    device = owner.configure(DEVICE)
    owner.push(device, PACKET)
    reconfigure(owner, device, **ANEW)
    owner.push(device, PACKET)

    def read() -> list[tuple[int, str]]:
        items = get(owner, device, "packets")["items"]
        return [(each["schema_version"], each["observed"]) for each in items]

    expected = [(1, "2020-01-20T11:00:00Z"), (2, "2020-01-20T17:30:00Z")]
    assert read() == expected
    rows = owner.rows(device)
    assert sorted((row["component"], row["value"], row["level"]) for row in rows) == [
        ("Humidity", 50, 0),
        ("Humidity", 50, 1),
        ("PM2.5", 8.5, 0),
        ("PM2.5", 8.5, 0),
    ]
    job = owner.client.post(f"/manage/v1/devices/{device}/replays", json={}).json()
    assert (ended(owner, job["id"])["processed"], read(), owner.rows(device)) == (2, expected, rows)


def test_versions_are_listed_with_the_newest_first(owner: Provider):
    """With the moment at which each was made; a new name makes none."""
    begin = datetime.now(UTC)
    device = owner.configure()
    middle = datetime.now(UTC)
    reconfigure(owner, device, resolution=10)
    reconfigure(owner, device, description="on the roof")
    newest, oldest = get(owner, device, "schemas")["items"]
    assert newest.keys() == {"version", "created", "current"}
    assert [newest["current"], oldest["current"]] == [True, False]
    assert begin <= datetime.fromisoformat(oldest["created"]) <= middle
    assert middle <= datetime.fromisoformat(newest["created"]) <= datetime.now(UTC)
    resolutions = [get(owner, device, f"schemas/{each}")["bindings"][0]["resolution"] for each in (1, 2)]
    assert resolutions == [60, 10]


def test_versions_come_page_by_page(owner: Provider):
    """With numbers below the last one seen."""
    device = owner.configure()
    for resolution in (10, 20):
        reconfigure(owner, device, resolution=resolution)
    page = get(owner, device, "schemas?limit=2")
    rest = owner.client.get(page["next"]).json()
    assert [each["version"] for each in (*page["items"], *rest["items"])] == [3, 2, 1]
    assert (len(page["items"]), rest["next"], get(owner, device, "schemas?limit=3")["next"]) == (
        2,
        None,
        None,
    )


def test_versions_of_a_deleted_device_stay_its_account_s(owner: Provider, other: Provider):
    """As its packets do, which are read by them; none is current any more."""
    device = owner.configure()
    reconfigure(owner, device, resolution=10)
    shown = get(owner, device, "schemas/2")
    owner.client.post(f"/api/sensors/{device}/disable")
    assert owner.client.delete(f"/api/sensors/{device}/delete").status_code == 200
    listed = get(owner, device, "schemas")["items"]
    assert [(each["version"], each["current"]) for each in listed] == [(2, False), (1, False)]
    assert get(owner, device, "schemas/2") == {**shown, "current": False}
    for what in ("schemas", "schemas/2"):
        assert_problem(other.client.get(f"/manage/v1/devices/{device}/{what}"), 404, "not-found")


def test_device_without_mapping_and_converters_has_none(owner: Provider):
    """Its packets have the time of their arrival."""
    shown = get(owner, owner.configure(mapping=None), "schemas/1")
    assert (shown["mapping"], shown["converters"]) == ([], [])


@pytest.mark.parametrize("version", ["0", "2", "2147483648", "9" * 18])
def test_version_that_is_none_is_not_found(owner: Provider, version: str):
    """They count from 1."""
    response = owner.client.get(f"/manage/v1/devices/{owner.configure()}/schemas/{version}")
    assert_problem(response, 404, "not-found")


@pytest.mark.parametrize("version", ["x", "-1", "1.0", "٣", "9" * 19])
def test_version_that_is_no_number_is_named(owner: Provider, version: str):
    """It is no address, as with any number in a path."""
    response = owner.client.get(f"/manage/v1/devices/{owner.configure()}/schemas/{version}")
    assert_problem(response, 404, "not-found", "version")


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("limit=501", "limit"), ("before=x", "before")]
)
def test_mistake_in_the_address_is_named(owner: Provider, query: str, field: str):
    """And nothing is read."""
    response = owner.client.get(f"/manage/v1/devices/{owner.configure()}/schemas?{query}")
    assert_problem(response, 400, "malformed", field)
