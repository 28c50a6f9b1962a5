"""What an answer has: items by time, to the millisecond, of the instruments that were asked for alone."""

import sqlite3
from contextlib import closing

import httpx2
import pytest

from tests.dialects.cirrus.api import CALIBRATIONS, LOG, calibration, entry, get, instrument, items
from tests.dialects.nilu.api import Provider
from tests.running import Server

NOON = 1_654_603_200_000_000  # 2022-06-07T12:00:00Z in microseconds
SUMMER = {"start": "2022-06-01T00:00:00Z", "end": "2022-07-01T00:00:00Z"}


@pytest.mark.check("CI-026", "CI-027")
def test_item_of_the_document_comes_back_as_printed(anyone: httpx2.Client, owner: Provider):
    """Time, user and message, in that order and nothing else."""
    serial = instrument(owner, entry("2022-06-07T11:18:42.814Z"))
    response = get(anyone, owner.token, serial, **SUMMER)
    assert response.content == (
        b'[{"time":"2022-06-07T11:18:42.814Z","user":"Quantum Demo","message":"Installed and working"}]'
    )


@pytest.mark.check("CI-027")
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2022-06-07T11:18:42Z", "2022-06-07T11:18:42.000Z"),
        ("2022-06-07T11:18:42.8149Z", "2022-06-07T11:18:42.814Z"),
        ("2022-06-07T13:18:42.5+02:00", "2022-06-07T11:18:42.500Z"),
    ],
)
def test_time_is_to_the_millisecond_in_utc(anyone: httpx2.Client, owner: Provider, written: str, shown: str):
    """However it was written."""
    serial = instrument(owner, entry(written))
    assert [each["time"] for each in items(get(anyone, owner.token, serial, **SUMMER))] == [shown]


@pytest.mark.check("CI-028")
def test_every_answer_is_json(anyone: httpx2.Client, owner: Provider):
    """Good ones and refusals (the one of the rate is looked at with the rate)."""
    serial = instrument(owner)
    for key, asked, status in ((owner.token, serial, 200), (None, serial, 401), (owner.token, "NONE", 403)):
        response = get(anyone, key, asked)
        assert (response.status_code, response.headers["content-type"]) == (status, "application/json")


@pytest.mark.check("CI-029")
@pytest.mark.parametrize("path", [LOG, CALIBRATIONS])
def test_nothing_is_an_empty_array(anyone: httpx2.Client, owner: Provider, path: str):
    """For an instrument without a log, and for a time in which nothing was done."""
    for serial in (instrument(owner), instrument(owner, entry("2021-06-07T11:18:42Z"))):
        response = get(anyone, owner.token, serial, path=path)
        assert (response.status_code, response.content) == (200, b"[]")


@pytest.mark.check("CI-030", "CI-032")
def test_items_ascend_by_time_and_are_of_the_instruments_asked_for(anyone: httpx2.Client, owner: Provider):
    """In whichever order they were written and the instruments are named; at one time by instrument."""
    minutes = [(7, 1), (3, 4), (5, 2), (1, 6)]
    one, two = (
        instrument(owner, *(entry(f"2022-06-07T11:0{each}:00Z", str(each)) for each in column))
        for column in zip(*minutes, strict=True)
    )
    same = "2022-06-07T12:00:00Z"
    first, second = sorted([instrument(owner, entry(same, "x")), instrument(owner, entry(same, "y"))])
    asked = items(get(anyone, owner.token, two, one, **SUMMER))
    assert [each["message"] for each in asked] == list("11234567")
    assert [each["message"] for each in items(get(anyone, owner.token, one, **SUMMER))] == list("1357")
    by_instrument = [items(get(anyone, owner.token, each, **SUMMER)) for each in (first, second)]
    both = items(get(anyone, owner.token, second, first, **SUMMER))
    assert both == [each for found in by_instrument for each in found]


