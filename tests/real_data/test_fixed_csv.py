"""CSV files of fixed sensors, imported with the command and read back value for value."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from math import fsum
from pathlib import Path

import pytest

from tests.real_data.provider import Provider, doubles, text_number, text_time, values

EST = timezone(timedelta(hours=-5))

HALF = 0.005 + 1e-9  # of the last printed digit

EPA = [
    ("NO2", "ppb", "/NO2 (ppb)"),
    ("O3", "ppb", "/O3 (ppb)"),
    ("PM2.5", "µg/m³", "/PM2.5 (µg/m³)"),
    ("Temperature", "°C", "/TEMP (°C)"),
    ("Humidity", "%RH", "/RH (%)"),
    ("Dew point", "°C", "/DP (°C)"),
]


def table(path: Path, *, skip: int = 0, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip):
            next(file)
        yield from csv.DictReader(file, delimiter=delimiter)


def describe_epa(provider: Provider, name: str) -> int:
    """A sensor of EPA's colocation with the columns of its file."""
    return provider.describe(
        f"Toco Toucan {name}",
        [
            {"name": "Time", "type": "long"},
            *doubles(*(path[1:] for *_, path in EPA)),
            {"name": "Inlet", "type": "string"},
        ],
        EPA,
        converters=[
            text_time("/Time", "M/d/yyyy H:mm", "Etc/GMT+5"),
            *(text_number(path) for *_, path in EPA),
        ],
        time="/Time",
        location={"longitude": -78.8744, "latitude": 35.8894, "altitude": 110},
    )


@pytest.mark.parametrize(("name", "lines", "empty"), [("RT01", 42_836, 4), ("RT02", 42_923, 6)])
def test_epa_month_is_read_back_value_for_value(
    data: Path, provider: Provider, name: str, lines: int, empty: int
):
    """42,836 and 42,923 minutes of six components, with the time strings as the instrument wrote them."""
    path = data / "epa_colocation" / f"toco_toucan_{name}_raw.csv"
    sensor = describe_epa(provider, name)
    done = provider.run_import(path, sensor, "--skip", "5")
    assert (done.returncode, done.stdout) == (0, f"{path.name}: {lines} packets taken, 0 rejected\n")

    expected = {}
    for row in table(path, skip=6):
        time = int(datetime.strptime(row["Time"], "%m/%d/%Y %H:%M").replace(tzinfo=EST).timestamp())
        cells = ((component, row[column[1:]]) for component, _, column in EPA)
        expected |= {(component, time): float(cell) for component, cell in cells if cell}
    rows = provider.rows(sensor, "2019-08-01T00:00:00Z")
    assert len(rows) == len(expected) == 6 * lines - empty
    assert values(rows) == expected
    assert Counter((row.component, row.unit) for row in rows).keys() == {
        (what, unit) for what, unit, _ in EPA
    }
    assert rows[0].timestamp_from_epoch == int(
        datetime(2019, 8, 1, 12, 11 if name == "RT01" else 12, tzinfo=UTC).timestamp()
    )
    assert {row.place for row in rows} == {(-78.8744, 35.8894, 110)}
    shown, exact = hourly_means(provider, sensor), means_of(expected)
    assert {hour: count for hour, (count, _) in shown.items()} == {
        hour: count for hour, (count, _) in exact.items()
    }
    # each is the exact mean to the printed digit; where that lies between two, either is
    assert [hour for hour, (_, mean) in exact.items() if abs(shown[hour][1] - mean) > HALF] == []
    assert {round(mean, 2) - mean for _, mean in shown.values()} == {0.0}


def hourly_means(provider: Provider, sensor: int) -> dict[tuple[str, int], tuple[int, float]]:
    """The count and the mean of each component and hour, of all values whatever was found of them."""
    answer = provider.client.get(
        f"/api/data/id/{sensor}/hourly/stats/fromutc/2019-08-01T00:00:00Z/toutc/2019-09-30T00:00:00Z?leaveout=0"
    )
    return {
        (row["component"], row["timestamp_from_epoch"]): (row["n"], row["avg"])
        for row in answer.raise_for_status().json()
    }


def means_of(values: dict[tuple[str, int], float]) -> dict[tuple[str, int], tuple[int, float]]:
    """The same out of the file, without the engine."""
    hours: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for (component, time), value in values.items():
        hours[component, time - time % 3600].append(value)
    return {hour: (len(some), fsum(some) / len(some)) for hour, some in hours.items()}


