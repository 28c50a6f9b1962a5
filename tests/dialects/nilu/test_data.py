"""What was pushed is read back: the ends of a series, and ranges of it."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.dialects.nilu.api import PLAIN, Provider, assert_error

NOON = 1579521600  # 2020-01-20T12:00:00Z
DISCLAIMER = (
    "NILU makes no warranty of any kind, express or implied, concerning the provided data and information, "
    "including but not limited to any warranties of merchantability or fitness for any particular purpose. "
    "NILU assumes no responsibility or legal liability concerning the data's accuracy, reliability, "
    "completeness, timeliness, or usefulness."
)
MEMBERS = [
    "id",
    "component",
    "unit",
    "value",
    "value_corr",
    "level",
    "level_corr",
    "epsg",
    "timestamp_from_epoch",
    "timestamp_to_epoch",
    "longitude",
    "latitude",
    "altitude",
    "qc_flags",
    "qcs_flags",
]
ADDRESSES = [
    "minutc",
    "maxutc",
    "fromutc/2020-01-20T12:00:00Z",
    "fromutc/2020-01-20T12:00:00Z/toutc/2020-01-20T13:00:00Z",
]


def packet(at: int, **changed: Any) -> dict[str, Any]:
    """A packet of that time."""
    return {"date": at, "pm25": 12.5, "humidity": 55.25, **changed}


def at(moment: str) -> int:
    """Seconds since 1970 of an ISO moment."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


def series(rows: list[dict[str, Any]]) -> list[tuple[int, str, float]]:
    """Time, component and value of each row."""
    return [(row["timestamp_from_epoch"], row["component"], row["value"]) for row in rows]


def get(provider: Provider, sensor: int, address: str) -> list[dict[str, Any]]:
    """The rows at an address of a sensor's data."""
    response = provider.client.get(f"/api/data/id/{sensor}/{address}")
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def sensor(provider: Provider) -> int:
    """A sensor with an hour of packets, the humidity missing in the first and the last."""
    made = provider.configure()
    packets = [packet(NOON + 60 * minute, pm25=float(minute)) for minute in range(61)]
    packets[0]["humidity"] = packets[60]["humidity"] = None
    assert provider.client.post(f"/api/sensors/{made}/inbound", json=packets).status_code == 200
    return made


@pytest.mark.check("NI-046", "NI-047", "NI-048", "NI-049", "NI-050", "NI-051", "NI-052", "NI-053")
@pytest.mark.parametrize(("end", "humidity", "pm25"), [("minutc", 1, 0), ("maxutc", 59, 60)])
def test_each_component_has_its_own_end(provider: Provider, sensor: int, end: str, humidity: int, pm25: int):
    """One row for each component, at its own oldest or newest time; the oldest has no window around it."""
    undecided = end == "minutc"
    shared: dict[str, Any] = {
        "id": sensor,
        "value_corr": None,
        "level": 0,
        "level_corr": None,
        "epsg": 4326,
        "longitude": 5.312691,
        "latitude": 60.395897,
        "altitude": 3.0,
        "qc_flags": {"flags": 1, "bitflags": "00000001"},
        "qcs_flags": {"flags": 30 + 64 * undecided, "bitflags": f"000000000{undecided:d}011110"},
    }
    rows = get(provider, sensor, end)
    assert sorted(rows, key=lambda row: row["component"]) == [
        {
            **shared,
            "component": "Humidity",
            "unit": "%RH",
            "value": 55.25,
            "timestamp_from_epoch": NOON + 60 * humidity,
            "timestamp_to_epoch": NOON + 60 * humidity + 60,
        },
        {
            **shared,
            "component": "PM2.5",
            "unit": "µg/m³",
            "value": float(pm25),
            "timestamp_from_epoch": NOON + 60 * pm25,
            "timestamp_to_epoch": NOON + 60 * pm25 + 60,
        },
    ]


@pytest.mark.check("NI-048", "NI-055", "NI-006", "NI-070")
@pytest.mark.parametrize("address", ADDRESSES)
def test_rows_have_the_documented_members_in_order(provider: Provider, sensor: int, address: str):
    """At every address, with the disclaimer in the header."""
    response = provider.client.get(f"/api/data/id/{sensor}/{address}")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["X-disclaimer"] == DISCLAIMER
    assert {tuple(row) for row in response.json()} == {tuple(MEMBERS)}


@pytest.mark.check("NI-053")
def test_end_of_a_row_is_one_resolution_later(provider: Provider):
    """Ten minutes for a sensor of ten minutes."""
    sensor = provider.configure(resolution=600)
    provider.push(sensor, packet(NOON))
    assert {row["timestamp_to_epoch"] - row["timestamp_from_epoch"] for row in provider.newest(sensor)} == {
        600
    }


