"""Select: by ids, times and limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.dialects.nilu.api import PLAIN
from tests.dialects.sensordata.api import Customer, Place, new_customer, values
from tests.running import Server

WHOLE_NUMBERS = [-1, 1.5, "abc", True, {}, "1.0", "-1", "", " 1", "+1", "1e3", False, "１"]


@dataclass(frozen=True)
class Scene:
    """An account with two assets; its values are told apart by what they are."""

    customer: Customer
    one: Place
    two: Place
    dust: int
    noise: int
    data: dict[str, int]  # ids by the values of the packet

    def select(self, **asked: Any) -> list[str]:
        return values(self.customer.select(**asked))


@pytest.fixture(scope="module")
def scene(server: Server) -> Iterator[Scene]:
    """Two devices with two kinds of values, at 00:00, 01:00 and 02:00 of one day."""
    with new_customer(server) as customer:
        dust, noise = customer.definition(), customer.definition(name="Noise")
        one, two = customer.place(dust, noise), customer.place(dust, noise)
        data = {}
        for place, hour, *pair in ((one, 0, 1, 2), (one, 1, 3, 4), (two, 1, 5, 6), (two, 2, 7, 8)):
            moment = f"2021-07-06 0{hour}:00:00"
            answer = customer.insert(place.by_asset, (dust, pair[0]), (noise, pair[1]), timestamp=moment)
            data["".join(map(str, pair))] = int(answer["data_id"])
        yield Scene(customer, one, two, dust, noise, data)


EVERYTHING = list("78345612")
"""Newest first; of one instant by device, then by definition."""


@pytest.mark.check("SD-019", "SD-020", "SD-021")
def test_assets_are_chosen_by_id(scene: Scene):
    """As a number or a text, one or several, of which the same may come twice."""
    one, two = scene.one.asset, scene.two.asset
    for asked in (one, str(one), [one], [str(one), one]):
        assert scene.select(asset_id=asked) == list("3412")
    for asked in ([one, two], [two, str(one), two]):
        assert scene.select(asset_id=asked) == EVERYTHING


@pytest.mark.check("SD-025")
def test_devices_are_chosen_by_id(scene: Scene):
    """As assets are."""
    one, two = scene.one.device, scene.two.device
    for asked in (two, str(two), [two], [two, str(two)]):
        assert scene.select(device_id=asked) == list("7856")
    assert scene.select(device_id=[one, two]) == EVERYTHING
    for asked in (*WHOLE_NUMBERS, [], [one, "x"], [[one]], [None]):
        assert scene.customer.post({"action": "select", "device_id": asked}) == {
            "error": "INVALID_DEVICE_ID_PRAM"
        }


@pytest.mark.check("SD-026")
def test_data_are_chosen_by_id(scene: Scene):
    """As assets are; the id of no packet of the account's is none."""
    for asked in (scene.data["34"], str(scene.data["34"]), [scene.data["34"], str(scene.data["34"])]):
        assert scene.select(data_id=asked) == list("34")
    assert scene.select(data_id=[*scene.data.values(), 10**15]) == EVERYTHING
    assert scene.select(data_id=10**15) == []
    for asked in (*WHOLE_NUMBERS, [], [1, "x"]):
        assert scene.customer.post({"action": "select", "data_id": asked}) == {
            "error": "INVALID_DATA_ID_PRAM"
        }


@pytest.mark.check("SD-027")
def test_definitions_are_chosen_by_id(scene: Scene):
    """As assets are."""
    for asked in (scene.dust, str(scene.dust), [scene.dust], [scene.dust, str(scene.dust)]):
        assert scene.select(sd_id=asked) == list("7351")
    assert scene.select(sd_id=[scene.noise, scene.dust, 10**9]) == EVERYTHING
    for asked in (*WHOLE_NUMBERS, [], [1, "x"]):
        assert scene.customer.post({"action": "select", "sd_id": asked}) == {"error": "INVALID_SD_ID_PRAM"}


