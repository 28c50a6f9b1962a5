"""Inserts are stored, and answered as the document says."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.dialects.sensordata.api import AGENT, PATH, Customer, values


@pytest.mark.check("SD-073", "SD-100", "SD-101", "SD-103")
def test_document_s_example_is_inserted(customer: Customer):
    """The answer has every member of the document, with its types, and the values in the request's order."""
    place = customer.place(12, 13, 14)
    found = customer.insert(place.by_asset, ("14", "122"), ("12", "12.34"), ("13", "16.9876"))
    assert found == {
        "sd_id": "14, 12, 13",
        "sensor_id": "1, 1, 1",
        "sensor_value": "122, 12.34, 16.9876",
        "asset_id": place.asset,
        "device_id": place.device,
        "deviceasset_id": place.link,
        "timestamp": found["timestamp"],
        "user_agent": AGENT,
        "data_id": found["data_id"],
        "error": "NO_ERROR",
    }
    assert int(found["data_id"]) > 0
    rows = customer.select(data_id=found["data_id"])
    assert [(row["sd_id"], row["sensor_value"]) for row in rows] == [
        (12, "12.34"),
        (13, "16.9876"),
        (14, "122"),
    ]


@pytest.mark.check("SD-074")
def test_asset_or_device_tells_where_a_value_belongs(customer: Customer):
    """Either of a link, or both."""
    place = customer.place(14)
    for second, where in enumerate((place.by_asset, place.by_device, {**place.by_asset, **place.by_device})):
        for asked in (where, {name: str(number) for name, number in where.items()}):
            moment = f"2021-01-01 00:{second:02}:{len(str(asked)) % 60:02}"
            found = customer.insert(asked, (14, 1), timestamp=moment)  # type: ignore[arg-type]
            ids = (found["asset_id"], found["device_id"], found["deviceasset_id"])
            assert ids == (place.asset, place.device, place.link)


@pytest.mark.check("SD-075")
def test_neither_asset_nor_device_is_refused(customer: Customer):
    """One of them must be there."""
    assert customer.insert({}, (14, 1)) == {"error": "MISSING_ASSET_ID_OR_DEVICE_ID_PRAM"}


@pytest.mark.check("SD-076")
@pytest.mark.parametrize("number", [-1, "x", [1], 1.5, True, {}, "1.0", ""])
def test_asset_and_device_are_one_id(customer: Customer, number: object):
    """Each with a code of its own."""
    place = customer.place(14)
    for name, code in (("asset_id", "INVALID_ASSET_ID_PRAM"), ("device_id", "INVALID_DEVICE_ID_PRAM")):
        for others in ({}, place.by_asset, place.by_device):
            assert customer.insert({**others, name: number}, (14, 1)) == {"error": code}  # type: ignore[dict-item]


NOT_LINKED = {"error": "INVALID_ASSET_ID_OR_DEVICE_ID_PRAM"}


@pytest.mark.check("SD-077", "SD-078", "SD-079")
def test_values_go_where_a_device_is_linked_to_an_asset(customer: Customer, other: Customer):
    """Not to another account's, not to what has no link then, not to what is linked otherwise."""
    place, second, theirs = customer.place(14), customer.place(14), other.place(14)
    lonely, bare = customer.device(), customer.asset()
    customer.provision(lonely, 14)
    for where in (
        theirs.by_asset, theirs.by_device, {"asset_id": 10**9}, {"asset_id": 10**30}, {"device_id": 10**9},
        {"device_id": lonely}, {"asset_id": bare}, {**place.by_asset, **second.by_device},
        {**place.by_asset, **theirs.by_device},
    ):  # fmt: skip
        assert customer.insert(where, (14, 1)) == NOT_LINKED
    assert customer.insert(place.by_asset, (14, 1), timestamp="2019-12-31 23:59:59") == NOT_LINKED
    customer.manage("PATCH", f"links/{place.link}", {"end": "2021-01-01T00:00:00Z"}, 200)
    assert customer.insert(place.by_asset, (14, 1), timestamp="2021-01-01 00:00:01") == NOT_LINKED
    assert customer.insert(place.by_asset, (14, 1), timestamp="2021-01-01")["error"] == "NO_ERROR"
    customer.provider.client.post(f"/api/sensors/{second.device}/disable")
    assert customer.insert(second.by_device, (14, 1)) == NOT_LINKED


