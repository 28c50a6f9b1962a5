"""Rows: their members, and who sees which."""

import re
from time import monotonic, sleep
from typing import Any

import pytest

from tests.dialects.nilu.api import PLAIN, bearer, unique
from tests.dialects.sensordata.api import AGENT, PATH, Customer, values
from tests.running import Server

MEMBERS = [
    "data_id", "data_datetime", "asset_id", "sd_id", "user_agent", "sensor_value", "sd_name",
    "uom_chartlabel", "equation", "data_min", "data_max", "graph_min", "graph_max", "chart", "data_type",
    "colorcode", "sd_chartlabel",
]  # fmt: skip


@pytest.mark.check("SD-064", "SD-065", "SD-066", "SD-067", "SD-068", "SD-069", "SD-070")
def test_row_has_the_members_of_the_document(newcomer: Customer):
    """In its order and with its types: ids are numbers, bounds are texts, and what is not set is empty."""
    oxygen = newcomer.definition(
        name="4OXV CiTiceL O2", unit_label="%", data_min=1, data_max="25", color="FF8000", chart_label="O2",
    )  # fmt: skip
    words = newcomer.definition(
        name="State", data_type="String", chart=False, graph_min="-1.50", graph_max=100, equation="$value * 2"
    )
    place = newcomer.place(oxygen, words)
    moment = "2021-07-06 01:19:21"
    data = int(
        newcomer.insert(place.by_asset, (words, "TEST"), (oxygen, "21.0"), timestamp=moment)["data_id"]
    )
    newcomer.insert(place.by_asset, (oxygen, 20), timestamp="2021-07-06 01:19:22")
    found = newcomer.post({"action": "select"})
    assert list(found) == ["sensordata"]
    assert list(found["sensordata"]) == ["sensordata 0", "sensordata 1", "sensordata 2"]
    rows: list[dict[str, Any]] = list(found["sensordata"].values())
    assert [list(row) for row in rows] == [MEMBERS] * 3
    assert rows[1] == {
        "data_id": data,
        "data_datetime": moment,
        "asset_id": place.asset,
        "sd_id": oxygen,
        "user_agent": AGENT,
        "sensor_value": "21.0",
        "sd_name": "4OXV CiTiceL O2",
        "uom_chartlabel": "%",
        "equation": None,
        "data_min": "1",
        "data_max": "25",
        "graph_min": "",
        "graph_max": "",
        "chart": "Yes",
        "data_type": "Numeric",
        "colorcode": "#FF8000",
        "sd_chartlabel": "O2",
    }
    assert (rows[2]["data_id"], rows[2]["sensor_value"], rows[2]["equation"]) == (data, "TEST", "$value * 2")
    assert (rows[2]["graph_min"], rows[2]["graph_max"], rows[2]["data_min"]) == ("-1.50", "100", "")
    assert (rows[2]["chart"], rows[2]["data_type"], rows[2]["colorcode"]) == ("No", "String", "#000000")
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["data_datetime"]) for row in rows)


@pytest.mark.check("SD-072")
def test_row_is_seen_while_its_device_is_linked_to_an_asset(newcomer: Customer, other: Customer):
    """Of a device that moves from one asset to another; never by another account."""
    device, one, two = newcomer.device(), newcomer.asset(), newcomer.asset()
    newcomer.provision(device, 14)
    whole = newcomer.link(device, one)
    for hour in range(6):
        newcomer.insert({"device_id": device}, (14, hour), timestamp=f"2021-01-01 0{hour}")
    newcomer.manage(
        "PATCH", f"links/{whole}", {"begin": "2021-01-01T01:00:00Z", "end": "2021-01-01T02:00:00Z"}, 200
    )
    newcomer.link(device, two, "2021-01-01T04:00:00Z")
    rows = newcomer.select()
    assert [(row["sensor_value"], row["asset_id"]) for row in rows] == [
        ("5", two),
        ("4", two),
        ("2", one),
        ("1", one),
    ]
    assert values(newcomer.select(asset_id=one)) == ["2", "1"]
    assert values(newcomer.select(device_id=device, timestamp_to="2021-01-01 04")) == ["4", "2", "1"]
    assert values(newcomer.select(limit=3, order=1)) == ["1", "2", "4"]
    other_place = other.place(14)
    other.insert(other_place.by_asset, (14, 7))
    assert len(newcomer.select()) == 4
    assert other.select(device_id=device) == []