@pytest.mark.check("SD-022", "SD-023")
@pytest.mark.parametrize("asked", [*WHOLE_NUMBERS, [], [1, "x"], [1, -1], ["1", 1.5], [True], [[]], [{}]])
def test_what_is_no_id_of_an_asset_is_refused(scene: Scene, asked: object):
    """Below zero, with a fraction, no number, no element."""
    found = scene.customer.post({"action": "select", "asset_id": asked})
    assert found == {"error": "INVALID_ASSET_ID_PRAM"}


@pytest.mark.check("SD-024")
def test_another_s_asset_has_no_data(scene: Scene, other: Customer):
    """Nor has one that is not there, nor a number beyond all ids."""
    place = other.place(14)
    other.insert(place.by_asset, (14, 1))
    for name, number in (
        ("asset_id", place.asset),
        ("device_id", place.device),
        ("asset_id", 10**9),
        ("asset_id", 10**30),
    ):
        found = scene.customer.post({"action": "select", name: number})
        assert found == {"error": "NO_DATA"}
    newest = int(other.insert(place.by_asset, (14, 1), timestamp="2021-01-01")["data_id"])
    assert scene.select(data_id=newest) == []
    assert values(other.select(data_id=newest)) == ["1"]


@pytest.mark.check("SD-028")
def test_parameters_are_joined_by_and(scene: Scene):
    """Ids of four kinds, and times."""
    one, two = scene.one, scene.two
    assert scene.select(asset_id=one.asset, device_id=two.device) == []
    assert scene.select(asset_id=one.asset, device_id=one.device, sd_id=scene.noise) == list("42")
    asked = {"asset_id": [one.asset, two.asset], "data_id": [scene.data["34"], scene.data["78"]]}
    assert scene.select(**asked, sd_id=scene.dust, timestamp_to="2021-07-06 01") == ["3"]


@pytest.mark.check("SD-029", "SD-030", "SD-031", "SD-032", "SD-036")
@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2021-07-06 01:00:00", None, "783456"),
        ("2021-07-06 01:00:01", None, "78"),
        (None, "2021-07-06 01:00:00", "345612"),
        (None, "2021-07-06 00:59:59", "12"),
        ("2021-07-06 01:00:00", "2021-07-06 01:00:01", "3456"),
        ("2021-07-06", None, "78345612"),
        (None, "2021-07-06", "12"),
        (None, "2021-07-07", "78345612"),
        ("2021-07-06 02", None, "78"),
        ("2021-07-06 01:01", None, "78"),
        (None, "2021-07-06 01", "345612"),
        (None, "2021-07-06 00:59", "12"),
        ("2021/07/06 01", "2021.07.06 01:30", "3456"),
    ],
)
def test_bounds_of_time_are_included(scene: Scene, begin: str | None, end: str | None, expected: str):
    """A time may lack its end; parts of a date may be parted by / and . too."""
    assert scene.select(timestamp_from=begin, timestamp_to=end) == list(expected)