def test_deleted_asset_takes_nothing(newcomer: Customer):
    """Not even at a time when a device was fixed to it; what was taken then is still selected."""
    place = newcomer.place(14)
    newcomer.insert(place.by_asset, (14, 1), timestamp="2021-01-01")
    newcomer.manage("PATCH", f"links/{place.link}", {"end": "2021-02-01T00:00:00Z"}, 200)
    assert newcomer.insert(place.by_asset, (14, 2), timestamp="2021-01-02")["error"] == "NO_ERROR"
    newcomer.manage("DELETE", f"assets/{place.asset}", status=204)
    for where in (place.by_asset, place.by_device):
        assert newcomer.insert(where, (14, 3), timestamp="2021-01-03") == NOT_LINKED
    newcomer.manage("PATCH", f"links/{place.link}", {"end": None}, 409)
    assert newcomer.insert(place.by_device, (14, 4)) == NOT_LINKED
    assert values(newcomer.select(**place.by_asset)) == ["2", "1"]


def test_link_that_is_made_now_takes_values_at_once(newcomer: Customer):
    """An insert without a timestamp is of this second, and so is the begin of the link."""
    device, asset = newcomer.device(), newcomer.asset()
    newcomer.provision(device, 14)
    newcomer.manage("POST", "links", {"device": device, "asset": asset})
    assert newcomer.insert({"device_id": device}, (14, 1))["error"] == "NO_ERROR"


def test_values_of_a_link_that_is_taken_away_are_the_device_s_alone(newcomer: Customer):
    """They are selected no more, until the device is fixed to something at that time again."""
    place = newcomer.place(14)
    newcomer.insert(place.by_asset, (14, 1), timestamp="2021-01-01")
    newcomer.manage("DELETE", f"links/{place.link}", status=204)
    assert newcomer.insert(place.by_device, (14, 2)) == NOT_LINKED
    assert newcomer.select() == []
    newcomer.link(place.device, newcomer.asset())
    assert values(newcomer.select()) == ["1"]


@pytest.mark.check("SD-080")
def test_without_a_timestamp_it_is_now_in_gmt(customer: Customer):
    """To the second."""
    place = customer.place(14)
    before = datetime.now(UTC).replace(microsecond=0)
    found = customer.insert(place.by_asset, (14, 1))
    stored = datetime.strptime(found["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert before <= stored <= datetime.now(UTC)
    (row,) = customer.select(data_id=found["data_id"])
    assert row["data_datetime"] == found["timestamp"]


@pytest.mark.check("SD-081", "SD-104")
@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2021-07-06", "2021-07-06 00:00:00"),
        ("2021-07-06 19", "2021-07-06 19:00:00"),
        ("2021-07-06 19:12", "2021-07-06 19:12:00"),
        ("2021/07/06 19:12:05", "2021-07-06 19:12:05"),
        ("2020-02-29", "2020-02-29 00:00:00"),
    ],
)
def test_timestamp_may_lack_its_time_or_a_part_of_it(customer: Customer, given: str, stored: str):
    """The answer and the row have the stored one."""
    place = customer.place(14)
    found = customer.insert(place.by_asset, (14, 1), timestamp=given)
    assert found["timestamp"] == stored
    assert [row["data_datetime"] for row in customer.select(data_id=found["data_id"])] == [stored]