def test_long_log_comes_whole(server: Server, anyone: httpx2.Client, owner: Provider):
    """However many pages it is read in, each item once and in order."""
    serial, count = instrument(owner), 2500
    with closing(sqlite3.connect(server.data / "catalog.db", timeout=10)) as catalog, catalog:
        [[device]] = catalog.execute("SELECT id FROM devices WHERE serial = ?", [serial])
        rows = [(device, NOON + at // 3, "u", str(at)) for at in range(count)]
        catalog.executemany("INSERT INTO log_entries (device, time, user, message) VALUES (?, ?, ?, ?)", rows)
    found = items(get(anyone, owner.token, serial, **SUMMER))
    assert [each["message"] for each in found] == [str(at) for at in range(count)]


@pytest.mark.check("CI-031")
@pytest.mark.parametrize("path", [LOG, CALIBRATIONS])
def test_start_is_included_and_end_is_not(anyone: httpx2.Client, owner: Provider, path: str):
    """Exactly."""
    start, end = "2022-06-07T11:00:00.5Z", "2022-06-07T12:00:00.5Z"
    times = ("2022-06-07T11:00:00.499999Z", start, "2022-06-07T12:00:00.499999Z", end)
    serial = instrument(owner, *(calibration(time, at, 0) for at, time in enumerate(times)))
    found = items(get(anyone, owner.token, serial, start=start, end=end, path=path))
    assert [each.get("time", each.get("Time"))[:19] for each in found] == [
        "2022-06-07T11:00:00",
        "2022-06-07T12:00:00",
    ]
    if path == CALIBRATIONS:
        assert [each["Level"] for each in found] == [1, 2]


@pytest.mark.check("CI-037")
def test_any_language_survives(anyone: httpx2.Client, owner: Provider):
    """In the user and in the message, quotes and signs beyond the first plane among it."""
    said = {"user": "Žofie Ångström", "message": 'микрофон 校正 🎤 "ok" \\ /'}
    serial = instrument(owner, {"time": "2022-06-07T11:18:42Z", **said})
    response = get(anyone, owner.token, serial, **SUMMER)
    assert items(response) == [{"time": "2022-06-07T11:18:42.000Z", **said}]
    assert "校正 🎤".encode() in response.content


def test_calibrations_have_the_names_of_the_document(anyone: httpx2.Client, owner: Provider):
    """With the instrument, which the log does not name; other entries are not among them."""
    serial = instrument(
        owner, calibration("2022-06-07T14:45:22Z", 93.7, 0.12), entry("2022-06-07T15:00:00Z", "moved")
    )
    response = get(anyone, owner.token, serial, **SUMMER, path=CALIBRATIONS)
    assert response.content == (
        b'[{"Time":"2022-06-07T14:45:22Z","Status":"Success","Instrument":"%b","Level":93.7,"Offset":0.12}]'
        % serial.encode()
    )
    log = items(get(anyone, owner.token, serial, **SUMMER))
    assert [each["message"] for each in log] == ["Field calibration", "moved"]
    assert set(log[0]) == {"time", "user", "message"}


def test_what_is_calibrated_over_the_management_api_stands_in_the_log(anyone: httpx2.Client, owner: Provider):
    """In the name of the account; the log and the calibration are one."""
    serial = instrument(owner)
    device = owner.client.get("/manage/v1/devices?limit=500").json()["items"][-1]
    assert device["serial"] == serial
    shown = owner.client.get(f"/manage/v1/devices/{device['id']}").json()
    stream = shown["datastreams"][0]["id"]
    set_ = owner.client.put(f"/manage/v1/datastreams/{stream}/calibration", json={"divider": 2})
    assert set_.status_code == 200
    log = items(get(anyone, owner.token, serial, start="2026-01-01T00:00:00Z", end="2026-12-31T00:00:00Z"))
    assert [each["user"] for each in log] == [owner.name]
    assert "PM2.5" in log[0]["message"]


def test_deleted_instrument_is_gone(anyone: httpx2.Client, owner: Provider):
    """And its serial number free for the one that takes its place."""
    serial = instrument(owner, entry("2022-06-07T11:18:42Z", "old"))
    device = owner.client.get("/manage/v1/devices?limit=500").json()["items"][-1]["id"]
    owner.client.post(f"/api/sensors/{device}/disable")
    assert owner.client.delete(f"/api/sensors/{device}/delete").status_code == 200
    assert get(anyone, owner.token, serial, **SUMMER).status_code == 403
    new = owner.configure()
    named = owner.client.patch(
        f"/manage/v1/devices/{new}", json={"serial": serial}, headers={"if-match": "*"}
    )
    assert named.status_code == 200
    assert items(get(anyone, owner.token, serial, **SUMMER)) == []