@pytest.mark.check("NI-056", "NI-070")
@pytest.mark.parametrize("address", ADDRESSES)
def test_sensor_without_data_has_no_rows(provider: Provider, address: str):
    """[] at every address, with the disclaimer."""
    response = provider.client.get(f"/api/data/id/{provider.configure()}/{address}")
    assert (response.json(), "x-disclaimer" in response.headers) == ([], True)


@pytest.mark.check("NI-056", "NI-057", "NI-071", "NI-010")
@pytest.mark.parametrize("address", [*ADDRESSES, "fromutc/yesterday"])
def test_data_are_for_their_provider_alone(
    anyone: httpx2.Client, provider: Provider, other: Provider, address: str
):
    """401 without a token, 510 with another's, 404 for what is none; before the rest of the address."""
    sensor = provider.configure()
    path = f"/api/data/id/{sensor}/{address}"
    assert_error(anyone.get(path), 401, 500)
    assert_error(other.client.get(path), 500, 510)
    for number in ("999999999", "abc", "-1", "9" * 30):
        assert_error(provider.client.get(f"/api/data/id/{number}/{address}"), 404, 1002)


@pytest.mark.check("NI-060", "NI-068", "NI-069")
def test_range_has_both_its_ends(provider: Provider, sensor: int):
    """From and to are included, in the order of time, then of the component's name."""
    rows = get(provider, sensor, "fromutc/2020-01-20T12:58:00Z/toutc/2020-01-20T12:59:00Z")
    assert series(rows) == [
        (NOON + 58 * 60, "Humidity", 55.25),
        (NOON + 58 * 60, "PM2.5", 58.0),
        (NOON + 59 * 60, "Humidity", 55.25),
        (NOON + 59 * 60, "PM2.5", 59.0),
    ]


@pytest.mark.check("NI-061", "NI-062", "NI-063", "NI-012")
@pytest.mark.parametrize(
    "moment",
    [
        "2020-01-20T12:59:30.13Z",
        "2020-01-20T12:59:30.1300000Z",
        "2020-01-20T12:59:01Z",
        "2020-01-20T12:59:01Z/",
        "2020-01-20T12:59:01",
        "2020-01-20T12:59Z",
        "2020-01-20T13:59:01+01:00",
        "2020-01-20T13:59:01%2B01:00",
        "2020-01-20t12:59:01z",
    ],
)
def test_moments_are_read_in_the_forms_of_iso_8601(provider: Provider, sensor: int, moment: str):
    """With and without a fraction, an offset, a slash at the end; no offset means UTC."""
    begin = [row for row in series(get(provider, sensor, f"fromutc/{moment}")) if row[1] == "PM2.5"]
    minute = 59 if moment == "2020-01-20T12:59Z" else 60
    assert begin[0] == (NOON + 60 * minute, "PM2.5", float(minute))


@pytest.mark.check("NI-058", "NI-059", "NI-064")
def test_beginning_alone_means_two_months(provider: Provider):
    """Two calendar months on, that moment included and the next second not."""
    sensor = provider.configure()
    moments = ["2020-01-14T23:59:59", "2020-01-15T00:00:00", "2020-03-15T00:00:00", "2020-03-15T00:00:01"]
    provider.push(sensor, *(packet(at(moment)) for moment in moments))
    inside = {at(moment) for moment in moments[1:3]}
    for address in (
        "fromutc/2020-01-15T00:00:00Z",
        "fromutc/2020-01-15T00:00:00Z/toutc/2020-03-15T00:00:00Z",
    ):
        assert {row["timestamp_from_epoch"] for row in get(provider, sensor, address)} == inside


@pytest.mark.check("NI-065", "NI-066", "NI-067")
@pytest.mark.parametrize(
    "address",
    [
        "fromutc/2020-01-20T09:20:05.13Z/toutc/2021-01-20T09:20:05.13Z",
        "fromutc/2020-01-15T00:00:00Z/toutc/2020-03-15T00:00:00.000001Z",
        "fromutc/2019-12-31T00:00:00Z/toutc/2020-03-01T00:00:00Z",
        "fromutc/2020-01-20T12:00:00Z/toutc/2020-01-20T11:59:59Z",
        "fromutc/yesterday",
        "fromutc/2020-13-01T00:00:00Z",
        "fromutc/2020-01-20",
        "fromutc/1579521600",
        "fromutc/2020-01-20T12:00:00Z/toutc/tomorrow",
        "fromutc/9999-12-31T00:00:00Z",
        "fromutc/0001-01-01T00:00:00+23:00",
    ],
)
def test_range_that_is_none_is_malformed(provider: Provider, address: str):
    """The document's own example of a year, an end before the beginning, what is no moment: 400 with 1001."""
    assert_error(provider.client.get(f"/api/data/id/{provider.configure()}/{address}"), 400, 1001)