@pytest.mark.check("SD-072")
def test_user_sees_the_devices_that_are_shown(server: Server, newcomer: Customer):
    """And inserts to no other."""
    seen, hidden = newcomer.place(14), newcomer.place(14)
    for place in (seen, hidden):
        newcomer.insert(place.by_asset, (14, place.device), timestamp="2021-01-01")
    shown = newcomer.manage("GET", "trackers", None, 200)["items"]
    tracker = next(each["id"] for each in shown if each["device"] == seen.device)
    name, password = unique(), "long enough for all"
    newcomer.manage("POST", "users", {"username": name, "password": password, "trackers": [tracker]})
    with server.client() as anyone:
        form = {"username": name, "password": password}
        login = anyone.post("/v1/Login/", data=form).json()
        assert (login["status"], login["userrole"]) == ("SUCCESS", "user")
        token = {"token": login["token"]}
        rows = anyone.get(PATH, headers=token).json()["sensordata"].values()
        assert [row["sensor_value"] for row in rows] == [str(seen.device)]
        body = {"action": "insert", "user_agent": "x", "sensor_data": [{"sd_id": 14, "value": 1}]}
        for place, code in ((seen, "NO_ERROR"), (hidden, "INVALID_ASSET_ID_OR_DEVICE_ID_PRAM")):
            assert anyone.post(PATH, headers=token, json={**body, **place.by_asset}).json()["error"] == code


def test_key_is_good_for_its_scope(server: Server, newcomer: Customer):
    """One that may push cannot select, and the reverse."""
    place = newcomer.place(14)
    insert = {
        "action": "insert",
        "user_agent": "x",
        **place.by_asset,
        "sensor_data": [{"sd_id": 14, "value": 1}],
    }
    invalid = {"error": "INVALID_TOKEN"}
    for scope in ("data:write", "data.enviro:read"):
        key = newcomer.manage("POST", "keys", {"title": scope, "scopes": [scope]})["key"]
        with server.client() as anyone:
            pushed = anyone.post(PATH, headers=bearer(key), json=insert).json()
            read = anyone.get(PATH, headers=bearer(key)).json()
        assert (pushed == invalid, read == invalid) == (scope != "data:write", scope == "data:write")


def test_values_of_other_doors_are_selected(newcomer: Customer):
    """Of a device that sends packets of its own: in the shortest form, with the id of each packet."""
    place = newcomer.place()
    newcomer.provider.push(
        place.device,
        {"date": 1609459200, "pm25": 12.50, "humidity": 40},
        {"date": 1609459260, "pm25": 1e-7, "humidity": None},
    )
    shown = newcomer.manage("GET", f"devices/{place.device}", None, 200)["datastreams"]
    for stream in shown:
        body = {"definition": newcomer.definition(), "datastream": stream["id"]}
        newcomer.manage("POST", f"devices/{place.device}/definitions", body)
    rows = newcomer.select()
    assert [(row["data_datetime"], row["sensor_value"], row["user_agent"]) for row in rows] == [
        ("2021-01-01 00:01:00", "1e-7", ""),
        ("2021-01-01 00:00:00", "12.5", ""),
        ("2021-01-01 00:00:00", "40", ""),
    ]
    assert rows[1]["data_id"] == rows[2]["data_id"] != rows[0]["data_id"]
    assert values(newcomer.select(data_id=rows[2]["data_id"])) == ["12.5", "40"]


def test_inserted_values_are_read_by_the_other_doors(newcomer: Customer):
    """With their quality, by NILU's API; and calibrated by the definition's equation."""
    dust = newcomer.definition(equation="$value / 2 + 1")
    place = newcomer.place(dust)
    newcomer.insert(place.by_asset, (dust, "10.0"), timestamp="2021-01-01")
    (row,) = newcomer.provider.rows(place.device, "2021-01-01T00:00:00Z")
    assert (row["component"], row["unit"], row["value"], row["level"]) == ("PM2.5", "µg/m³", 10.0, 0)
    assert row["qc_flags"]["flags"] & 1
    packets = newcomer.provider.client.get(f"/manage/v1/devices/{place.device}/packets").json()["items"]
    assert [(each["content_type"], "sensor_data" in str(each)) for each in packets] == [
        ("application/json", True)
    ]