def test_sensor_community_days_are_read_back_value_for_value(data: Path, provider: Provider):
    """14 days, 8,166 measurements every two and a half minutes, with semicolons and empty columns."""
    files = sorted((data / "sensor_community_aberdeen").glob("2018-*_sds011_sensor_5331.csv"))
    bound = [("PM10", "µg/m³", "P1"), ("PM2.5", "µg/m³", "P2")]
    sensor = provider.describe(
        "SDS011 5331",
        [{"name": "timestamp", "type": "long"}, *doubles("P1", "P2", "durP1", "ratioP1")],
        bound,
        converters=[text_time("timestamp", "yyyy-MM-ddTHH:mm:ss"), text_number("P1"), text_number("P2")],
        time="timestamp",
        location={"longitude": -2.077, "latitude": 57.138, "altitude": 0},
        resolution=150,
    )
    expected = {}
    for path in files:
        day = list(table(path, delimiter=";"))
        for row in day:
            time = int(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp())
            expected |= {("PM10", time): float(row["P1"]), ("PM2.5", time): float(row["P2"])}
        done = provider.run_import(path, sensor)
        assert (done.returncode, done.stdout) == (0, f"{path.name}: {len(day)} packets taken, 0 rejected\n")
    rows = provider.rows(sensor, "2018-02-01T00:00:00Z", "2018-02-15T00:00:00Z")
    assert (len(files), len(rows)) == (14, 2 * 8166)
    assert values(rows) == expected


def test_noise_of_eleven_days_is_read_back_value_for_value(data: Path, provider: Provider):
    """16,470 one-minute levels with up to 17 digits; the text's value comes back to the last bit."""
    path = data / "noise_laeq" / "test_data_laeq1m.csv"
    sensor = provider.describe(
        "Sound level meter",
        [{"name": "datetime", "type": "long"}, *doubles("LEQ dB -A")],
        [("LAeq", "dBA", "/LEQ dB -A")],
        converters=[text_time("/datetime", "yyyy-MM-dd HH:mm:ss"), text_number("/LEQ dB -A")],
        time="/datetime",
        location={"longitude": -73.57, "latitude": 45.5, "altitude": 30},
    )
    done = provider.run_import(path, sensor)
    assert (done.returncode, done.stdout) == (0, f"{path.name}: 16470 packets taken, 0 rejected\n")
    expected = {
        ("LAeq", int(datetime.fromisoformat(row["datetime"]).replace(tzinfo=UTC).timestamp())): float(
            row["LEQ dB -A"]
        )
        for row in table(path)
    }
    rows = provider.rows(sensor, "2025-03-21T00:00:00Z")
    assert len(rows) == 16_470
    assert values(rows) == expected


@pytest.mark.check("NI-212")
def test_of_lines_with_the_same_time_the_last_wins(data: Path, provider: Provider):
    """Octave bands come every half minute with times cut to the minute: of two values the later stays.

    88 lines are empty; a missing value is not stored, so it does not replace the one before it.
    """
    path = data / "noise_laeq" / "test_data_freq_head4000.csv"
    lines = list(table(path))
    bands = list(lines[0])[1:]
    sensor = provider.describe(
        "Octave bands",
        [{"name": "datetime", "type": "long"}, *doubles(*bands)],
        [(f"LZeq {band} Hz", "dBZ", f"/{band}") for band in bands],
        converters=[text_time("/datetime", "M/d/yyyy H:mm"), *(text_number(f"/{band}") for band in bands)],
        time="/datetime",
        location={"longitude": -73.57, "latitude": 45.5, "altitude": 30},
    )
    done = provider.run_import(path, sensor)
    assert (done.returncode, done.stdout) == (0, f"{path.name}: 3999 packets taken, 0 rejected\n")
    expected = {
        (
            f"LZeq {band} Hz",
            int(datetime.strptime(row["datetime"], "%m/%d/%Y %H:%M").replace(tzinfo=UTC).timestamp()),
        ): float(row[band])
        for row in lines
        for band in bands
        if row[band]
    }
    rows = provider.rows(sensor, "2021-10-20T00:00:00Z")
    assert len(lines) == 3999
    assert len(expected) == 2000 * 9 - 252
    assert len(rows) == len(expected)
    assert values(rows) == expected