def test_rows_of_another_time_are_not_moved(provider: Provider):
    """Packets may come in any order and are read by their own time."""
    sensor = provider.configure()
    provider.push(sensor, packet(NOON + 120), packet(NOON), packet(NOON + 60))
    assert [row["timestamp_from_epoch"] for row in provider.rows(sensor)][::2] == [
        NOON,
        NOON + 60,
        NOON + 120,
    ]


def test_read_sees_what_was_acknowledged(provider: Provider):
    """Each push is there at the next read, one after the other."""
    sensor = provider.configure()
    for minute in range(5):
        provider.push(sensor, packet(NOON + 60 * minute, pm25=float(minute)))
        newest = {row["component"]: row["value"] for row in provider.newest(sensor)}
        assert newest["PM2.5"] == float(minute)


def test_two_sensors_do_not_mix(provider: Provider):
    """Each has its own rows."""
    first, second = provider.configure(), provider.configure(PLAIN, resolution=3600)
    provider.push(first, packet(NOON, pm25=1.0))
    provider.push(second, packet(NOON, pm25=2.0))
    assert {(row["id"], row["value"]) for row in provider.rows(first) if row["component"] == "PM2.5"} == {
        (first, 1.0)
    }
    assert {(row["id"], row["value"]) for row in provider.rows(second) if row["component"] == "PM2.5"} == {
        (second, 2.0)
    }


@pytest.mark.check("NI-095", "NI-096")
@pytest.mark.parametrize("address", ADDRESSES)
def test_all_words_are_shown_to_who_asks(provider: Provider, sensor: int, address: str):
    """The uncertainty, QA and QAS behind the document's members, with as many digits as it gives these."""
    response = provider.client.get(f"/api/data/id/{sensor}/{address}?extensions=true")
    assert {tuple(row) for row in response.json()} == {
        (*MEMBERS, "uncertainty_corr", "qa_flags", "qas_flags")
    }
    row = response.json()[0]
    assert (row["qa_flags"], row["qas_flags"]["bitflags"]) in (
        ({"flags": 4, "bitflags": "00000100"}, "0000000010000000"),
        ({"flags": 12, "bitflags": "00001100"}, "0000000000000000"),
    )
    assert_error(provider.client.get(f"/api/data/id/{sensor}/{address}?extensions=yes"), 400, 1001)


@pytest.mark.check("NI-093", "NI-094")
@pytest.mark.parametrize(
    ("quality", "corrected", "expected"),
    [
        ({"minimum": 0, "maximum": 50}, False, {"flags": 6, "bitflags": "0000000000000110"}),
        ({"preset": "wmo"}, True, {"flags": 62, "bitflags": "0000000000111110"}),
    ],
)
def test_specific_flags_tell_what_was_on(
    provider: Provider, quality: dict[str, Any], corrected: bool, expected: dict[str, Any]
):
    """Both limits, and persistence, outliers and a correction: of a value in the middle of its window."""
    sensor = provider.configure()
    streams = provider.client.get(f"/manage/v1/devices/{sensor}").json()["datastreams"]
    [stream] = [each["id"] for each in streams if each["component"]["name"] == "PM2.5"]
    path, always = f"/manage/v1/datastreams/{stream}", {"valid_from": "2000-01-01T00:00:00Z"}
    assert provider.client.put(f"{path}/quality", json={**quality, **always}).status_code == 200
    if corrected:
        correction = {"expression": "2 * value", "level": 3, **always}
        assert provider.client.put(f"{path}/correction", json=correction).status_code == 200
    batch = [{"date": NOON + 60 * at, "pm25": at % 7, "humidity": 50} for at in range(40)]
    assert provider.client.post(f"/api/sensors/{sensor}/inbound", json=batch).status_code == 200
    rows = [
        row for row in get(provider, sensor, "fromutc/2020-01-20T12:00:00Z") if row["component"] == "PM2.5"
    ]
    assert (rows[20]["qcs_flags"], rows[20]["qc_flags"]["flags"]) == (expected, 1)
    assert (rows[20]["value_corr"], rows[20]["level_corr"]) == ((12.0, 3) if corrected else (None, None))