@pytest.mark.check("SD-082")
@pytest.mark.parametrize(
    "moment",
    ["2021-4-12", "2021-04-12 2:08:05", "2021-13-01", "2021-04-32", "2021-04-12 24", "2021-04-12 00:60",
     "2021-04-12 00:00:60", "abc", "", 20210412, 1.5, True, [], {}, "2021-02-29", "2021-04-31",
     "2021-07-06T00:00:00", "2021-07-06 00:00:00Z", "1999-12-31", "2199-01-01"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(customer: Customer, moment: object):
    """Nor is a time that is more than a day ahead."""
    assert customer.insert({}, (14, 1), timestamp=moment) == {"error": "INVALID_TIMESTAMP_PRAM"}


@pytest.mark.check("SD-083", "SD-084", "SD-085")
def test_user_agent_is_a_short_text(customer: Customer):
    """Of at most 50 characters, none of them a control character."""
    place = customer.place(14)
    data = [{"sd_id": 14, "value": 1}]
    body = {"action": "insert", **place.by_asset, "sensor_data": data}
    assert customer.post(body) == {"error": "MISSING_USER_AGENT_PRAM"}
    for minute, good in enumerate(("x" * 50, "é" * 50, "", "A_1|#*()[]{}<>\"'\\$")):
        found = customer.post({**body, "user_agent": good, "timestamp": f"2021-01-01 00:{minute:02}"})
        assert (found["error"], found["user_agent"]) == ("NO_ERROR", good)
        (row,) = customer.select(data_id=found["data_id"])
        assert row["user_agent"] == good
    for bad in ("x" * 51, 5, 1.5, True, [], {}, "a\nb", "a\x00", "\x7f", "\x9f"):
        assert customer.post({**body, "user_agent": bad}) == {"error": "INVALID_USER_AGENT_PRAM"}


@pytest.mark.check("SD-086", "SD-087", "SD-088")
def test_data_are_an_array_of_values_of_definitions(customer: Customer):
    """At least one, each with both members."""
    place = customer.place(14)
    body = {"action": "insert", "user_agent": AGENT, **place.by_asset}
    assert customer.post(body) == {"error": "MISSING_SENSOR_DATA_PRAM"}
    good = {"sd_id": 14, "value": 1}
    for bad in (
        [], {}, "x", 1, True, ["x"], [[]], [None], [{"value": 1}], [{"sd_id": 14}],
        [{"sd_id": None, "value": 1}], [{"sd_id": 14, "value": None}], [good, {"sd_id": 12}], good,
    ):  # fmt: skip
        assert customer.post({**body, "sensor_data": bad}) == {"error": "INVALID_SENSOR_DATA_PRAM"}
    assert customer.select(asset_id=place.asset) == []


@pytest.mark.check("SD-089")
def test_definition_may_be_called_as_in_the_document_s_table(customer: Customer):
    """`sensor_id`, where there is no `sd_id`; other members mean nothing (D22)."""
    place = customer.place(12, 14)
    data = [{"sensor_id": 14, "value": 1, "note": "x"}, {"sd_id": 12, "sensor_id": 99, "value": 2}]
    found = customer.post({"action": "insert", "user_agent": AGENT, **place.by_asset, "sensor_data": data})
    assert (found["sd_id"], found["sensor_value"]) == ("14, 12", "1, 2")


@pytest.mark.check("SD-090")
def test_definition_comes_once(customer: Customer):
    """As a number or as a text."""
    place = customer.place(12, 14)
    found = customer.insert(place.by_asset, ("14", 1), (12, 1), (14, 2))
    assert found == {"error": "INVALID_DUPLICATE_SD_ID_PRAM"}


@pytest.mark.check("SD-091", "SD-092")
def test_definition_is_one_that_the_device_has(customer: Customer, other: Customer):
    """An id, of a definition that there is, that is the account's, that the device is provisioned with."""
    place = customer.place(14)
    mine, theirs = customer.definition(), other.definition()
    code = {"error": "INVALID_SENSOR_DATA_SENSOR_ID_PRAM"}
    for bad in ("x", -1, 1.5, True, [], {}, "", "1.0", 10**9, 10**30, mine, theirs, 12):
        assert customer.insert(place.by_asset, (bad, 1)) == code  # type: ignore[arg-type]
    customer.provision(place.device, mine)
    assert customer.insert(place.by_asset, (mine, 1))["error"] == "NO_ERROR"
    said = {"name": "Dust", "active": False}
    customer.manage("PUT", f"definitions/{mine}", said, 200)
    assert customer.insert(place.by_asset, (mine, 1), timestamp="2021-01-01") == code


INVALID_VALUE = {"error": "INVALID_SENSOR_DATA_VALUE_PRAM"}


@pytest.mark.check("SD-093")
def test_value_is_a_number(customer: Customer):
    """In JSON or as a text of one; never infinite."""
    place = customer.place(customer.definition(), 14)
    for bad in ("x", {}, [], True, "NaN", "Infinity", "", "1,5", "0x10", "1e999", " 1", "１"):
        assert customer.insert(place.by_asset, (14, bad)) == INVALID_VALUE
    start = json.dumps({"action": "insert", "user_agent": AGENT, **place.by_asset})[:-1]
    for bare in ("NaN", "-Infinity", "Infinity", "1e999"):
        body = f'{start}, "sensor_data": [{{"sd_id": 14, "value": {bare}}}]}}'
        assert customer.client.post(PATH, content=body).json() == INVALID_VALUE


@pytest.mark.check("SD-094", "SD-095")
def test_value_lies_within_the_bounds_of_its_definition(customer: Customer):
    """Both included and compared as they are written; the deactivated value is let through."""
    dust = customer.definition(data_min="-0.1", data_max=25, deactivated="999.0")
    place = customer.place(dust)
    for bad in (-1, "-0.10000000000000000001", 25.5, "25.000000000000000000001", 998, "1e30"):
        assert customer.insert(place.by_asset, (dust, bad)) == INVALID_VALUE
    for minute, good in enumerate((-0.1, "-0.1", 25, "25.0", 999, "999", "999.00", "9.99e2")):
        found = customer.insert(place.by_asset, (dust, good), timestamp=f"2021-01-01 00:{minute:02}")
        assert (found["error"], found["sensor_value"]) == ("NO_ERROR", str(good))
    assert len(customer.select(asset_id=place.asset)) == 8


@pytest.mark.check("SD-096")
@pytest.mark.parametrize(
    "value", ["12.34", 16.9876, -5, 0, "-0", "007", "12.340", "+1.5", ".5", "5.", "1e3", 1e-9]
)
def test_value_is_kept_as_it_is_written(customer: Customer, value: object):
    """Its text is shown again, in the answer and in the row."""
    dust = customer.definition()
    place = customer.place(dust)
    found = customer.insert(place.by_asset, (dust, value))
    text = value if isinstance(value, str) else json.dumps(value)
    assert found["sensor_value"] == text
    assert values(customer.select(data_id=found["data_id"])) == [text]


@pytest.mark.check("SD-098")
def test_insert_stores_all_or_nothing(customer: Customer):
    """Whatever is wrong, and wherever."""
    dust = customer.definition(data_max=10)
    place = customer.place(dust, 14)
    for wrong in ((dust, 11), (99, 1), ("x", 1), (14, 2), (12, None)):
        assert "NO_ERROR" not in customer.insert(place.by_asset, (14, 1), wrong).values()  # type: ignore[arg-type]
    assert customer.insert(place.by_asset, (14, 1), (dust, 1), user_agent="x" * 51)["error"] != "NO_ERROR"
    assert customer.select(asset_id=place.asset) == []


@pytest.mark.check("SD-099")
def test_faults_are_named_in_the_order_of_the_checks(customer: Customer):
    """Timestamp, user agent, asset, device, link, data, and these element by element."""
    dust = customer.definition(data_max=10)
    place = customer.place(dust, 14)
    one = {"sd_id": 14, "value": 1}
    steps: list[tuple[str, dict[str, object]]] = [
        ("INVALID_TIMESTAMP_PRAM", {"timestamp": "2021-07-06"}),
        ("MISSING_USER_AGENT_PRAM", {"user_agent": 5}),
        ("INVALID_USER_AGENT_PRAM", {"user_agent": AGENT}),
        ("INVALID_ASSET_ID_PRAM", {"asset_id": None}),
        ("INVALID_DEVICE_ID_PRAM", {"device_id": None}),
        ("MISSING_ASSET_ID_OR_DEVICE_ID_PRAM", {"asset_id": 10**9}),
        ("INVALID_ASSET_ID_OR_DEVICE_ID_PRAM", {"asset_id": place.asset}),
        ("MISSING_SENSOR_DATA_PRAM", {"sensor_data": "x"}),
        (
            "INVALID_SENSOR_DATA_PRAM",
            {"sensor_data": [one, {"sd_id": 12}, one, {"sd_id": dust, "value": 11}]},
        ),
        ("INVALID_SENSOR_DATA_PRAM", {"sensor_data": [one, one, {"sd_id": dust, "value": 11}]}),
        ("INVALID_DUPLICATE_SD_ID_PRAM", {"sensor_data": [one, {"sd_id": 12, "value": "x"}, one]}),
        ("INVALID_SENSOR_DATA_SENSOR_ID_PRAM", {"sensor_data": [one, {"sd_id": dust, "value": 11}, one]}),
        ("INVALID_SENSOR_DATA_VALUE_PRAM", {"sensor_data": [one]}),
        ("NO_ERROR", {}),
    ]
    body: dict[str, object] = {"action": "insert", "timestamp": "x", "asset_id": -1, "device_id": -1}
    for code, mended in steps:
        assert customer.post(body)["error"] == code
        body |= mended


@pytest.mark.check("SD-102")
def test_one_value_is_answered_as_texts_too(customer: Customer):
    """Not as a number."""
    place = customer.place(14)
    found = customer.insert(place.by_asset, (14, 122))
    assert (found["sd_id"], found["sensor_id"], found["sensor_value"]) == ("14", "1", "122")


@pytest.mark.check("SD-105")
def test_insert_is_found_by_the_id_it_is_answered_with(customer: Customer):
    """At once, and nothing else is."""
    place = customer.place(12, 14)
    customer.insert(place.by_asset, (12, 1), timestamp="2021-01-01")
    found = customer.insert(place.by_asset, (12, 5), (14, 6), timestamp="2021-01-02")
    rows = customer.select(data_id=found["data_id"])
    assert [(row["data_id"], row["sd_id"], row["sensor_value"]) for row in rows] == [
        (int(found["data_id"]), 12, "5"),
        (int(found["data_id"]), 14, "6"),
    ]


@pytest.mark.check("SD-106", "SD-107", "SD-108")
def test_insert_of_the_same_instant_adds_what_is_new(customer: Customer):
    """With the id of the first; what is there stays as it is, by whichever end of the link it comes."""
    place = customer.place(12, 13, 14)
    moment = {"timestamp": "2021-01-01 12:00"}
    first = customer.insert(place.by_asset, (12, "1.0"), **moment)
    second = customer.insert(place.by_device, (13, 2), **moment)
    assert (second["data_id"], second["sd_id"]) == (first["data_id"], "13")
    again = customer.insert(place.by_asset, (13, 9), (12, 9), **moment)
    assert again == {"error": "NO_UNIQUE_SENSOR_DATA"}
    mixed = customer.insert(place.by_asset, (12, 8), (14, 3), (13, 8), user_agent="B", **moment)
    assert (mixed["data_id"], mixed["sd_id"], mixed["sensor_id"], mixed["sensor_value"]) == (
        first["data_id"],
        "14",
        "1",
        "3",
    )
    rows = customer.select(data_id=first["data_id"])
    assert [(row["sd_id"], row["sensor_value"], row["user_agent"]) for row in rows] == [
        (12, "1.0", AGENT),
        (13, "2", AGENT),
        (14, "3", "B"),
    ]
    assert {row["data_id"] for row in customer.select(asset_id=place.asset)} == {int(first["data_id"])}
    later = customer.insert(place.by_asset, (12, 1), timestamp="2021-01-01 12:00:01")
    assert later["data_id"] != first["data_id"]


def test_inserts_of_one_instant_at_once_store_each_value_once(customer: Customer):
    """Forty requests on several connections, of which each brings two values."""
    definitions = [customer.definition() for _ in range(8)]
    place = customer.place(*definitions)

    def insert(number: int) -> Any:
        pair = (definitions[number % 8], number), (definitions[(number + 3) % 8], number)
        return customer.insert(place.by_asset, *pair, timestamp="2021-01-01")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(insert, range(40)))
    stored = [each for each in found if each["error"] == "NO_ERROR"]
    assert {each["error"] for each in found} <= {"NO_ERROR", "NO_UNIQUE_SENSOR_DATA"}
    assert {each["data_id"] for each in stored} == {stored[0]["data_id"]}
    said = {
        int(number): value
        for each in stored
        for number, value in zip(each["sd_id"].split(", "), each["sensor_value"].split(", "), strict=True)
    }
    rows = customer.select(asset_id=place.asset)
    assert {row["sd_id"]: row["sensor_value"] for row in rows} == said
    assert sorted(said) == sorted(definitions)


def test_gps_definitions_together_are_the_position_of_the_packet(customer: Customer):
    """As NILU's API shows it; two of three are not, and the device stands where it stands."""
    place = customer.place(12, 13, 14)
    customer.insert(place.by_asset, (12, "59.9"), (13, "10.75"), (14, 12), timestamp="2021-01-01 00:00")
    customer.insert(place.by_asset, (12, "1"), (13, "2"), timestamp="2021-01-01 00:01")
    rows = customer.provider.rows(place.device, "2021-01-01T00:00:00Z")
    found = {
        (row["timestamp_from_epoch"], row["longitude"], row["latitude"], row["altitude"]) for row in rows
    }
    noon = 1609459200
    assert found == {(noon, 10.75, 59.9, 12.0), (noon + 60, 5.312691, 60.395897, 3.0)}
    assert sorted(row["component"] for row in rows[:3]) == ["GPS altitude", "GPS latitude", "GPS longitude"]