@pytest.mark.check("SD-033", "SD-034", "SD-035", "SD-037")
@pytest.mark.parametrize(
    "moment",
    ["2021-4-12", "2021-04-12 2:08:05", "2021-13-01", "2021-04-32", "2021-04-12 24", "2021-04-12 00:60",
     "2021-04-12 00:00:60", "abc", "", 20210412, 1.5, True, [], {}, "2021-02-29", "2021-04-31",
     "2021-07-06T00:00:00", "2021-07-06 00:00:00Z", "2021-07-06Z", "2021-07-06 00:00:00.5"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(scene: Scene, moment: object):
    """By the parameter that it stands in; a leap day is one in a leap year."""
    for name in ("timestamp_from", "timestamp_to"):
        found = scene.customer.post({"action": "select", name: moment})
        assert found == {"error": f"INVALID_{name.upper()}_PRAM"}
    assert scene.select(timestamp_from="2020-02-29") == EVERYTHING


@pytest.mark.check("SD-038", "SD-039")
def test_end_must_be_later_than_the_beginning(scene: Scene):
    """Neither before it nor the same, however they are written."""
    for begin, end in (
        ("2021-07-06", "2021-07-05"),
        ("2021-07-06", "2021-07-06 00:00:00"),
        ("2021-07-06 01", "2021-07-06"),
    ):
        found = scene.customer.post({"action": "select", "timestamp_from": begin, "timestamp_to": end})
        assert found == {"error": "INVALID_TIMESTAMP_TO_PRAM"}


@pytest.mark.check("SD-041", "SD-042", "SD-044")
def test_limit_bounds_the_rows(scene: Scene):
    """As a number or a text; none at all is no data."""
    assert scene.select(limit=3) == scene.select(limit="3") == list("783")
    assert scene.select(limit=20) == scene.select(limit="20") == EVERYTHING
    for nothing in (0, "0"):
        assert scene.customer.post({"action": "select", "limit": nothing}) == {"error": "NO_DATA"}
    for asked in (*WHOLE_NUMBERS, [], [1]):
        assert scene.customer.post({"action": "select", "limit": asked}) == {"error": "INVALID_LIMIT_PRAM"}


@pytest.mark.check("SD-045")
def test_newest_rows_come_first_unless_the_oldest_are_asked_for(scene: Scene):
    """The limit leaves those that come first."""
    oldest_first = list("12345678")
    for asked in ("ASC", "asc", 1, "1"):
        assert scene.select(order=asked) == oldest_first
        assert scene.select(order=asked, limit=3) == oldest_first[:3]
    for asked in ("DESC", "desc", 0, "0", None):
        assert scene.select(order=asked) == EVERYTHING
    for asked in ("up", 2, -1, True, [], {}, "", 0.0):
        assert scene.customer.post({"action": "select", "order": asked}) == {"error": "INVALID_ORDER_PRAM"}


def test_end_of_a_select_is_a_whole_second(newcomer: Customer):
    """A row shows no fraction of its second: it is found by the second that it shows."""
    date = [{"name": "date", "type": "double"}, *PLAIN["parameters"][1:]]
    device = newcomer.device(parameters=date)
    newcomer.link(device, newcomer.asset())
    for second in (5, 5.5, 5.9999, 6):
        packet = {"date": 1609459200 + second, "pm25": second, "humidity": None}
        newcomer.provider.push(device, packet)
    streams = newcomer.manage("GET", f"devices/{device}", None, 200)["datastreams"]
    dust = {"definition": newcomer.definition(), "datastream": streams[0]["id"]}
    newcomer.manage("POST", f"devices/{device}/definitions", dust)
    rows = newcomer.select(timestamp_to="2021-01-01 00:00:05", order="ASC")
    assert {row["data_datetime"] for row in rows} == {"2021-01-01 00:00:05"}
    assert values(rows) == ["5", "5.5", "5.9999"]
    span = {"timestamp_from": "2021-01-01 00:00:05", "timestamp_to": "2021-01-01 00:00:06"}
    assert values(newcomer.select(**span, order="ASC")) == ["5", "5.5", "5.9999", "6"]


@pytest.mark.check("SD-040", "SD-043")
def test_thousand_newest_rows_come_unless_more_are_asked_for(newcomer: Customer):
    """Of 1,500 values that a batch has brought by another door."""
    place = newcomer.place()
    client = newcomer.provider.client
    batch = [{"date": 1_600_000_000 + 60 * n, "pm25": float(n), "humidity": None} for n in range(1500)]
    assert client.post(f"/api/sensors/{place.device}/inbound", json=batch).status_code == 200
    streams = client.get(f"/manage/v1/devices/{place.device}").json()["datastreams"]
    dust = {"definition": newcomer.definition(), "datastream": streams[0]["id"]}
    newcomer.manage("POST", f"devices/{place.device}/definitions", dust)
    whole = [str(n) for n in range(1499, -1, -1)]
    for asked, expected in (
        (None, 1000),
        (1000, 1000),
        (1200, 1200),
        (5000, 1500),
        (10**12, 1500),
        (10**30, 1500),
    ):
        assert values(newcomer.select(limit=asked)) == whole[:expected]