def test_equation_is_that_of_the_calibration_in_force(newcomer: Customer):
    """Whoever has set it, at whichever door: a table is none."""
    dust = newcomer.definition(equation="$value * 2")
    place = newcomer.place(dust)
    newcomer.insert(place.by_asset, (dust, 1), timestamp="2021-01-01")
    stream = newcomer.manage("GET", f"devices/{place.device}/definitions", None, 200)["items"][0][
        "datastream"
    ]
    assert [row["equation"] for row in newcomer.select()] == ["$value * 2"]
    path = f"datastreams/{stream}/calibration"
    for said, shown in (
        ({"equation": "$value + 3", "for_all_time": True}, "$value + 3"),
        ({"points": [{"in": 0, "out": 1}], "for_all_time": True}, None),
    ):
        newcomer.manage("PUT", path, said, 200)
        assert [row["equation"] for row in newcomer.select()] == [shown]


def test_equation_is_that_of_the_row_s_time(newcomer: Customer):
    """Of a calibration that is dated, with its divider: what it makes of a row is what NILU's API answers."""
    dust = newcomer.definition(equation="$value * 2")
    place = newcomer.place(dust)
    for minute in range(3):
        newcomer.insert(place.by_asset, (dust, 30), timestamp=f"2021-01-01 00:0{minute}")
    stream = newcomer.manage("GET", f"devices/{place.device}/definitions", None, 200)["items"][0][
        "datastream"
    ]
    path = f"datastreams/{stream}/calibration"
    dated = {"divider": 10, "equation": "$value + 1", "valid_from": "2021-01-01T00:01:00Z"}
    newcomer.manage("PUT", path, dated, 200)
    newcomer.manage("PUT", path, {"equation": "-$value", "valid_from": "2099-01-01T00:00:00Z"}, 200)
    rows = newcomer.select(order="ASC")
    assert [row["equation"] for row in rows] == ["$value * 2", "($value / 10) + 1", "($value / 10) + 1"]
    expected = [60, 4, 4]
    until = monotonic() + 30
    while (
        found := [row["value_corr"] for row in newcomer.provider.rows(place.device, "2021-01-01T00:00:00Z")]
    ) != expected:
        assert monotonic() < until, found
        sleep(0.1)


def test_large_answer_streams(newcomer: Customer):
    """A hundred thousand rows, which no query sorts at once."""
    place = newcomer.place()
    client = newcomer.provider.client
    count = 110_000
    for first in range(0, count, 22_000):
        lines = "\n".join(
            f'{{"date": {1_577_836_800 + n * 60}, "pm25": {n}, "humidity": null}}'
            for n in range(first, first + 22_000)
        )
        headers = {"content-type": "application/x-ndjson"}
        answer = client.post(
            f"/api/sensors/{place.device}/inbound", content=lines, headers=headers, timeout=60
        )
        assert answer.status_code == 200, answer.text
    streams = newcomer.manage("GET", f"devices/{place.device}", None, 200)["datastreams"]
    number = next(each["id"] for each in streams if each["component"]["name"] == "PM2.5")
    body = {"definition": newcomer.definition(), "datastream": number}
    newcomer.manage("POST", f"devices/{place.device}/definitions", body)
    assert values(newcomer.select(limit=10**9)) == [str(n) for n in range(count - 1, -1, -1)]
    assert values(newcomer.select(limit=10**9, order=1)) == [str(n) for n in range(count)]
    assert PLAIN["resolution"] == 60


def test_replay_changes_nothing_of_what_came_with_a_value(newcomer: Customer):
    """Its text, who has sent it, and its id; of a text too."""
    dust, words = newcomer.definition(), newcomer.definition(data_type="String")
    place = newcomer.place(dust, words)
    for minute in range(30):
        newcomer.insert(
            place.by_asset, (dust, f"{minute}.50"), (words, "on"), timestamp=f"2021-01-01 00:{minute:02}"
        )
    before = newcomer.select()
    assert len(before) == 60
    job = newcomer.manage("POST", f"devices/{place.device}/replays", {}, 202)["id"]
    until = monotonic() + 30
    while newcomer.manage("GET", f"replays/{job}", None, 200)["state"] != "done":
        assert monotonic() < until
        sleep(0.05)
    assert newcomer.select() == before
