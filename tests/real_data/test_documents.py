"""JSON documents that hold many times, cut into packets by the importer."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.real_data.provider import Provider, doubles, text_number, text_time, values

RIVERS = [
    # number of the series, component, unit, first hour as a human reads it
    (0, "Discharge", "ft³/s", {0: 974, 900: 974, 1800: 966, 2700: 963, 3600: 955}),
    (1, "Gage height", "ft", {0: 6.48, 900: 6.48, 1800: 6.46, 2700: 6.45, 3600: 6.43}),
    (2, "Discharge", "ft³/s", {0: 474, 300: 474, 600: 469, 900: 474, 1200: 474}),
    (3, "Gage height", "ft", {0: 3.13, 300: 3.13, 600: 3.12, 900: 3.13, 1200: 3.13}),
]
MIDNIGHT_EST = 1550120400  # 2019-02-14 00:00 at -05:00


def gauge(provider: Provider, name: str, component: str, unit: str, pattern: str) -> int:
    return provider.describe(
        name,
        [*doubles("value"), {"name": "dateTime", "type": "long"}],
        [(component, unit, "value")],
        converters=[text_number("value"), text_time("dateTime", pattern)],
        time="dateTime",
        location={"longitude": -75.7858056, "latitude": 38.99719444, "altitude": 0},
        resolution=900,
    )


@pytest.mark.parametrize(("number", "component", "unit", "expected"), RIVERS)
def test_usgs_series_are_cut_into_packets(
    data: Path, provider: Provider, number: int, component: str, unit: str, expected: dict[int, float]
):
    """Each element of a series is a packet; its time carries milliseconds and an offset."""
    sensor = gauge(provider, f"USGS {number}", component, unit, "yyyy-MM-ddTHH:mm:ss.fffzzz")
    path = data / "usgs_nwis" / "iv.json"
    done = provider.run_import(path, sensor, "--records", f"value.timeSeries[{number}].values[0].value")
    assert (done.returncode, done.stdout) == (0, "iv.json: 5 packets taken, 0 rejected\n")
    rows = provider.rows(sensor, "2019-02-14T00:00:00Z")
    assert values(rows) == {(component, MIDNIGHT_EST + second): value for second, value in expected.items()}
    assert {row.unit for row in rows} == {unit}


@pytest.mark.parametrize(("number", "expected"), [(0, 1.0), (1, 2.0)])
def test_usgs_sample_with_one_value_each(data: Path, provider: Provider, number: int, expected: float):
    """The other document of the service: one daily mean for each of two sites, in UTC."""
    sensor = gauge(provider, f"USGS sample {number}", "Discharge", "ft³/s", "yyyy-MM-ddTHH:mm:ssZ")
    path = data / "usgs_nwis" / "nwis_iv_mock.json"
    done = provider.run_import(path, sensor, "--records", f"/value/timeSeries[{number}]/values[0]/value")
    assert (done.returncode, done.stdout) == (0, "nwis_iv_mock.json: 1 packets taken, 0 rejected\n")
    assert values(provider.rows(sensor, "2018-01-24T00:00:00Z")) == {("Discharge", 1516752000): expected}


def test_wrong_path_is_said_before_anything_is_sent(data: Path, provider: Provider):
    """A path that finds nothing ends the import with the path."""
    sensor = gauge(provider, "USGS nowhere", "Discharge", "ft³/s", "yyyy-MM-ddTHH:mm:ss.fffzzz")
    done = provider.run_import(
        data / "usgs_nwis" / "iv.json", sensor, "--records", "value.timeSeries[9].values"
    )
    assert done.returncode == 1
    assert "there is nothing at value.timeSeries[9].values" in done.stderr


def test_day_of_a_home_made_station_is_read_back_value_for_value(data: Path, provider: Provider):
    """An array of 589 objects, all values as text, most of them empty."""
    path = data / "sensor_community_aberdeen" / "data-esp8266-3654427-2018-05-11.json"
    bound = [
        ("PM10", "µg/m³", "SDS_P1"),
        ("PM2.5", "µg/m³", "SDS_P2"),
        ("Temperature", "°C", "BMP_temperature"),
        ("Pressure", "hPa", "BMP_pressure"),
    ]
    names = [name for *_, name in bound]
    sensor = provider.describe(
        "ESP8266 3654427",
        [{"name": "Time", "type": "long"}, *doubles(*names)],
        bound,
        converters=[text_time("Time", "yyyy/MM/dd HH:mm:ss"), *map(text_number, names)],
        time="Time",
        location={"longitude": -2.077, "latitude": 57.138, "altitude": 0},
        resolution=147,
    )
    done = provider.run_import(path, sensor)
    assert (done.returncode, done.stdout) == (0, f"{path.name}: 589 packets taken, 0 rejected\n")
    expected = {}
    for each in json.loads(path.read_text()):
        time = int(datetime.strptime(each["Time"], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
        expected |= {(component, time): float(each[name]) for component, _, name in bound}
    rows = provider.rows(sensor, "2018-05-11T00:00:00Z")
    assert len(rows) == 4 * 589
    assert values(rows) == expected
